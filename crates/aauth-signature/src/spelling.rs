//! `Signature`: 64 bytes between colons, in one alphabet or in either.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::SignatureError;
use crate::field::Field;
use crate::input::lacking;
use crate::sf::{Bare, Cursor, Labels};

/// How a syntax spells signature bytes.
///
/// `read`: value and wanted label to the label found and 64 bytes.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) read: for<'a> fn(&'a str, Option<&str>) -> Found<'a>,
    pub(crate) write: &'static GeneralPurpose,
}

/// A label and its signature.
type Found<'a> = Result<(&'a str, [u8; 64]), SignatureError>;

/// Reads both alphabets, padded or not, and writes base64url without padding.
pub(crate) static URL: Spelling = Spelling { read: read_either, write: &URL_SAFE_NO_PAD };
/// Reads both alphabets, padded or not, and writes a byte sequence.
pub(crate) static STANDARD_READING_EITHER: Spelling = Spelling { read: read_either, write: &STANDARD };
/// Reads and writes a byte sequence of RFC 9651, canonical and padded.
pub(crate) static BYTE_SEQUENCE: Spelling = Spelling { read: read_byte_sequence, write: &STANDARD };

/// Characters that 64 bytes take in base64, without padding.
const DIGITS: usize = 86;

const FIELD: Field = Field::Signature;

/// `label "=:" sig-text ":"`, nothing before or after; `sig-text` is one alphabet throughout.
fn read_either<'a>(value: &'a str, wanted: Option<&str>) -> Found<'a> {
    let mut cursor = Cursor::new(FIELD, value);
    let label = cursor.key()?;
    if wanted.is_some_and(|wanted| wanted != label) {
        return Err(SignatureError::LabelMismatch { field: FIELD });
    }
    if !cursor.eat(b'=') {
        return cursor.malformed("a label without a value");
    }
    if !cursor.eat(b':') {
        return cursor.malformed("no colon");
    }
    let start = cursor.at();
    let text = cursor.until(b':')?;
    match cursor.peek() {
        None => decode_either(text, start).map(|bytes| (label, bytes)),
        Some(b',') => Err(SignatureError::SeveralMembers { field: FIELD, at: cursor.at() }),
        Some(_) => cursor.malformed("something after the last colon"),
    }
}

fn decode_either(text: &str, at: usize) -> Result<[u8; 64], SignatureError> {
    // One `=` pads other lengths than 64 bytes; without it their fault would look like a misspelling.
    let single = || text.strip_suffix('=').filter(|_| text.len().is_multiple_of(4));
    let digits = text.strip_suffix("==").or_else(single).unwrap_or(text);
    // Without an early end, so that bytes are compared several at once.
    let engine = match digits.bytes().fold(false, |found, b| found | matches!(b, b'-' | b'_')) {
        true => &URL_SAFE_NO_PAD,
        false => &STANDARD_NO_PAD,
    };
    match digits.len() == DIGITS {
        true => decode(engine, digits, at),
        false => Err(wrong_length(engine, digits, at)),
    }
}

/// A value that decodes has another length; one that does not is misspelled.
fn wrong_length(engine: &GeneralPurpose, digits: &str, at: usize) -> SignatureError {
    match engine.decode(digits) {
        Ok(bytes) => SignatureError::SignatureLength { found: bytes.len() },
        Err(_) => SignatureError::SignatureEncoding { at },
    }
}

fn decode(engine: &GeneralPurpose, text: &str, at: usize) -> Result<[u8; 64], SignatureError> {
    // The engine asks for room for whole groups of three bytes.
    let mut room = [0_u8; 66];
    let found = engine.decode_slice(text, &mut room).map_err(|_| SignatureError::SignatureEncoding { at })?;
    match (room.first_chunk(), found) {
        (Some(bytes), 64) => Ok(*bytes),
        _ => Err(SignatureError::SignatureLength { found }),
    }
}

fn read_byte_sequence<'a>(value: &'a str, wanted: Option<&str>) -> Found<'a> {
    let mut cursor = Cursor::new(FIELD, value);
    let mut labels = Labels::default();
    let mut selected = None;
    while let Some(key) = cursor.member(&mut labels)? {
        match selected.is_none() && wanted.is_none_or(|wanted| wanted == key) {
            true => selected = Some((key, read_member(&mut cursor)?)),
            false => cursor.skip_member()?,
        }
    }
    selected.ok_or_else(|| lacking(FIELD, labels.is_empty()))
}

fn read_member(cursor: &mut Cursor<'_>) -> Result<[u8; 64], SignatureError> {
    if !cursor.eat(b'=') {
        return cursor.malformed("a label without a value");
    }
    let at = cursor.at();
    if cursor.peek() != Some(b':') {
        return cursor.malformed("no byte sequence");
    }
    let Bare::Bytes(text) = cursor.bare()? else {
        return cursor.malformed("no byte sequence");
    };
    cursor.skip_parameters()?;
    // Room for the longest text that can still be 64 bytes; what is longer has the wrong length anyway.
    match text.len() <= DIGITS.saturating_add(2) {
        true => decode(&STANDARD, text, at.saturating_add(1)),
        false => Err(wrong_length(&STANDARD, text, at.saturating_add(1))),
    }
}
