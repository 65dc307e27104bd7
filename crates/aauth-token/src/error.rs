//! Why a token is refused.

use aauth_jose::JoseError;
use aauth_types::UnixTime;
use aauth_types::json::JsonError;
use thiserror::Error;

/// A token that is refused, or claims that cannot be minted.
///
/// While reading, the fault lies with the peer who made or presented the token; while minting, with the caller. No
/// variant holds token text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The compact serialisation, its header, its signature or the issuer's key.
    #[error(transparent)]
    Jose {
        /// What `aauth-jose` says.
        #[from]
        source: JoseError,
    },
    /// The payload is not a JSON object that is accepted.
    #[error("the claims are refused: {source}")]
    Json {
        /// What is wrong, with the byte offset in the decoded payload.
        #[from]
        source: JsonError,
    },
    /// `typ` names no token of this profile.
    #[error("typ {found:?} is not a token of this profile")]
    TypUnknown {
        /// The first 32 characters of `typ`.
        found: String,
    },
    /// `typ` names another kind of token than the one wanted here.
    #[error("typ {found:?} where {expected:?} is expected")]
    TypMismatch {
        /// The `typ` of the token.
        found: &'static str,
        /// The `typ` that is accepted here.
        expected: &'static str,
    },
    /// The profile has no such kind of token.
    #[error("this profile has no {kind} token")]
    KindUnknown {
        /// The kind, in one word.
        kind: &'static str,
    },
    /// A claim or header member that must be there is not.
    #[error("{claim} is absent")]
    Absent {
        /// Its name; members of members are joined with a dot: `cnf.jwk`.
        claim: &'static str,
    },
    /// A claim that must not be in such a token is there.
    #[error("{claim} must not be in this token")]
    Forbidden {
        /// Its name.
        claim: &'static str,
    },
    /// A claim has the wrong JSON type.
    #[error("{claim} is {found}, expected {expected}")]
    WrongType {
        /// Its name.
        claim: &'static str,
        /// The JSON type that was found.
        found: &'static str,
        /// The JSON type that was expected.
        expected: &'static str,
    },
    /// A claim has the right JSON type and a value that is not accepted.
    #[error("{claim} holds {found}, expected {expected}")]
    WrongValue {
        /// Its name.
        claim: &'static str,
        /// What was found, in words, never the value.
        found: &'static str,
        /// What was expected, in words.
        expected: &'static str,
    },
    /// The key in a claim cannot be used.
    #[error("the key in {claim} is refused: {source}")]
    Key {
        /// The claim: `cnf.jwk`.
        claim: &'static str,
        /// What `aauth-jose` says.
        source: JoseError,
    },
    /// An auth token with neither `sub` nor `scope`.
    #[error("neither sub nor scope is present, expected at least one")]
    SubjectAndScopeAbsent,
    /// `exp` is not in the future.
    #[error("expired at {expires}, and it is {now}")]
    Expired {
        /// The `exp` of the token.
        expires: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// `iat` is further in the future than the skew allows.
    #[error("issued at {issued}, and it is {now}")]
    NotYetValid {
        /// The `iat` of the token.
        issued: UnixTime,
        /// The time of the check.
        now: UnixTime,
    },
    /// `exp` is further from `iat` than the profile allows.
    #[error("a lifetime of {seconds} seconds, expected at most {most}")]
    LifetimeTooLong {
        /// Seconds from `iat` to `exp`.
        seconds: i64,
        /// The ceiling in seconds.
        most: i64,
    },
    /// `iss` is not an issuer that is accepted here.
    #[error("the issuer is not one that is trusted here")]
    IssuerUntrusted,
    /// `aud` does not name the server it must name.
    #[error("the audience is another server")]
    AudienceMismatch,
    /// `agent` is not the agent it must be.
    #[error("the token was made for another agent")]
    AgentMismatch,
    /// `cnf.jwk` or `agent_jkt` is not the key it must be.
    #[error("the token is bound to another key")]
    BindingMismatch,
    /// A claim to be minted that tokens of this kind and profile do not have.
    #[error("this profile has no {claim} in such a token")]
    NotInProfile {
        /// Its name.
        claim: &'static str,
    },
    /// A skew above the most that may be configured.
    #[error("an iat skew of {seconds} seconds, expected at most 60")]
    SkewTooLong {
        /// The seconds asked for.
        seconds: u64,
    },
}

impl TokenError {
    /// A stable name for programs; that of the cause for `Jose`, `Json` and `Key`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Jose { source } | Self::Key { source, .. } => source.kind(),
            Self::Json { source } => source.kind(),
            Self::TypUnknown { .. } => "typ_unknown",
            Self::TypMismatch { .. } => "typ_mismatch",
            Self::KindUnknown { .. } => "kind_unknown",
            Self::Absent { .. } => "claim_absent",
            Self::Forbidden { .. } => "claim_forbidden",
            Self::WrongType { .. } => "claim_wrong_type",
            Self::WrongValue { .. } => "claim_wrong_value",
            Self::SubjectAndScopeAbsent => "subject_and_scope_absent",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::LifetimeTooLong { .. } => "lifetime_too_long",
            Self::IssuerUntrusted => "issuer_untrusted",
            Self::AudienceMismatch => "audience_mismatch",
            Self::AgentMismatch => "agent_mismatch",
            Self::BindingMismatch => "binding_mismatch",
            Self::NotInProfile { .. } => "claim_not_in_profile",
            Self::SkewTooLong { .. } => "skew_too_long",
        }
    }

    /// Byte offset of the fault, where one byte is at fault: in the decoded payload for `Json`, in the token for `Jose`.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Jose { source } => source.at(),
            Self::Json { source } => source.at(),
            _ => None,
        }
    }
}
