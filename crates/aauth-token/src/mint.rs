//! Tokens in the making: bytes to sign out, signature in.

use core::fmt;

use aauth_jose::{Algorithm, Header, Signer, attach, signing_input};
use aauth_types::Network;
use aauth_types::json::Members;

use crate::claim_set::ClaimSet;
use crate::profile::Documents;
use crate::{TokenClaims, TokenError, TokenProfiles};

/// A token that lacks its signature.
///
/// Equal claims give equal bytes: header members in lexical order, claims in the order of the profile, no white space.
pub struct UnsignedToken {
    signing_input: String,
}

impl UnsignedToken {
    /// Writes header and claims.
    ///
    /// `kid`, `algorithm`: the issuer's key. What a verifier would refuse for its claims or its lifetime is refused
    /// here.
    ///
    /// # Errors
    /// `KindUnknown`, `NotInProfile`: the profile has no such token or claim. `Jose`: no name for the algorithm.
    /// `Absent`, `WrongValue`, `Key`, `SubjectAndScopeAbsent`, `LifetimeTooLong`: as in [`Claims::read`](crate::Claims::read).
    pub fn new<C: TokenClaims>(
        claims: &C,
        profiles: &TokenProfiles,
        kid: &str,
        algorithm: Algorithm,
    ) -> Result<Self, TokenError> {
        let row = profiles.row(C::KIND)?;
        let alg = profiles.algs.name(algorithm).ok_or(aauth_jose::JoseError::UnsupportedAlgorithm)?;
        let mut set = claims.to_set();
        settle_document(&mut set, row.documents)?;
        let payload = set.write(row)?;
        // The reader is the one place that knows what is accepted.
        let written = Members::parse(payload.as_bytes())?;
        ClaimSet::read(&written, row, profiles, Network::InsecureLoopback)?;
        let header = Header::new(alg, Some(kid), Some(row.typ));
        Ok(Self { signing_input: signing_input(&header, payload.as_bytes()) })
    }

    /// The bytes to sign with the issuer's key: Ed25519 over the bytes themselves, ES256 over their SHA-256 digest.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// Puts the signature behind them. It is not verified here.
    ///
    /// `signature`: 64 bytes; for ES256 r‖s, never DER.
    ///
    /// # Errors
    /// `Jose`: another length, or a token above 8 KiB.
    pub fn attach(self, signature: &[u8]) -> Result<String, TokenError> {
        Ok(attach(self.signing_input, signature)?)
    }
}

/// Mints a token with a signer that answers at once; the signer's `kid` becomes the token's.
///
/// # Errors
/// As [`UnsignedToken::new`]; `Absent` for `kid` when the signer has none; `Jose`: what the signer answers.
pub fn mint<C: TokenClaims>(
    claims: &C,
    profiles: &TokenProfiles,
    signer: &dyn Signer,
) -> Result<String, TokenError> {
    let kid = signer.kid().ok_or(TokenError::Absent { claim: "kid" })?;
    let unsigned = UnsignedToken::new(claims, profiles, kid, signer.algorithm())?;
    let signature = signer.sign(unsigned.signing_input())?;
    unsigned.attach(&signature)
}

impl fmt::Debug for UnsignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsignedToken").finish_non_exhaustive()
    }
}

/// Fills in a document that leaves no choice, and refuses one that is not the profile's.
fn settle_document(set: &mut ClaimSet, documents: Documents) -> Result<(), TokenError> {
    let only = match documents {
        Documents::Fixed(document) => Some(document),
        Documents::Named([document]) => Some(*document),
        Documents::Named(_) => None,
    };
    match (set.document, only) {
        (Some(said), Some(only)) if said != only => {
            let (found, expected) = ("another document", "the document of this kind of token");
            Err(TokenError::WrongValue { claim: "dwk", found, expected })
        }
        (said, only) => {
            set.document = said.or(only);
            Ok(())
        }
    }
}
