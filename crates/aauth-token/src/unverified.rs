//! A token before its signature is verified.

use core::fmt;

use aauth_jose::{Jwks, Jws};
use aauth_types::json::Members;
use aauth_types::{KeyRef, Network, Secret, ServerId, Thumbprint, UnixTime};

use crate::claim::{EXP, IAT, ISS};
use crate::claim_set::{ClaimSet, read_document};
use crate::profile::KindProfile;
use crate::signed::Signed;
use crate::times::{Expiry, Times};
use crate::value::{Context, Value};
use crate::{Claims, IatSkew, TokenClaims, TokenError, TokenHeader, TokenKind, TokenProfiles};

/// A token whose syntax was checked and whose signature was **not**.
///
/// It says which key it needs and turns into a verified token of its kind; it shows no claim. The checks have one
/// order, and the first that fails is the error:
///
/// 1. [`Unverified::parse`]: compact form and header; `typ`; `alg`; `kid`; the payload is one JSON object; `iss`, `dwk`.
/// 2. The method of the kind: `typ` is the one wanted; the key `kid` is in the set and fits `alg`; the signature.
/// 3. `exp` in the future, `iat` not in the future, the lifetime under its ceiling.
/// 4. Every claim in the order of the profile: present, of the right type, of an accepted value.
/// 5. What was wanted: issuer, audience, agent, key binding.
///
/// Source: draft-hardt-aauth (5 March 2026), "JWT Verification"; draft-hardt-oauth-aauth-protocol-11 section 11.5.2.
#[derive(Clone)]
pub struct Unverified<'a> {
    text: &'a str,
    jws: Jws<'a>,
    profiles: &'static TokenProfiles,
    row: &'static KindProfile,
    /// Decoded once, here, because most tokens are asked for them twice: before their keys are fetched and after.
    decoded: Decoded,
    key_ref: KeyRef,
    skew: IatSkew,
}

/// Claims, or the fault that the checks report when their turn comes.
#[derive(Clone)]
struct Decoded {
    times: Result<Times, TokenError>,
    claims: Result<ClaimSet, TokenError>,
}

impl<'a> Unverified<'a> {
    /// Reads a compact JWT of at most 8 KiB.
    ///
    /// # Errors
    /// `Jose`: the compact form, the header, or an `alg` that the profile does not have, `none` among them.
    /// `TypUnknown`; `Absent` for `typ`, `kid`, `iss` and `dwk`; `Json`: the payload; `WrongType`, `WrongValue` for
    /// `iss` and `dwk`.
    pub fn parse(
        text: &'a str,
        profiles: &'static TokenProfiles,
        network: Network,
    ) -> Result<Self, TokenError> {
        let jws = Jws::parse(text)?;
        let TokenHeader { kind, kid, .. } = TokenHeader::of(jws.header(), profiles)?;
        let row = profiles.row(kind)?;
        let payload = Members::parse(jws.payload())?;
        let context = Context { algs: profiles.algs, network };
        let decoded = Decoded::read(&payload, row, profiles, network);
        // Where another claim is at fault, these two must be good all the same, or theirs is the error.
        let issuer = match decoded.issuer() {
            Some(issuer) => issuer.clone(),
            None => Value::of(payload.get(ISS.name), ISS.name, context)?.server_id()?,
        };
        let key_ref = KeyRef { issuer, document: read_document(&payload, row, context)?, kid };
        // It borrows from what is moved now.
        drop(payload);
        Ok(Self { text, jws, profiles, row, decoded, key_ref, skew: IatSkew::default() })
    }

    /// The same, with another tolerance for `iat` than the 5 seconds of [`IatSkew::default`].
    #[must_use]
    pub fn with_iat_skew(self, skew: IatSkew) -> Self {
        Self { skew, ..self }
    }

    /// The kind that `typ` names.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.row.kind
    }

    /// `typ`.
    #[must_use]
    pub fn typ(&self) -> &'static str {
        self.row.typ
    }

    /// The key that must have signed it, if it is genuine. Look at the issuer before you fetch anything for it.
    #[must_use]
    pub fn key_ref(&self) -> &KeyRef {
        &self.key_ref
    }

    /// Checks what needs no key, steps 3 and 4, so that a token that is bad anyway causes no fetch.
    ///
    /// # Errors
    /// As those steps of the verification, which does them again.
    ///
    /// Source: draft-hardt-httpbis-signature-key-09 section 3.8, "metadata and JWKS" after `exp` and required claims.
    pub fn check_before_fetch(&self, now: UnixTime) -> Result<(), TokenError> {
        self.check_times(Expiry::Strict, now)?;
        self.decoded.claims.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Verifies signature, times and claims, and **neither audience, agent nor key binding**.
    ///
    /// For the kinds and profiles whose wants have no type here yet: compare the claims before you act on them.
    ///
    /// # Errors
    /// Steps 2 to 4.
    pub fn claims_without_audience_and_binding(
        self,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<Claims, TokenError> {
        self.verify_signature(keys)?;
        self.check_times(Expiry::Strict, now)?;
        Claims::from_set(self.kind(), self.decoded.claims?)
    }

    /// Steps 2 to 4 for one kind.
    pub(crate) fn verify<C: TokenClaims>(
        self,
        keys: &Jwks,
        expiry: Expiry,
        now: UnixTime,
    ) -> Result<Signed<C>, TokenError> {
        let expected = self.profiles.row(C::KIND)?.typ;
        if self.kind() != C::KIND {
            return Err(TokenError::TypMismatch { found: self.typ(), expected });
        }
        let issuer_key = self.verify_signature(keys)?;
        self.check_times(expiry, now)?;
        let claims = C::from_set(self.decoded.claims?)?;
        Ok(Signed {
            claims,
            text: Secret::new(self.text.to_owned()),
            kid: self.key_ref.kid,
            issuer_key,
            profiles: self.profiles,
            skew: self.skew,
        })
    }

    fn verify_signature(&self, keys: &Jwks) -> Result<Thumbprint, TokenError> {
        let key = keys.key_for(&self.key_ref.kid, self.profiles.algs)?;
        self.jws.verify(key, self.profiles.algs)?;
        Ok(key.thumbprint())
    }

    fn check_times(&self, expiry: Expiry, now: UnixTime) -> Result<(), TokenError> {
        let times = self.decoded.times.clone()?;
        times.check(self.profiles, self.row, expiry, now, self.skew)
    }
}

impl Decoded {
    fn read(
        payload: &Members<'_>,
        row: &KindProfile,
        profiles: &'static TokenProfiles,
        network: Network,
    ) -> Self {
        let context = Context { algs: profiles.algs, network };
        let time = |name| Value::of(payload.get(name), name, context)?.time();
        let times = time(EXP.name).and_then(|expires| Ok(Times { expires, issued: time(IAT.name)? }));
        Self { times, claims: ClaimSet::read(payload, row, profiles, network) }
    }

    fn issuer(&self) -> Option<&ServerId> {
        self.claims.as_ref().ok()?.issuer.as_ref()
    }
}

/// Shows kind and key, never the token.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified")
            .field("typ", &self.typ())
            .field("key_ref", &self.key_ref)
            .finish_non_exhaustive()
    }
}

pub(crate) fn unknown_typ(typ: &str) -> TokenError {
    TokenError::TypUnknown { found: typ.chars().take(32).collect() }
}
