//! Keys that must never be imported, and signatures that only they would let through.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{Algorithm, JoseError, JwkMembers, PublicJwk, Signer as _, SigningKey, VerifyingKey, b64};
use aauth_types::Secret;
use curve25519_dalek::{Scalar, edwards::CompressedEdwardsY};
use ed25519_dalek::{Signature, Signer as _, Verifier as _};
use p256::elliptic_curve::PrimeField as _;
use sha2::{Digest as _, Sha512};

/// The canonical encodings of the points of order 1, 2, 4 and 8.
const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// x is zero, and the sign bit says that it is negative.
const NEGATIVE_ZERO: [&str; 2] = [
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// The order of P-256.
const N: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
/// The field prime of P-256.
const P: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

fn bytes(hex: &str) -> [u8; 32] {
    let digits: Vec<u8> =
        (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect();
    digits.try_into().unwrap()
}

/// Both ways in must agree.
fn import(x: &[u8; 32]) -> Result<VerifyingKey, JoseError> {
    let text = b64::encode(x);
    let members = JwkMembers { kty: "OKP", crv: Some("Ed25519"), x: Some(&text), ..JwkMembers::default() };
    let imported = PublicJwk::from_members(&members).map(|jwk| jwk.key().clone());
    assert_eq!(imported, VerifyingKey::from_ed25519(x));
    imported
}

#[test]
fn keys_of_small_order_are_refused() {
    for hex in SMALL_ORDER.into_iter().chain(NEGATIVE_ZERO) {
        assert_eq!(import(&bytes(hex)), Err(JoseError::SmallOrderKey), "{hex}");
    }
}

#[test]
fn every_y_from_the_prime_up_is_refused() {
    for low in 0xed..=0xff_u8 {
        for high in [0x7f, 0xff] {
            let mut key = [0xff; 32];
            (key[0], key[31]) = (low, high);
            assert_eq!(import(&key), Err(JoseError::NonCanonicalKey), "{low:x} {high:x}");
        }
    }
}

#[test]
fn a_y_that_is_on_no_point_is_refused() {
    let mut key = [0; 32];
    key[0] = 2;
    assert_eq!(import(&key), Err(JoseError::NotOnCurve));
}

#[test]
fn the_largest_canonical_y_reaches_the_curve() {
    // p - 1 is the point of order 2; p - 2 is on no point.
    let mut key = bytes(SMALL_ORDER[1]);
    key[0] = 0xeb;
    assert_eq!(import(&key), Err(JoseError::NotOnCurve));
}

#[test]
fn r_of_small_order_does_not_verify() {
    let key = SigningKey::from_seed(Algorithm::Ed25519, Secret::new([7; 32]), None).unwrap();
    for hex in SMALL_ORDER.into_iter().chain(NEGATIVE_ZERO) {
        let signature = [bytes(hex), [0; 32]].concat();
        let verdict = key.verifying_key().verify(b"message", &signature);
        assert_eq!(verdict, Err(JoseError::SignatureMismatch), "{hex}");
    }
}

/// A key that is not of small order but has a part that is, and for each point of small order a signature with it as R
/// that the equation without cofactor fits.
#[test]
fn r_of_small_order_does_not_verify_where_the_equation_holds() {
    let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let torsion = CompressedEdwardsY(bytes(SMALL_ORDER[4])).decompress().unwrap();
    let public = (private.verifying_key().to_edwards() + torsion).compress().to_bytes();
    let lax = ed25519_dalek::VerifyingKey::from_bytes(&public).unwrap();
    let key = VerifyingKey::from_ed25519(&public).unwrap();
    for r in SMALL_ORDER.map(bytes) {
        let fits = (0..1_000_u32).map(u32::to_be_bytes).find_map(|message| {
            let hash: [u8; 64] =
                Sha512::new().chain_update(r).chain_update(public).chain_update(message).finalize().into();
            let s = Scalar::from_bytes_mod_order_wide(&hash) * private.to_scalar();
            let signature = Signature::from_components(r, s.to_bytes());
            lax.verify(&message, &signature).is_ok().then_some((message, signature))
        });
        let (message, signature) = fits.unwrap();
        assert!(lax.verify_strict(&message, &signature).is_err());
        assert_eq!(
            key.verify(&message, &signature.to_bytes()),
            Err(JoseError::SignatureMismatch),
            "{r:02x?}"
        );
    }
}

/// The verdict is that of the library's strict verification, whatever becomes of R, S or the message.
#[test]
fn verdicts_are_those_of_the_strict_verification() {
    let private = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let public = private.verifying_key();
    let key = VerifyingKey::from_ed25519(public.as_bytes()).unwrap();
    let good = private.sign(b"message").to_bytes();
    let flipped = (0..512).map(|bit| {
        let mut signature = good;
        signature[bit / 8] ^= 1 << (bit % 8);
        signature
    });
    // Every first half that is no canonical encoding: y from the prime up, and a zero that is negative.
    let spelled =
        (0xed..=0xff_u8).flat_map(|low| [0x7f, 0xff].map(|high| [&[low], &[0xff; 30][..], &[high]].concat()));
    let zeros = NEGATIVE_ZERO.into_iter().chain(SMALL_ORDER).map(|hex| bytes(hex).to_vec());
    let odd = spelled.chain(zeros).map(|r| [&r, &good[32..]].concat().try_into().unwrap());
    let mut accepted = 0;
    for signature in core::iter::once(good).chain(flipped).chain(odd) {
        for message in [&b"message"[..], b"another"] {
            let strict = public.verify_strict(message, &Signature::from_bytes(&signature)).is_ok();
            assert_eq!(key.verify(message, &signature).is_ok(), strict, "{signature:02x?}");
            accepted += u32::from(strict);
        }
    }
    assert_eq!(accepted, 1);
}

#[test]
fn s_not_below_the_order_of_ed25519_does_not_verify() {
    let key = SigningKey::from_seed(Algorithm::Ed25519, Secret::new([7; 32]), None).unwrap();
    let mut signature = key.sign(b"message").unwrap();
    let order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut carry = 0;
    for (digit, add) in signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        (*digit, carry) = ((sum & 0xff).try_into().unwrap(), sum >> 8);
    }
    assert_eq!(key.verifying_key().verify(b"message", &signature), Err(JoseError::SignatureMismatch));
}

#[test]
fn points_off_the_p256_curve_are_refused() {
    let key = SigningKey::from_seed(Algorithm::Es256, Secret::new([7; 32]), None).unwrap().public_jwk();
    let text = key.to_json();
    let x: [u8; 32] = coordinate(&text, "x");
    let y: [u8; 32] = coordinate(&text, "y");
    assert_eq!(VerifyingKey::from_p256(&x, &y).as_ref(), Ok(key.key()));
    let mut moved = y;
    moved[31] ^= 1;
    let zero = [0; 32];
    for (x, y) in [(x, moved), (y, x), (zero, zero), (x, zero), (bytes(P), y), (x, bytes(P)), ([0xff; 32], y)]
    {
        assert_eq!(VerifyingKey::from_p256(&x, &y), Err(JoseError::NotOnCurve));
    }
}

fn coordinate(jwk: &str, name: &str) -> [u8; 32] {
    let value: serde_json::Value = serde_json::from_str(jwk).unwrap();
    b64::decode(value[name].as_str().unwrap()).unwrap().try_into().unwrap()
}

#[test]
fn r_and_s_outside_one_to_n_minus_one_do_not_verify() {
    let key = SigningKey::from_seed(Algorithm::Es256, Secret::new([7; 32]), None).unwrap();
    let good = key.sign(b"message").unwrap();
    let (r, s): ([u8; 32], [u8; 32]) = (good[..32].try_into().unwrap(), good[32..].try_into().unwrap());
    for wrong in [[0; 32], bytes(N), [0xff; 32]] {
        for (r, s) in [(wrong, s), (r, wrong), (wrong, wrong)] {
            let verdict = key.verifying_key().verify(b"message", &[r, s].concat());
            assert_eq!(verdict, Err(JoseError::SignatureMismatch));
        }
    }
}

#[test]
fn high_and_low_s_both_verify() {
    let key = SigningKey::from_seed(Algorithm::Es256, Secret::new([7; 32]), None).unwrap();
    let good = key.sign(b"message").unwrap();
    let s: [u8; 32] = good[32..].try_into().unwrap();
    let other = -p256::Scalar::from_repr(s.into()).unwrap();
    let other: [u8; 32] = other.to_repr().into();
    assert_ne!(s, other);
    assert_eq!(key.verifying_key().verify(b"message", &good), Ok(()));
    assert_eq!(key.verifying_key().verify(b"message", &[&good[..32], &other].concat()), Ok(()));
}
