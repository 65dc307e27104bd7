//! Wycheproof, every case of Ed25519 and of P-256 with SHA-256, through the public API.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{Algorithm, JoseError, JwkMembers, PublicJwk, VerifyingKey, b64};
use wycheproof::{TestResult, ecdsa, eddsa};

/// Imports the key as every key of a peer is imported.
fn key(algorithm: Algorithm, x: &[u8], y: Option<&[u8]>) -> VerifyingKey {
    let (kty, crv) = algorithm.key_type();
    let (x, y) = (b64::encode(x), y.map(b64::encode));
    let members = JwkMembers { kty, crv: Some(crv), x: Some(&x), y: y.as_deref(), ..JwkMembers::default() };
    PublicJwk::from_members(&members).unwrap().key().clone()
}

fn expected(result: TestResult, length: usize) -> Result<(), JoseError> {
    match result {
        TestResult::Valid => Ok(()),
        _ if length == 64 => Err(JoseError::SignatureMismatch),
        _ => Err(JoseError::SignatureLength { found: length }),
    }
}

#[test]
fn ed25519_agrees_in_every_case() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let key = key(Algorithm::Ed25519, &group.key.pk, None);
        for test in &group.tests {
            let verdict = key.verify(&test.msg, &test.sig);
            assert_eq!(
                verdict,
                expected(test.result, test.sig.len()),
                "case {} {}",
                test.tc_id,
                test.comment
            );
            count += 1;
        }
    }
    assert_eq!(count, set.number_of_tests);
    println!("Wycheproof Ed25519: {count}");
}

#[test]
fn p256_with_raw_signatures_agrees_in_every_case() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let key = key(Algorithm::Es256, x, Some(y));
        for test in &group.tests {
            let verdict = key.verify(&test.msg, &test.sig);
            assert_eq!(
                verdict,
                expected(test.result, test.sig.len()),
                "case {} {}",
                test.tc_id,
                test.comment
            );
            count += 1;
        }
    }
    assert_eq!(count, set.number_of_tests);
    println!("Wycheproof P-256, r and s side by side: {count}");
}

/// DER is never accepted; the same r and s side by side are judged as Wycheproof judges them.
#[test]
fn p256_with_der_signatures_agrees_in_every_case() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).unwrap();
    let (mut count, mut converted) = (0, 0);
    for group in &set.test_groups {
        let (x, y) = group.key.key[1..].split_at(32);
        let key = key(Algorithm::Es256, x, Some(y));
        for test in &group.tests {
            let as_der = key.verify(&test.msg, &test.sig);
            assert_eq!(as_der, expected(TestResult::Invalid, test.sig.len()), "DER of case {}", test.tc_id);
            match raw(&test.sig) {
                Some(signature) => {
                    let verdict = key.verify(&test.msg, &signature);
                    assert_eq!(verdict, expected(test.result, 64), "case {} {}", test.tc_id, test.comment);
                    converted += 1;
                }
                None => assert_eq!(test.result, TestResult::Invalid, "case {} {}", test.tc_id, test.comment),
            }
            count += 1;
        }
    }
    assert_eq!(count, set.number_of_tests);
    println!("Wycheproof P-256, DER: {count}, of which {converted} hold two numbers of at most 32 bytes");
}

/// r and s of strict DER, when both are non-negative and fit.
fn raw(der: &[u8]) -> Option<Vec<u8>> {
    let (&[0x30, length], body) = der.split_first_chunk::<2>()? else { return None };
    if usize::from(length) != body.len() {
        return None;
    }
    let (r, rest) = integer(body)?;
    let (s, rest) = integer(rest)?;
    rest.is_empty().then(|| [r, s].concat())
}

fn integer(der: &[u8]) -> Option<([u8; 32], &[u8])> {
    let (&[0x02, length], rest) = der.split_first_chunk::<2>()? else { return None };
    let (digits, rest) = rest.split_at_checked(usize::from(length))?;
    let digits = match digits {
        [0, high, ..] if *high >= 0x80 => &digits[1..],
        [0, _, ..] | [] => return None,
        [high, ..] if *high >= 0x80 => return None,
        _ => digits,
    };
    let mut number = [0; 32];
    let start = 32_usize.checked_sub(digits.len())?;
    number[start..].copy_from_slice(digits);
    Some((number, rest))
}
