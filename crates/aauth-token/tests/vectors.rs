//! The tokens of the seed's vector file: each verifies, and is minted again byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_jose::{Jwks, Signer};
use aauth_testkit::{TokenVector, seed_vectors};
use aauth_token::{
    AgentRule, AgentWants, AuthWants, Claims, IssuerRule, ResourceWants, SEED, TokenError, TokenHeader,
    TokenKind, UnsignedToken, Unverified, mint,
};
use aauth_types::Network;
use common::{NOW, id, jwks, public, signer, thumbprint};

fn claims(token: &TokenVector) -> Claims {
    let kind = SEED.kind_of(&token.typ).unwrap();
    Claims::read(token.claims.to_string().as_bytes(), kind, &SEED, Network::Public).unwrap()
}

fn member(token: &TokenVector, name: &str) -> aauth_types::ServerId {
    id(token.claims[name].as_str().unwrap())
}

fn verify(token: &TokenVector, keys: &Jwks) -> Result<(), TokenError> {
    let unverified = Unverified::parse(&token.jwt, &SEED, Network::Public)?;
    let key = thumbprint(&token.bound_key);
    let issuer = member(token, "iss");
    match unverified.kind() {
        TokenKind::Agent => {
            let want = AgentWants::bound_to(&issuer, &key).issued_by(&issuer);
            unverified.agent(keys, &want, NOW).map(|_| ())
        }
        TokenKind::Resource => {
            let (audience, agent) = (member(token, "aud"), member(token, "agent"));
            let want =
                ResourceWants { issuer: Some(&issuer), audience: &audience, agent: &agent, agent_jkt: &key };
            unverified.resource(keys, &want, NOW).map(|_| ())
        }
        TokenKind::Auth => {
            let (audience, agent) = (member(token, "aud"), member(token, "agent"));
            let rule = AgentRule::Is(&agent);
            let want = AuthWants::bound_to(IssuerRule::Exactly(&issuer), &audience, rule, &key);
            unverified.auth(keys, &want, NOW).map(|_| ())
        }
        TokenKind::Person => panic!("the seed has no person tokens"),
    }
}

#[test]
fn every_token_verifies_under_its_issuers_key() {
    let vectors = seed_vectors();
    for token in &vectors.tokens {
        assert_eq!(verify(token, &jwks(&token.key)), Ok(()), "{}", token.name);
    }
    println!("{} tokens verified", vectors.tokens.len());
}

#[test]
fn claims_say_in_which_document_the_issuer_names_its_keys() {
    for token in &seed_vectors().tokens {
        let claims = claims(token);
        let document = SEED.documents(claims.kind()).next();
        assert_eq!(claims.issuance().document, document, "{}", token.name);
        assert!(document.is_some());
    }
}

#[test]
fn every_token_is_refused_under_another_key_of_the_same_name() {
    for token in &seed_vectors().tokens {
        let other = signer("delegate").verifying_key().to_jwk(Some(public(&token.key).kid().unwrap()));
        let expected = TokenError::Jose { source: aauth_jose::JoseError::SignatureMismatch };
        assert_eq!(verify(token, &Jwks::from_keys([other])), Err(expected), "{}", token.name);
    }
}

#[test]
fn every_token_is_minted_again_byte_for_byte() {
    for token in &seed_vectors().tokens {
        let key = signer(&token.key);
        let text = match claims(token) {
            Claims::Agent(claims) => mint(&claims, &SEED, &key),
            Claims::Resource(claims) => mint(&claims, &SEED, &key),
            Claims::Auth(claims) => mint(&claims, &SEED, &key),
            other => panic!("{other:?}"),
        };
        assert_eq!(text.as_deref(), Ok(token.jwt.as_str()), "{}", token.name);
    }
}

#[test]
fn bytes_signed_elsewhere_give_the_same_token() {
    let vectors = seed_vectors();
    let token = vectors.token("resource-token");
    let key = signer("resource");
    let Claims::Resource(claims) = claims(token) else { panic!("a resource token") };
    let unsigned = UnsignedToken::new(&claims, &SEED, "resource-key-1", key.algorithm()).unwrap();
    let signature = key.sign(unsigned.signing_input()).unwrap();
    assert_eq!(unsigned.attach(&signature).as_deref(), Ok(token.jwt.as_str()));
}

#[test]
fn every_header_reads_by_itself() {
    for token in &seed_vectors().tokens {
        let header = TokenHeader::read(token.header.to_string().as_bytes(), &SEED).unwrap();
        assert_eq!(SEED.typ(header.kind), Some(token.typ.as_str()));
        assert_eq!(header.kid, public(&token.key).kid().unwrap());
    }
}
