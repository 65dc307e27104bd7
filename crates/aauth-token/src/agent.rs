//! Agent tokens: who an agent, or its delegate, is.

use aauth_jose::{Jwks, PublicJwk, VerifyingKey};
use aauth_types::{AgentId, ServerId, Thumbprint, UnixTime};

use crate::claim::{CNF, SUB};
use crate::claim_set::{ClaimSet, need};
use crate::claims::sealed::Set;
use crate::signed::{Signed, signed_accessors};
use crate::times::Expiry;
use crate::wants::Binding;
use crate::{Issuance, TokenClaims, TokenError, TokenKind, Unverified};

/// The claims of an agent token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgentClaims {
    /// `iss` (the agent, or in the draft its provider), `dwk`, `jti`, `iat`, `exp`.
    pub issuance: Issuance,
    /// `sub`: the delegate's name at its agent; in the draft the agent identifier.
    pub subject: String,
    /// `cnf.jwk`: the key with which the agent signs requests.
    pub key: PublicJwk,
    /// `aud`: servers for which the token is meant; empty means any. `SEED` only.
    pub audience: Vec<ServerId>,
    /// `aud_sub`: the `sub` of an earlier auth token, a hint to the auth server. It proves nothing. `SEED` only.
    pub aud_sub: Option<String>,
    /// `ps`: the agent's person server. `DRAFT_11` only.
    pub person_server: Option<ServerId>,
    /// `parent_agent`: the agent whose sub-agent this is. `DRAFT_11` only.
    pub parent_agent: Option<AgentId>,
}

impl AgentClaims {
    /// The claims that every agent token has; the others are absent.
    #[must_use]
    pub fn new(issuance: Issuance, subject: impl Into<String>, key: PublicJwk) -> Self {
        Self {
            issuance,
            subject: subject.into(),
            key,
            audience: Vec::new(),
            aud_sub: None,
            person_server: None,
            parent_agent: None,
        }
    }
}

impl TokenClaims for AgentClaims {
    const KIND: TokenKind = TokenKind::Agent;

    fn issuance(&self) -> &Issuance {
        &self.issuance
    }
}

#[allow(private_interfaces, reason = "seals the trait")]
impl Set for AgentClaims {
    fn from_set(mut set: ClaimSet) -> Result<Self, TokenError> {
        Ok(Self {
            issuance: Issuance::from_set(&mut set)?,
            subject: need(set.subject, &SUB)?,
            key: need(set.key, &CNF)?,
            audience: set.audience.into_vec(),
            aud_sub: set.aud_sub,
            person_server: set.person_server,
            parent_agent: set.parent_agent,
        })
    }

    fn to_set(&self) -> ClaimSet {
        ClaimSet {
            subject: Some(self.subject.clone()),
            key: Some(self.key.clone()),
            audience: self.audience.clone().into(),
            aud_sub: self.aud_sub.clone(),
            person_server: self.person_server.clone(),
            parent_agent: self.parent_agent.clone(),
            ..self.issuance.to_set()
        }
    }
}

/// What a verifier expects of an agent token.
#[derive(Debug, Clone, Copy)]
pub struct AgentWants<'a> {
    audience: &'a ServerId,
    issuer: Option<&'a ServerId>,
    binding: Binding<'a>,
}

impl<'a> AgentWants<'a> {
    /// A token bound to `key`. `audience`: who is asking, as `aud` must list it where it is present.
    #[must_use]
    pub fn bound_to(audience: &'a ServerId, key: &'a Thumbprint) -> Self {
        Self { audience, issuer: None, binding: Binding::Key(key) }
    }

    /// A token out of `Signature-Key`, **whose request signature you then verify with [`AgentToken::key`]**.
    ///
    /// That is the comparison with the signing key; without it anybody who has seen the token passes.
    #[must_use]
    pub fn binding_proved_by_request_signature(audience: &'a ServerId) -> Self {
        Self { audience, issuer: None, binding: Binding::ComparedElsewhere }
    }

    /// The same, from this issuer only. Otherwise any agent passes whose metadata led to the keys.
    #[must_use]
    pub fn issued_by(self, issuer: &'a ServerId) -> Self {
        Self { issuer: Some(issuer), ..self }
    }

    fn check(&self, claims: &AgentClaims) -> Result<(), TokenError> {
        if self.issuer.is_some_and(|issuer| *issuer != claims.issuance.issuer) {
            return Err(TokenError::IssuerUntrusted);
        }
        if !claims.audience.is_empty() && !claims.audience.contains(self.audience) {
            return Err(TokenError::AudienceMismatch);
        }
        self.binding.check(claims.key.key().thumbprint())
    }
}

/// A verified agent token.
///
/// Only [`Unverified::agent`] makes one.
#[derive(Debug, Clone)]
pub struct AgentToken {
    signed: Signed<AgentClaims>,
}

impl AgentToken {
    signed_accessors!(AgentClaims);

    /// The agent: `iss` in `SEED`, and in the draft its provider.
    #[must_use]
    pub fn agent(&self) -> &ServerId {
        self.issuer()
    }

    /// `sub`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.signed.claims.subject
    }

    /// `aud_sub`: for whom the delegate acted before, by the name that the server in `aud` has for that person. The agent says
    /// so, nobody proves it. `None` without `aud`: a name means nothing without the server that gave it.
    #[must_use]
    pub fn aud_sub(&self) -> Option<&str> {
        let claims = &self.signed.claims;
        claims.aud_sub.as_deref().filter(|_| !claims.audience.is_empty())
    }

    /// `cnf.jwk`, with its `kid` if it has one.
    #[must_use]
    pub fn cnf(&self) -> &PublicJwk {
        &self.signed.claims.key
    }

    /// `cnf.jwk`: verify the request signature with it.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        self.signed.claims.key.key()
    }

    /// Verifies the token again at a later time, without verifying its signature again.
    ///
    /// `keys`: the issuer's set as it is now. The result is that of [`Unverified::agent`] on the same text.
    ///
    /// # Errors
    /// As [`Unverified::agent`]; a set in which `kid` names another key gives `Jose` with `SignatureMismatch`.
    pub fn check_again(&self, keys: &Jwks, want: &AgentWants<'_>, now: UnixTime) -> Result<(), TokenError> {
        self.signed.check_again(keys, now)?;
        want.check(&self.signed.claims)
    }
}

impl Unverified<'_> {
    /// Verifies an agent token.
    ///
    /// # Errors
    /// Steps 2 to 5 of [`Unverified`], in that order: `TypMismatch`; `Jose`; `Expired`, `NotYetValid`,
    /// `LifetimeTooLong`; a claim; `IssuerUntrusted`; `AudienceMismatch`; `BindingMismatch`.
    pub fn agent(self, keys: &Jwks, want: &AgentWants<'_>, now: UnixTime) -> Result<AgentToken, TokenError> {
        let signed: Signed<AgentClaims> = self.verify(keys, Expiry::Strict, now)?;
        want.check(&signed.claims)?;
        Ok(AgentToken { signed })
    }
}
