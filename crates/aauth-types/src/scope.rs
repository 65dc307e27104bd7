//! What a token allows.

use core::fmt;

use arrayvec::ArrayVec;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Text, TypeError};

/// The most names of one scope.
const MAX_NAMES: usize = 64;

/// A set of scope names, in the order in which they were asked for or granted, each once (RFC 6749 section 3.3).
///
/// Equality is that of the set: order does not count. Kept as one text, as it goes on the wire.
#[derive(Debug, Clone, Default)]
pub struct Scope(Text);

impl Scope {
    /// No scope at all.
    pub const EMPTY: Self = Self(Text::EMPTY);

    /// Reads names separated by single spaces; a repeated name is taken once.
    ///
    /// # Errors
    /// `Scope { found, at }`: a character outside `%x21 / %x23-5B / %x5D-7E`, two spaces together, a space at an end,
    /// more than 64 names or more than 2,048 bytes. The empty text is an error too: leave the scope out.
    pub fn parse(text: &str) -> Result<Self, TypeError> {
        let refuse = |found, at| Err(TypeError::Scope { found, at });
        if text.len() > 2048 {
            return refuse("more than 2048 bytes", 2048);
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| !is_scope_char(*c) && *c != ' ') {
            return refuse("a character that no scope name has", at);
        }
        let mut names = ArrayVec::<&str, MAX_NAMES>::new();
        let mut repeated = false;
        let mut at = 0_usize;
        for name in text.split(' ') {
            if name.is_empty() {
                return refuse("an empty name", at);
            }
            at = at.saturating_add(name.len()).saturating_add(1);
            if names.contains(&name) {
                repeated = true;
            } else if names.try_push(name).is_err() {
                return refuse("more than 64 names", at);
            }
        }
        Ok(if repeated { Self::of(&names) } else { Self(text.into()) })
    }

    /// Whether every name of `wanted` is in this scope.
    #[must_use]
    pub fn covers(&self, wanted: &Self) -> bool {
        wanted.iter().all(|name| self.contains(name))
    }

    /// Whether `name` is in this scope.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|known| known == name)
    }

    /// The names of this scope that `keep` also has, in this scope's order.
    #[must_use]
    pub fn narrowed_to(&self, keep: &Self) -> Self {
        Self::of(&self.iter().filter(|name| keep.contains(name)).collect::<Vec<_>>())
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        // The empty text has one part, and the empty scope no name.
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    fn of(names: &[&str]) -> Self {
        Self(names.join(" ").as_str().into())
    }
}

const fn is_scope_char(c: char) -> bool {
    matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E')
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.covers(other)
    }
}

impl Eq for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(Self::EMPTY);
        }
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}
