//! What a dialect says about its tokens: one record of tables.

use core::time::Duration;

use aauth_jose::AlgNames;
use aauth_types::Document;

use self::Presence::{Never, Optional, Required};
use crate::TokenError;
use crate::claim::{self, Claim};
use crate::claim_set::{self, ClaimSet};

/// The kinds of token of both dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Says which agent it is.
    Agent,
    /// Says for which person an agent acts; the draft only.
    Person,
    /// A resource says what an agent should ask for.
    Resource,
    /// An auth server says what an agent may do.
    Auth,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Agent, Self::Person, Self::Resource, Self::Auth];

    /// The kind in one word: `agent`, `person`, `resource`, `auth`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Person => "person",
            Self::Resource => "resource",
            Self::Auth => "auth",
        }
    }

    /// Reads the word of [`TokenKind::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The tokens of one dialect: names, algorithms, claims and lifetimes. There are two: [`SEED`] and [`DRAFT_11`].
#[derive(Debug)]
pub struct TokenProfiles {
    /// Names of the algorithms, in headers and in `cnf.jwk`.
    pub algs: &'static AlgNames,
    pub(crate) iat: IatRule,
    kinds: &'static [KindProfile],
}

/// One kind of token in one dialect.
#[derive(Debug)]
pub(crate) struct KindProfile {
    pub(crate) kind: TokenKind,
    pub(crate) typ: &'static str,
    pub(crate) documents: Documents,
    pub(crate) life: Duration,
    pub(crate) ceiling: Duration,
    /// In the order in which they are written.
    pub(crate) claims: &'static [(Presence, &'static Claim)],
    /// What holds between claims.
    pub(crate) rule: fn(&ClaimSet) -> Result<(), TokenError>,
}

/// Whether `iat` decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IatRule {
    NotInTheFuture,
    /// Draft section 11.5.2: `iat` is required and is no validity check.
    Informational,
}

/// Where the issuer's key set is named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Documents {
    /// Always in this one.
    Fixed(Document),
    /// In the one that `dwk` says, of these.
    Named(&'static [Document]),
}

/// Whether a claim is in a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
    Never,
}

impl TokenProfiles {
    /// `typ` of tokens of this kind; `None` when the dialect has none.
    #[must_use]
    pub fn typ(&self, kind: TokenKind) -> Option<&'static str> {
        self.find(kind).map(|row| row.typ)
    }

    /// The kind that `typ` names, compared byte for byte; `None` for every other text.
    #[must_use]
    pub fn kind_of(&self, typ: &str) -> Option<TokenKind> {
        self.kinds.iter().find(|row| row.typ == typ).map(|row| row.kind)
    }

    /// How long a token of this kind lives unless its issuer says otherwise.
    #[must_use]
    pub fn life(&self, kind: TokenKind) -> Option<Duration> {
        self.find(kind).map(|row| row.life)
    }

    /// The longest time from `iat` to `exp` that is accepted, and minted.
    #[must_use]
    pub fn ceiling(&self, kind: TokenKind) -> Option<Duration> {
        self.find(kind).map(|row| row.ceiling)
    }

    /// The metadata documents in which issuers of this kind of token name their keys; empty when the dialect has none.
    pub fn documents(&self, kind: TokenKind) -> impl Iterator<Item = Document> {
        let (one, several) = match self.find(kind).map(|row| row.documents) {
            Some(Documents::Fixed(document)) => (Some(document), [].as_slice()),
            Some(Documents::Named(documents)) => (None, documents),
            None => (None, [].as_slice()),
        };
        one.into_iter().chain(several.iter().copied())
    }

    pub(crate) fn row(&self, kind: TokenKind) -> Result<&'static KindProfile, TokenError> {
        self.find(kind).ok_or(TokenError::KindUnknown { kind: kind.name() })
    }

    fn find(&self, kind: TokenKind) -> Option<&'static KindProfile> {
        self.kinds.iter().find(|row| row.kind == kind)
    }
}

impl KindProfile {
    /// Whether tokens of this kind can have the claim.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.claims.iter().any(|(presence, claim)| claim.name == name && *presence != Presence::Never)
    }
}

/// Tokens of March 2026: `agent+jwt`, `resource+jwt`, `auth+jwt`, signed with `EdDSA`.
///
/// Ceilings on input: 24 hours for agent and auth tokens, 600 seconds for resource tokens, which the Python
/// implementation of the time uses up. Written by default: 3600, 3600 and 300 seconds.
///
/// Source: draft-hardt-aauth (5 March 2026), "Agent Tokens", "Resource Tokens", "Auth Tokens".
pub static SEED: TokenProfiles =
    TokenProfiles { algs: &aauth_jose::SEED, iat: IatRule::NotInTheFuture, kinds: SEED_KINDS };

static SEED_KINDS: &[KindProfile] = &[
    KindProfile {
        kind: TokenKind::Agent,
        typ: "agent+jwt",
        documents: Documents::Fixed(Document::Agent),
        life: HOUR,
        ceiling: DAY,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::SUB),
            (Required, &claim::JTI),
            (Required, &claim::CNF),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::AUD_LIST),
            (Optional, &claim::AUD_SUB),
        ],
        rule: claim_set::no_rule,
    },
    KindProfile {
        kind: TokenKind::Resource,
        typ: "resource+jwt",
        documents: Documents::Fixed(Document::Resource),
        life: FIVE_MINUTES,
        ceiling: TEN_MINUTES,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::AUD),
            (Required, &claim::JTI),
            (Required, &claim::AGENT),
            (Required, &claim::AGENT_JKT),
            (Optional, &claim::SCOPE),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::TXN),
        ],
        rule: claim_set::no_rule,
    },
    KindProfile {
        kind: TokenKind::Auth,
        typ: "auth+jwt",
        documents: Documents::Fixed(Document::Issuer),
        life: HOUR,
        ceiling: DAY,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::AUD),
            (Required, &claim::JTI),
            (Required, &claim::CNF),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            // Left out when it equals `aud`; who reads it decides (self-access).
            (Optional, &claim::AGENT),
            (Optional, &claim::SUB),
            (Optional, &claim::SCOPE),
            (Optional, &claim::TXN),
        ],
        rule: claim_set::subject_or_scope,
    },
];

/// Tokens of draft-hardt-oauth-aauth-protocol-11: `aa-agent+jwt`, `aa-person+jwt`, `aa-resource+jwt`, `aa-auth+jwt`,
/// signed with `Ed25519` or `ES256`, each with `dwk`.
///
/// Ceilings: 24 hours for agent tokens, 5 minutes for resource tokens, 1 hour for the others.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 sections 5.3, 6.7, 7.1.1, 9.4 and 11.5.
pub static DRAFT_11: TokenProfiles =
    TokenProfiles { algs: &aauth_jose::DRAFT_11, iat: IatRule::Informational, kinds: DRAFT_11_KINDS };

static DRAFT_11_KINDS: &[KindProfile] = &[
    KindProfile {
        kind: TokenKind::Agent,
        typ: "aa-agent+jwt",
        documents: Documents::Named(&[Document::Agent]),
        life: HOUR,
        ceiling: DAY,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::DWK),
            (Required, &claim::SUB_AGENT_ID),
            (Required, &claim::JTI),
            (Required, &claim::CNF),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::PS),
            (Optional, &claim::PARENT_AGENT),
        ],
        rule: claim_set::subject_of_issuer,
    },
    KindProfile {
        kind: TokenKind::Person,
        typ: "aa-person+jwt",
        documents: Documents::Named(&[Document::Person]),
        life: HOUR,
        ceiling: HOUR,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::DWK),
            (Required, &claim::AUD_ALONE),
            (Required, &claim::SUB),
            (Required, &claim::JTI),
            (Required, &claim::CNF),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::MISSION_S256),
            (Optional, &claim::TENANT),
            (Never, &claim::SCOPE),
            (Never, &claim::ACCOUNT),
        ],
        rule: claim_set::no_rule,
    },
    KindProfile {
        kind: TokenKind::Resource,
        typ: "aa-resource+jwt",
        documents: Documents::Named(&[Document::Resource]),
        life: FIVE_MINUTES,
        ceiling: FIVE_MINUTES,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::DWK),
            (Required, &claim::AUD_ALONE),
            (Required, &claim::JTI),
            (Required, &claim::PS),
            (Required, &claim::SUB),
            (Required, &claim::PRESENTED_JTI),
            (Required, &claim::AGENT_JKT),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::SCOPE),
            (Optional, &claim::ACCOUNT),
            (Optional, &claim::LOGIN_HINT),
            (Optional, &claim::MISSION_S256),
            (Optional, &claim::TENANT),
            (Optional, &claim::INTERACTION),
            (Never, &claim::AGENT),
            (Never, &claim::CNF),
        ],
        rule: claim_set::no_rule,
    },
    KindProfile {
        kind: TokenKind::Auth,
        typ: "aa-auth+jwt",
        documents: Documents::Named(&[Document::Access, Document::Person]),
        life: HOUR,
        ceiling: HOUR,
        claims: &[
            (Required, &claim::ISS),
            (Required, &claim::DWK),
            (Required, &claim::AUD_ALONE),
            (Required, &claim::JTI),
            (Required, &claim::PS),
            (Required, &claim::SUB),
            (Required, &claim::CNF),
            (Required, &claim::IAT),
            (Required, &claim::EXP),
            (Optional, &claim::SCOPE),
            (Optional, &claim::ACCOUNT),
            (Optional, &claim::MISSION_S256),
            (Optional, &claim::TENANT),
            (Never, &claim::AGENT),
            (Never, &claim::ACT),
        ],
        rule: claim_set::person_server_of_issuer,
    },
];

const FIVE_MINUTES: Duration = Duration::from_secs(300);
const TEN_MINUTES: Duration = Duration::from_secs(600);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(86_400);
