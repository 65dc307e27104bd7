//! The small server and clients that say little. The clock goes on by itself when nothing else happens.

#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::net::SocketAddr;
use std::time::Duration;

use aauth_http::listen;
use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long a client may take to send its header section.
const LIMIT: Duration = Duration::from_secs(15);

async fn serve() -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let server = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let (address, (stop, stopped)) = (server.address(), oneshot::channel());
    let router = Router::new().route("/", get(async || "here"));
    let serving = tokio::spawn(server.serve(router, async {
        let _stopped = stopped.await;
    }));
    (address, stop, serving)
}

/// What is answered to a request whose header section has this many bytes, its empty line included.
async fn status_of(address: SocketAddr, bytes: usize) -> String {
    let (begin, end) = ("GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\nx-fill: ", "\r\n\r\n");
    let head = format!("{begin}{}{end}", "x".repeat(bytes - begin.len() - end.len()));
    assert_eq!(head.len(), bytes);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (said, _) = said(&mut stream).await;
    String::from_utf8(said).unwrap().lines().next().unwrap_or_default().to_owned()
}

/// Everything the server says until it closes, and how long that took.
async fn said(stream: &mut TcpStream) -> (Vec<u8>, Duration) {
    let (begin, mut said) = (Instant::now(), Vec::new());
    let _reset = stream.read_to_end(&mut said).await;
    (said, begin.elapsed())
}

#[tokio::test(start_paused = true)]
async fn who_stops_before_the_end_of_the_header_section_is_left() {
    let (address, _stop, _serving) = serve().await;
    for begun in ["", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n", "GET", "GET / HTTP/1.1\r\nhost: here\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let (said, took) = said(&mut stream).await;
        assert_eq!(String::from_utf8(said).unwrap(), "", "{begun:?}");
        assert!(took >= LIMIT && took < 2 * LIMIT, "{begun:?} was left after {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_in_pieces_is_answered_in_the_version_it_speaks() {
    let (address, _stop, _serving) = serve().await;
    let http1 = ["P", "RI / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n"];
    // A SETTINGS frame follows the preface (RFC 9113 section 3.4).
    let http2 = ["PRI * HTTP/2.0", "\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"];
    for (pieces, answer) in [(http1, &b"HTTP/1.1 405 "[..]), (http2, b"\0\0")] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        for piece in pieces {
            stream.write_all(piece.as_bytes()).await.unwrap();
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let mut begin = vec![0; answer.len()];
        stream.read_exact(&mut begin).await.unwrap();
        assert_eq!(begin, answer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_does_not_hold_up_the_end() {
    let (address, stop, serving) = serve().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Accepted in this order: when this one is answered, the other is being waited for.
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n").await.unwrap();
    assert!(said(&mut second).await.0.starts_with(b"HTTP/1.1 200 "));
    let begin = Instant::now();
    stop.send(()).unwrap();
    serving.await.unwrap();
    assert_eq!((said(&mut stream).await.0, begin.elapsed()), (Vec::new(), Duration::ZERO));
}

#[tokio::test]
async fn a_header_section_of_32_kib_is_read_and_one_byte_more_is_not() {
    let (address, _stop, _serving) = serve().await;
    assert_eq!(status_of(address, 32 * 1024).await, "HTTP/1.1 200 OK");
    assert_eq!(status_of(address, 32 * 1024 + 1).await, "HTTP/1.1 431 Request Header Fields Too Large");
}

/// Says to the child that it is one.
#[cfg(unix)]
const FEW: &str = "AAUTH_HTTP_FEW_DESCRIPTORS";

/// Not a test of its own: what the other one starts with few descriptors. Clients take all that are left, so that none is
/// for the server; when they go, it serves again.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn child() {
    if std::env::var_os(FEW).is_none() {
        return;
    }
    let (address, _stop, _serving) = serve().await;
    let mut clients = Vec::new();
    while let Ok(client) = std::net::TcpStream::connect(address) {
        clients.push(client);
    }
    assert!(!clients.is_empty());
    // The server has its turns with nothing left; time goes on when it waits.
    tokio::time::sleep(Duration::from_secs(1)).await;
    clients.clear();
    assert_eq!(status_of(address, 1024).await, "HTTP/1.1 200 OK");
}

#[cfg(unix)]
#[test]
fn a_server_without_descriptors_serves_again_when_there_are_some() {
    let limited = "ulimit -n 48 && exec \"$0\" child --exact --nocapture";
    let child = std::process::Command::new("sh")
        .args(["-c", limited, std::env::current_exe().unwrap().to_str().unwrap()])
        .env(FEW, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("test child ... ok"), "{said}");
}
