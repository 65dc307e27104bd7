//! The two algorithms, and what each dialect calls them.

use crate::JoseError;

/// A signature algorithm. Closed on purpose: there is no `none` and nothing symmetric.
///
/// It is a property of a key. A message only names it, and the name may only agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519, verified strictly (RFC 8032, RFC 8037).
    Ed25519,
    /// ECDSA with P-256 and SHA-256, signatures as 64 bytes r‖s (RFC 7518 section 3.4).
    Es256,
}

impl Algorithm {
    /// `kty` and `crv` of the keys it works with.
    #[must_use]
    pub const fn key_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Ed25519 => ("OKP", "Ed25519"),
            Self::Es256 => ("EC", "P-256"),
        }
    }

    /// The algorithm of the keys of one type, the converse of [`Algorithm::key_type`].
    ///
    /// # Errors
    /// `UnsupportedKeyType`: another `kty`. `UnsupportedCurve`: another `crv` of a known `kty`.
    pub(crate) fn of_key_type(kty: &str, crv: Option<&str>) -> Result<Self, JoseError> {
        const ALL: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::Es256];
        let mut of_type = ALL.into_iter().filter(|a| a.key_type().0 == kty).peekable();
        of_type.peek().ok_or(JoseError::UnsupportedKeyType)?;
        let crv = crv.ok_or(JoseError::Absent { member: "crv" })?;
        of_type.find(|a| a.key_type().1 == crv).ok_or(JoseError::UnsupportedCurve)
    }
}

/// Whether a member must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// It may be left out.
    Optional,
    /// It must be present.
    Required,
}

/// What a dialect calls the algorithms, in JWS headers and in the `alg` member of keys.
///
/// A dialect that has no name for an algorithm does not use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlgNames {
    names: &'static [(Algorithm, &'static str)],
    /// Whether a key must say its `alg`.
    pub jwk_alg: Requirement,
}

/// Names of March 2026: `EdDSA` for Ed25519, and nothing else.
pub static SEED: AlgNames =
    AlgNames { names: &[(Algorithm::Ed25519, "EdDSA")], jwk_alg: Requirement::Optional };

/// Names of draft-hardt-oauth-aauth-protocol-11: fully specified ones (RFC 9864), required in every key;
/// the polymorphic `EdDSA` is refused.
pub static DRAFT_11: AlgNames = AlgNames {
    names: &[(Algorithm::Ed25519, "Ed25519"), (Algorithm::Es256, "ES256")],
    jwk_alg: Requirement::Required,
};

impl AlgNames {
    /// The name to write; `None` when the dialect does not use the algorithm.
    #[must_use]
    pub fn name(&self, algorithm: Algorithm) -> Option<&'static str> {
        self.names.iter().find(|(known, _)| *known == algorithm).map(|(_, name)| *name)
    }

    /// Reads a name, compared byte for byte.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: any other name, `none` and symmetric ones included.
    pub fn read(&self, name: &str) -> Result<Algorithm, JoseError> {
        let row = self.names.iter().find(|(_, known)| *known == name);
        row.map(|(algorithm, _)| *algorithm).ok_or(JoseError::UnsupportedAlgorithm)
    }

    /// The algorithms of the dialect with their names, preferred ones first.
    pub fn iter(&self) -> impl Iterator<Item = (Algorithm, &'static str)> {
        self.names.iter().copied()
    }

    /// Reads a name that any dialect uses. A key can be imported before its dialect is known.
    pub(crate) fn read_any(name: &str) -> Result<(Algorithm, &'static str), JoseError> {
        SEED.iter().chain(DRAFT_11.iter()).find(|row| row.1 == name).ok_or(JoseError::UnsupportedAlgorithm)
    }
}
