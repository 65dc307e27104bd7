//! What is signed verifies, what is changed does not, what is written reads back, and nothing panics.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{
    AlgNames, Algorithm, DRAFT_11, Header, JoseError, Jwks, Jws, PublicJwk, SEED, Signer, SigningKey, attach,
    b64, sign, signing_input,
};
use aauth_types::Secret;
use proptest::prelude::*;

const DIALECTS: [&AlgNames; 2] = [&SEED, &DRAFT_11];

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![Just(Algorithm::Ed25519), Just(Algorithm::Es256)]
}

prop_compose! {
    fn key()(algorithm in algorithm(), seed in any::<[u8; 32]>(), kid in any::<Option<String>>()) -> SigningKey {
        // A scalar below the order, for either algorithm.
        let mut seed = seed;
        seed[0] = 1;
        SigningKey::from_seed(algorithm, Secret::new(seed), kid.as_deref()).unwrap()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_signer_signs_verifies(key in key(), message in any::<Vec<u8>>()) {
        let signature = key.sign(&message).unwrap();
        prop_assert_eq!(key.public_jwk().key().verify(&message, &signature), Ok(()));
        prop_assert_eq!(key.sign(&message), Ok(signature));
    }

    #[test]
    fn a_flipped_bit_of_message_or_signature_fails(
        key in key(),
        message in prop::collection::vec(any::<u8>(), 1..80),
        bit in any::<prop::sample::Index>(),
    ) {
        let signature = key.sign(&message).unwrap();
        let split = message.len();
        let mut all = [&message[..], &signature[..]].concat();
        let bit = bit.index(all.len() * 8);
        all[bit / 8] ^= 1 << (bit % 8);
        let verdict = key.verifying_key().verify(&all[..split], &all[split..]);
        prop_assert_eq!(verdict, Err(JoseError::SignatureMismatch));
    }

    #[test]
    fn another_key_fails(a in key(), b in key(), message in any::<Vec<u8>>()) {
        prop_assume!(a.verifying_key() != b.verifying_key());
        let signature = a.sign(&message).unwrap();
        prop_assert_eq!(b.verifying_key().verify(&message, &signature), Err(JoseError::SignatureMismatch));
        prop_assert_ne!(a.verifying_key().thumbprint(), b.verifying_key().thumbprint());
    }

    #[test]
    fn keys_read_back_as_they_were_written(key in key()) {
        let public = key.public_jwk();
        prop_assert_eq!(PublicJwk::parse(public.to_json().as_bytes()), Ok(public.clone()));
        let private = key.to_private_jwk();
        let again = SigningKey::from_jwk(private.expose().as_bytes()).unwrap();
        prop_assert_eq!(again.public_jwk(), public.clone());
        prop_assert_eq!(again.to_private_jwk().expose().clone(), private.expose().clone());
        for names in DIALECTS {
            if let Ok(named) = public.clone().with_alg(names) {
                prop_assert_eq!(PublicJwk::parse(named.to_json().as_bytes()), Ok(named.clone()));
                prop_assert_eq!(named.check_alg(names), Ok(()));
            }
        }
    }

    #[test]
    fn a_token_reads_back_as_it_was_signed(
        key in key(),
        typ in any::<Option<String>>(),
        payload in prop::collection::vec(any::<u8>(), 1..200),
    ) {
        let text = sign(&payload, typ.as_deref(), &DRAFT_11, &key).unwrap();
        let jws = Jws::parse(&text).unwrap();
        prop_assert_eq!(jws.header().kid(), key.kid());
        prop_assert_eq!(jws.header().typ(), typ.as_deref());
        prop_assert_eq!(jws.payload(), &payload);
        prop_assert_eq!(jws.verify(key.verifying_key(), &DRAFT_11), Ok(()));
    }

    #[test]
    fn no_parser_panics(bytes in any::<Vec<u8>>(), text in any::<String>()) {
        let _ = (PublicJwk::parse(&bytes), Jwks::parse(&bytes), SigningKey::from_jwk(&bytes));
        let _ = (PublicJwk::parse(text.as_bytes()), Jws::parse(&text), b64::decode(&text), b64::decode_standard(&text));
    }

    #[test]
    fn no_jwk_of_strange_members_panics(
        kty in "OKP|EC|RSA|.{0,4}",
        crv in "Ed25519|P-256|.{0,4}",
        x in "[A-Za-z0-9_-]{43}|.{0,50}",
        y in "[A-Za-z0-9_-]{43}|.{0,50}",
    ) {
        let object = serde_json::json!({"kty": kty, "crv": crv, "x": x, "y": y, "d": x}).to_string();
        let _ = (PublicJwk::parse(object.as_bytes()), SigningKey::from_jwk(object.as_bytes()));
    }

    #[test]
    fn base64_has_one_spelling(bytes in any::<Vec<u8>>(), text in "[A-Za-z0-9_-]{0,12}", other in "[A-Za-z0-9+/]{0,12}={0,3}") {
        prop_assert_eq!(b64::decode(&b64::encode(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(b64::decode_standard(&b64::encode_standard(&bytes)), Ok(bytes));
        if let Ok(decoded) = b64::decode(&text) {
            prop_assert_eq!(b64::encode(&decoded), text);
        }
        if let Ok(decoded) = b64::decode_standard(&other) {
            prop_assert_eq!(b64::encode_standard(&decoded), other);
        }
    }
}

#[test]
fn every_bit_of_a_token_counts() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        let key = SigningKey::from_seed(algorithm, Secret::new([7; 32]), Some("k")).unwrap();
        let text = sign(br#"{"iss":"https://a.example"}"#, Some("t"), &DRAFT_11, &key).unwrap();
        let read = |text: &str| Jws::parse(text)?.verify(key.verifying_key(), &DRAFT_11);
        assert_eq!(read(&text), Ok(()));
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let changed = String::from_utf8(bytes).unwrap();
                assert_ne!(read(&changed), Ok(()), "bit {bit} of byte {at}");
            }
        }
    }
}

#[test]
fn every_row_of_the_algorithm_names_reads_back() {
    for names in DIALECTS {
        for (algorithm, name) in names.iter() {
            assert_eq!(names.read(name), Ok(algorithm));
            assert_eq!(names.name(algorithm), Some(name));
        }
    }
    assert_eq!(SEED.name(Algorithm::Es256), None);
}

#[test]
fn a_signature_made_elsewhere_is_attached() {
    let key = SigningKey::from_seed(Algorithm::Es256, Secret::new([7; 32]), Some("k")).unwrap();
    let input = signing_input(&Header::new("ES256", key.kid(), Some("t")), b"{}");
    assert!(input.starts_with(&b64::encode(br#"{"alg":"ES256","kid":"k","typ":"t"}"#)));
    let remote = key.sign(input.as_bytes()).unwrap();
    assert_eq!(attach(input, &remote), sign(b"{}", Some("t"), &DRAFT_11, &key));
}

#[test]
fn a_dialect_without_the_algorithm_signs_nothing() {
    let key = SigningKey::from_seed(Algorithm::Es256, Secret::new([7; 32]), None).unwrap();
    assert_eq!(sign(b"{}", None, &SEED, &key), Err(JoseError::UnsupportedAlgorithm));
    assert_eq!(key.with_alg(&SEED).map(|_| ()), Err(JoseError::UnsupportedAlgorithm));
}

#[test]
fn a_private_key_prints_no_key_material() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256] {
        let key = SigningKey::from_seed(algorithm, Secret::new([7; 32]), Some("k")).unwrap();
        let printed = format!("{key:?} {:?}", key.to_private_jwk());
        assert!(printed.contains("***"), "{printed}");
        for secret in ["BwcHBwcH", "7, 7, 7", "07070707"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        let named = format!("VerifyingKey({:?}, {})", key.algorithm(), key.public_jwk().key().thumbprint());
        assert!(printed.contains("SigningKey { public: ") && printed.contains(&named), "{printed}");
    }
}

#[test]
fn both_kinds_of_private_key_are_wiped() {
    fn wiped<T: zeroize::ZeroizeOnDrop>() {}
    wiped::<ed25519_dalek::SigningKey>();
    wiped::<p256::ecdsa::SigningKey>();
}
