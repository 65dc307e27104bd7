//! Private keys in memory.

use core::fmt;

use aauth_types::Secret;
use aauth_types::json::{Json, Object};
use ed25519_dalek::Signer as _;
use p256::ecdsa::Signature as EcSignature;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::public_jwk::{Half, MAX_JWK};
use crate::{AlgNames, Algorithm, JoseError, PublicJwk, Signer, VerifyingKey, b64};

/// A private key of either algorithm, with its public half.
///
/// It is wiped when dropped, prints no key material, and cannot be cloned: share it behind an `Arc`.
///
/// ```compile_fail
/// fn second(key: &aauth_jose::SigningKey) -> aauth_jose::SigningKey {
///     key.clone()
/// }
/// ```
pub struct SigningKey {
    material: Material,
    public: PublicJwk,
}

enum Material {
    Ed25519(ed25519_dalek::SigningKey),
    Es256(p256::ecdsa::SigningKey),
}

impl SigningKey {
    /// Makes a key of 32 bytes from a cryptographic source of randomness.
    ///
    /// `seed`: for Ed25519 the seed of RFC 8032 section 5.1.5, for ES256 the private scalar, big-endian.
    ///
    /// # Errors
    /// `PrivateKeyRange`: ES256 only, zero or not below the order; happens once in 2^32 seeds, take another.
    pub fn from_seed(
        algorithm: Algorithm,
        seed: Secret<[u8; 32]>,
        kid: Option<&str>,
    ) -> Result<Self, JoseError> {
        let material = match algorithm {
            Algorithm::Ed25519 => Material::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed.expose())),
            Algorithm::Es256 => {
                let key = p256::ecdsa::SigningKey::from_slice(seed.expose());
                Material::Es256(key.map_err(|_| JoseError::PrivateKeyRange)?)
            }
        };
        let public = material.public()?.to_jwk(kid);
        Ok(Self { material, public })
    }

    /// Reads a private JWK: the members of a public one, and `d` (RFC 7518 section 6.2.2; RFC 8037 section 2).
    ///
    /// # Errors
    /// As [`PublicJwk::parse`], with `sign` in place of `verify` in `key_ops`; `Absent`, `WrongType`, `Base64`,
    /// `KeyLength`, `PrivateKeyRange` for `d`; `KeyPairMismatch`: `d` does not belong to the public half.
    pub fn from_jwk(text: &[u8]) -> Result<Self, JoseError> {
        if text.len() > MAX_JWK {
            return Err(JoseError::TooLong { subject: "jwk", limit: MAX_JWK, found: text.len() });
        }
        let (public, seed) = split(text)?;
        let key = Self::from_seed(public.key().algorithm(), seed, None)?;
        if key.verifying_key() != public.key() {
            return Err(JoseError::KeyPairMismatch);
        }
        Ok(Self { public, ..key })
    }

    /// The same key, published with the `alg` that the dialect calls it by.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: the dialect does not use the algorithm.
    pub fn with_alg(self, names: &AlgNames) -> Result<Self, JoseError> {
        Ok(Self { public: self.public.with_alg(names)?, ..self })
    }

    /// The public key.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.public.key()
    }

    /// Writes the private JWK: the members of [`PublicJwk::to_json`], with `d` before `kid`.
    #[must_use]
    pub fn to_private_jwk(&self) -> Secret<String> {
        let d = Zeroizing::new(b64::encode_32(&self.material.seed()));
        Secret::new(self.public.write(core::str::from_utf8(d.as_slice()).ok()))
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> Algorithm {
        self.public.key().algorithm()
    }

    fn kid(&self) -> Option<&str> {
        self.public.kid()
    }

    fn public_jwk(&self) -> PublicJwk {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], JoseError> {
        match &self.material {
            Material::Ed25519(key) => Ok(key.sign(message).to_bytes()),
            // Deterministic (RFC 6979): no randomness is needed, and none can be bad.
            Material::Es256(key) => {
                let signature: EcSignature = key.try_sign(message).map_err(|_| JoseError::SignerFailed)?;
                Ok(signature.to_bytes().into())
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).field("private", &"***").finish()
    }
}

impl Material {
    fn public(&self) -> Result<VerifyingKey, JoseError> {
        match self {
            Self::Ed25519(key) => VerifyingKey::from_ed25519(key.verifying_key().as_bytes()),
            Self::Es256(key) => Ok(VerifyingKey::from_p256_key(*key.verifying_key())),
        }
    }

    fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(match self {
            Self::Ed25519(key) => key.to_bytes(),
            Self::Es256(key) => key.to_bytes().into(),
        })
    }
}

/// Takes `d` out of the text, so that the general reader, which wipes nothing, never copies it.
fn split(text: &[u8]) -> Result<(PublicJwk, Secret<[u8; 32]>), JoseError> {
    #[derive(Deserialize)]
    struct Private<'t> {
        d: &'t str,
    }
    let Ok(Private { d }) = serde_json::from_slice::<Private<'_>>(text) else {
        return Err(why_no_d(text));
    };
    // `d` is a slice of `text`: its offset is the distance between the two.
    let start = d.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start.saturating_add(d.len())..).unwrap_or_default();
    // As long as `d`, so that the offset of a fault behind it stays true.
    let filler = "A".repeat(d.len());
    let public = PublicJwk::read(&object(&[before, filler.as_bytes(), after].concat())?, Half::Private)?;
    let bytes = b64::decode_secret("d", d)?;
    let seed = bytes.as_slice().try_into().map(Secret::new);
    let length = |_| JoseError::KeyLength { member: "d", expected: 32, found: bytes.len() };
    Ok((public, seed.map_err(length)?))
}

/// Finds the fault of a text that has no plain string `d`.
fn why_no_d(text: &[u8]) -> JoseError {
    match object(text).map(|object| object.get("d").map(Json::type_name)) {
        Err(error) => error,
        Ok(None) => JoseError::Absent { member: "d" },
        // A string with escapes: no base64url needs one.
        Ok(Some("a string")) => JoseError::Base64 { subject: "d", at: 0 },
        Ok(Some(found)) => JoseError::WrongType { member: "d", expected: "a string", found },
    }
}

fn object(text: &[u8]) -> Result<Object<'_>, JoseError> {
    Object::parse(text).map_err(|source| JoseError::Json { subject: "jwk", source })
}
