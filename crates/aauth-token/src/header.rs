//! A token's header alone.

use aauth_jose::{Algorithm, Header};

use crate::unverified::unknown_typ;
use crate::{TokenError, TokenKind, TokenProfiles};

/// The header of a token: `typ`, `alg` and `kid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHeader {
    /// What `typ` names.
    pub kind: TokenKind,
    /// What `alg` names.
    pub algorithm: Algorithm,
    /// `kid`.
    pub kid: String,
}

impl TokenHeader {
    /// Reads a decoded header.
    ///
    /// # Errors
    /// `Jose`: not a JSON object, `alg` absent or not of the profile, a member of the wrong type, `crit` or `b64`.
    /// `TypUnknown`; `Absent` for `typ` and `kid`.
    pub fn read(text: &[u8], profiles: &TokenProfiles) -> Result<Self, TokenError> {
        Self::of(&Header::read(text)?, profiles)
    }

    /// `typ` first, then `alg`, then `kid`.
    pub(crate) fn of(header: &Header, profiles: &TokenProfiles) -> Result<Self, TokenError> {
        let typ = header.typ().ok_or(TokenError::Absent { claim: "typ" })?;
        Ok(Self {
            kind: profiles.kind_of(typ).ok_or_else(|| unknown_typ(typ))?,
            algorithm: profiles.algs.read(header.alg())?,
            kid: header.kid().ok_or(TokenError::Absent { claim: "kid" })?.to_owned(),
        })
    }
}
