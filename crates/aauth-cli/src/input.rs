//! What is read: a file or standard input, up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aauth_signature::{SignatureError, limits, unfolded};

use crate::failure::Failure;

/// The longest input: 1 MiB.
const MAX_INPUT: usize = 1024 * 1024;
/// How much of a longer input is read and forgotten: 64 MiB.
const MAX_DRAINED: u64 = 64 * 1024 * 1024;

/// Reads a file, or standard input without one.
///
/// # Errors
/// `unreadable`, a fault of usage; `too_long`: more than 1 MiB.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let bytes = match file {
        Some(path) if path.as_os_str() != "-" => File::open(path).and_then(capped),
        _ => capped(io::stdin().lock()),
    };
    let bytes = bytes.map_err(|error| unreadable(&error))?;
    match bytes.len() > MAX_INPUT {
        true => Err(Failure::new("too_long", None, "an input of more than 1048576 bytes")),
        false => Ok(bytes),
    }
}

/// One byte more than is allowed tells an input that is too long.
fn capped(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let most = u64::try_from(MAX_INPUT).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    reader.by_ref().take(most).read_to_end(&mut bytes)?;
    // Whoever writes more is not cut off at once: a broken pipe would hide the answer.
    io::copy(&mut reader.take(MAX_DRAINED), &mut io::sink())?;
    Ok(bytes)
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::usage("unreadable", format!("the input cannot be read: {}", error.kind()))
}

/// The value of a field, as a server sees it, and where it begins in the input.
#[derive(Debug)]
pub(crate) struct FieldValue {
    pub(crate) text: String,
    pub(crate) start: usize,
}

/// Takes the newline off that an editor or `echo` put there, undoes folding and removes outer whitespace.
///
/// # Errors
/// `field_too_long`: more than 16 KiB. `malformed`: a byte that no field of this protocol has.
pub(crate) fn field_value(bytes: &[u8]) -> Result<FieldValue, Failure> {
    let value = without_newline(bytes);
    if value.len() > limits::MAX_FIELD {
        return Err(SignatureError::FieldTooLong { limit: limits::MAX_FIELD }.into());
    }
    let value = unfolded(value);
    if let Some(at) = value.iter().position(|b| !is_field_byte(*b)) {
        let message = format!("the value has a byte at {at} that no field has");
        return Err(Failure::new("malformed", Some(at), message));
    }
    let whole = String::from_utf8_lossy(&value);
    let text = whole.trim_matches([' ', '\t']);
    let start = whole.len().saturating_sub(whole.trim_start_matches([' ', '\t']).len());
    Ok(FieldValue { text: text.to_owned(), start })
}

/// Removes one line ending from the end.
pub(crate) fn without_newline(bytes: &[u8]) -> &[u8] {
    match bytes {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n'] => rest,
        _ => bytes,
    }
}

const fn is_field_byte(b: u8) -> bool {
    matches!(b, b'\t' | b' '..=b'~')
}
