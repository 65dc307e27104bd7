//! The spelling of March 2026, `sig=(scheme=jwt jwt="…")`, which is not a structured field.

use std::borrow::Cow;

use aauth_types::Network;

use super::{KeyParameter, Parameter, Parameters, SchemeWords, SignatureKey, Value};
use crate::SignatureError;
use crate::field::Field;
use crate::sf::{Cursor, Names};

const FIELD: Field = Field::SignatureKey;

/// Reads the one member by this grammar (RFC 5234, RFC 7405), and nothing else:
///
/// ```text
/// signature-key = label "=" "(" *SP %s"scheme=" scheme 1*( 1*SP param ) *SP ")"
/// label         = lcalpha *( lcalpha / DIGIT / "_" )
/// scheme        = lcalpha *( lcalpha / DIGIT / "_" / "-" )
/// param         = name "=" DQUOTE value DQUOTE
/// name          = lcalpha *( lcalpha / DIGIT / "_" / "-" )
/// value         = 1*( %x20-21 / %x23-5B / %x5D-7E )
/// ```
pub(crate) fn read<'a>(
    value: &'a str,
    wanted: Option<&str>,
    words: &SchemeWords,
    network: Network,
) -> Result<(&'a str, SignatureKey<'a>), SignatureError> {
    let mut cursor = Cursor::new(FIELD, value);
    let label = name(&mut cursor, is_label_byte)?;
    if !cursor.eat(b'=') || !cursor.eat(b'(') {
        return cursor.malformed("no \"=(\" after the label");
    }
    cursor.skip_spaces();
    if name(&mut cursor, is_name_byte)? != "scheme" || !cursor.eat(b'=') {
        return cursor.malformed("no scheme in the first place");
    }
    let scheme = name(&mut cursor, is_name_byte)?;
    let parameters = read_parameters(&mut cursor)?;
    match cursor.peek() {
        None => {}
        Some(b',') => return Err(SignatureError::SeveralMembers { field: FIELD, at: cursor.at() }),
        Some(_) => return cursor.malformed("something after the last bracket"),
    }
    if wanted.is_some_and(|wanted| wanted != label) {
        return Err(SignatureError::LabelMismatch { field: FIELD });
    }
    Ok((label, words.read(scheme, parameters, network)?))
}

/// Reads `1*( 1*SP param ) *SP ")"`.
fn read_parameters<'a>(cursor: &mut Cursor<'a>) -> Result<Parameters<'a>, SignatureError> {
    let mut known = Names::default();
    let mut parameters = Parameters::new();
    loop {
        let spaced = cursor.peek() == Some(b' ');
        cursor.skip_spaces();
        if !parameters.is_empty() && cursor.eat(b')') {
            return Ok(parameters);
        }
        if !spaced {
            return cursor.malformed("no space before a parameter");
        }
        let at = cursor.at();
        let name = name(cursor, is_name_byte)?;
        known.add(name, at, FIELD)?;
        if !cursor.eat(b'=') {
            return cursor.malformed("a parameter without a value");
        }
        let value_at = cursor.at();
        let value = Value::String(Cow::Borrowed(quoted(cursor)?));
        parameters.push(Parameter { name, at, value, value_at });
    }
}

/// A text between quotes, not empty, in which a backslash has no place.
fn quoted<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, SignatureError> {
    if !cursor.eat(b'"') {
        return cursor.malformed("a value without quotes");
    }
    let text = cursor.take_while(is_value_byte);
    if text.is_empty() {
        return cursor.malformed("an empty value");
    }
    match cursor.eat(b'"') {
        true => Ok(text),
        false => cursor.malformed("a byte that no value has, or no end of a value"),
    }
}

fn name<'a>(cursor: &mut Cursor<'a>, belongs: impl Fn(u8) -> bool) -> Result<&'a str, SignatureError> {
    match cursor.peek() {
        Some(b'a'..=b'z') => Ok(cursor.take_short(belongs)),
        _ => cursor.malformed("no name"),
    }
}

/// Writes the member with single spaces and nothing escaped.
pub(crate) fn write(
    label: &str,
    key: &SignatureKey<'_>,
    words: &SchemeWords,
) -> Result<String, SignatureError> {
    let mut text = String::with_capacity(room(key));
    text.extend([label, "=(scheme=", key.scheme()]);
    let mut push = |name: &str, value: &str| {
        let writable = !value.is_empty() && value.bytes().all(is_value_byte) && is_name(name);
        text.extend([" ", name, "=\"", value, "\""]);
        writable.then_some(()).ok_or(SignatureError::Unwritable { what: "a parameter of the key" })
    };
    match (words.write(key)?, key) {
        (None, SignatureKey::Other { scheme, parameters }) => {
            if !is_name(scheme) || parameters.is_empty() {
                return Err(SignatureError::Unwritable { what: "the scheme of the key" });
            }
            for (name, value) in parameters {
                match value {
                    KeyParameter::String(value) => push(name, value)?,
                    _ => return Err(SignatureError::Unwritable { what: "a parameter of the key" }),
                }
            }
        }
        (parameters, _) => {
            for (name, value) in parameters.unwrap_or_default() {
                push(name, &value)?;
            }
        }
    }
    text.push(')');
    Ok(text)
}

/// Enough for the usual label and parameters.
fn room(key: &SignatureKey<'_>) -> usize {
    let values = match key {
        SignatureKey::JwksUri { id, kid, .. } => id.as_str().len().saturating_add(kid.len()),
        SignatureKey::Jwt(token) => token.len(),
        SignatureKey::Hwk(_) | SignatureKey::Other { .. } => 128,
    };
    values.saturating_add(64)
}

/// Refuses a label that this spelling cannot have, though the other two fields could.
pub(crate) fn check_label(label: &str) -> Result<(), usize> {
    match label.bytes().enumerate().find(|(at, b)| !is_label_byte(*b) || *at == 0 && !b.is_ascii_lowercase())
    {
        Some((at, _)) => Err(at),
        None => Ok(()),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(is_name_byte)
}

fn is_label_byte(b: u8) -> bool {
    matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')
}

fn is_name_byte(b: u8) -> bool {
    is_label_byte(b) || b == b'-'
}

fn is_value_byte(b: u8) -> bool {
    matches!(b, b' '..=b'~') && b != b'"' && b != b'\\'
}
