//! Every limit, at the limit and one above it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{
    Algorithm, Header, JoseError, Jwks, Jws, MAX_JWK, MAX_JWS, PublicJwk, SEED, Signer, SigningKey, attach,
    sign, signing_input,
};
use aauth_types::Secret;
use aauth_types::json::{JsonError, Object};

fn key() -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, Secret::new([7; 32]), None).unwrap()
}

/// A JWK of `length` bytes, filled up by a member that nobody knows.
fn padded(jwk: &str, length: usize) -> String {
    let start = format!("{},\"pad\":\"", jwk.strip_suffix('}').unwrap());
    format!("{start}{}\"}}", "x".repeat(length - start.len() - 2))
}

#[test]
fn a_jwk_has_at_most_4096_bytes() {
    assert_eq!(MAX_JWK, 4096);
    let too_long = JoseError::TooLong { subject: "jwk", limit: 4096, found: 4097 };
    let public = key().public_jwk();
    assert_eq!(PublicJwk::parse(padded(&public.to_json(), 4096).as_bytes()), Ok(public.clone()));
    assert_eq!(PublicJwk::parse(padded(&public.to_json(), 4097).as_bytes()), Err(too_long.clone()));
    let private = key().to_private_jwk();
    let read =
        |length| SigningKey::from_jwk(padded(private.expose(), length).as_bytes()).map(|k| k.public_jwk());
    assert_eq!(read(4096), Ok(public));
    assert_eq!(read(4097), Err(too_long));
}

#[test]
fn a_jwk_within_another_text_has_at_most_4096_bytes_without_white_space() {
    let public = key().public_jwk();
    let read = |length| {
        let text = padded(&public.to_json(), length).replace(':', " : ").replace(',', "\n,");
        PublicJwk::from_object(&Object::parse(text.as_bytes()).unwrap())
    };
    assert_eq!(read(4096), Ok(public.clone()));
    assert_eq!(read(4097), Err(JoseError::TooLong { subject: "jwk", limit: 4096, found: 4097 }));
}

#[test]
fn every_kind_of_value_counts_towards_the_length() {
    for value in ["null", "true", "false", "-12.5", "[]", "[1,\"a\"]", "{}", "{\"a\":{\"b\":[]}}"] {
        let jwk = format!("{},\"v\":{value}}}", key().public_jwk().to_json().strip_suffix('}').unwrap());
        let read = |length| PublicJwk::from_object(&Object::parse(padded(&jwk, length).as_bytes()).unwrap());
        assert_eq!(read(4096), Ok(key().public_jwk()), "{value}");
        let too_long = JoseError::TooLong { subject: "jwk", limit: 4096, found: 4097 };
        assert_eq!(read(4097), Err(too_long), "{value}");
    }
}

#[test]
fn a_set_selects_keys_up_to_the_length_of_one() {
    let public = key().verifying_key().to_jwk(Some("k")).to_json();
    let select = |length| {
        let text = format!(r#"{{"keys":[{}]}}"#, padded(&public, length));
        Jwks::parse(text.as_bytes()).unwrap().key("k").cloned()
    };
    assert_eq!(select(4096).as_ref(), Ok(key().verifying_key()));
    let too_long = JoseError::TooLong { subject: "jwk", limit: 4096, found: 4097 };
    assert_eq!(select(4097), Err(JoseError::KeyUnusable { source: Box::new(too_long) }));
}

/// A payload with which the whole token has `length` bytes, for a length of one more than a multiple of four.
fn payload_for(length: usize) -> Vec<u8> {
    let fixed = signing_input(&Header::new("EdDSA", None, None), b"").len() + 1 + 86;
    vec![b'x'; (length - fixed) * 3 / 4]
}

#[test]
fn a_jws_has_at_most_8192_bytes() {
    assert_eq!(MAX_JWS, 8192);
    let token = sign(&payload_for(8192), None, &SEED, &key()).unwrap();
    assert_eq!(token.len(), 8192);
    assert_eq!(Jws::parse(&token).unwrap().verify(key().verifying_key(), &SEED), Ok(()));
    let longer = format!("{token}A");
    assert_eq!(Jws::parse(&longer), Err(JoseError::TooLong { subject: "jws", limit: 8192, found: 8193 }));
}

#[test]
fn a_jws_that_nobody_would_read_is_not_made() {
    let mut payload = payload_for(8192);
    payload.push(b'x');
    let made = sign(&payload, None, &SEED, &key());
    assert!(matches!(made, Err(JoseError::TooLong { subject: "jws", limit: 8192, found: 8193.. })));
}

#[test]
fn a_signature_of_another_length_is_not_attached() {
    for found in [0, 63, 65, 70] {
        let made = attach("e30.e30".to_owned(), &vec![0; found]);
        assert_eq!(made, Err(JoseError::SignatureLength { found }));
    }
}

#[test]
fn a_header_is_nested_at_most_32_deep() {
    let text = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        let header = format!(r#"{{"alg":"EdDSA","x":{open}{close}}}"#);
        format!("{}.e30.e30", aauth_jose::b64::encode(header.as_bytes()))
    };
    assert_eq!(Jws::parse(&text(32)).map(|jws| jws.header().alg().to_owned()).as_deref(), Ok("EdDSA"));
    let too_deep = JoseError::Json { subject: "jws header", source: JsonError::TooDeep };
    assert_eq!(Jws::parse(&text(33)), Err(too_deep));
}
