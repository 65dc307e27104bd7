//! JSON as the protocol needs it: no member twice, limits on depth and length.
//!
//! General readers keep the last of two members with one name, so that two parties can read one signed text
//! differently. This one refuses them, at every depth, after unescaping.

mod error;
mod reader;

use std::borrow::Cow;

pub use error::JsonError;
use serde_json::Number;
use smallvec::SmallVec;

/// The deepest nesting that is read: 32 arrays and objects.
pub const MAX_DEPTH: usize = 32;
/// The longest string that is read, in bytes after unescaping: 16 KiB.
pub const MAX_STRING: usize = 16 * 1024;

/// A JSON value. Strings without escapes are borrowed from the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number; [`Json::as_i64`] reads whole ones.
    Number(Number),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Json<'a>>),
    /// An object.
    Object(Object<'a>),
}

impl<'a> Json<'a> {
    /// Reads one JSON text.
    ///
    /// # Errors
    /// See [`JsonError`].
    pub fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        reader::read(text)
    }

    /// The string, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a whole one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What kind of value it is, for error messages: `a string`, `a number`, …
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number),
            Self::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Self::Array(items) => Json::Array(items.into_iter().map(Json::into_owned).collect()),
            Self::Object(object) => Json::Object(object.into_owned()),
        }
    }
}

/// A JSON object: members in the order of the text, no name twice.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object<'a>(Vec<Member<'a>>);

impl<'a> Object<'a> {
    /// Reads one JSON text that must be an object.
    ///
    /// # Errors
    /// See [`JsonError`]; `NotAnObject` when the text is another value.
    pub fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        match Json::parse(text)? {
            Json::Object(object) => Ok(object),
            other => Err(JsonError::NotAnObject { found: other.type_name() }),
        }
    }

    /// The member `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let owned = |(name, value): Member<'a>| (Cow::Owned(name.into_owned()), value.into_owned());
        Object(self.0.into_iter().map(owned).collect())
    }
}

type Member<'a> = (Cow<'a, str>, Json<'a>);

/// Room for the members of a token's header or payload.
const USUAL_MEMBERS: usize = 12;

/// The members of an object that is a text of its own, in the order of the text, no name twice.
///
/// As [`Object::parse`]; a dozen members are kept in place, which an object in an object cannot do.
#[derive(Debug, Clone, PartialEq)]
pub struct Members<'a>(SmallVec<[Member<'a>; USUAL_MEMBERS]>);

impl<'a> Members<'a> {
    /// Reads one JSON text that must be an object.
    ///
    /// # Errors
    /// See [`JsonError`]; `NotAnObject` when the text is another value.
    pub fn parse(text: &'a [u8]) -> Result<Self, JsonError> {
        reader::read_members(text)?.map(Self).map_err(|found| JsonError::NotAnObject { found })
    }

    /// The member `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The members, in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json<'a>)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Json<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    /// The members themselves, in the order of the text.
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Writes a JSON string with its quotes, for texts that are put together by hand in a fixed order.
#[must_use]
pub fn quoted(text: &str) -> Cow<'static, str> {
    // Serialising a `str` cannot fail; the fallback is the empty string's spelling.
    serde_json::to_string(text).map_or(Cow::Borrowed("\"\""), Cow::Owned)
}
