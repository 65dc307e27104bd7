//! The resource's role: what a route requires, and how to ask for more.

use std::time::Duration;

use aauth_challenge::{Challenge, ChallengeError};
use aauth_jose::Signer;
use aauth_signature::{Component, Coverage, RequestHead};
use aauth_token::{Issuance, ResourceClaims, TokenError};
use aauth_types::{Network, Scope, ServerId, TokenId, UnixTime};
use http::{Response, StatusCode};
use thiserror::Error;

use crate::inbound::CallerWants;
use crate::{Accept, Answer, Caller, Dialect, ErrorCode, Inbound, Rejection, answer};

/// What a route requires of its callers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Requirement {
    /// Nothing: unsigned requests pass too. A signature that is there must be good.
    Public,
    /// Any signed request, whoever signed it.
    Pseudonym,
    /// An agent whose identity is verified.
    Identity,
    /// An auth token that covers this scope.
    AuthToken(Scope),
}

/// What a resource decides about a verified caller.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The requirement is met.
    Allow,
    /// An agent identity is needed: answer with [`Resource::refuse_scheme`].
    NeedIdentity,
    /// An auth token for this scope is needed: answer with [`Resource::challenge`].
    NeedAuthToken(Scope),
}

/// A resource: its name, whom it trusts, and where it sends agents for access.
#[derive(Debug, Clone)]
pub struct Resource {
    id: ServerId,
    auth_server: ServerId,
    trusted: Vec<ServerId>,
    dialects: Vec<&'static Dialect>,
    network: Network,
    coverage: Coverage,
    token_life: Duration,
}

/// A resource token could not be made. The fault is this server's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MintError {
    /// The claims do not fit the dialect, or the signer failed.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The challenge cannot be written.
    #[error(transparent)]
    Challenge(#[from] ChallengeError),
}

impl Resource {
    /// A resource `id` that sends agents to `auth_server` and accepts auth tokens of that server alone.
    ///
    /// `dialects`: what it reads, in order of preference; at least one.
    #[must_use]
    pub fn new(
        id: ServerId,
        auth_server: ServerId,
        dialects: Vec<&'static Dialect>,
        network: Network,
    ) -> Self {
        Self {
            id,
            trusted: vec![auth_server.clone()],
            auth_server,
            dialects,
            network,
            coverage: Coverage::default(),
            token_life: Duration::from_secs(300),
        }
    }

    /// Accepts auth tokens of `issuer` too.
    #[must_use]
    pub fn trusting(mut self, issuer: ServerId) -> Self {
        if !self.trusted.contains(&issuer) {
            self.trusted.push(issuer);
        }
        self
    }

    /// Requires this coverage of every request; the default is the four components of the seed dialect.
    #[must_use]
    pub fn requiring(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }

    /// Lets its resource tokens live this long; the default is 300 s.
    #[must_use]
    pub fn with_token_life(mut self, life: Duration) -> Self {
        self.token_life = life;
        self
    }

    /// The identifier of the resource.
    #[must_use]
    pub fn id(&self) -> &ServerId {
        &self.id
    }

    /// The auth server that challenges name.
    #[must_use]
    pub fn auth_server(&self) -> &ServerId {
        &self.auth_server
    }

    /// Whether loopback http identifiers are read.
    #[must_use]
    pub fn network(&self) -> Network {
        self.network
    }

    /// What every signature must cover, and how old it may be.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Whether its coverage asks for `content-digest`, so that bodies must be read and compared.
    #[must_use]
    pub fn binds_bodies(&self) -> bool {
        self.coverage.additional().contains(&Component::CONTENT_DIGEST)
    }

    /// What the resource wants of the tokens in a request.
    #[must_use]
    pub fn wants(&self) -> CallerWants<'_> {
        CallerWants { me: &self.id, auth_servers: &self.trusted }
    }

    /// Reads a request as far as that needs no key: see [`Inbound::parse`].
    ///
    /// # Errors
    /// As [`Inbound::parse`].
    pub fn inbound<'a>(&self, head: &RequestHead<'a>, now: UnixTime) -> Result<Inbound<'a>, Rejection> {
        let accept = Accept { dialects: &self.dialects, network: self.network };
        Inbound::parse(head, accept, &self.coverage, now)
    }

    /// Compares a verified caller with what the route requires.
    pub fn decide(&self, caller: &Caller, requirement: &Requirement) -> Verdict {
        match requirement {
            Requirement::Public | Requirement::Pseudonym => Verdict::Allow,
            _ if caller.agent().is_none() => Verdict::NeedIdentity,
            Requirement::Identity => Verdict::Allow,
            Requirement::AuthToken(scope) => match caller.auth_token() {
                Some(token) if token.scope().covers(scope) => Verdict::Allow,
                _ => Verdict::NeedAuthToken(scope.clone()),
            },
        }
    }

    /// The claims of a resource token for `caller`: the only way to one, and it takes a proof.
    ///
    /// `None` when the caller is a pseudonym: there is no placeholder identity.
    #[must_use]
    pub fn resource_claims(
        &self,
        caller: &Caller,
        scope: Scope,
        id: TokenId,
        now: UnixTime,
    ) -> Option<ResourceClaims> {
        let issuance = Issuance::new(self.id.clone(), id, now, self.token_life);
        let mut claims = ResourceClaims::new(issuance, self.auth_server.clone(), caller.key());
        claims.agent = Some(caller.agent()?.clone());
        claims.scope = Some(scope).filter(|scope| !scope.is_empty());
        Some(claims)
    }

    /// `401` with a full `require=auth-token`: the one answer that carries a resource token.
    ///
    /// # Errors
    /// `MintError`: the token or the header cannot be made.
    pub fn challenge(
        &self,
        dialect: &Dialect,
        claims: &ResourceClaims,
        signer: &dyn Signer,
    ) -> Result<Answer, MintError> {
        let resource_token = aauth_token::mint(claims, dialect.tokens, signer)?;
        let challenge = Challenge::AuthToken { resource_token, auth_server: Some(self.auth_server.clone()) };
        let (name, value) = challenge.write(dialect.challenge)?;
        let mut answer = Response::new(b"Authorization required".to_vec());
        *answer.status_mut() = StatusCode::UNAUTHORIZED;
        answer.headers_mut().insert(name, value);
        Ok(answer)
    }

    /// The answer to a request without a verified caller. Never carries a resource token.
    #[must_use]
    pub fn refuse(&self, rejection: &Rejection, requirement: &Requirement) -> Answer {
        let required = rejection.required_components();
        let answer = answer::error(rejection.code(), rejection.description(), &required);
        if answer.status() != StatusCode::UNAUTHORIZED {
            return answer;
        }
        self.with_requirement(answer, requirement)
    }

    /// The answer to a pseudonym where an identity is needed.
    #[must_use]
    pub fn refuse_scheme(&self, caller: &Caller) -> Answer {
        let answer = answer::error(ErrorCode::InvalidSignature, "An agent identity is required", &[]);
        with_challenge(answer, &Challenge::Identity, caller.dialect())
    }

    /// The answer to a caller whom the resource's own policy refuses: `403`, without a challenge.
    #[must_use]
    pub fn deny(&self, reason: &str) -> Answer {
        answer::error(ErrorCode::Denied, reason, &[])
    }

    fn with_requirement(&self, answer: Answer, requirement: &Requirement) -> Answer {
        let challenge = match requirement {
            // Whoever is refused for a bad signature here may come without one: there is nothing to ask for.
            Requirement::Public => return answer,
            Requirement::Pseudonym => Challenge::Pseudonym,
            Requirement::Identity | Requirement::AuthToken(_) => Challenge::Identity,
        };
        match self.dialects.first() {
            Some(dialect) => with_challenge(answer, &challenge, dialect),
            None => answer,
        }
    }
}

/// Adds the challenge header; a word that the dialect lacks is left out.
pub(crate) fn with_challenge(mut answer: Answer, challenge: &Challenge, dialect: &Dialect) -> Answer {
    if let Ok((name, value)) = challenge.write(dialect.challenge) {
        answer.headers_mut().insert(name, value);
    }
    answer
}
