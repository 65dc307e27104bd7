//! Writing what the resource answered.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write};

use aauth_types::plain_line;
use bytes::Bytes;
use http::Response;

use super::FetchArgs;
use crate::failure::Failure;

/// Writes head and body where they are wanted.
///
/// # Errors
/// `status`: the answer is no success; it is written all the same. `unwritable`.
pub(super) fn write(args: &FetchArgs, answer: &Response<Bytes>) -> Result<(), Failure> {
    let to_terminal = args.output.is_none() && io::stdout().is_terminal();
    let head = if args.include { head(answer, to_terminal) } else { Vec::new() };
    let written = match &args.output {
        Some(path) => File::create(path).and_then(|file| both(file, &head, answer.body())),
        None => match both(io::stdout().lock(), &head, answer.body()) {
            // The reader has had enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        },
    };
    written.map_err(|error| {
        Failure::usage("unwritable", format!("the answer cannot be written: {}", error.kind()))
    })?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(Failure::new("status", None, format!("the resource answered {status}"))),
    }
}

fn both(mut out: impl Write, head: &[u8], body: &[u8]) -> io::Result<()> {
    out.write_all(head)?;
    out.write_all(body)?;
    out.flush()
}

fn head(answer: &Response<Bytes>, to_terminal: bool) -> Vec<u8> {
    let mut head = format!("{:?} {}\n", answer.version(), answer.status()).into_bytes();
    for (name, value) in answer.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        match to_terminal {
            true => head.extend_from_slice(
                plain_line(&String::from_utf8_lossy(value.as_bytes()), usize::MAX).as_bytes(),
            ),
            false => head.extend_from_slice(value.as_bytes()),
        }
        head.push(b'\n');
    }
    head.push(b'\n');
    head
}
