//! The agent's role: what to believe of a challenge and of a delivered token.

use aauth_challenge::Challenge;
use aauth_jose::Jwks;
use aauth_token::{AuthToken, AuthWants, ResourceToken, ResourceWants, TokenError, Unverified};
use aauth_types::{KeyRef, Network, ServerId, Thumbprint, UnixTime};
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
        let token =
            Unverified::parse(text, self.dialect.tokens, self.network).map_err(DistrustError::AuthToken)?;
        if token.key_ref().issuer != challenge.auth_server {
            return Err(DistrustError::AuthToken(TokenError::IssuerUntrusted));
        }
        Ok(token)
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
        let want = AuthWants::received(&challenge.auth_server, challenge.token.issuer(), &self.id, &self.key);
        let token = token.clone().auth(keys, &want, now).map_err(DistrustError::AuthToken)?;
        if challenge.token.scope().covers(token.scope()) {
            Ok(token)
        } else {
            Err(DistrustError::ScopeWidened)
        }
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
