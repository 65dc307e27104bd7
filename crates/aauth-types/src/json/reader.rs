//! The visitor that refuses what the general reader lets pass.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use smallvec::SmallVec;

use super::{Json, JsonError, MAX_DEPTH, MAX_STRING, Member, Object, USUAL_MEMBERS};

pub(super) fn read(text: &[u8]) -> Result<Json<'_>, JsonError> {
    let fault = Cell::new(Fault::Syntax);
    read_as(text, Reader { left: MAX_DEPTH, fault: &fault }, &fault)
}

/// The members of an object, or what else the text holds.
pub(super) fn read_members(text: &[u8]) -> Result<Result<InPlace<'_>, &'static str>, JsonError> {
    let fault = Cell::new(Fault::Syntax);
    read_as(text, Outermost(Reader { left: MAX_DEPTH, fault: &fault }), &fault)
}

fn read_as<'de, S: DeserializeSeed<'de>>(
    text: &'de [u8],
    seed: S,
    fault: &Cell<Fault>,
) -> Result<S::Value, JsonError> {
    // One look at the whole text costs less than one at each string. Where it fails, the place is looked for.
    match core::str::from_utf8(text) {
        Ok(text) => read_with(text.as_bytes(), serde_json::Deserializer::from_str(text), seed, fault),
        Err(_) => read_with(text, serde_json::Deserializer::from_slice(text), seed, fault),
    }
}

fn read_with<'de, R: serde_json::de::Read<'de>, S: DeserializeSeed<'de>>(
    text: &'de [u8],
    mut deserializer: serde_json::Deserializer<R>,
    seed: S,
    fault: &Cell<Fault>,
) -> Result<S::Value, JsonError> {
    let result = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| match fault.get() {
        Fault::Duplicate => JsonError::DuplicateMember { at: offset(text, &error) },
        Fault::Depth => JsonError::TooDeep,
        Fault::Length => JsonError::StringTooLong,
        Fault::Syntax => JsonError::Malformed { at: offset(text, &error) },
    })
}

/// `serde_json` reports line and column, both from 1.
fn offset(text: &[u8], error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let skipped: usize = text
        .split_inclusive(|b| *b == b'\n')
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .fold(0, usize::saturating_add);
    skipped.saturating_add(error.column().saturating_sub(1)).min(text.len())
}

/// Members that need no memory of their own as long as they are few.
type InPlace<'a> = SmallVec<[Member<'a>; USUAL_MEMBERS]>;

#[derive(Clone, Copy)]
enum Fault {
    Syntax,
    Duplicate,
    Depth,
    Length,
}

#[derive(Clone, Copy)]
struct Reader<'f> {
    left: usize,
    fault: &'f Cell<Fault>,
}

impl Reader<'_> {
    fn refuse<E: serde::de::Error>(self, fault: Fault) -> E {
        self.fault.set(fault);
        E::custom("refused")
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => Err(self.refuse(Fault::Depth)),
        }
    }

    /// Reads members into `members`, which is empty.
    fn members<'de, A, M>(self, mut access: A, mut members: M) -> Result<M, A::Error>
    where
        A: MapAccess<'de>,
        M: Deref<Target = [Member<'de>]> + Extend<Member<'de>>,
    {
        let inner = self.deeper()?;
        // Small objects are searched in place; a peer's large ones must not cost quadratic time.
        let mut seen: HashSet<Cow<'de, str>> = HashSet::new();
        while let Some(name) = access.next_key_seed(Name)? {
            self.check_length::<A::Error>(&name)?;
            let twice = if members.len() < 16 {
                members.iter().any(|(known, _)| *known == name)
            } else {
                if seen.is_empty() {
                    seen.extend(members.iter().map(|(known, _)| known.clone()));
                }
                !seen.insert(name.clone())
            };
            if twice {
                return Err(self.refuse::<A::Error>(Fault::Duplicate));
            }
            let value = access.next_value_seed(inner)?;
            members.extend([(name, value)]);
        }
        Ok(members)
    }

    fn check_length<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if text.len() > MAX_STRING { Err(self.refuse(Fault::Length)) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("json")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json<'de>, E> {
        Number::from_f64(value).map(Json::Number).ok_or_else(|| E::custom("not finite"))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Json<'de>, E> {
        self.check_length(text)?;
        Ok(Json::String(Cow::Borrowed(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Json<'de>, E> {
        self.check_length(text)?;
        Ok(Json::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Json<'de>, A::Error> {
        self.members(access, Vec::with_capacity(USUAL_MEMBERS)).map(|members| Json::Object(Object(members)))
    }
}

/// Reads the outermost value, which ought to be an object.
struct Outermost<'f>(Reader<'f>);

impl<'de> DeserializeSeed<'de> for Outermost<'_> {
    type Value = Result<InPlace<'de>, &'static str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Outermost<'_> {
    type Value = Result<InPlace<'de>, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
        self.0.visit_unit().map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Self::Value, E> {
        self.0.visit_bool(value).map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
        self.0.visit_i64(value).map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
        self.0.visit_u64(value).map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
        self.0.visit_f64(value).map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        self.0.visit_str(text).map(|other: Json<'_>| Err(other.type_name()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        self.0.visit_seq(access).map(|other| Err(other.type_name()))
    }

    fn visit_map<A: MapAccess<'de>>(self, access: A) -> Result<Self::Value, A::Error> {
        self.0.members(access, InPlace::new()).map(Ok)
    }
}

/// The name of a member, borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
