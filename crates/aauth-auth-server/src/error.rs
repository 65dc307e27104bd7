//! What can be wrong with keys.

use thiserror::Error;

/// A set of signing keys that cannot be had. The caller's fault; nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A key without a `kid` cannot be found in a key set.
    #[error("the key has no kid")]
    NoKid,
    /// Resources select keys by `kid`: two keys with one cannot be told apart.
    #[error("another key has this kid")]
    KidTaken,
    /// A key is announced already: rotate to it, or forget it.
    #[error("a next key is announced already")]
    NextTaken,
    /// There is nothing to rotate to: announce a key first.
    #[error("no next key is announced")]
    NoNext,
    /// The key signs: rotate first.
    #[error("the key is the active one")]
    Active,
    /// No key has this `kid`.
    #[error("no key has this kid")]
    UnknownKid,
    /// The set is full: forget keys whose tokens have expired.
    #[error("more than {} keys", crate::SigningKeys::LIMIT)]
    TooMany,
}

impl KeyError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::NoKid => "no_kid",
            Self::KidTaken => "kid_taken",
            Self::NextTaken => "next_taken",
            Self::NoNext => "no_next",
            Self::Active => "active",
            Self::UnknownKid => "unknown_kid",
            Self::TooMany => "too_many",
        }
    }
}
