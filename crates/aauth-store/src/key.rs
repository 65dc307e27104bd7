//! What names a row.

use core::fmt;
use std::sync::Arc;

use crate::StoreError;

/// The longest identifier of a row, in bytes: room for an issuer and a token identifier together.
pub const MAX_ID: usize = 1024;

/// What a row is about. Rows of two spaces never meet, whatever their identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// Pending requests: the only truth about an exchange.
    Pending,
    /// Interaction codes; each only points to its pending row.
    Code,
    /// Resource tokens that were used, by issuer and `jti`.
    TokenReplay,
    /// Signed requests that were seen.
    RequestReplay,
    /// Browser sessions.
    Session,
    /// Counters of wrong codes, by source, session and in all.
    Attempts,
    /// Grants that a person gave and that later requests may rely on.
    Grant,
}

/// Names of the spaces in back ends; never change one, rows of older instances bear them.
const NAMES: [(Space, &str); 7] = [
    (Space::Pending, "pending"),
    (Space::Code, "code"),
    (Space::TokenReplay, "token_replay"),
    (Space::RequestReplay, "request_replay"),
    (Space::Session, "session"),
    (Space::Attempts, "attempts"),
    (Space::Grant, "grant"),
];

impl Space {
    /// Every space.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Code,
        Self::TokenReplay,
        Self::RequestReplay,
        Self::Session,
        Self::Attempts,
        Self::Grant,
    ];

    /// The name under which back ends keep the space.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The space that back ends keep under `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|row| row.1 == name).map(|row| row.0)
    }
}

/// Names one row: a space, and at most [`MAX_ID`] bytes of any kind, compared byte for byte.
///
/// Cloning is cheap. `Debug` shows no identifier, because some are as good as a credential.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    space: Space,
    id: Arc<[u8]>,
}

impl Key {
    /// Names a row by one identifier.
    ///
    /// # Errors
    /// `KeyTooLong`: more than [`MAX_ID`] bytes.
    pub fn new(space: Space, id: impl AsRef<[u8]>) -> Result<Self, StoreError> {
        let id = id.as_ref();
        if id.len() > MAX_ID {
            return Err(StoreError::KeyTooLong { found: id.len() });
        }
        Ok(Self { space, id: id.into() })
    }

    /// Names a row by several parts, each with its length before it, so that `("a", "bc")` and `("ab", "c")` are two rows.
    ///
    /// # Errors
    /// `KeyTooLong`: more than [`MAX_ID`] bytes in all, with two for each part.
    pub fn from_parts<P: AsRef<[u8]>>(space: Space, parts: &[P]) -> Result<Self, StoreError> {
        let mut id = Vec::new();
        for part in parts.iter().map(AsRef::as_ref) {
            let length =
                u16::try_from(part.len()).map_err(|_| StoreError::KeyTooLong { found: part.len() })?;
            id.extend_from_slice(&length.to_be_bytes());
            id.extend_from_slice(part);
        }
        Self::new(space, id)
    }

    /// What the row is about.
    #[must_use]
    pub fn space(&self) -> Space {
        self.space
    }

    /// The identifier in its space.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, {} bytes)", self.space.name(), self.id.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for space in Space::ALL {
            assert_eq!(Space::from_name(space.name()), Some(space));
        }
        assert_eq!(Space::from_name(""), None);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let key = |parts: &[&str]| Key::from_parts(Space::TokenReplay, parts).unwrap();
        assert_ne!(key(&["a", "b:c"]), key(&["a:b", "c"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["a", "b"]), key(&["a", "b"]));
    }

    #[test]
    fn one_byte_above_the_limit_is_refused() {
        assert!(Key::new(Space::Code, [7; MAX_ID]).is_ok());
        let refused = Key::new(Space::Code, [7; MAX_ID + 1]);
        assert!(matches!(refused, Err(StoreError::KeyTooLong { found: 1025 })));
    }
}
