//! A server on loopback that answers as badly as it is told to, and remembers who asked for what.
#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aauth_discovery::{HttpResolver, Lookup, LookupFuture, Settings};
use aauth_testkit::FakeClock;
use aauth_types::{Document, KeyRef, Network, ServerId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An answer.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes, then the connection is closed.
    Raw(Vec<u8>),
    /// The first part at once, then the second part byte by byte, one in 20 ms.
    Drip(Vec<u8>, Vec<u8>),
    /// The first part at once, then one byte a second.
    Trickle(Vec<u8>, Vec<u8>),
    /// A chunked body of 1 GiB of spaces, below a head with these further lines.
    Gibibyte(&'static str),
    /// Nothing, while the connection stays open.
    Hang,
}

/// 200 with a JSON body.
pub(crate) fn json(body: impl AsRef<str>) -> Reply {
    with_fields("", body)
}

/// 200 with a JSON body and further header lines, each with its CRLF.
pub(crate) fn with_fields(fields: &str, body: impl AsRef<str>) -> Reply {
    let body = body.as_ref();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{fields}\r\n"
    );
    Reply::Raw([head.as_bytes(), body.as_bytes()].concat())
}

/// A status without body.
pub(crate) fn status(code: u16) -> Reply {
    Reply::Raw(format!("HTTP/1.1 {code} X\r\ncontent-length: 0\r\n\r\n").into_bytes())
}

/// The server, and one request after the other that it got, as its path.
pub(crate) struct Hostile {
    pub(crate) id: ServerId,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    asked: Arc<Mutex<Vec<String>>>,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
}

impl Hostile {
    /// Listens as `http://127.0.0.1:PORT` and answers 404 to everything.
    pub(crate) async fn start() -> Self {
        Self::named("http://127.0.0.1").await
    }

    /// The same with another scheme and host in its identifier.
    pub(crate) async fn named(origin: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self {
            id: ServerId::parse(&format!("{origin}:{port}"), Network::InsecureLoopback).unwrap(),
            replies: Arc::default(),
            asked: Arc::default(),
            requests: Arc::default(),
            connections: Arc::default(),
            taken: Arc::default(),
        };
        let (replies, asked) = (Arc::clone(&server.replies), Arc::clone(&server.asked));
        let (requests, connections) = (Arc::clone(&server.requests), Arc::clone(&server.connections));
        let taken = Arc::clone(&server.taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (replies, asked, requests) =
                    (Arc::clone(&replies), Arc::clone(&asked), Arc::clone(&requests));
                let taken = Arc::clone(&taken);
                tokio::spawn(async move {
                    let mut stream = stream;
                    let request = read_head(&mut stream).await;
                    let path = request.split(' ').nth(1).unwrap_or("").to_owned();
                    let reply = replies.lock().unwrap().get(&path).cloned().unwrap_or_else(|| status(404));
                    asked.lock().unwrap().push(path);
                    requests.lock().unwrap().push(request);
                    answer(&mut stream, reply, &taken).await;
                });
            }
        });
        server
    }

    /// An agent server with one key, `key-1`.
    pub(crate) async fn agent() -> Self {
        let server = Self::start().await;
        server.serve_document();
        server.on("/jwks.json", json(KEYS));
        server
    }

    /// Serves the metadata of an agent server.
    pub(crate) fn serve_document(&self) {
        let id = &self.id;
        let document = format!(r#"{{"agent":"{id}","jwks_uri":"{id}/jwks.json"}}"#);
        self.on(DOCUMENT, json(document));
    }

    /// Answers `path` so from here on.
    pub(crate) fn on(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// How often `path` was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }

    /// Every path that was asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Every request head, in order.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many bytes of a [`Reply::Gibibyte`] the network took, what waits in its buffers included.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }

    /// The question for `kid` through the agent document.
    pub(crate) fn key(&self, kid: &str) -> KeyRef {
        KeyRef { issuer: self.id.clone(), document: Document::Agent, kid: kid.to_owned() }
    }
}

const GIBIBYTE: usize = 1024 * 1024 * 1024;

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(1..) if head.first().is_none_or(u8::is_ascii_uppercase) && chunk[0] != 0x16 => {}
            _ => break,
        }
        let end = chunk.iter().position(|byte| *byte == 0).unwrap_or(chunk.len());
        head.extend_from_slice(&chunk[..end]);
        chunk = [0; 1024];
    }
    if chunk[0] == 0x16 {
        return "ClientHello".to_owned();
    }
    String::from_utf8(head).unwrap()
}

async fn answer(stream: &mut TcpStream, reply: Reply, taken: &AtomicUsize) {
    match reply {
        Reply::Raw(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Drip(head, body) => {
            drop(stream.write_all(&head).await);
            byte_by_byte(stream, &body, Duration::from_millis(20)).await;
        }
        Reply::Trickle(head, body) => {
            drop(stream.write_all(&head).await);
            byte_by_byte(stream, &body, Duration::from_secs(1)).await;
        }
        Reply::Gibibyte(fields) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{fields}transfer-encoding: chunked\r\n\r\n"
            );
            drop(stream.write_all(head.as_bytes()).await);
            let chunk = [b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat();
            for _ in 0..GIBIBYTE / 4096 {
                if stream.write_all(&chunk).await.is_err() {
                    return;
                }
                taken.fetch_add(4096, Ordering::SeqCst);
            }
        }
        Reply::Hang => drop(stream.read(&mut [0; 1]).await),
    }
    drop(stream.shutdown().await);
}

async fn byte_by_byte(stream: &mut TcpStream, bytes: &[u8], pause: Duration) {
    for byte in bytes {
        tokio::time::sleep(pause).await;
        if stream.write_all(&[*byte]).await.is_err() {
            return;
        }
    }
}

pub(crate) const DOCUMENT: &str = "/.well-known/aauth-agent.json";
pub(crate) const SHORT: &str = "/.well-known/aauth-agent";
/// RFC 9421 appendix B.1.4.
pub(crate) const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","kid":"key-1"}]}"#;

/// For loopback, with limits that a test can wait for.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::resource(Network::InsecureLoopback);
    settings.limits.connect = Duration::from_millis(2_000);
    settings.limits.total = Duration::from_millis(2_000);
    settings
}

/// A resolver at the time of the recorded flow.
pub(crate) fn resolver(settings: Settings) -> (HttpResolver, Arc<FakeClock>) {
    let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
    let shared: Arc<FakeClock> = Arc::clone(&clock);
    (HttpResolver::new(settings, shared).unwrap(), clock)
}

/// A lookup that answers with one list after the other, the last one again and again.
#[derive(Debug)]
pub(crate) struct Script {
    answers: Vec<Vec<IpAddr>>,
    pub(crate) asked: AtomicUsize,
}

impl Script {
    pub(crate) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(parse).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Script {
    fn lookup<'a>(&'a self, _host: &'a str) -> LookupFuture<'a> {
        let index = self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = self.answers.get(index).or(self.answers.last()).cloned();
        Box::pin(async move { answer.ok_or_else(|| std::io::Error::other("no such name")) })
    }
}
