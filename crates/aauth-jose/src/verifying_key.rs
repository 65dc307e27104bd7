//! Public keys, decoded once and checked when they come in.

use core::fmt;

use aauth_types::Thumbprint;
use ed25519_dalek::{Signature as EdSignature, Verifier as _};
use p256::ecdsa::{Signature as EcSignature, VerifyingKey as EcKey};
use p256::{FieldBytes, Sec1Point};

use crate::{Algorithm, JoseError, PublicJwk, thumbprint};

/// A public key that passed the import checks, ready to verify.
///
/// Decoding, the checks and the thumbprint are done once, when it is made; verifying costs what the strict check of
/// the signature costs. The ways in are [`PublicJwk`], [`Jwks`](crate::Jwks) and the constructors here.
#[derive(Clone)]
pub struct VerifyingKey {
    material: Material,
    thumbprint: Thumbprint,
}

#[derive(Clone, Copy)]
enum Material {
    Ed25519(ed25519_dalek::VerifyingKey),
    Es256(EcKey),
}

impl VerifyingKey {
    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032 section 5.1.5).
    ///
    /// Under a key of small order a signature with R = identity and S = 0 fits many messages, so that its owner could
    /// lend it to anybody and deny having signed. Such keys, and second spellings of one key, are refused here.
    ///
    /// # Errors
    /// `NonCanonicalKey`: y is not below 2^255 - 19. `NotOnCurve`. `SmallOrderKey`.
    pub fn from_ed25519(bytes: &[u8; 32]) -> Result<Self, JoseError> {
        if !is_canonical_y(bytes) {
            return Err(JoseError::NonCanonicalKey);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| JoseError::NotOnCurve)?;
        if SMALL_ORDER.contains(&without_sign(*bytes)) {
            return Err(JoseError::SmallOrderKey);
        }
        Ok(Self { material: Material::Ed25519(key), thumbprint: thumbprint::okp(bytes) })
    }

    /// Takes the big-endian affine coordinates of a P-256 public key (RFC 7518 section 6.2.1).
    ///
    /// # Errors
    /// `NotOnCurve`: a coordinate is not below the field prime, or the pair is no point of the curve.
    pub fn from_p256(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, JoseError> {
        let point = Sec1Point::from_affine_coordinates(&(*x).into(), &(*y).into(), false);
        let key = EcKey::from_sec1_point(&point).map_err(|_| JoseError::NotOnCurve)?;
        Ok(Self { material: Material::Es256(key), thumbprint: thumbprint::ec(x, y) })
    }

    /// Takes the public half of a private key, which is on the curve.
    pub(crate) fn from_p256_key(key: EcKey) -> Self {
        let (x, y) = affine(&key);
        Self { material: Material::Es256(key), thumbprint: thumbprint::ec(&x, &y) }
    }

    /// The algorithm that the key is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Ed25519(_) => Algorithm::Ed25519,
            Material::Es256(_) => Algorithm::Es256,
        }
    }

    /// The RFC 7638 thumbprint with SHA-256.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// Verifies `signature` over `message`.
    ///
    /// Ed25519 strictly: S below the order, R canonical and not of small order, no cofactor. ES256: 64 bytes r‖s, both
    /// in [1, n-1], high and low s alike (RFC 7518 section 3.4 asks for neither).
    ///
    /// # Errors
    /// `SignatureLength`: other than 64 bytes. `SignatureMismatch`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), JoseError> {
        let bytes: &[u8; 64] =
            signature.try_into().map_err(|_| JoseError::SignatureLength { found: signature.len() })?;
        let verified = match &self.material {
            Material::Ed25519(key) => verify_strictly(key, message, &EdSignature::from_bytes(bytes)),
            Material::Es256(key) => {
                EcSignature::from_slice(bytes).and_then(|signature| key.verify(message, &signature)).is_ok()
            }
        };
        if verified { Ok(()) } else { Err(JoseError::SignatureMismatch) }
    }

    /// The key as a JWK, without `alg`.
    #[must_use]
    pub fn to_jwk(&self, kid: Option<&str>) -> PublicJwk {
        PublicJwk::new(self.clone(), kid)
    }

    /// The coordinates as a JWK has them: `x` and, on P-256, `y`.
    #[must_use]
    pub fn coordinates(&self) -> ([u8; 32], Option<[u8; 32]>) {
        match &self.material {
            Material::Ed25519(key) => (key.to_bytes(), None),
            Material::Es256(key) => {
                let (x, y) = affine(key);
                (x, Some(y))
            }
        }
    }
}

impl PartialEq for VerifyingKey {
    /// Keys are equal when their algorithms and coordinates are.
    fn eq(&self, other: &Self) -> bool {
        match (&self.material, &other.material) {
            (Material::Ed25519(a), Material::Ed25519(b)) => a.as_bytes() == b.as_bytes(),
            (Material::Es256(a), Material::Es256(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?}, {})", self.algorithm(), self.thumbprint)
    }
}

/// What `verify_strict` accepts of a key that was imported here, and nothing else, without decoding R.
///
/// The plain verification computes the point that R must be and compares its encoding with the bytes of R, so that R
/// is canonical and on the curve wherever they agree. What the strict one has beside that is two orders: the key's was
/// looked at when it came in, and that of a canonical R shows in its bytes, as the key's did.
fn verify_strictly(key: &ed25519_dalek::VerifyingKey, message: &[u8], signature: &EdSignature) -> bool {
    !SMALL_ORDER.contains(&without_sign(*signature.r_bytes())) && key.verify(message, signature).is_ok()
}

fn affine(key: &EcKey) -> ([u8; 32], [u8; 32]) {
    let point = key.to_sec1_point(false);
    // A public key is never the point at infinity, which alone has no coordinates.
    let coordinate = |c: Option<&FieldBytes>| c.map_or([0; 32], |bytes| (*bytes).into());
    (coordinate(point.x()), coordinate(point.y()))
}

/// The y coordinates of the eight points whose order divides 8: orders 4, 1, 2, 8 and 8.
///
/// Five comparisons do for a y that is canonical, where a general check computes eight times the point.
const SMALL_ORDER: [[u8; 32]; 5] = {
    let zero = [0; 32];
    let mut one = zero;
    one[0] = 1;
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    minus_one[31] = 0x7f;
    [zero, one, minus_one, ORDER_8, OTHER_ORDER_8]
};

const ORDER_8: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
    0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// The negative of the one before.
const OTHER_ORDER_8: [u8; 32] = [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
    0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
];

/// The y coordinate alone: P and -P have one order.
const fn without_sign(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes[31] &= 0x7f;
    bytes
}

/// Whether the y coordinate, without the sign bit, is below 2^255 - 19.
fn is_canonical_y(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    *low < 0xed || middle.iter().any(|byte| *byte != 0xff) || high & 0x7f != 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_of_small_order_are_those_that_the_library_calls_weak() {
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut bytes = y;
                bytes[31] |= sign;
                let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes);
                assert_eq!(key.ok().map(|key| key.is_weak()), Some(true), "{bytes:02x?}");
                assert_eq!(VerifyingKey::from_ed25519(&bytes).err(), Some(JoseError::SmallOrderKey));
            }
        }
    }

    #[test]
    fn y_coordinates_of_small_order_are_canonical_and_differ() {
        for (index, y) in SMALL_ORDER.iter().enumerate() {
            assert!(is_canonical_y(y));
            assert_eq!(SMALL_ORDER.iter().position(|other| other == y), Some(index));
        }
    }
}
