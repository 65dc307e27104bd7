//! The SHA-256 thumbprint of a key.

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::TypeError;

/// A JWK thumbprint with SHA-256 (RFC 7638): 32 bytes, on the wire 43 base64url characters (`agent_jkt`, `jkt`).
///
/// This crate only carries it; `aauth-jose` computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// Takes the digest.
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 43 base64url characters, canonical and without padding.
    ///
    /// # Errors
    /// `Thumbprint`: anything else.
    pub fn parse(text: &str) -> Result<Self, TypeError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TypeError::Thumbprint)?;
        bytes.try_into().map(Self).map_err(|_| TypeError::Thumbprint)
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_spelling_reads() {
        let text = "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U";
        assert_eq!(Thumbprint::parse(text).map(|t| t.to_string()).as_deref(), Ok(text));
        let trailing_bits = "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0V";
        for wrong in [trailing_bits, "poqk", "", "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U="] {
            assert_eq!(Thumbprint::parse(wrong), Err(TypeError::Thumbprint), "{wrong}");
        }
    }
}
