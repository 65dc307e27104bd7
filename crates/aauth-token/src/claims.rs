//! What all claims have in common, and claims whose kind is known only at run time.

use core::time::Duration;

use aauth_types::json::Members;
use aauth_types::{Document, Network, ServerId, TokenId, UnixTime};

use crate::claim::{EXP, IAT, ISS, JTI};
use crate::claim_set::{ClaimSet, need};
use crate::times::{Expiry, Times};
use crate::{
    AgentClaims, AuthClaims, IatSkew, PersonClaims, ResourceClaims, TokenError, TokenKind, TokenProfiles,
};

/// Who issued a token, and when: the claims `iss`, `dwk`, `jti`, `iat` and `exp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuance {
    /// `iss`.
    pub issuer: ServerId,
    /// `dwk`. May be left out where the profile leaves no choice; `SEED` never writes it.
    pub document: Option<Document>,
    /// `jti`.
    pub id: TokenId,
    /// `iat`.
    pub issued: UnixTime,
    /// `exp`.
    pub expires: UnixTime,
}

impl Issuance {
    /// A token that `issuer` issues `now` and that lives for the whole seconds of `life`.
    ///
    /// [`TokenProfiles::life`](crate::TokenProfiles::life) is the usual `life`. [`Issuance::capped`] shortens it.
    #[must_use]
    pub fn new(issuer: ServerId, id: TokenId, now: UnixTime, life: Duration) -> Self {
        Self { issuer, document: None, id, issued: now, expires: now.saturating_add(life) }
    }

    /// The same, not living beyond `limit`: the expiry of a token that this one is derived from.
    #[must_use]
    pub fn capped(self, limit: UnixTime) -> Self {
        Self { expires: self.expires.min(limit), ..self }
    }

    /// The same, with the document that names the issuer's keys.
    #[must_use]
    pub fn in_document(self, document: Document) -> Self {
        Self { document: Some(document), ..self }
    }

    pub(crate) fn from_set(set: &mut ClaimSet) -> Result<Self, TokenError> {
        Ok(Self {
            issuer: need(set.issuer.take(), &ISS)?,
            document: set.document,
            id: need(set.id.take(), &JTI)?,
            issued: need(set.issued, &IAT)?,
            expires: need(set.expires, &EXP)?,
        })
    }

    pub(crate) fn to_set(&self) -> ClaimSet {
        ClaimSet {
            issuer: Some(self.issuer.clone()),
            document: self.document,
            id: Some(self.id.clone()),
            issued: Some(self.issued),
            expires: Some(self.expires),
            ..ClaimSet::default()
        }
    }

    pub(crate) fn times(&self) -> Times {
        Times { issued: self.issued, expires: self.expires }
    }
}

/// The claims of one kind of token: [`AgentClaims`], [`PersonClaims`], [`ResourceClaims`], [`AuthClaims`].
///
/// Claims alone prove nothing. Verified ones come out of [`Unverified`](crate::Unverified) only.
pub trait TokenClaims: sealed::Set {
    /// The kind.
    const KIND: TokenKind;

    /// Who issued the token, and when.
    fn issuance(&self) -> &Issuance;
}

pub(crate) mod sealed {
    use crate::TokenError;
    use crate::claim_set::ClaimSet;

    /// To and from the set that every kind shares.
    #[allow(unnameable_types, reason = "seals the trait")]
    pub trait Set: Sized {
        #[allow(private_interfaces, reason = "seals the trait")]
        fn from_set(set: ClaimSet) -> Result<Self, TokenError>;
        #[allow(private_interfaces, reason = "seals the trait")]
        fn to_set(&self) -> ClaimSet;
    }
}

/// Claims of any kind, read without a signature: anybody's words.
///
/// For tools that explain a payload. What decides about access takes a verified token instead.
#[derive(Debug, Clone)]
pub enum Claims {
    /// Of an agent token.
    Agent(AgentClaims),
    /// Of a person token.
    Person(PersonClaims),
    /// Of a resource token.
    Resource(ResourceClaims),
    /// Of an auth token.
    Auth(AuthClaims),
}

impl Claims {
    /// Reads a decoded payload exactly as the verifier does, without its checks of signature, time and audience.
    ///
    /// `text`: the JSON object. The lifetime is checked against the ceiling, since that needs no clock.
    ///
    /// # Errors
    /// `KindUnknown`; `Json`; `Absent`, `Forbidden`, `WrongType`, `WrongValue`, `Key`, `SubjectAndScopeAbsent`,
    /// `LifetimeTooLong`: the first claim that is at fault, in the order in which tokens of this kind are written.
    pub fn read(
        text: &[u8],
        kind: TokenKind,
        profiles: &TokenProfiles,
        network: Network,
    ) -> Result<Self, TokenError> {
        let row = profiles.row(kind)?;
        let set = ClaimSet::read(&Members::parse(text)?, row, profiles, network)?;
        Self::from_set(kind, set)
    }

    /// Checks `exp`, `iat` and the lifetime as the verifier does.
    ///
    /// # Errors
    /// `Expired`, `NotYetValid`, `LifetimeTooLong`.
    pub fn check_times(
        &self,
        profiles: &TokenProfiles,
        now: UnixTime,
        skew: IatSkew,
    ) -> Result<(), TokenError> {
        let row = profiles.row(self.kind())?;
        self.issuance().times().check(profiles, row, Expiry::Strict, now, skew)
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        match self {
            Self::Agent(_) => TokenKind::Agent,
            Self::Person(_) => TokenKind::Person,
            Self::Resource(_) => TokenKind::Resource,
            Self::Auth(_) => TokenKind::Auth,
        }
    }

    /// Who issued the token, and when.
    #[must_use]
    pub fn issuance(&self) -> &Issuance {
        match self {
            Self::Agent(claims) => claims.issuance(),
            Self::Person(claims) => claims.issuance(),
            Self::Resource(claims) => claims.issuance(),
            Self::Auth(claims) => claims.issuance(),
        }
    }

    /// Writes the known claims as the profile orders them, without white space.
    ///
    /// # Errors
    /// `KindUnknown`, `NotInProfile`: the claims were read in another profile.
    pub fn to_json(&self, profiles: &TokenProfiles) -> Result<String, TokenError> {
        use sealed::Set as _;
        let set = match self {
            Self::Agent(claims) => claims.to_set(),
            Self::Person(claims) => claims.to_set(),
            Self::Resource(claims) => claims.to_set(),
            Self::Auth(claims) => claims.to_set(),
        };
        set.write(profiles.row(self.kind())?)
    }

    pub(crate) fn from_set(kind: TokenKind, set: ClaimSet) -> Result<Self, TokenError> {
        use sealed::Set as _;
        Ok(match kind {
            TokenKind::Agent => Self::Agent(AgentClaims::from_set(set)?),
            TokenKind::Person => Self::Person(PersonClaims::from_set(set)?),
            TokenKind::Resource => Self::Resource(ResourceClaims::from_set(set)?),
            TokenKind::Auth => Self::Auth(AuthClaims::from_set(set)?),
        })
    }
}
