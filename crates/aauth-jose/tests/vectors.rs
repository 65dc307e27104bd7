//! Examples of the standards, and the keys and tokens of the seed dialect.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{AlgNames, DRAFT_11, JoseError, Jws, PublicJwk, SEED, Signer, SigningKey, sign};
use aauth_testkit::seed_vectors;
use serde_json::Value;

/// `ok`, or the kind of the error.
fn outcome<T>(result: Result<T, JoseError>) -> &'static str {
    result.map_or_else(|error| error.kind(), |_| "ok")
}

fn names_for(jws: &str) -> &'static AlgNames {
    if jws.starts_with("eyJhbGciOiJFZERTQS") { &SEED } else { &DRAFT_11 }
}

#[test]
fn examples_of_the_standards_give_what_they_say() {
    let entries: Vec<Value> = serde_json::from_str(include_str!("data/rfc.json")).unwrap();
    for entry in &entries {
        let field = |name: &str| entry[name].as_str().unwrap_or_else(|| panic!("{name} in {entry}"));
        let (source, text) = (field("source"), field("text"));
        let key = || PublicJwk::parse(field("key").as_bytes()).unwrap();
        let found = match field("kind") {
            "jwk" => outcome(PublicJwk::parse(text.as_bytes())).to_owned(),
            "private" => outcome(SigningKey::from_jwk(text.as_bytes())).to_owned(),
            "thumbprint" => PublicJwk::parse(text.as_bytes()).unwrap().key().thumbprint().to_string(),
            "jws" => {
                outcome(Jws::parse(text).and_then(|jws| jws.verify(key().key(), names_for(text)))).to_owned()
            }
            "sign" => {
                let key = SigningKey::from_jwk(field("key").as_bytes()).unwrap();
                sign(text.as_bytes(), None, &SEED, &key).unwrap()
            }
            other => panic!("kind {other}"),
        };
        assert_eq!(found, field("expect"), "{source}");
    }
    println!("RFC examples: {}", entries.len());
}

#[test]
fn seed_keys_have_their_thumbprints() {
    let vectors = seed_vectors();
    for (name, vector) in &vectors.keys {
        let jwk = PublicJwk::parse(vector.jwk_public.to_string().as_bytes()).unwrap();
        assert_eq!(jwk.key().thumbprint().to_string(), vector.thumbprint, "{name}");
        assert_eq!(jwk.kid(), Some(vector.kid.as_str()), "{name}");
        assert_eq!(jwk.check_alg(&SEED), Ok(()), "{name}");
    }
    println!("seed keys: {}", vectors.keys.len());
}

#[test]
fn seed_keys_are_written_in_the_order_of_the_vectors() {
    let file: Value =
        serde_json::from_str(include_str!("../../aauth-testkit/vectors/seed-vectors.json")).unwrap();
    for (name, entry) in file["keys"].as_object().unwrap() {
        let member = |key: &Value, member: &str| key[member].as_str().unwrap().to_owned();
        let public = &entry["jwk_public"];
        let (x, kid) = (member(public, "x"), member(public, "kid"));
        let jwk = PublicJwk::parse(public.to_string().as_bytes()).unwrap();
        assert_eq!(
            jwk.to_json(),
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","kid":"{kid}"}}"#),
            "{name}"
        );
        let private = &entry["jwk_private"];
        if private.is_null() {
            continue;
        }
        let key = SigningKey::from_jwk(private.to_string().as_bytes()).unwrap();
        assert_eq!(key.public_jwk(), jwk, "{name}");
        let d = member(private, "d");
        let expected = format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}","d":"{d}","kid":"{kid}"}}"#);
        assert_eq!(key.to_private_jwk().expose(), &expected, "{name}");
    }
}

#[test]
fn seed_tokens_verify_and_are_signed_again_byte_for_byte() {
    let vectors = seed_vectors();
    for token in &vectors.tokens {
        let vector = vectors.key(&token.key);
        let jwk = PublicJwk::parse(vector.jwk_public.to_string().as_bytes()).unwrap();
        let jws = Jws::parse(&token.jwt).unwrap();
        assert_eq!(jws.verify(jwk.key(), &SEED), Ok(()), "{}", token.name);
        assert_eq!(jws.header().typ(), Some(token.typ.as_str()));
        assert_eq!(jws.header().kid(), Some(vector.kid.as_str()));
        let private = vector.jwk_private.as_ref().unwrap().to_string();
        let key = SigningKey::from_jwk(private.as_bytes()).unwrap();
        let again = sign(jws.payload(), Some(&token.typ), &SEED, &key).unwrap();
        assert_eq!(again, token.jwt, "{}", token.name);
    }
    println!("seed tokens: {}", vectors.tokens.len());
}

#[test]
fn a_seed_token_is_refused_by_the_names_of_the_draft() {
    let vectors = seed_vectors();
    let token = &vectors.tokens[0];
    let jwk = PublicJwk::parse(vectors.key(&token.key).jwk_public.to_string().as_bytes()).unwrap();
    let verdict = Jws::parse(&token.jwt).unwrap().verify(jwk.key(), &DRAFT_11);
    assert_eq!(verdict, Err(JoseError::UnsupportedAlgorithm));
}
