//! Auth tokens: what an agent may do at a resource, and for whom.

use core::time::Duration;

use aauth_jose::{Jwks, PublicJwk, VerifyingKey};
use aauth_types::{Scope, ServerId, Thumbprint, UnixTime};

use crate::claim::{AGENT, AUD, CNF};
use crate::claim_set::{ClaimSet, need};
use crate::claims::sealed::Set;
use crate::signed::{Signed, signed_accessors};
use crate::times::Expiry;
use crate::wants::Binding;
use crate::{AgentRule, Issuance, IssuerRule, TokenClaims, TokenError, TokenKind, Unverified};

/// The claims of an auth token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuthClaims {
    /// `iss` (the auth server; in the draft a person server or an access server), `dwk`, `jti`, `iat`, `exp`.
    pub issuance: Issuance,
    /// `aud`: the resource, or the agent itself for self-access.
    pub audience: ServerId,
    /// `cnf.jwk`: the agent's key.
    pub key: PublicJwk,
    /// `agent`; absent only when it is the audience. `SEED` only.
    pub agent: Option<ServerId>,
    /// `sub`: the person. In `SEED` this or `scope` must be there; in `DRAFT_11` it is required.
    pub subject: Option<String>,
    /// `scope`: what was granted; `None` when absent.
    pub scope: Option<Scope>,
    /// `txn`: copied from the resource token. `SEED` only.
    pub txn: Option<String>,
    /// `ps`: the person's server. `DRAFT_11` only, and required there.
    pub person_server: Option<ServerId>,
    /// `account`. `DRAFT_11` only.
    pub account: Option<String>,
    /// `mission_s256`. `DRAFT_11` only.
    pub mission: Option<Thumbprint>,
    /// `tenant`. `DRAFT_11` only.
    pub tenant: Option<String>,
}

impl AuthClaims {
    /// The claims that every auth token has; the others are absent. A profile needs more.
    #[must_use]
    pub fn new(issuance: Issuance, audience: ServerId, key: PublicJwk) -> Self {
        Self {
            issuance,
            audience,
            key,
            agent: None,
            subject: None,
            scope: None,
            txn: None,
            person_server: None,
            account: None,
            mission: None,
            tenant: None,
        }
    }
}

impl TokenClaims for AuthClaims {
    const KIND: TokenKind = TokenKind::Auth;

    fn issuance(&self) -> &Issuance {
        &self.issuance
    }
}

#[allow(private_interfaces, reason = "seals the trait")]
impl Set for AuthClaims {
    fn from_set(mut set: ClaimSet) -> Result<Self, TokenError> {
        Ok(Self {
            issuance: Issuance::from_set(&mut set)?,
            audience: need(set.audience.pop(), &AUD)?,
            key: need(set.key, &CNF)?,
            agent: set.agent,
            subject: set.subject,
            scope: set.scope,
            txn: set.txn,
            person_server: set.person_server,
            account: set.account,
            mission: set.mission,
            tenant: set.tenant,
        })
    }

    fn to_set(&self) -> ClaimSet {
        ClaimSet {
            audience: smallvec::smallvec![self.audience.clone()],
            key: Some(self.key.clone()),
            agent: self.agent.clone(),
            subject: self.subject.clone(),
            scope: self.scope.clone().filter(|scope| !scope.is_empty()),
            txn: self.txn.clone(),
            person_server: self.person_server.clone(),
            account: self.account.clone(),
            mission: self.mission,
            tenant: self.tenant.clone(),
            ..self.issuance.to_set()
        }
    }
}

/// What a resource, or the agent that received it, expects of an auth token.
#[derive(Debug, Clone, Copy)]
pub struct AuthWants<'a> {
    issuer: IssuerRule<'a>,
    audience: &'a ServerId,
    agent: AgentRule<'a>,
    binding: Binding<'a>,
}

impl<'a> AuthWants<'a> {
    /// A token bound to `key`. `audience`: the resource itself.
    #[must_use]
    pub fn bound_to(
        issuer: IssuerRule<'a>,
        audience: &'a ServerId,
        agent: AgentRule<'a>,
        key: &'a Thumbprint,
    ) -> Self {
        Self { issuer, audience, agent, binding: Binding::Key(key) }
    }

    /// A token out of `Signature-Key`, **whose request signature you then verify with [`AuthToken::key`]**.
    ///
    /// That is the comparison with the signing key; without it anybody who has seen the token passes.
    #[must_use]
    pub fn binding_proved_by_request_signature(
        issuer: IssuerRule<'a>,
        audience: &'a ServerId,
        agent: AgentRule<'a>,
    ) -> Self {
        Self { issuer, audience, agent, binding: Binding::ComparedElsewhere }
    }

    /// A token that an agent gets from an auth server.
    ///
    /// `auth_server`: the one that was asked, and no other. `resource`: the one to be called, or the agent itself.
    /// `agent`, `key`: the agent itself and its own key.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Agent" verification of a received auth token.
    #[must_use]
    pub fn received(
        auth_server: &'a ServerId,
        resource: &'a ServerId,
        agent: &'a ServerId,
        key: &'a Thumbprint,
    ) -> Self {
        Self::bound_to(IssuerRule::Exactly(auth_server), resource, AgentRule::Is(agent), key)
    }

    fn check(&self, signed: &Signed<AuthClaims>) -> Result<(), TokenError> {
        let claims = &signed.claims;
        self.issuer.check(&claims.issuance.issuer)?;
        check_audience(claims, self.audience)?;
        check_agent(signed, self.agent)?;
        self.binding.check(claims.key.key().thumbprint())
    }
}

/// What an auth server expects of an expired auth token that is to be replaced. It is the issuer itself.
#[derive(Debug, Clone, Copy)]
pub struct RefreshWants<'a> {
    /// The auth server itself.
    pub issuer: &'a ServerId,
    /// The agent that makes the request.
    pub agent: &'a ServerId,
    /// The key that signed the request.
    pub key: &'a Thumbprint,
}

/// What an auth server expects of the token that a calling resource was itself called with.
#[derive(Debug, Clone, Copy)]
pub struct UpstreamWants<'a> {
    /// Whose tokens count.
    pub issuer: IssuerRule<'a>,
    /// The resource that now calls as an agent.
    pub audience: &'a ServerId,
}

/// A verified auth token, good for a request that its key signed.
///
/// Only [`Unverified::auth`] makes one.
#[derive(Debug, Clone)]
pub struct AuthToken {
    signed: Signed<AuthClaims>,
}

/// An auth token that may have expired: good for being replaced, never for access.
///
/// Only [`Unverified::auth_ignoring_expiry_up_to`] makes one.
#[derive(Debug, Clone)]
pub struct RefreshableAuthToken {
    signed: Signed<AuthClaims>,
}

/// A verified auth token whose key is **not** the caller's: it says on whose behalf a resource calls on.
///
/// Only [`Unverified::upstream_ignoring_binding`] makes one.
#[derive(Debug, Clone)]
pub struct UpstreamToken {
    signed: Signed<AuthClaims>,
}

static NO_SCOPE: Scope = Scope::EMPTY;

macro_rules! auth_accessors {
    ($token:ident) => {
        impl $token {
            signed_accessors!(AuthClaims);

            /// `aud`.
            #[must_use]
            pub fn audience(&self) -> &ServerId {
                &self.signed.claims.audience
            }

            /// `agent`; the audience for self-access.
            #[must_use]
            pub fn agent(&self) -> &ServerId {
                let claims = &self.signed.claims;
                claims.agent.as_ref().unwrap_or(&claims.audience)
            }

            /// `sub`; together with the issuer it names the person.
            #[must_use]
            pub fn subject(&self) -> Option<&str> {
                self.signed.claims.subject.as_deref()
            }

            /// `scope`; empty when absent.
            #[must_use]
            pub fn scope(&self) -> &Scope {
                self.signed.claims.scope.as_ref().unwrap_or(&NO_SCOPE)
            }

            /// `txn`.
            #[must_use]
            pub fn txn(&self) -> Option<&str> {
                self.signed.claims.txn.as_deref()
            }

            /// `cnf.jwk`, with its `kid` if it has one.
            #[must_use]
            pub fn cnf(&self) -> &PublicJwk {
                &self.signed.claims.key
            }

            /// `cnf.jwk`.
            #[must_use]
            pub fn key(&self) -> &VerifyingKey {
                self.signed.claims.key.key()
            }
        }
    };
}

auth_accessors!(AuthToken);

impl AuthToken {
    /// Verifies the token again at a later time, without verifying its signature again.
    ///
    /// `keys`: the issuer's set as it is now. The result is that of [`Unverified::auth`] on the same text.
    ///
    /// # Errors
    /// As [`Unverified::auth`]; a set in which `kid` names another key gives `Jose` with `SignatureMismatch`.
    pub fn check_again(&self, keys: &Jwks, want: &AuthWants<'_>, now: UnixTime) -> Result<(), TokenError> {
        self.signed.check_again(keys, now)?;
        want.check(&self.signed)
    }
}

auth_accessors!(RefreshableAuthToken);
auth_accessors!(UpstreamToken);

impl Unverified<'_> {
    /// Verifies an auth token.
    ///
    /// # Errors
    /// Steps 2 to 5 of [`Unverified`], in that order: `TypMismatch`; `Jose`; `Expired`, `NotYetValid`,
    /// `LifetimeTooLong`; a claim; `IssuerUntrusted`; `AudienceMismatch`; `AgentMismatch`, or `Absent` for `agent`;
    /// `BindingMismatch`.
    pub fn auth(self, keys: &Jwks, want: &AuthWants<'_>, now: UnixTime) -> Result<AuthToken, TokenError> {
        let signed: Signed<AuthClaims> = self.verify(keys, Expiry::Strict, now)?;
        want.check(&signed)?;
        Ok(AuthToken { signed })
    }

    /// Verifies an auth token that its issuer is asked to replace: all but the audience, which is the resource.
    ///
    /// `window`: how long after `exp` it still passes, exclusive; one that has not expired passes too.
    ///
    /// # Errors
    /// As [`Unverified::auth`], without `AudienceMismatch`; `Expired` when the window is over.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Auth Token Refresh".
    pub fn auth_ignoring_expiry_up_to(
        self,
        window: Duration,
        keys: &Jwks,
        want: &RefreshWants<'_>,
        now: UnixTime,
    ) -> Result<RefreshableAuthToken, TokenError> {
        let signed: Signed<AuthClaims> = self.verify(keys, Expiry::IgnoredUpTo(window), now)?;
        IssuerRule::Exactly(want.issuer).check(&signed.claims.issuance.issuer)?;
        check_agent(&signed, AgentRule::Is(want.agent))?;
        Binding::Key(want.key).check(signed.claims.key.key().thumbprint())?;
        Ok(RefreshableAuthToken { signed })
    }

    /// Verifies an auth token that a resource was called with and now shows in order to call on.
    ///
    /// Its key is that of the first agent, so it is not compared with anything: the request is signed by the resource.
    ///
    /// # Errors
    /// As [`Unverified::auth`], without `BindingMismatch`.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Call Chaining".
    pub fn upstream_ignoring_binding(
        self,
        keys: &Jwks,
        want: &UpstreamWants<'_>,
        now: UnixTime,
    ) -> Result<UpstreamToken, TokenError> {
        let signed: Signed<AuthClaims> = self.verify(keys, Expiry::Strict, now)?;
        want.issuer.check(&signed.claims.issuance.issuer)?;
        check_audience(&signed.claims, want.audience)?;
        check_agent(&signed, AgentRule::NamedOrAudience)?;
        Ok(UpstreamToken { signed })
    }
}

/// The agent that the accessors show: the one named, or the audience where that is the agent itself.
fn check_agent(signed: &Signed<AuthClaims>, rule: AgentRule<'_>) -> Result<(), TokenError> {
    let claims = &signed.claims;
    // Where the profile has no `agent`, its absence says nothing about self-access.
    let itself = signed.profile_has(AGENT.name).then_some(&claims.audience);
    let named = claims.agent.as_ref();
    let agent = match rule {
        AgentRule::Named => named,
        AgentRule::NamedOrAudience => named.or(itself),
        AgentRule::Is(expected) => named.or(itself.filter(|itself| *itself == expected)),
    };
    let agent = need(agent, &AGENT)?;
    match rule {
        AgentRule::Is(expected) if expected != agent => Err(TokenError::AgentMismatch),
        _ => Ok(()),
    }
}

fn check_audience(claims: &AuthClaims, expected: &ServerId) -> Result<(), TokenError> {
    if claims.audience == *expected { Ok(()) } else { Err(TokenError::AudienceMismatch) }
}
