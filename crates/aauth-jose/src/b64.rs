//! Base64, canonical spellings only: no bits after the last byte, no white space, no padding where none belongs.
//!
//! Two spellings of one value would be two tokens to whoever compares text, so every value has one spelling here.

use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::{DecodeError, DecodeSliceError, Engine as _};
use zeroize::Zeroizing;

use crate::JoseError;

/// Writes base64url without padding (RFC 4648 section 5; RFC 7515 section 2).
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding.
///
/// # Errors
/// `Base64 { at }`: a character of another alphabet, padding, trailing bits, or an impossible length.
pub fn decode(text: &str) -> Result<Vec<u8>, JoseError> {
    decode_part("text", 0, text)
}

/// Writes base64 with the standard alphabet and padding (RFC 4648 section 4), as structured fields use it.
#[must_use]
pub fn encode_standard(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads base64 with the standard alphabet and padding.
///
/// # Errors
/// `Base64 { at }`: a character of another alphabet, missing padding, trailing bits, or an impossible length.
pub fn decode_standard(text: &str) -> Result<Vec<u8>, JoseError> {
    STANDARD.decode(text).map_err(|error| fault("text", 0, text, &error))
}

/// Reads base64url that begins `start` bytes into the text that the error is to point into.
pub(crate) fn decode_part(subject: &'static str, start: usize, text: &str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|error| fault(subject, start, text, &error))
}

/// Appends what the text stands for to `bytes`.
pub(crate) fn decode_into(
    bytes: &mut Vec<u8>,
    subject: &'static str,
    start: usize,
    text: &str,
) -> Result<(), JoseError> {
    URL_SAFE_NO_PAD.decode_vec(text, bytes).map_err(|error| fault(subject, start, text, &error))
}

/// Reads the coordinate of a key, which has 32 bytes, without allocating.
pub(crate) fn decode_32(member: &'static str, text: &str) -> Result<[u8; 32], JoseError> {
    // The engine asks for room for whole groups of three bytes.
    let mut room = [0; 33];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut room) {
        Ok(32) => {
            let [bytes @ .., _] = room;
            Ok(bytes)
        }
        // Misspelled, or of another length.
        Ok(_) | Err(_) => {
            let found = decode_part(member, 0, text)?.len();
            Err(JoseError::KeyLength { member, expected: 32, found })
        }
    }
}

/// As [`decode_part`], into memory that is wiped.
pub(crate) fn decode_secret(subject: &'static str, text: &str) -> Result<Zeroizing<Vec<u8>>, JoseError> {
    let mut bytes = Zeroizing::new(vec![0; text.len()]);
    let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|error| match error {
        DecodeSliceError::DecodeError(error) => fault(subject, 0, text, &error),
        // Never: what is decoded is shorter than its text.
        DecodeSliceError::OutputSliceTooSmall => JoseError::Base64 { subject, at: text.len() },
    })?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Writes 32 bytes without allocating.
pub(crate) fn encode_32(bytes: &[u8; 32]) -> [u8; 43] {
    let mut text = [0; 43];
    // 32 bytes are always 43 characters; the slice cannot be too short.
    let _length = URL_SAFE_NO_PAD.encode_slice(bytes, &mut text);
    text
}

fn fault(subject: &'static str, start: usize, text: &str, error: &DecodeError) -> JoseError {
    let within = match error {
        DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol { offset: at, .. } => *at,
        DecodeError::InvalidPadding => text.find('=').unwrap_or(text.len()),
        DecodeError::InvalidLength(_) => text.len(),
    };
    JoseError::Base64 { subject, at: start.saturating_add(within) }
}
