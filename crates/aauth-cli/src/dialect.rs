//! The dialects by name.

use aauth_roles::{Dialect, SEED, SEED_DICTIONARY, Scheme};
use clap::ValueEnum;

/// A dialect as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectName {
    /// March 2026: sig=(scheme=jwt jwt="…")
    Seed,
    /// March 2026 with the dictionary form of Signature-Key: sig=jwt;jwt="…"
    SeedDictionary,
    /// September 2026
    #[value(name = "draft-11")]
    Draft11,
}

impl DialectName {
    /// The tables of the dialect.
    pub(crate) fn tables(self) -> &'static Dialect {
        match self {
            Self::Seed => &SEED,
            Self::SeedDictionary => &SEED_DICTIONARY,
            Self::Draft11 => &DRAFT_11,
        }
    }
}

const SCHEMES: &[Scheme] = &[Scheme::Hwk, Scheme::JwksUri, Scheme::Jwt];

/// The spellings of the draft. Agents sign with `jwt` there, servers with `jwks_uri`; both may be looked at here.
pub(crate) static DRAFT_11: Dialect = Dialect {
    name: "draft-11",
    fields: &aauth_signature::DRAFT_11,
    tokens: &aauth_token::DRAFT_11,
    challenge: &aauth_challenge::DRAFT_11,
    deferred: &aauth_deferred::DRAFT_11,
    schemes: SCHEMES,
};
