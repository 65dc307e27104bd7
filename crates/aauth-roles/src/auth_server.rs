//! The auth server's role: from a verified caller and a resource token to a token or a refusal.

use std::time::Duration;

use aauth_challenge::Challenge;
use aauth_jose::{Jwks, PublicJwk};
use aauth_signature::{Coverage, RequestHead};
use aauth_token::{ResourceToken, ResourceWants, TokenError, TokenKind, Unverified};
use aauth_types::json::quoted;
use aauth_types::{Network, Scope, ServerId, UnixTime};
use http::StatusCode;
use thiserror::Error;

use crate::inbound::CallerWants;
use crate::resource::with_challenge;
use crate::{Accept, Answer, Caller, Dialect, ErrorCode, Inbound, Rejection, TokenRequestError, answer};

/// An auth server: its name and what it reads.
#[derive(Debug, Clone)]
pub struct AuthServer {
    id: ServerId,
    dialects: Vec<&'static Dialect>,
    network: Network,
    coverage: Coverage,
    token_life: Duration,
}

/// A request for access to a resource whose every part was verified: what a policy decides about.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    agent: ServerId,
    delegate: Option<String>,
    cnf: PublicJwk,
    dialect: &'static Dialect,
    token: ResourceToken,
}

/// A token request that the auth server refuses. The fault is the agent's, except for `Overloaded`,
/// `Unavailable` and `ServerError`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No verified caller.
    #[error(transparent)]
    Caller(#[from] Rejection),
    /// The caller is a pseudonym; the token endpoint needs an identity.
    #[error("an agent identity is required")]
    NoIdentity,
    /// The body.
    #[error(transparent)]
    Body(#[from] TokenRequestError),
    /// A mode that this server does not offer.
    #[error("this token endpoint mode is not offered")]
    ModeNotOffered,
    /// The resource token.
    #[error("resource token: {0}")]
    ResourceToken(TokenError),
    /// The keys of the resource could not be had.
    #[error("the keys of the resource are not available")]
    ResourceKeys,
    /// The resource token was used before.
    #[error("resource token was used before")]
    Replayed,
    /// The policy says no.
    #[error("policy refuses: {reason}")]
    Policy {
        /// Told to the agent.
        reason: &'static str,
    },
    /// The agent has too many requests open: 429.
    #[error("the agent has too many open requests")]
    TooManyOpen {
        /// When to try again.
        retry_after: Duration,
    },
    /// All agents together have too many requests open: 503.
    #[error("too many open requests")]
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store does not answer now: 503. The agent goes on where it was, once it answers again.
    #[error("the store does not answer")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// A signer or a random source failed, or a kept row is damaged: 500.
    #[error("internal error")]
    ServerError,
}

impl AuthServer {
    /// An auth server `id`.
    ///
    /// `dialects`: what it reads, in order of preference; at least one.
    #[must_use]
    pub fn new(id: ServerId, dialects: Vec<&'static Dialect>, network: Network) -> Self {
        Self { id, dialects, network, coverage: Coverage::default(), token_life: Duration::from_secs(3600) }
    }

    /// Lets its auth tokens live this long; the default is 3600 s, the ceiling that verifiers apply is 24 h.
    #[must_use]
    pub fn with_token_life(mut self, life: Duration) -> Self {
        self.token_life = life;
        self
    }

    /// Requires this coverage of every request; the default is the four components of the seed dialect.
    #[must_use]
    pub fn requiring(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }

    /// The identifier of the auth server.
    #[must_use]
    pub fn id(&self) -> &ServerId {
        &self.id
    }

    /// The accepted dialect of this name.
    pub(crate) fn dialect(&self, name: &str) -> Option<&'static Dialect> {
        self.dialects.iter().copied().find(|dialect| dialect.name == name)
    }

    /// How long its auth tokens live.
    #[must_use]
    pub fn token_life(&self) -> Duration {
        self.token_life
    }

    /// What every signature must cover, and how old it may be.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// What the auth server wants of the tokens in a request: agent tokens, no auth tokens.
    #[must_use]
    pub fn wants(&self) -> CallerWants<'_> {
        CallerWants { me: &self.id, auth_servers: &[] }
    }

    /// Reads a request as far as that needs no key: see [`Inbound::parse`].
    ///
    /// # Errors
    /// As [`Inbound::parse`].
    pub fn inbound<'a>(&self, head: &RequestHead<'a>, now: UnixTime) -> Result<Inbound<'a>, Rejection> {
        let accept = Accept { dialects: &self.dialects, network: self.network };
        Inbound::parse(head, accept, &self.coverage, now)
    }

    /// Reads the resource token of a request, to learn which key set verifies it.
    ///
    /// A token that is bad whatever its signature is refused here, so that it causes no fetch.
    ///
    /// # Errors
    /// `ResourceToken`: malformed, expired, or another kind of token.
    pub fn resource_token<'a>(
        &self,
        caller: &Caller,
        text: &'a str,
        now: UnixTime,
    ) -> Result<Unverified<'a>, Refusal> {
        let token =
            Unverified::parse(text, caller.dialect().tokens, self.network).map_err(Refusal::ResourceToken)?;
        if let (TokenKind::Agent | TokenKind::Person | TokenKind::Auth, Some(expected)) =
            (token.kind(), caller.dialect().tokens.typ(TokenKind::Resource))
        {
            return Err(Refusal::ResourceToken(TokenError::TypMismatch { found: token.typ(), expected }));
        }
        token.check_before_fetch(now).map_err(Refusal::ResourceToken)?;
        Ok(token)
    }

    /// Verifies a resource token for `caller`: signature of the resource, audience, agent, key binding, times.
    ///
    /// Replay is not checked here: record [`ResourceToken::issuer`] and [`ResourceToken::id`] until it expires.
    ///
    /// # Errors
    /// `NoIdentity`: the caller is a pseudonym. `ResourceToken`: the check that failed.
    pub fn access(
        &self,
        caller: &Caller,
        token: &Unverified<'_>,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let agent = caller.agent().ok_or(Refusal::NoIdentity)?;
        let want = ResourceWants { issuer: None, audience: &self.id, agent, agent_jkt: &caller.key() };
        let token = token.clone().resource(keys, &want, now).map_err(Refusal::ResourceToken)?;
        Ok(AccessRequest {
            agent: agent.clone(),
            delegate: caller.delegate().map(str::to_owned),
            cnf: caller.public_jwk().clone(),
            dialect: caller.dialect(),
            token,
        })
    }

    /// The answer `200 {"auth_token","expires_in"}`.
    #[must_use]
    pub fn granted(&self, auth_token: &str, expires_in: Duration) -> Answer {
        let body =
            format!("{{\"auth_token\":{},\"expires_in\":{}}}", quoted(auth_token), expires_in.as_secs());
        answer::no_store(answer::json(StatusCode::OK, body))
    }

    /// The answer to a request that is refused.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal) -> Answer {
        let (code, description) = refusal.wire();
        let required = match refusal {
            Refusal::Caller(rejection) => rejection.required_components(),
            _ => Vec::new(),
        };
        let mut answer = answer::no_store(answer::error(code, &description, &required));
        if let Refusal::TooManyOpen { retry_after }
        | Refusal::Overloaded { retry_after }
        | Refusal::Unavailable { retry_after } = refusal
        {
            answer.headers_mut().insert(http::header::RETRY_AFTER, retry_after.as_secs().max(1).into());
        }
        match (refusal, self.dialects.first()) {
            (Refusal::NoIdentity, Some(dialect)) => with_challenge(answer, &Challenge::Identity, dialect),
            _ => answer,
        }
    }
}

impl Refusal {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Caller(error) => error.kind(),
            Self::NoIdentity => "no_identity",
            Self::Body(error) => error.kind(),
            Self::ModeNotOffered => "mode_not_offered",
            Self::ResourceToken(error) => error.kind(),
            Self::ResourceKeys => "resource_keys",
            Self::Replayed => "replayed",
            Self::Policy { .. } => "policy",
            Self::TooManyOpen { .. } => "too_many_open",
            Self::Overloaded { .. } => "overloaded",
            Self::Unavailable { .. } => "unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// Error code and description.
    fn wire(&self) -> (ErrorCode, String) {
        let (code, text) = match self {
            Self::Caller(rejection) => (rejection.code(), rejection.description()),
            Self::NoIdentity => (ErrorCode::InvalidSignature, "An agent identity is required"),
            Self::Body(error) => return (ErrorCode::InvalidRequest, error.to_string()),
            Self::ModeNotOffered => (ErrorCode::InvalidRequest, "This token endpoint mode is not offered"),
            Self::ResourceToken(error) => return (ErrorCode::InvalidResourceToken, describe(error)),
            Self::ResourceKeys => (ErrorCode::InvalidResourceToken, UNVERIFIED),
            Self::Replayed => (ErrorCode::InvalidResourceToken, "The resource token was used before"),
            Self::Policy { reason } => (ErrorCode::Denied, *reason),
            Self::TooManyOpen { .. } => (ErrorCode::SlowDown, "Too many open requests of this agent"),
            Self::Overloaded { .. } => (ErrorCode::TemporarilyUnavailable, "Too many open requests"),
            Self::Unavailable { .. } => (ErrorCode::TemporarilyUnavailable, "Try again later"),
            Self::ServerError => (ErrorCode::ServerError, "Internal error"),
        };
        (code, text.to_owned())
    }
}

const UNVERIFIED: &str = "The resource token could not be verified";

/// What the agent is told about a resource token: fixed texts and names of claims, none of the token's own words. A
/// resource that is not known, a key that is not known and a bad signature look the same.
fn describe(error: &TokenError) -> String {
    let text = match error {
        TokenError::TypUnknown { .. } | TokenError::TypMismatch { .. } => "This is not a resource token",
        TokenError::Expired { .. } => "The resource token has expired",
        TokenError::NotYetValid { .. } => "The resource token is not valid yet",
        TokenError::AudienceMismatch => "The resource token is for another auth server",
        TokenError::AgentMismatch => "The resource token is for another agent",
        TokenError::BindingMismatch => "The resource token is for another key",
        TokenError::Absent { .. }
        | TokenError::Forbidden { .. }
        | TokenError::WrongType { .. }
        | TokenError::WrongValue { .. } => return error.to_string(),
        _ => UNVERIFIED,
    };
    text.to_owned()
}

impl AccessRequest {
    /// The agent that asks.
    #[must_use]
    pub fn agent(&self) -> &ServerId {
        &self.agent
    }

    /// The delegate of the agent, if one asks.
    #[must_use]
    pub fn delegate(&self) -> Option<&str> {
        self.delegate.as_deref()
    }

    /// The dialect of the request, in which it is answered and the token is minted.
    #[must_use]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The agent's public key, to which the auth token is bound.
    #[must_use]
    pub fn cnf(&self) -> &PublicJwk {
        &self.cnf
    }

    /// The verified resource token: resource, scope, transaction.
    #[must_use]
    pub fn token(&self) -> &ResourceToken {
        &self.token
    }

    /// The resource that the agent wants to call.
    #[must_use]
    pub fn resource(&self) -> &ServerId {
        self.token.issuer()
    }

    /// What the resource asks for on behalf of the agent.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.token.scope()
    }
}
