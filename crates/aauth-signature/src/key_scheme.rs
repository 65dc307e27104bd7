//! The words for the schemes of `Signature-Key`.

use core::fmt;

/// A scheme of `Signature-Key` that has a name; [`SignatureKey`](crate::SignatureKey) says which are used here.
///
/// Source: draft-hardt-httpbis-signature-key-09 section 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyScheme {
    /// `hwk`: the key inline.
    Hwk,
    /// `jwks_uri`: a key published by a server.
    JwksUri,
    /// `jwt`: a key bound in a token.
    Jwt,
    /// `jkt-jwt`: a key delegated by another key.
    JktJwt,
    /// `self-jwt`: the issuer's own key.
    SelfJwt,
    /// `x509`: a certificate.
    X509,
    /// `jwks`: a key at a URL.
    Jwks,
    /// `cached`: an assertion sent before.
    Cached,
}

impl KeyScheme {
    /// Every scheme.
    pub const ALL: [Self; 8] = [
        Self::Hwk,
        Self::JwksUri,
        Self::Jwt,
        Self::JktJwt,
        Self::SelfJwt,
        Self::X509,
        Self::Jwks,
        Self::Cached,
    ];

    /// The word in `Signature-Key` and `Accept-Signature-Scheme`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hwk => "hwk",
            Self::JwksUri => "jwks_uri",
            Self::Jwt => "jwt",
            Self::JktJwt => "jkt-jwt",
            Self::SelfJwt => "self-jwt",
            Self::X509 => "x509",
            Self::Jwks => "jwks",
            Self::Cached => "cached",
        }
    }

    /// Reads the word; `None` when no scheme has it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.word() == word)
    }
}

impl fmt::Display for KeyScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
