//! HTTP as bytes, for what no client library would send.

#![allow(unreachable_pub, reason = "a module of one test")]

use std::net::SocketAddr;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::common::{Answer, Call};

/// A request as it will stand on the wire.
#[derive(Clone)]
pub struct Message {
    pub method: String,
    pub target: String,
    pub version: &'static str,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Message {
    /// A well-signed one.
    pub fn of(call: &Call) -> Self {
        let signature = call.signature().into_iter().map(|(name, value)| (name.to_owned(), value));
        let own = call.fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let mut fields = vec![("host".to_owned(), call.authority.clone())];
        fields.extend(own.chain(signature));
        fields.push(("connection".to_owned(), "close".to_owned()));
        if !call.body.is_empty() {
            fields.push(("content-length".to_owned(), call.body.len().to_string()));
        }
        let (method, target) = (call.method.clone(), call.target.clone());
        Self { method, target, version: "HTTP/1.1", fields, body: call.body.clone() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.fields.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in &self.fields {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        [text.as_bytes(), &self.body].concat()
    }
}

/// Sends bytes and reads until the server closes; `None` when it closed without an answer.
pub async fn exchange(to: SocketAddr, bytes: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    // A server may answer and close before it has read everything.
    let _sent = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer));
    let _closed = read.await.expect("the server answers and closes");
    (!answer.is_empty()).then(|| parse(&String::from_utf8(answer).unwrap()))
}

pub async fn send(to: SocketAddr, message: &Message) -> Answer {
    exchange(to, &message.bytes()).await.expect("an answer")
}

/// Sends bytes and goes away.
pub async fn abandon(to: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(bytes).await.unwrap();
}

fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse::<u16>().unwrap();
    let mut fields = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let name = HeaderName::try_from(name).unwrap();
        fields.append(name, HeaderValue::try_from(value).unwrap());
    }
    Answer { status: StatusCode::from_u16(status).unwrap(), fields, text: body.to_owned() }
}

/// Sends one request over HTTP/2, without a body; its pseudo-fields and fields in this order. Gives the status, as far as
/// RFC 7541 has an index for it, and the body.
pub async fn send_h2(to: SocketAddr, fields: &[(String, String)]) -> (u16, String) {
    let mut block = Vec::new();
    for (name, value) in fields {
        // A literal that is never indexed and not compressed (RFC 7541 section 6.2.3).
        block.push(0x10);
        for text in [name, value] {
            length(&mut block, text.len());
            block.extend_from_slice(text.as_bytes());
        }
    }
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend(frame(SETTINGS, 0, 0, &[]));
    bytes.extend(frame(HEADERS, END_STREAM | END_HEADERS, 1, &block));
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let read = tokio::time::timeout(Duration::from_secs(20), answer(&mut stream));
    read.await.expect("the server answers")
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

async fn answer(stream: &mut TcpStream) -> (u16, String) {
    let (mut status, mut body) = (0, Vec::new());
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let mut payload =
            vec![0; usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2])];
        stream.read_exact(&mut payload).await.unwrap();
        match head[3] {
            HEADERS => status = indexed_status(&payload),
            DATA => body.extend_from_slice(&payload),
            _ => continue,
        }
        if head[4] & END_STREAM != 0 {
            return (status, String::from_utf8(body).unwrap());
        }
    }
}

/// RFC 7541 appendix A; 0 for a status that is no row there.
fn indexed_status(block: &[u8]) -> u16 {
    let first = block.iter().find(|byte| *byte & 0b1110_0000 != 0b0010_0000);
    match first {
        Some(0x88) => 200,
        Some(0x8c) => 400,
        Some(0x8d) => 404,
        Some(0x8e) => 500,
        _ => 0,
    }
}

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags, 0, 0, 0, stream];
    frame.extend_from_slice(payload);
    frame
}

/// An integer with a prefix of seven bits (RFC 7541 section 5.1).
fn length(block: &mut Vec<u8>, length: usize) {
    if length < 127 {
        block.push(u8::try_from(length).unwrap());
        return;
    }
    block.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        block.push(u8::try_from(rest % 128).unwrap() | 128);
        rest /= 128;
    }
    block.push(u8::try_from(rest).unwrap());
}
