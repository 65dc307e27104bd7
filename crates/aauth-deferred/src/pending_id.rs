//! The unguessable part of a pending URL.

use core::fmt;
use core::fmt::Write as _;

use aauth_types::Secret;
use sha2::{Digest, Sha256};

use crate::DeferredError;

/// A pending id: 128 bits as 32 lower-case hexadecimal digits. Prints as `***`.
///
/// Source: draft-hardt-aauth (5 March 2026), "Pending URL Security".
#[derive(Clone)]
pub struct PendingId(Secret<String>);

/// SHA-256 of a pending id: the name of its row, so that a stolen store names no URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PendingHash([u8; 32]);

impl PendingId {
    /// Spells 128 bits of a cryptographic generator.
    #[must_use]
    pub fn from_entropy(entropy: [u8; 16]) -> Self {
        Self(Secret::new(entropy.iter().fold(String::with_capacity(32), |mut text, byte| {
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })))
    }

    /// Reads the id out of a request path.
    ///
    /// # Errors
    /// `PendingId`: not 32 lower-case hexadecimal digits. Answer it as an unknown id.
    pub fn parse(text: &str) -> Result<Self, DeferredError> {
        if text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(Self(Secret::new(text.to_owned())));
        }
        Err(DeferredError::PendingId)
    }

    /// The id as it stands in the URL.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The name under which the row is stored.
    #[must_use]
    pub fn hash(&self) -> PendingHash {
        PendingHash(Sha256::digest(self.expose().as_bytes()).into())
    }
}

impl fmt::Debug for PendingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PendingHash {
    /// Takes 32 bytes that came out of a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
