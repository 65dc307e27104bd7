//! `Signature-Input`: what a signature covers, and its parameters.

use std::borrow::Cow;

use aauth_types::UnixTime;
use sfv::{Integer, ItemSerializer, RefBareItem, StringRef};

use crate::SignatureError;
use crate::component::{Component, Components};
use crate::field::Field;
use crate::sf::{self, Bare, Cursor, Labels, Names};

/// One member of `Signature-Input`: the received text, which is what was signed, and a typed view of it.
///
/// Source: RFC 9421 sections 2.3 and 4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureInput<'a> {
    label: Cow<'a, str>,
    text: Cow<'a, str>,
    list_end: usize,
    components: Components,
    created: Option<UnixTime>,
    expires: Option<UnixTime>,
    keyid: Option<String>,
    alg: Option<String>,
    nonce: Option<String>,
    tag: Option<String>,
}

/// What a signer says about its signature besides what it covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureParameters {
    /// The label; `sig` is customary. A dialect may restrict it further.
    pub label: String,
    /// When it is made.
    pub created: UnixTime,
    /// From when on it is refused.
    pub expires: Option<UnixTime>,
    /// Key identifier; this protocol names its key in `Signature-Key` and sends none.
    pub keyid: Option<String>,
    /// A text that makes the signature unique.
    pub nonce: Option<String>,
    /// The application that the signature is for.
    pub tag: Option<String>,
}

impl SignatureParameters {
    /// Label `sig`, `created`, nothing else.
    #[must_use]
    pub fn new(created: UnixTime) -> Self {
        Self { label: String::from("sig"), created, expires: None, keyid: None, nonce: None, tag: None }
    }
}

impl<'a> SignatureInput<'a> {
    /// Reads the value of a member: an inner list of component names, then the signature's parameters.
    ///
    /// The cursor stands on the `=` after the label; afterwards it stands after the member.
    pub(crate) fn read(label: &'a str, cursor: &mut Cursor<'a>) -> Result<Self, SignatureError> {
        if !cursor.eat(b'=') {
            return cursor.malformed("a label without a value");
        }
        let start = cursor.at();
        let components = read_components(cursor)?;
        let list_end = cursor.at().saturating_sub(start);
        let mut input = Self {
            label: Cow::Borrowed(label),
            text: Cow::Borrowed(""),
            list_end,
            components,
            created: None,
            expires: None,
            keyid: None,
            alg: None,
            nonce: None,
            tag: None,
        };
        let mut known = Names::default();
        while let Some(parameter) = cursor.parameter(&mut known)? {
            input.set(&parameter)?;
        }
        input.text = Cow::Borrowed(cursor.since(start));
        Ok(input)
    }

    fn set(&mut self, parameter: &sf::Parameter<'_>) -> Result<(), SignatureError> {
        match parameter.name {
            "created" => self.created = Some(time("created", parameter)?),
            "expires" => self.expires = Some(time("expires", parameter)?),
            "keyid" => self.keyid = Some(string("keyid", parameter)?),
            "alg" => self.alg = Some(string("alg", parameter)?),
            "nonce" => self.nonce = Some(string("nonce", parameter)?),
            "tag" => self.tag = Some(string("tag", parameter)?),
            // RFC 9421 section 2.3 leaves the list open; an unknown parameter is signed like the others.
            _ => {}
        }
        Ok(())
    }

    /// Makes the input of a new signature.
    ///
    /// # Errors
    /// `Unwritable`: a text with a character that no string has, or a time before 1970.
    pub(crate) fn write(
        components: Components,
        parameters: SignatureParameters,
    ) -> Result<SignatureInput<'static>, SignatureError> {
        // Room for the usual names and `created`, so that it is allocated once.
        let mut text = String::with_capacity(128);
        text.push('(');
        for component in &components {
            if text.len() > 1 {
                text.push(' ');
            }
            text.extend(["\"", component.name(), "\""]);
        }
        text.push(')');
        let list_end = text.len();
        write_time(&mut text, "created", Some(parameters.created))?;
        write_time(&mut text, "expires", parameters.expires)?;
        write_string(&mut text, "keyid", parameters.keyid.as_deref())?;
        write_string(&mut text, "nonce", parameters.nonce.as_deref())?;
        write_string(&mut text, "tag", parameters.tag.as_deref())?;
        Ok(SignatureInput {
            label: Cow::Owned(parameters.label),
            text: Cow::Owned(text),
            list_end,
            components,
            created: Some(parameters.created),
            expires: parameters.expires,
            keyid: parameters.keyid,
            alg: None,
            nonce: parameters.nonce,
            tag: parameters.tag,
        })
    }

    /// The member as it stands in the field: `label=` and the text.
    pub(crate) fn into_member(self) -> String {
        let mut member = self.text.into_owned();
        member.insert(0, '=');
        member.insert_str(0, &self.label);
        member
    }

    /// The label.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The received text after `label=`: the value of `@signature-params`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is covered, in order.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// When the signer says it signed; never before 1970.
    #[must_use]
    pub fn created(&self) -> Option<UnixTime> {
        self.created
    }

    /// When the signer says the signature ends; never before 1970.
    #[must_use]
    pub fn expires(&self) -> Option<UnixTime> {
        self.expires
    }

    /// `keyid`. The key is never taken from it.
    #[must_use]
    pub fn keyid(&self) -> Option<&str> {
        self.keyid.as_deref()
    }

    /// `alg`. The algorithm is never taken from it.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// `nonce`
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// `tag`
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// All parameters in the order received, unknown ones too: name, and value as received (`?1` when none was).
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = self.text.get(self.list_end..).unwrap_or("");
        let mut cursor = Cursor::new(Field::SignatureInput, text);
        let mut known = Names::default();
        core::iter::from_fn(move || {
            let parameter = cursor.parameter(&mut known).ok().flatten()?;
            let bare = parameter.value_at == parameter.at;
            Some((parameter.name, if bare { "?1" } else { parameter.text }))
        })
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> SignatureInput<'static> {
        SignatureInput {
            label: Cow::Owned(self.label.into_owned()),
            text: Cow::Owned(self.text.into_owned()),
            list_end: self.list_end,
            components: self.components,
            created: self.created,
            expires: self.expires,
            keyid: self.keyid,
            alg: self.alg,
            nonce: self.nonce,
            tag: self.tag,
        }
    }
}

/// Reads a dictionary of signature inputs and the one of `label`, or the first.
pub(crate) fn read_dictionary<'a>(
    value: &'a str,
    label: Option<&str>,
) -> Result<SignatureInput<'a>, SignatureError> {
    let field = Field::SignatureInput;
    let mut cursor = Cursor::new(field, value);
    let mut labels = Labels::default();
    let mut selected = None;
    while let Some(key) = cursor.member(&mut labels)? {
        let wanted = label.is_none_or(|label| label == key);
        match wanted && selected.is_none() {
            true => selected = Some(SignatureInput::read(key, &mut cursor)?),
            false => cursor.skip_member()?,
        }
    }
    selected.ok_or_else(|| lacking(field, labels.is_empty()))
}

/// Without any label the field is empty, which its grammar does not allow here.
pub(crate) fn lacking(field: Field, is_empty: bool) -> SignatureError {
    match is_empty {
        true => SignatureError::Malformed { field, found: "nothing", at: 0 },
        false => SignatureError::LabelMismatch { field },
    }
}

/// An inner list of strings, each of which names a component, none twice.
fn read_components(cursor: &mut Cursor<'_>) -> Result<Components, SignatureError> {
    let mut components = Components::new();
    cursor.open_list()?;
    while cursor.next_item()? {
        let at = cursor.at();
        let component = Component::read(&sf::unescaped(cursor.quoted()?), at)?;
        if cursor.peek() == Some(b';')
            && let Some(parameter) = cursor.parameter(&mut Names::default())?
        {
            return Err(Component::parameter_error(parameter.name, parameter.at));
        }
        component.check_new(&components, at)?;
        components.push(component);
    }
    Ok(components)
}

fn time(name: &'static str, parameter: &sf::Parameter<'_>) -> Result<UnixTime, SignatureError> {
    let at = parameter.value_at;
    match parameter.value {
        Bare::Integer(seconds @ 0..) => Ok(UnixTime::from_secs(seconds)),
        Bare::Integer(_) => Err(SignatureError::NegativeTime { name, at }),
        _ => Err(SignatureError::ParameterType {
            field: Field::SignatureInput,
            name,
            expected: "an integer",
            at,
        }),
    }
}

fn string(name: &'static str, parameter: &sf::Parameter<'_>) -> Result<String, SignatureError> {
    match parameter.value {
        Bare::String(text) => Ok(sf::unescaped(text).into_owned()),
        _ => Err(SignatureError::ParameterType {
            field: Field::SignatureInput,
            name,
            expected: "a string",
            at: parameter.value_at,
        }),
    }
}

fn write_time(text: &mut String, name: &'static str, time: Option<UnixTime>) -> Result<(), SignatureError> {
    let Some(time) = time else { return Ok(()) };
    match Integer::try_from(time.as_secs()) {
        Ok(seconds) if time.as_secs() >= 0 => {
            write_parameter(text, name, seconds.into());
            Ok(())
        }
        _ => Err(SignatureError::Unwritable { what: name }),
    }
}

fn write_string(text: &mut String, name: &'static str, value: Option<&str>) -> Result<(), SignatureError> {
    let Some(value) = value else { return Ok(()) };
    let value = StringRef::from_str(value).map_err(|_| SignatureError::Unwritable { what: name })?;
    write_parameter(text, name, value.into());
    Ok(())
}

fn write_parameter(text: &mut String, name: &str, value: RefBareItem<'_>) {
    text.extend([";", name, "="]);
    ItemSerializer::with_buffer(text).bare_item(value);
}
