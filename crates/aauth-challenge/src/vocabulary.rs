//! The words of the challenge header: one table for each dialect, read and written.

use http::StatusCode;
use sfv::Version;

/// What a server asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Requirement {
    /// Any valid signature, also by a key of no known owner.
    Pseudonym,
    /// A signature by an identified agent: `identity`, in the draft `agent-token`.
    Identity,
    /// A person token.
    PersonToken,
    /// An auth token.
    AuthToken,
    /// A person who opens a page with a code.
    Interaction,
    /// The decision of somebody whom the server asks by itself.
    Approval,
    /// An answer of the agent to a question.
    Clarification,
    /// Identity claims of the person.
    Claims,
}

/// A part of a challenge that travels as a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    ResourceToken,
    AuthServer,
    Url,
    Code,
}

impl Part {
    /// The name on the wire, the same in every vocabulary that has the parameter.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ResourceToken => "resource-token",
            Self::AuthServer => "auth-server",
            Self::Url => "url",
            Self::Code => "code",
        }
    }
}

/// One word, what it means, where it is sent and what it needs. Every listed parameter is required.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) requirement: Requirement,
    pub(crate) word: &'static str,
    pub(crate) statuses: &'static [StatusCode],
    pub(crate) parts: &'static [Part],
}

/// How one dialect spells challenges.
///
/// A row of [`SEED`] or [`DRAFT_11`] is all that differs; nothing else in this crate knows a dialect.
#[derive(Debug)]
pub struct Vocabulary {
    name: &'static str,
    /// The first is written; all are read, an earlier one before a later one.
    pub(crate) fields: &'static [&'static str],
    pub(crate) member: &'static str,
    pub(crate) separator: &'static str,
    pub(crate) version: Version,
    pub(crate) rows: &'static [Row],
}

impl Vocabulary {
    /// `seed` or `draft-11`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Names of the fields that are read, in lower case; the first is the one that is written.
    #[must_use]
    pub const fn fields(&self) -> &'static [&'static str] {
        self.fields
    }

    /// The word for a requirement; `None` when this vocabulary has none.
    #[must_use]
    pub fn word(&self, requirement: Requirement) -> Option<&'static str> {
        self.rows.iter().find(|row| row.requirement == requirement).map(|row| row.word)
    }

    /// The requirements that have a word, in the order of the table.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> + '_ {
        self.rows.iter().map(|row| row.requirement)
    }

    /// The statuses with which a requirement is sent; empty when this vocabulary has no word for it.
    #[must_use]
    pub fn statuses(&self, requirement: Requirement) -> &'static [StatusCode] {
        self.rows.iter().find(|row| row.requirement == requirement).map_or(&[], |row| row.statuses)
    }
}

const UNAUTHORIZED: &[StatusCode] = &[StatusCode::UNAUTHORIZED];
const ACCEPTED: &[StatusCode] = &[StatusCode::ACCEPTED];
const AUTH_TOKEN: &[StatusCode] =
    &[StatusCode::UNAUTHORIZED, StatusCode::ACCEPTED, StatusCode::PAYMENT_REQUIRED];

const fn row(
    requirement: Requirement,
    word: &'static str,
    statuses: &'static [StatusCode],
    parts: &'static [Part],
) -> Row {
    Row { requirement, word, statuses, parts }
}

/// The `AAuth` header of March 2026. `AAuth-Challenge` is read as an alias when there is no `AAuth`.
///
/// Writes one space behind each semicolon, as the peers of that time do.
///
/// Source: draft-hardt-aauth (5 March 2026), "AAuth Response Header"; the alias: the same draft of 15 March 2026.
pub static SEED: Vocabulary = Vocabulary {
    name: "seed",
    fields: &["aauth", "aauth-challenge"],
    member: "require",
    separator: "; ",
    version: Version::Rfc8941,
    rows: &[
        row(Requirement::Pseudonym, "pseudonym", UNAUTHORIZED, &[]),
        row(Requirement::Identity, "identity", UNAUTHORIZED, &[]),
        row(Requirement::AuthToken, "auth-token", UNAUTHORIZED, &[Part::ResourceToken, Part::AuthServer]),
        row(Requirement::Interaction, "interaction", ACCEPTED, &[Part::Code]),
        row(Requirement::Approval, "approval", ACCEPTED, &[]),
    ],
};

/// The `AAuth-Requirement` header of September 2026. Writes the canonical form, without spaces.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 sections 6.5, 6.5.1 and 11.6.
pub static DRAFT_11: Vocabulary = Vocabulary {
    name: "draft-11",
    fields: &["aauth-requirement"],
    member: "requirement",
    separator: ";",
    version: Version::Rfc9651,
    rows: &[
        row(Requirement::Identity, "agent-token", UNAUTHORIZED, &[]),
        row(Requirement::PersonToken, "person-token", UNAUTHORIZED, &[]),
        row(Requirement::AuthToken, "auth-token", AUTH_TOKEN, &[Part::ResourceToken]),
        row(Requirement::Interaction, "interaction", ACCEPTED, &[Part::Url, Part::Code]),
        row(Requirement::Approval, "approval", ACCEPTED, &[]),
        row(Requirement::Clarification, "clarification", ACCEPTED, &[]),
        row(Requirement::Claims, "claims", ACCEPTED, &[]),
    ],
};
