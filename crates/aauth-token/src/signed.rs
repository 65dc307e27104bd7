//! What every verified token has.

use aauth_types::Secret;

/// Claims whose signature, times and types were checked, with the text they came in.
///
/// Its fields are private to the crate, and only `Unverified::verify` makes one.
#[derive(Debug, Clone)]
pub(crate) struct Signed<C> {
    pub(crate) claims: C,
    pub(crate) text: Secret<String>,
    pub(crate) kid: String,
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
