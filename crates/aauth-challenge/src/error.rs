//! Why a field of this crate cannot be read or written.

use aauth_types::TypeError;
use thiserror::Error;

use crate::Requirement;

/// A challenge, a session token or a list of capabilities that is refused.
///
/// When it comes from a `read`, the fault lies with the peer; from a `write`, with the caller. No variant repeats the
/// peer's text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChallengeError {
    /// All lines joined are longer than [`MAX_FIELD`](crate::MAX_FIELD).
    #[error("a field of {bytes} bytes, expected at most 16384")]
    TooLong {
        /// How long they are.
        bytes: usize,
    },
    /// Not a structured field of the right type.
    #[error("not a structured field: fault at byte {at}")]
    Malformed {
        /// Byte offset in the joined value.
        at: usize,
    },
    /// A member or a parameter stands there twice, so that two readers could take two meanings.
    #[error("a member or a parameter stands there twice")]
    Duplicate,
    /// The dictionary has no requirement.
    #[error("the field has no member {member}")]
    RequirementMissing {
        /// The member that is missing: `require` or `requirement`.
        member: &'static str,
    },
    /// The requirement is a string, a number, a list or a flag.
    #[error("the member {member} is not a token")]
    RequirementNotToken {
        /// `require` or `requirement`.
        member: &'static str,
    },
    /// `auth-token` without any parameter: the server did not like the token that was presented.
    ///
    /// Drop the token and repeat the request with the agent's own identity.
    #[error("auth-token stands there without any parameter")]
    BareAuthToken,
    /// The requirement needs a parameter that is not there.
    #[error("the parameter {parameter} is missing")]
    ParameterMissing {
        /// Its name.
        parameter: &'static str,
    },
    /// A parameter is not a string.
    #[error("the parameter {parameter} is not a string")]
    ParameterNotString {
        /// Its name.
        parameter: &'static str,
    },
    /// A resource token that is empty, too long, or holds a character that no field can carry.
    #[error("resource-token holds {found}")]
    ResourceToken {
        /// What it holds, in words.
        found: &'static str,
    },
    /// `auth-server` is not a server identifier.
    #[error("auth-server: {fault}")]
    AuthServer {
        /// Why not.
        fault: TypeError,
    },
    /// `url` is not an endpoint URL.
    #[error("url: {fault}")]
    Url {
        /// Why not.
        fault: TypeError,
    },
    /// A code that could not stand in a URL as it is.
    #[error("code holds {found}")]
    Code {
        /// What it holds, in words.
        found: &'static str,
    },
    /// The vocabulary has no word for the requirement; `None` for one that no vocabulary knows.
    #[error("the vocabulary {vocabulary} has no word for this requirement")]
    NoWord {
        /// Name of the vocabulary.
        vocabulary: &'static str,
        /// The requirement.
        requirement: Option<Requirement>,
    },
    /// A session token that is empty or no `token68`.
    #[error("session token: {found} at byte {at}")]
    SessionToken {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the value.
        at: usize,
    },
    /// Several session tokens, or several credentials of which one is a session token.
    #[error("several credentials, expected one")]
    SeveralCredentials,
    /// A member of a list of capabilities that is not a token.
    #[error("a capability is not a token")]
    CapabilityNotToken,
}

impl ChallengeError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "too_long",
            Self::Malformed { .. } => "malformed",
            Self::Duplicate => "duplicate",
            Self::RequirementMissing { .. } => "requirement_missing",
            Self::RequirementNotToken { .. } => "requirement_not_token",
            Self::BareAuthToken => "bare_auth_token",
            Self::ParameterMissing { .. } => "parameter_missing",
            Self::ParameterNotString { .. } => "parameter_not_string",
            Self::ResourceToken { .. } => "resource_token",
            Self::AuthServer { .. } => "auth_server",
            Self::Url { .. } => "url",
            Self::Code { .. } => "code",
            Self::NoWord { .. } => "no_word",
            Self::SessionToken { .. } => "session_token",
            Self::SeveralCredentials => "several_credentials",
            Self::CapabilityNotToken => "capability_not_token",
        }
    }

    /// Byte offset of the fault in the joined field value, where it is known.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Malformed { at } | Self::SessionToken { at, .. } => Some(*at),
            _ => None,
        }
    }
}
