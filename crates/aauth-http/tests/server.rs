//! The small server and clients that say little. The clock goes on by itself when nothing else happens.

#![allow(clippy::unwrap_used)]

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
