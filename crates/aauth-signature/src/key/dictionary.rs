//! The spelling of the Signature-Key drafts, `sig=jwt;jwt="…"`: a dictionary of tokens (RFC 9651 section 3.2).

use std::borrow::Cow;

use aauth_types::Network;
use sfv::visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, DictSerializer, ItemSerializer, KeyRef, StringRef, TokenRef};

use super::scheme::Written;
use super::{KeyParameter, Parameter, Parameters, SchemeWords, SignatureKey, Value};
use crate::SignatureError;
use crate::field::Field;
use crate::input::lacking;
use crate::sf::Labels;
use crate::structured::{Key, Passed, Refused, Source};

const FIELD: Field = Field::SignatureKey;

/// Reads the member `wanted`, or the first. The others need only be structured field members: a scheme that is not
/// selected never hurts (draft-hardt-httpbis-signature-key-09 section 3).
pub(crate) fn read<'a>(
    value: &'a str,
    wanted: Option<&str>,
    words: &SchemeWords,
    network: Network,
) -> Result<(&'a str, SignatureKey<'a>), SignatureError> {
    let (label, member) = select(value, wanted)?;
    Ok((label, words.read(member.scheme, member.parameters, network)?))
}

fn select<'a>(value: &'a str, wanted: Option<&str>) -> Result<(&'a str, Member<'a>), SignatureError> {
    let source = Source::new(FIELD, value);
    let members = Members { source: &source, wanted, labels: Labels::default(), selected: None };
    let Members { labels, selected, .. } = source.dictionary(members)?;
    selected.ok_or_else(|| lacking(FIELD, labels.is_empty()))
}

/// The dictionary so far.
struct Members<'s, 'a> {
    source: &'s Source<'a>,
    wanted: Option<&'s str>,
    labels: Labels<'a>,
    selected: Option<(&'a str, Member<'a>)>,
}

/// The selected member.
struct Member<'a> {
    scheme: &'a str,
    parameters: Parameters<'a>,
}

impl<'a> DictionaryVisitor<'a> for Members<'_, 'a> {
    type Out = Self;
    type Error = Refused;

    fn entry(&mut self, key: &'a KeyRef) -> Result<impl EntryVisitor<'a>, Refused> {
        let key = self.source.key(key);
        self.labels.add(key.name, key.at, FIELD).map_err(|error| self.source.refuse(error))?;
        let selected = self.selected.is_none() && self.wanted.is_none_or(|wanted| wanted == key.name);
        Ok(Entry { source: self.source, key, into: selected.then_some(&mut self.selected) })
    }

    fn finish(self) -> Result<Self, Refused> {
        Ok(self)
    }
}

/// A member; without `into` it is not the selected one.
struct Entry<'m, 's, 'a> {
    source: &'s Source<'a>,
    key: Key<'a>,
    into: Option<&'m mut Option<(&'a str, Member<'a>)>>,
}

impl<'a> EntryVisitor<'a> for Entry<'_, '_, 'a> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'a>, Refused> {
        match self.into.is_some() && self.key.value.is_none() {
            true => Err(self.source.malformed("no scheme", self.key.end)),
            false => Ok(self),
        }
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Refused> {
        match self.into {
            Some(_) => Err(self.source.malformed("no scheme", self.key.end)),
            None => Ok(Passed::new(self.source)),
        }
    }
}

impl<'a> ItemVisitor<'a> for Entry<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        let into = match (self.into, item) {
            (None, _) => None,
            (Some(selected), BareItemFromInput::Token(scheme)) => {
                let member = Member { scheme: scheme.as_str(), parameters: Parameters::new() };
                Some(&mut selected.insert((self.key.name, member)).1.parameters)
            }
            _ => return Err(self.source.malformed("a scheme that is no token", self.key.end)),
        };
        Ok(ParameterReader { source: self.source, passed: Passed::new(self.source), into })
    }
}

struct ParameterReader<'m, 's, 'a> {
    source: &'s Source<'a>,
    passed: Passed<'s, 'a>,
    into: Option<&'m mut Parameters<'a>>,
}

impl<'a> ParameterVisitor<'a> for ParameterReader<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn parameter(&mut self, key: &'a KeyRef, value: BareItemFromInput<'a>) -> Result<(), Refused> {
        let key = self.passed.key(key)?;
        if let Some(parameters) = &mut self.into {
            let value_at = key.value.unwrap_or(key.at);
            let value = kept(self.source, value, value_at);
            parameters.push(Parameter { name: key.name, at: key.at, value, value_at });
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Refused> {
        Ok(())
    }
}

/// What `sfv` would decode is kept as it was received at `at`.
fn kept<'a>(source: &Source<'a>, item: BareItemFromInput<'a>, at: usize) -> Value<'a> {
    let inside = |start: usize, end: u8| source.until(at.saturating_add(start), |b| b == end).to_owned();
    Value::Other(match item {
        BareItemFromInput::String(Cow::Borrowed(text)) => return Value::String(Cow::Borrowed(text.as_str())),
        BareItemFromInput::String(Cow::Owned(text)) => return Value::String(Cow::Owned(text.into())),
        BareItemFromInput::Token(text) => KeyParameter::Token(text.as_str().to_owned()),
        BareItemFromInput::Integer(number) => KeyParameter::Integer(number.into()),
        BareItemFromInput::Boolean(value) => KeyParameter::Boolean(value),
        BareItemFromInput::Date(date) => KeyParameter::Date(date.unix_seconds().into()),
        BareItemFromInput::Decimal(_) => {
            KeyParameter::Decimal(source.until(at, |b| !matches!(b, b'-' | b'.' | b'0'..=b'9')).to_owned())
        }
        BareItemFromInput::ByteSequence(_) => KeyParameter::Bytes(inside(1, b':')),
        BareItemFromInput::DisplayString(_) => KeyParameter::Display(inside(2, b'"')),
    })
}

/// Writes the member in its compact form.
pub(crate) fn write(
    label: &str,
    key: &SignatureKey<'_>,
    words: &SchemeWords,
) -> Result<String, SignatureError> {
    let known = words.write(key)?;
    let text = match (known, key) {
        // Scheme, names and values are the caller's; what would not read back as the same is no dictionary.
        (None, SignatureKey::Other { scheme, parameters }) => {
            spelled(label, scheme, parameters).filter(|text| reads_as(text, key))
        }
        (parameters, _) => written(label, key.scheme(), &parameters.unwrap_or_default()),
    };
    text.ok_or(SignatureError::Unwritable { what: "a parameter of the key" })
}

fn written(label: &str, scheme: &str, parameters: &Written<'_>) -> Option<String> {
    let mut members = DictSerializer::new();
    let mut member = members.bare_item(KeyRef::from_str(label).ok()?, TokenRef::from_str(scheme).ok()?);
    for (name, value) in parameters {
        member = member.parameter(KeyRef::from_str(name).ok()?, StringRef::from_str(value).ok()?);
    }
    members.finish()
}

/// Not by the serialiser of `sfv`, which would spell decimals, byte sequences and display strings in its own way.
fn spelled(label: &str, scheme: &str, parameters: &[(String, KeyParameter)]) -> Option<String> {
    let mut text = [label, "=", scheme].concat();
    for (name, value) in parameters {
        text.extend([";", name]);
        match value {
            KeyParameter::Boolean(true) => {}
            KeyParameter::Boolean(false) => text.push_str("=?0"),
            KeyParameter::String(value) => {
                text.push('=');
                ItemSerializer::with_buffer(&mut text).bare_item(StringRef::from_str(value).ok()?);
            }
            KeyParameter::Token(value) | KeyParameter::Decimal(value) => text.extend(["=", value]),
            KeyParameter::Integer(number) => text.extend(["=", &number.to_string()]),
            KeyParameter::Bytes(value) => text.extend(["=:", value, ":"]),
            KeyParameter::Date(seconds) => text.extend(["=@", &seconds.to_string()]),
            KeyParameter::Display(value) => text.extend(["=%\"", value, "\""]),
        }
    }
    Some(text)
}

fn reads_as(text: &str, key: &SignatureKey<'_>) -> bool {
    select(text, None).is_ok_and(|(_, member)| SignatureKey::other(member.scheme, member.parameters) == *key)
}
