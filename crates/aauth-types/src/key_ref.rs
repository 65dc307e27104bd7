//! Which key a signature asks for.

use core::fmt;

use crate::{Document, ServerId};

/// The one question that leaves the pure crates: the key `kid` in the set that `issuer` names in `document`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyRef {
    /// Who publishes the key.
    pub issuer: ServerId,
    /// The metadata document that names the key set.
    pub document: Document,
    /// The key in the set; compared as text, never part of a path.
    pub kid: String,
}

impl fmt::Display for KeyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) {:?}", self.issuer, self.document, self.kid)
    }
}
