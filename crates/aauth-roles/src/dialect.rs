//! Dialects: one meaning, several spellings, each a row.

use core::fmt;

use aauth_challenge::Vocabulary;
use aauth_deferred::DeferredWire;
use aauth_signature::FieldSyntax;
use aauth_token::TokenProfiles;

/// A spelling of AAuth on the wire.
///
/// A dialect is a record of tables. It is chosen once, where a request is parsed, travels with what was read, and
/// writes the answer. Nothing asks which dialect it is; it asks the record for the word.
#[derive(Debug)]
pub struct Dialect {
    /// Its name in settings and logs.
    pub name: &'static str,
    /// How `Signature`, `Signature-Input` and `Signature-Key` are spelled.
    pub fields: &'static FieldSyntax,
    /// `typ`, algorithm and document names, claims and lifetimes.
    pub tokens: &'static TokenProfiles,
    /// Words of the challenge header.
    pub challenge: &'static Vocabulary,
    /// Statuses and members of the deferred exchange.
    pub deferred: &'static DeferredWire,
    /// `Signature-Key` schemes that are accepted from agents.
    pub schemes: &'static [Scheme],
}

/// A `Signature-Key` scheme that this workspace can verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// The key is in the field: a pseudonym.
    Hwk,
    /// The key is in the published set of the agent.
    JwksUri,
    /// The key is in a token.
    Jwt,
}

impl Scheme {
    /// The scheme as it is spelled in every dialect.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hwk => "hwk",
            Self::JwksUri => "jwks_uri",
            Self::Jwt => "jwt",
        }
    }
}

/// March 2026, as the Python implementation spoke it.
///
/// Source: draft-hardt-aauth of 5 March 2026.
pub static SEED: Dialect = Dialect {
    name: "seed",
    fields: &aauth_signature::SEED,
    tokens: &aauth_token::SEED,
    challenge: &aauth_challenge::SEED,
    deferred: &aauth_deferred::SEED,
    schemes: &[Scheme::Hwk, Scheme::JwksUri, Scheme::Jwt],
};

/// March 2026, as the JavaScript packages spelled it: `sig=jwks_uri;id="…";well-known="…";kid="…"` and signatures in
/// standard base64. Everything else is that of [`SEED`].
///
/// Source: draft-hardt-httpbis-signature-key of 2 March 2026.
pub static SEED_DICTIONARY: Dialect =
    Dialect { name: "seed-dictionary", fields: &aauth_signature::SEED_DICTIONARY, ..SEED };

impl PartialEq for Dialect {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Dialect {}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
