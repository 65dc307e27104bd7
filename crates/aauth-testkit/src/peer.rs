//! An HTTP server that answers what a test tells it, one request a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use http::{HeaderMap, HeaderName, HeaderValue};

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// All fields.
    pub fields: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Seen {
    /// `GET /path`
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }

    /// The value of a field; empty without one.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.to_str().expect("a test goes on"))
    }

    /// The token in `Signature-Key`, if it carries one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        let (_, rest) = self.field("signature-key").split_once("jwt=\"")?;
        rest.split('"').next()
    }
}

/// What a peer does with a request.
#[derive(Debug)]
pub enum Reply {
    /// A whole answer.
    Answer {
        /// The status.
        status: u16,
        /// The fields, apart from those of the connection.
        fields: Vec<(&'static str, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// A status line and a body without end.
    Endless,
    /// The connection is closed.
    HangUp,
}

/// An answer.
#[must_use]
pub fn answer(status: u16, fields: &[(&'static str, &str)], body: &str) -> Reply {
    let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Reply::Answer { status, fields, body: body.as_bytes().to_vec() }
}

/// A server on a free port of loopback.
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    listener: TcpListener,
    log: Arc<Log>,
}

/// What a peer was asked, in order.
#[derive(Debug, Default)]
pub struct Log {
    seen: Mutex<Vec<Seen>>,
    more: Condvar,
}

impl Log {
    /// All requests.
    #[must_use]
    pub fn all(&self) -> Vec<Seen> {
        self.seen.lock().expect("a test goes on").clone()
    }

    /// Their lines.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.all().iter().map(Seen::line).collect()
    }

    /// Their tokens.
    #[must_use]
    pub fn tokens(&self) -> Vec<Option<String>> {
        self.all().iter().map(|seen| seen.token().map(str::to_owned)).collect()
    }

    /// Blocks until so many requests have come.
    pub fn wait_for(&self, count: usize) {
        let seen = self.seen.lock().expect("a test goes on");
        drop(self.more.wait_while(seen, |seen| seen.len() < count).expect("a test goes on"));
    }

    /// Blocks until this request has come.
    pub fn wait_for_line(&self, line: &str) {
        let seen = self.seen.lock().expect("a test goes on");
        drop(
            self.more
                .wait_while(seen, |seen| seen.iter().all(|seen| seen.line() != line))
                .expect("a test goes on"),
        );
    }
}

impl Peer {
    /// Listens; nobody answers yet.
    #[must_use]
    pub fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a test goes on");
        Self { address: listener.local_addr().expect("a test goes on"), listener, log: Arc::default() }
    }

    /// `http://127.0.0.1:8001`
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it will have been asked.
    #[must_use]
    pub fn log(&self) -> Arc<Log> {
        self.log.clone()
    }

    /// Answers each request by `script`, which may block. Ends with the process.
    pub fn serve(self, script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) {
        let script = Arc::new(script);
        thread::spawn(move || {
            for stream in self.listener.incoming().flatten() {
                let (script, log) = (script.clone(), self.log.clone());
                thread::spawn(move || {
                    let Some(seen) = read(&stream) else { return };
                    log.seen.lock().expect("a test goes on").push(seen.clone());
                    log.more.notify_all();
                    write(stream, script(&seen));
                });
            }
        });
    }
}

fn read(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut fields = HeaderMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a test goes on");
        fields.append(name, HeaderValue::from_str(value.trim()).expect("a test goes on"));
    }
    let length = fields
        .get("content-length")
        .map_or(0, |value| value.to_str().expect("a test goes on").parse().expect("a test goes on"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen { method, target, fields, body })
}

fn write(mut stream: TcpStream, reply: Reply) {
    let (status, fields, body) = match reply {
        Reply::Answer { status, fields, body } => (status, fields, body),
        Reply::HangUp => return,
        Reply::Endless => {
            let chunk = [b'x'; 4096];
            let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
            while sent.is_ok() {
                sent = stream.write_all(&chunk);
            }
            return;
        }
    };
    let mut text = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in fields {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    // The client may be gone: that is its business.
    let _gone = stream.write_all(text.as_bytes()).and_then(|()| stream.write_all(&body));
}
