//! The `jti` of a token.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::{Text, TypeError};

/// The identifier of a token: 1 to 255 bytes without control characters, compared byte for byte (RFC 7519 section 4.1.7).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenId(Text);

impl TokenId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// `TokenId { found, at }`: empty, too long, or a control character.
    pub fn parse(text: &str) -> Result<Self, TypeError> {
        let refuse = |found, at| Err(TypeError::TokenId { found, at });
        if text.is_empty() {
            return refuse("nothing", 0);
        }
        if text.len() > 255 {
            return refuse("more than 255 bytes", 255);
        }
        if let Some((at, _)) = text.char_indices().find(|(_, c)| c.is_control()) {
            return refuse("a control character", at);
        }
        Ok(Self(text.into()))
    }

    /// Makes a version 4 UUID (RFC 9562) of 16 random bytes.
    #[must_use]
    pub fn from_entropy(entropy: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(entropy);
        let version = 0x4000_u128 << 64;
        let variant = 0x8000_u128 << 48;
        let bits = bits & !(0xf000_u128 << 64) & !(0xc000_u128 << 48) | version | variant;
        let hex = format!("{bits:032x}");
        let mut text = String::with_capacity(36);
        for (index, digit) in hex.chars().enumerate() {
            if matches!(index, 8 | 12 | 16 | 20) {
                text.push('-');
            }
            text.push(digit);
        }
        Self(text.as_str().into())
    }

    /// The identifier as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for TokenId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TokenId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_becomes_a_version_4_uuid() {
        assert_eq!(TokenId::from_entropy([0; 16]).as_str(), "00000000-0000-4000-8000-000000000000");
        assert_eq!(TokenId::from_entropy([0xff; 16]).as_str(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_token_id_has_1_to_255_bytes() {
        assert_eq!(TokenId::parse(""), Err(TypeError::TokenId { found: "nothing", at: 0 }));
        assert_eq!(
            TokenId::parse(&"x".repeat(256)),
            Err(TypeError::TokenId { found: "more than 255 bytes", at: 255 })
        );
        assert_eq!(TokenId::parse(&"x".repeat(255)).map(|id| id.as_str().len()), Ok(255));
        assert_eq!(TokenId::parse("a\nb"), Err(TypeError::TokenId { found: "a control character", at: 1 }));
    }
}
