//! The agent's role: what to believe of a challenge and of a delivered token.

use aauth_challenge::Challenge;
use aauth_jose::Jwks;
use aauth_token::{AuthToken, AuthWants, ResourceToken, ResourceWants, TokenError, Unverified};
use aauth_types::{KeyRef, Network, Scope, ServerId, Thumbprint, UnixTime};
use thiserror::Error;

use crate::Dialect;

/// An agent as others see it: its name and its key.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Its identifier.
    pub id: ServerId,
    /// The thumbprint of the key that signs its requests.
    pub key: Thumbprint,
    /// The dialect it speaks.
    pub dialect: &'static Dialect,
    /// Whether loopback http identifiers are read.
    pub network: Network,
}

/// A challenge that asks for an auth token, read but not believed.
#[derive(Debug)]
pub struct ReceivedChallenge<'a> {
    token: Unverified<'a>,
    text: &'a str,
    auth_server: &'a ServerId,
}

/// A challenge that was made for this agent and this key by the resource that was called.
#[derive(Debug, Clone)]
pub struct VerifiedChallenge {
    token: ResourceToken,
    text: String,
    auth_server: ServerId,
}

/// A challenge or a token that the agent must not act on. The fault is the other side's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DistrustError {
    /// The answer asks for something else than an auth token, or lacks a parameter.
    #[error("the answer carries no complete challenge for an auth token")]
    NoChallenge,
    /// The resource token.
    #[error("resource token: {0}")]
    ResourceToken(TokenError),
    /// The auth token.
    #[error("auth token: {0}")]
    AuthToken(TokenError),
    /// The auth token grants a scope that was not asked for.
    #[error("auth token: its scope is wider than the scope of the challenge")]
    ScopeWidened,
}

impl DistrustError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoChallenge => "no_challenge",
            Self::ResourceToken(error) | Self::AuthToken(error) => error.kind(),
            Self::ScopeWidened => "scope_widened",
        }
    }
}

impl Agent {
    /// Reads the resource token of a challenge.
    ///
    /// A token that is not of `resource` is refused here, so that it causes no fetch.
    ///
    /// # Errors
    /// `NoChallenge`: another requirement, or a bare one. `ResourceToken`: malformed, or of somebody else.
    pub fn receive<'a>(
        &self,
        challenge: &'a Challenge,
        resource: &ServerId,
    ) -> Result<ReceivedChallenge<'a>, DistrustError> {
        let Challenge::AuthToken { resource_token, auth_server: Some(auth_server) } = challenge else {
            return Err(DistrustError::NoChallenge);
        };
        let token = Unverified::parse(resource_token, self.dialect.tokens, self.network)
            .map_err(DistrustError::ResourceToken)?;
        if token.key_ref().issuer != *resource {
            return Err(DistrustError::ResourceToken(TokenError::IssuerUntrusted));
        }
        Ok(ReceivedChallenge { token, text: resource_token, auth_server })
    }

    /// Verifies the challenge: signature, `iss` is `resource`, `aud` is the auth server it names, `agent` and
    /// `agent_jkt` are this agent's, `exp`.
    ///
    /// `keys`: the set that [`ReceivedChallenge::key_ref`] asks for.
    ///
    /// # Errors
    /// `ResourceToken`: the check that failed.
    pub fn verify_challenge(
        &self,
        challenge: &ReceivedChallenge<'_>,
        resource: &ServerId,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<VerifiedChallenge, DistrustError> {
        let want = ResourceWants {
            issuer: Some(resource),
            audience: challenge.auth_server,
            agent: &self.id,
            agent_jkt: &self.key,
        };
        let token =
            challenge.token.clone().resource(keys, &want, now).map_err(DistrustError::ResourceToken)?;
        Ok(VerifiedChallenge {
            token,
            text: challenge.text.to_owned(),
            auth_server: challenge.auth_server.clone(),
        })
    }

    /// Reads a delivered auth token, to learn which key set verifies it.
    ///
    /// A token that is not of the auth server of `challenge` is refused here, so that it causes no fetch.
    ///
    /// # Errors
    /// `AuthToken`: malformed, or of somebody else.
    pub fn receive_token<'a>(
        &self,
        text: &'a str,
        challenge: &VerifiedChallenge,
    ) -> Result<Unverified<'a>, DistrustError> {
        self.receive_token_of(text, &challenge.auth_server)
    }

    /// The same for a token that was asked for without a challenge.
    ///
    /// # Errors
    /// As [`Agent::receive_token`].
    pub fn receive_token_of<'a>(
        &self,
        text: &'a str,
        auth_server: &ServerId,
    ) -> Result<Unverified<'a>, DistrustError> {
        let token =
            Unverified::parse(text, self.dialect.tokens, self.network).map_err(DistrustError::AuthToken)?;
        if token.key_ref().issuer != *auth_server {
            return Err(DistrustError::AuthToken(TokenError::IssuerUntrusted));
        }
        Ok(token)
    }

    /// Verifies a token that was asked for without a challenge: issued by `auth_server`, for `audience` (the resource of the
    /// token it replaces, or the agent itself), bound to this agent and its key, no wider than `scope`.
    ///
    /// # Errors
    /// As [`Agent::verify_token`].
    pub fn verify_token_of(
        &self,
        token: &Unverified<'_>,
        auth_server: &ServerId,
        audience: &ServerId,
        scope: &Scope,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AuthToken, DistrustError> {
        let want = AuthWants::received(auth_server, audience, &self.id, &self.key);
        let token = token.clone().auth(keys, &want, now).map_err(DistrustError::AuthToken)?;
        if scope.covers(token.scope()) { Ok(token) } else { Err(DistrustError::ScopeWidened) }
    }

    /// Verifies a delivered auth token: issued by the auth server of the challenge, for the resource of the challenge,
    /// bound to this agent and its key, and no wider than what was asked.
    ///
    /// # Errors
    /// `AuthToken`: the check that failed. `ScopeWidened`: more was granted than the resource asked for.
    pub fn verify_token(
        &self,
        token: &Unverified<'_>,
        challenge: &VerifiedChallenge,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AuthToken, DistrustError> {
        let (audience, scope) = (challenge.token.issuer(), challenge.token.scope());
        self.verify_token_of(token, &challenge.auth_server, audience, scope, keys, now)
    }
}

impl ReceivedChallenge<'_> {
    /// The key set that verifies the resource token.
    #[must_use]
    pub fn key_ref(&self) -> &KeyRef {
        self.token.key_ref()
    }
}

impl VerifiedChallenge {
    /// The auth server to ask, and no other.
    #[must_use]
    pub fn auth_server(&self) -> &ServerId {
        &self.auth_server
    }

    /// The resource token for the token request.
    #[must_use]
    pub fn resource_token(&self) -> &str {
        &self.text
    }

    /// What the resource asks for.
    #[must_use]
    pub fn token(&self) -> &ResourceToken {
        &self.token
    }
}
