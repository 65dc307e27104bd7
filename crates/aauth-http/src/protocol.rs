//! Which version of HTTP a client speaks.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::sleep;

/// What a connection speaks from its first byte to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2, known before (RFC 9113 section 3.3) or agreed upon in the TLS handshake.
    Http2,
}

/// What an HTTP/2 client sends first (RFC 9113 section 3.4).
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Between two looks at a preface of which a part is there.
const PAUSE: Duration = Duration::from_millis(10);

impl Protocol {
    /// Reads it from the first bytes of `stream` and leaves them there.
    ///
    /// Bytes that are taken away and handed over apart are a short read to hyper, after which it doubles its buffer: 8 KiB for
    /// each connection. Takes as long as the client does; the caller sets the limit.
    ///
    /// # Errors
    /// The connection ended or broke before it could be told.
    pub(crate) async fn of(stream: &TcpStream) -> io::Result<Self> {
        let mut first = [0; PREFACE.len()];
        loop {
            let length = stream.peek(&mut first).await?;
            let seen = first.get(..length).unwrap_or_default();
            match seen {
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                seen if seen == PREFACE => return Ok(Self::Http2),
                seen if PREFACE.starts_with(seen) => sleep(PAUSE).await,
                _ => return Ok(Self::Http1),
            }
        }
    }

    /// What was agreed upon in a TLS handshake; without agreement it is HTTP/1.1 (RFC 9113 section 3.2).
    #[cfg(feature = "tls")]
    pub(crate) fn agreed(alpn: Option<&[u8]>) -> Self {
        match alpn {
            Some(b"h2") => Self::Http2,
            _ => Self::Http1,
        }
    }
}
