//! Resource tokens: what a resource lets an agent ask for.

use aauth_jose::Jwks;
use aauth_types::{EndpointUrl, Scope, Secret, ServerId, Thumbprint, TokenId, UnixTime};

use crate::claim::{AGENT, AGENT_JKT, AUD};
use crate::claim_set::{ClaimSet, need};
use crate::claims::sealed::Set;
use crate::signed::{Signed, signed_accessors};
use crate::times::Expiry;
use crate::{Issuance, TokenClaims, TokenError, TokenKind, Unverified};

/// The claims of a resource token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ResourceClaims {
    /// `iss` (the resource), `dwk`, `jti`, `iat`, `exp`.
    pub issuance: Issuance,
    /// `aud`: the auth server; in the draft a person server or an access server.
    pub audience: ServerId,
    /// `agent_jkt`: the key with which the agent signed.
    pub agent_jkt: Thumbprint,
    /// `scope`; `None` when absent.
    pub scope: Option<Scope>,
    /// `agent`. `SEED` only, and required there.
    pub agent: Option<ServerId>,
    /// `txn`: ties requests together; goes into the auth token. `SEED` only.
    pub txn: Option<String>,
    /// `ps`: who issued the token that the request carried. `DRAFT_11` only, and required there.
    pub person_server: Option<ServerId>,
    /// `sub` of that token. `DRAFT_11` only, and required there.
    pub subject: Option<String>,
    /// `presented_jti`: its `jti`. `DRAFT_11` only, and required there.
    pub presented: Option<TokenId>,
    /// `account`. `DRAFT_11` only.
    pub account: Option<String>,
    /// `login_hint`. `DRAFT_11` only.
    pub login_hint: Option<String>,
    /// `mission_s256`. `DRAFT_11` only.
    pub mission: Option<Thumbprint>,
    /// `tenant`. `DRAFT_11` only.
    pub tenant: Option<String>,
    /// `interaction`. `DRAFT_11` only.
    pub interaction: Option<Interaction>,
}

/// Where a resource wants to see the person first: the claim `interaction`.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// `url`.
    pub url: EndpointUrl,
    /// `code`.
    pub code: Secret<String>,
}

impl ResourceClaims {
    /// The claims that every resource token has; the others are absent. A profile may need more.
    #[must_use]
    pub fn new(issuance: Issuance, audience: ServerId, agent_jkt: Thumbprint) -> Self {
        Self {
            issuance,
            audience,
            agent_jkt,
            scope: None,
            agent: None,
            txn: None,
            person_server: None,
            subject: None,
            presented: None,
            account: None,
            login_hint: None,
            mission: None,
            tenant: None,
            interaction: None,
        }
    }
}

impl TokenClaims for ResourceClaims {
    const KIND: TokenKind = TokenKind::Resource;

    fn issuance(&self) -> &Issuance {
        &self.issuance
    }
}

#[allow(private_interfaces, reason = "seals the trait")]
impl Set for ResourceClaims {
    fn from_set(mut set: ClaimSet) -> Result<Self, TokenError> {
        Ok(Self {
            issuance: Issuance::from_set(&mut set)?,
            audience: need(set.audience.pop(), &AUD)?,
            agent_jkt: need(set.agent_jkt, &AGENT_JKT)?,
            scope: set.scope,
            agent: set.agent,
            txn: set.txn,
            person_server: set.person_server,
            subject: set.subject,
            presented: set.presented,
            account: set.account,
            login_hint: set.login_hint,
            mission: set.mission,
            tenant: set.tenant,
            interaction: set.interaction,
        })
    }

    fn to_set(&self) -> ClaimSet {
        ClaimSet {
            audience: smallvec::smallvec![self.audience.clone()],
            agent_jkt: Some(self.agent_jkt),
            scope: self.scope.clone().filter(|scope| !scope.is_empty()),
            agent: self.agent.clone(),
            txn: self.txn.clone(),
            person_server: self.person_server.clone(),
            subject: self.subject.clone(),
            presented: self.presented.clone(),
            account: self.account.clone(),
            login_hint: self.login_hint.clone(),
            mission: self.mission,
            tenant: self.tenant.clone(),
            interaction: self.interaction.clone(),
            ..self.issuance.to_set()
        }
    }
}

/// What an auth server, or an agent that was challenged, expects of a resource token.
#[derive(Debug, Clone, Copy)]
pub struct ResourceWants<'a> {
    /// The resource that sent the challenge, for the agent. `None` at an auth server: any resource passes whose
    /// metadata led to the keys.
    pub issuer: Option<&'a ServerId>,
    /// The auth server itself; for the agent, the `auth-server` of the challenge.
    pub audience: &'a ServerId,
    /// The agent that makes the request; for the agent, itself.
    pub agent: &'a ServerId,
    /// The key that signed the request; for the agent, its own.
    pub agent_jkt: &'a Thumbprint,
}

/// A verified resource token of a profile that names the agent.
///
/// Only [`Unverified::resource`] makes one. Whether its `jti` was seen before is for the caller to find out.
#[derive(Debug, Clone)]
pub struct ResourceToken {
    signed: Signed<ResourceClaims>,
    agent: ServerId,
    scope: Scope,
}

impl ResourceToken {
    signed_accessors!(ResourceClaims);

    /// `aud`: the auth server.
    #[must_use]
    pub fn audience(&self) -> &ServerId {
        &self.signed.claims.audience
    }

    /// `agent`.
    #[must_use]
    pub fn agent(&self) -> &ServerId {
        &self.agent
    }

    /// `agent_jkt`.
    #[must_use]
    pub fn agent_jkt(&self) -> &Thumbprint {
        &self.signed.claims.agent_jkt
    }

    /// `scope`; empty when absent.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// `txn`, to be copied into the auth token.
    #[must_use]
    pub fn txn(&self) -> Option<&str> {
        self.signed.claims.txn.as_deref()
    }
}

impl Unverified<'_> {
    /// Verifies a resource token.
    ///
    /// # Errors
    /// Steps 2 to 5 of [`Unverified`], in that order: `TypMismatch`; `Jose`; `Expired`, `NotYetValid`,
    /// `LifetimeTooLong`; a claim; `IssuerUntrusted`; `AudienceMismatch`; `AgentMismatch`; `BindingMismatch`.
    /// `Absent` for `agent` in a profile whose resource tokens name no agent.
    pub fn resource(
        self,
        keys: &Jwks,
        want: &ResourceWants<'_>,
        now: UnixTime,
    ) -> Result<ResourceToken, TokenError> {
        let signed: Signed<ResourceClaims> = self.verify(keys, Expiry::Strict, now)?;
        let claims = &signed.claims;
        if want.issuer.is_some_and(|issuer| *issuer != claims.issuance.issuer) {
            return Err(TokenError::IssuerUntrusted);
        }
        if claims.audience != *want.audience {
            return Err(TokenError::AudienceMismatch);
        }
        let agent = need(claims.agent.clone(), &AGENT)?;
        if agent != *want.agent {
            return Err(TokenError::AgentMismatch);
        }
        if claims.agent_jkt != *want.agent_jkt {
            return Err(TokenError::BindingMismatch);
        }
        let scope = claims.scope.clone().unwrap_or_default();
        Ok(ResourceToken { signed, agent, scope })
    }
}
