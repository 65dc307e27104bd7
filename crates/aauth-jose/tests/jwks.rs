//! Selection in key sets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{Algorithm, DRAFT_11, JoseError, Jwks, PublicJwk, SEED, Signer, SigningKey};
use aauth_types::Secret;

fn jwk(algorithm: Algorithm, number: u32, kid: &str) -> PublicJwk {
    let mut seed = [1; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_seed(algorithm, Secret::new(seed), Some(kid)).unwrap().public_jwk()
}

fn unusable(source: JoseError) -> JoseError {
    JoseError::KeyUnusable { source: Box::new(source) }
}

#[test]
fn an_unusable_neighbour_hurts_nobody() {
    let good = jwk(Algorithm::Ed25519, 1, "good");
    let text = format!(
        r#"{{"more":{{}},"keys":[
            null, 42, "text", [], {{}},
            {{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA","kid":"pq"}},
            {{"kty":"oct","k":"AAAA","kid":"oct"}},
            {{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA","kid":"broken"}},
            {{"kty":"OKP","crv":"Ed25519","x":"AAAA","kid":7}},
            {{"kid":"empty"}},
            {}
        ]}}"#,
        good.to_json()
    );
    let set = Jwks::parse(text.as_bytes()).unwrap();
    assert_eq!(set.key("good"), Ok(good.key()));
    assert_eq!(set.key("pq"), Err(unusable(JoseError::UnsupportedAlgorithm)));
    assert_eq!(set.key("oct"), Err(unusable(JoseError::UnsupportedKeyType)));
    let length = JoseError::KeyLength { member: "x", expected: 32, found: 3 };
    assert_eq!(set.key("broken"), Err(unusable(length)));
    assert_eq!(set.key("empty"), Err(unusable(JoseError::Absent { member: "kty" })));
    assert_eq!(set.key("7"), Err(JoseError::UnknownKid));
    assert_eq!(set.kids().collect::<Vec<_>>(), ["broken", "empty", "good", "oct", "pq"]);
    assert_eq!(set.to_json(), format!(r#"{{"keys":[{}]}}"#, good.to_json()));
}

#[test]
fn a_kid_is_compared_byte_for_byte() {
    let set = Jwks::from_keys([jwk(Algorithm::Ed25519, 1, "Key-1")]);
    for other in ["key-1", "Key-1 ", " Key-1", "Key-", "", "../Key-1", "Key%2D1"] {
        assert_eq!(set.key(other), Err(JoseError::UnknownKid), "{other}");
    }
    assert_eq!(set.key("Key-1"), Ok(jwk(Algorithm::Ed25519, 1, "Key-1").key()));
}

#[test]
fn a_kid_of_two_members_selects_neither() {
    let (first, second, other) =
        (jwk(Algorithm::Ed25519, 1, "a"), jwk(Algorithm::Es256, 2, "a"), jwk(Algorithm::Ed25519, 3, "b"));
    let set = Jwks::from_keys([first.clone(), second, other.clone()]);
    assert_eq!(set.key("a"), Err(JoseError::DuplicateKid));
    assert_eq!(set.key("b"), Ok(other.key()));
    // The same key twice, and a neighbour that could not be used, count as well.
    for member in [first.to_json(), r#"{"kty":"oct","kid":"a"}"#.to_owned()] {
        let text = format!(r#"{{"keys":[{},{member}]}}"#, first.to_json());
        assert_eq!(Jwks::parse(text.as_bytes()).unwrap().key("a"), Err(JoseError::DuplicateKid));
    }
}

#[test]
fn a_key_for_encryption_or_with_a_private_member_is_not_used() {
    let good = jwk(Algorithm::Ed25519, 1, "k").to_json();
    let with = |more: &str| format!(r#"{{"keys":[{},{more}}}]}}"#, good.strip_suffix('}').unwrap());
    for (more, error) in [
        (r#""use":"enc""#, JoseError::KeyUse { member: "use" }),
        (r#""key_ops":["deriveKey"]"#, JoseError::KeyUse { member: "key_ops" }),
        (r#""d":"AAAA""#, JoseError::PrivateMember { member: "d" }),
    ] {
        let set = Jwks::parse(with(more).as_bytes()).unwrap();
        assert_eq!(set.key("k"), Err(unusable(error)), "{more}");
    }
    for more in [r#""use":"sig""#, r#""key_ops":["verify"]"#] {
        assert_eq!(Jwks::parse(with(more).as_bytes()).unwrap().key("k").map(|_| ()), Ok(()), "{more}");
    }
}

#[test]
fn a_dialect_takes_only_its_own_keys() {
    let okp = jwk(Algorithm::Ed25519, 1, "plain");
    let ec = jwk(Algorithm::Es256, 2, "ec").with_alg(&DRAFT_11).unwrap();
    let seed = jwk(Algorithm::Ed25519, 3, "EdDSA").with_alg(&SEED).unwrap();
    let draft = jwk(Algorithm::Ed25519, 4, "Ed25519").with_alg(&DRAFT_11).unwrap();
    let set = Jwks::from_keys([okp, ec, seed, draft]);
    let unsupported = Err(unusable(JoseError::UnsupportedAlgorithm));
    let verdict = |kid, names| set.key_for(kid, names).map(|_| ());
    assert_eq!(verdict("plain", &SEED), Ok(()));
    assert_eq!(verdict("plain", &DRAFT_11), Err(unusable(JoseError::AlgorithmAbsent)));
    assert_eq!(verdict("ec", &SEED), unsupported);
    assert_eq!(verdict("ec", &DRAFT_11), Ok(()));
    assert_eq!(verdict("EdDSA", &SEED), Ok(()));
    assert_eq!(verdict("EdDSA", &DRAFT_11), unsupported);
    assert_eq!(verdict("Ed25519", &SEED), unsupported);
    assert_eq!(verdict("Ed25519", &DRAFT_11), Ok(()));
}

#[test]
fn each_of_a_thousand_keys_is_found() {
    let keys: Vec<_> = (0..1000).map(|n| jwk(Algorithm::Ed25519, n, &format!("key-{n}"))).collect();
    let published = Jwks::from_keys(keys.clone()).to_json();
    let set = Jwks::parse(published.as_bytes()).unwrap();
    assert_eq!((set.len(), set.is_empty()), (1000, false));
    for (n, key) in keys.iter().enumerate() {
        assert_eq!(set.jwk(&format!("key-{n}")), Ok(key));
    }
    assert_eq!(set.key("key-1000"), Err(JoseError::UnknownKid));
}

#[test]
fn a_key_is_decoded_once() {
    let text = Jwks::from_keys([jwk(Algorithm::Ed25519, 1, "k")]).to_json();
    let set = Jwks::parse(text.as_bytes()).unwrap();
    let (first, second) = (set.key("k").unwrap(), set.key("k").unwrap());
    assert!(std::ptr::eq(first, second));
}

#[test]
fn an_empty_set_is_a_set() {
    let set = Jwks::parse(br#"{"keys":[]}"#).unwrap();
    assert!(set.is_empty());
    assert_eq!(set.to_json(), r#"{"keys":[]}"#);
    assert_eq!(set.key(""), Err(JoseError::UnknownKid));
}
