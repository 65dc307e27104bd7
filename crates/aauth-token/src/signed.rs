//! What every verified token has.

use aauth_jose::{JoseError, Jwks};
use aauth_types::{Secret, Thumbprint, UnixTime};

use crate::times::Expiry;
use crate::{IatSkew, TokenClaims, TokenError, TokenProfiles};

/// Claims whose signature, times and types were checked, with the text they came in.
///
/// Its fields are private to the crate, and only `Unverified::verify` makes one.
#[derive(Debug, Clone)]
pub(crate) struct Signed<C> {
    pub(crate) claims: C,
    pub(crate) text: Secret<String>,
    pub(crate) kid: String,
    pub(crate) issuer_key: Thumbprint,
    pub(crate) profiles: &'static TokenProfiles,
    pub(crate) skew: IatSkew,
}

impl<C: TokenClaims> Signed<C> {
    /// Whether the profile knows the claim in tokens of this kind.
    pub(crate) fn profile_has(&self, claim: &'static str) -> bool {
        self.profiles.row(C::KIND).is_ok_and(|row| row.has(claim))
    }

    /// Steps 2 and 3 once more, at a later time, without the cost of the signature: a key set that still has the key
    /// under its `kid` would verify it again, and one with another key there would not.
    pub(crate) fn check_again(&self, keys: &Jwks, now: UnixTime) -> Result<(), TokenError> {
        if keys.key_for(&self.kid, self.profiles.algs)?.thumbprint() != self.issuer_key {
            return Err(JoseError::SignatureMismatch.into());
        }
        let row = self.profiles.row(C::KIND)?;
        self.claims.issuance().times().check(self.profiles, row, Expiry::Strict, now, self.skew)
    }
}

/// The accessors that every verified token has.
macro_rules! signed_accessors {
    ($claims:ty) => {
        /// The claims.
        #[must_use]
        pub fn claims(&self) -> &$claims {
            &self.signed.claims
        }

        /// `iss`.
        #[must_use]
        pub fn issuer(&self) -> &aauth_types::ServerId {
            &self.signed.claims.issuance.issuer
        }

        /// `jti`.
        #[must_use]
        pub fn id(&self) -> &aauth_types::TokenId {
            &self.signed.claims.issuance.id
        }

        /// `iat`.
        #[must_use]
        pub fn issued(&self) -> aauth_types::UnixTime {
            self.signed.claims.issuance.issued
        }

        /// `exp`.
        #[must_use]
        pub fn expires(&self) -> aauth_types::UnixTime {
            self.signed.claims.issuance.expires
        }

        /// `kid` of the issuer's key.
        #[must_use]
        pub fn kid(&self) -> &str {
            &self.signed.kid
        }

        /// The token as it was received, for handing it on.
        #[must_use]
        pub fn text(&self) -> &str {
            self.signed.text.expose()
        }
    };
}

pub(crate) use signed_accessors;
