//! The spelling of the Signature-Key drafts, `sig=jwt;jwt="…"`: a dictionary of tokens (RFC 9651 section 3.2).

use std::borrow::Cow;

use aauth_types::Network;

use super::{KeyParameter, SchemeWords, SignatureKey};
use crate::SignatureError;
use crate::field::Field;
use crate::input::lacking;
use crate::sf::{self, Bare, Cursor, Labels, Names};

const FIELD: Field = Field::SignatureKey;

/// Reads the member `wanted`, or the first. The others need only be structured field members: a scheme that is not
/// selected never hurts (draft-hardt-httpbis-signature-key-09 section 3).
pub(crate) fn read<'a>(
    value: &'a str,
    wanted: Option<&str>,
    words: &SchemeWords,
    network: Network,
) -> Result<(&'a str, SignatureKey), SignatureError> {
    let mut cursor = Cursor::new(FIELD, value);
    let mut labels = Labels::default();
    let mut selected = None;
    while let Some(key) = cursor.member(&mut labels)? {
        match selected.is_none() && wanted.is_none_or(|wanted| wanted == key) {
            true => selected = Some((key, read_member(&mut cursor)?)),
            false => cursor.skip_member()?,
        }
    }
    let (label, (scheme, parameters)) = selected.ok_or_else(|| lacking(FIELD, labels.is_empty()))?;
    Ok((label, words.read(scheme, parameters, network)?))
}

fn read_member<'a>(cursor: &mut Cursor<'a>) -> Result<(&'a str, Vec<sf::Parameter<'a>>), SignatureError> {
    let at = cursor.at();
    let scheme = match cursor.eat(b'=') && cursor.peek() != Some(b'(') {
        true => cursor.bare()?,
        false => return Err(SignatureError::Malformed { field: FIELD, found: "no scheme", at }),
    };
    let Bare::Token(scheme) = scheme else {
        return Err(SignatureError::Malformed { field: FIELD, found: "a scheme that is no token", at });
    };
    let mut known = Names::default();
    let mut parameters = Vec::with_capacity(4);
    while let Some(parameter) = cursor.parameter(&mut known)? {
        parameters.push(parameter);
    }
    Ok((scheme, parameters))
}

/// Writes the member in its compact form.
pub(crate) fn write(label: &str, key: &SignatureKey, words: &SchemeWords) -> Result<String, SignatureError> {
    let mut text = [label, "=", key.scheme()].concat();
    let unwritable = SignatureError::Unwritable { what: "a parameter of the key" };
    match (words.write(key)?, key) {
        (None, SignatureKey::Other { parameters, .. }) => {
            for (name, value) in parameters {
                let value = spelled(value).ok_or_else(|| unwritable.clone())?;
                text.extend([";", name, &value]);
            }
            // Scheme, names and values are the caller's; what would not read back as the same is no dictionary.
            if read_whole(&text).as_ref() != Some(key) {
                return Err(unwritable);
            }
        }
        (parameters, _) => {
            for (name, value) in parameters.unwrap_or_default() {
                let value = sf::quote(&value).ok_or_else(|| unwritable.clone())?;
                text.extend([";", name, "=", &value]);
            }
        }
    }
    Ok(text)
}

fn read_whole(text: &str) -> Option<SignatureKey> {
    let mut cursor = Cursor::new(FIELD, text);
    cursor.member(&mut Labels::default()).ok()??;
    let (scheme, parameters) = read_member(&mut cursor).ok()?;
    cursor.peek().is_none().then(|| SignatureKey::other(scheme, &parameters))
}

/// A value with its `=`; true is written as nothing.
fn spelled(value: &KeyParameter) -> Option<Cow<'_, str>> {
    Some(Cow::Owned(match value {
        KeyParameter::Boolean(true) => return Some(Cow::Borrowed("")),
        KeyParameter::Boolean(false) => return Some(Cow::Borrowed("=?0")),
        KeyParameter::String(text) => ["=", &sf::quote(text)?].concat(),
        KeyParameter::Token(text) | KeyParameter::Decimal(text) => ["=", text].concat(),
        KeyParameter::Integer(number) => format!("={number}"),
        KeyParameter::Bytes(text) => ["=:", text, ":"].concat(),
        KeyParameter::Date(seconds) => format!("=@{seconds}"),
        KeyParameter::Display(text) => ["=%\"", text, "\""].concat(),
    }))
}
