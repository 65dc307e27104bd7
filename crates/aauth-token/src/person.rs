//! Person tokens of the draft: for whom an agent acts.

use aauth_jose::{Jwks, PublicJwk, VerifyingKey};
use aauth_types::{ServerId, Thumbprint, UnixTime};

use crate::claim::{AUD, CNF, SUB};
use crate::claim_set::{ClaimSet, need};
use crate::claims::sealed::Set;
use crate::signed::{Signed, signed_accessors};
use crate::times::Expiry;
use crate::wants::Binding;
use crate::{Issuance, IssuerRule, TokenClaims, TokenError, TokenKind, Unverified};

/// The claims of a person token.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 section 7.1.2.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PersonClaims {
    /// `iss` (the person server), `dwk`, `jti`, `iat`, `exp`.
    pub issuance: Issuance,
    /// `aud`: the resource.
    pub audience: ServerId,
    /// `sub`: the person, as this resource may know them.
    pub subject: String,
    /// `cnf.jwk`: the agent's key.
    pub key: PublicJwk,
    /// `mission_s256`.
    pub mission: Option<Thumbprint>,
    /// `tenant`. Never part of the person's identity.
    pub tenant: Option<String>,
}

impl PersonClaims {
    /// The claims that every person token has; the others are absent.
    #[must_use]
    pub fn new(issuance: Issuance, audience: ServerId, subject: impl Into<String>, key: PublicJwk) -> Self {
        Self { issuance, audience, subject: subject.into(), key, mission: None, tenant: None }
    }
}

impl TokenClaims for PersonClaims {
    const KIND: TokenKind = TokenKind::Person;

    fn issuance(&self) -> &Issuance {
        &self.issuance
    }
}

#[allow(private_interfaces, reason = "seals the trait")]
impl Set for PersonClaims {
    fn from_set(mut set: ClaimSet) -> Result<Self, TokenError> {
        Ok(Self {
            issuance: Issuance::from_set(&mut set)?,
            audience: need(set.audience.pop(), &AUD)?,
            subject: need(set.subject, &SUB)?,
            key: need(set.key, &CNF)?,
            mission: set.mission,
            tenant: set.tenant,
        })
    }

    fn to_set(&self) -> ClaimSet {
        ClaimSet {
            audience: smallvec::smallvec![self.audience.clone()],
            subject: Some(self.subject.clone()),
            key: Some(self.key.clone()),
            mission: self.mission,
            tenant: self.tenant.clone(),
            ..self.issuance.to_set()
        }
    }
}

/// What a resource expects of a person token.
#[derive(Debug, Clone, Copy)]
pub struct PersonWants<'a> {
    issuer: IssuerRule<'a>,
    audience: &'a ServerId,
    binding: Binding<'a>,
}

impl<'a> PersonWants<'a> {
    /// A token bound to `key`. `audience`: the resource itself.
    #[must_use]
    pub fn bound_to(issuer: IssuerRule<'a>, audience: &'a ServerId, key: &'a Thumbprint) -> Self {
        Self { issuer, audience, binding: Binding::Key(key) }
    }

    /// A token out of `Signature-Key`, **whose request signature you then verify with [`PersonToken::key`]**.
    #[must_use]
    pub fn binding_proved_by_request_signature(issuer: IssuerRule<'a>, audience: &'a ServerId) -> Self {
        Self { issuer, audience, binding: Binding::ComparedElsewhere }
    }
}

/// A verified person token. It is never an auth token, however alike the two are.
///
/// Only [`Unverified::person`] makes one.
#[derive(Debug, Clone)]
pub struct PersonToken {
    signed: Signed<PersonClaims>,
}

impl PersonToken {
    signed_accessors!(PersonClaims);

    /// `sub`; together with the issuer it names the person.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.signed.claims.subject
    }

    /// `cnf.jwk`: verify the request signature with it.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        self.signed.claims.key.key()
    }
}

impl Unverified<'_> {
    /// Verifies a person token.
    ///
    /// # Errors
    /// Steps 2 to 5 of [`Unverified`], in that order; `KindUnknown` in a profile without person tokens.
    ///
    /// Source: draft-hardt-oauth-aauth-protocol-11 section 7.1.4.
    pub fn person(
        self,
        keys: &Jwks,
        want: &PersonWants<'_>,
        now: UnixTime,
    ) -> Result<PersonToken, TokenError> {
        let signed: Signed<PersonClaims> = self.verify(keys, Expiry::Strict, now)?;
        want.issuer.check(&signed.claims.issuance.issuer)?;
        if signed.claims.audience != *want.audience {
            return Err(TokenError::AudienceMismatch);
        }
        want.binding.check(signed.claims.key.key().thumbprint())?;
        Ok(PersonToken { signed })
    }
}
