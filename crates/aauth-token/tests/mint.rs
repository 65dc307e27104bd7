//! What cannot be minted, and the optional claims of the seed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::time::Duration;

use aauth_jose::{Algorithm, JoseError, Signer, SigningKey, b64};
use aauth_token::{
    AgentClaims, AuthClaims, Claims, DRAFT_11, Issuance, PersonClaims, ResourceClaims, SEED, TokenError,
    TokenKind, TokenProfiles, UnsignedToken, mint,
};
use aauth_types::{Document, Network, Scope, Secret, TokenId};
use common::{AGENT, AUTH_SERVER, NOW, RESOURCE, at, id, public, signer, thumbprint};

fn issuance(issuer: &str, life: u64) -> Issuance {
    Issuance::new(id(issuer), TokenId::parse("j").unwrap(), NOW, Duration::from_secs(life))
}

fn auth(life: u64) -> AuthClaims {
    let mut claims = AuthClaims::new(issuance(AUTH_SERVER, life), id(RESOURCE), public("agent"));
    claims.agent = Some(id(AGENT));
    claims.subject = Some("testuser".to_owned());
    claims
}

fn resource(life: u64) -> ResourceClaims {
    let mut claims = ResourceClaims::new(issuance(RESOURCE, life), id(AUTH_SERVER), thumbprint("agent"));
    claims.agent = Some(id(AGENT));
    claims
}

fn payload(token: &str) -> String {
    let part = token.split('.').nth(1).unwrap();
    String::from_utf8(b64::decode(part).unwrap()).unwrap()
}

#[test]
fn optional_claims_come_last_and_in_order() {
    let key = signer("agent");
    let mut agent = AgentClaims::new(issuance(AGENT, 60), "d", public("delegate"));
    agent.audience = vec![id(AUTH_SERVER)];
    agent.aud_sub = Some("testuser".to_owned());
    let one = payload(&mint(&agent, &SEED, &key).unwrap());
    assert!(one.ends_with(
        r#""iat":1774923811,"exp":1774923871,"aud":"https://auth-server.com","aud_sub":"testuser"}"#
    ));
    agent.audience.push(id(RESOURCE));
    let two = payload(&mint(&agent, &SEED, &key).unwrap());
    assert!(two.contains(r#""aud":["https://auth-server.com","https://important.resource.com"]"#));

    let mut claims = auth(60);
    claims.scope = Some(Scope::parse("b a b").unwrap());
    claims.txn = Some("t".to_owned());
    let text = payload(&mint(&claims, &SEED, &key).unwrap());
    assert!(
        text.ends_with(
            r#""agent":"https://agent.supply-chain.com","sub":"testuser","scope":"b a","txn":"t"}"#
        )
    );
    let mut claims = resource(60);
    claims.txn = Some("t".to_owned());
    let text = payload(&mint(&claims, &SEED, &key).unwrap());
    assert!(text.ends_with(r#""iat":1774923811,"exp":1774923871,"txn":"t"}"#));
}

#[test]
fn minting_refuses_what_verification_refuses() {
    let key = signer("auth-server");
    let mut nobody = auth(60);
    nobody.subject = None;
    assert_eq!(mint(&nobody, &SEED, &key), Err(TokenError::SubjectAndScopeAbsent));
    nobody.scope = Some(Scope::EMPTY);
    assert_eq!(mint(&nobody, &SEED, &key), Err(TokenError::SubjectAndScopeAbsent));
    let most = 86_400;
    let too_long = TokenError::LifetimeTooLong { seconds: most + 1, most };
    assert_eq!(mint(&auth(86_401), &SEED, &key), Err(too_long));
    assert_eq!(mint(&auth(86_400), &SEED, &key).map(|text| text.is_empty()), Ok(false));
    let too_long = TokenError::LifetimeTooLong { seconds: 601, most: 600 };
    assert_eq!(mint(&resource(601), &SEED, &key), Err(too_long));
    let mut anonymous = resource(60);
    anonymous.agent = None;
    assert_eq!(mint(&anonymous, &SEED, &key), Err(TokenError::Absent { claim: "agent" }));
    let mut empty = auth(60);
    empty.subject = Some(String::new());
    let error = mint(&empty, &SEED, &key).unwrap_err();
    assert!(matches!(error, TokenError::WrongValue { claim: "sub", .. }));
    let dead = mint(&auth(0), &SEED, &key).unwrap_err();
    assert!(matches!(dead, TokenError::WrongValue { claim: "exp", .. }));
}

#[test]
fn a_claim_that_the_profile_lacks_is_not_dropped() {
    let key = signer("auth-server");
    let mut claims = auth(60);
    claims.tenant = Some("acme".to_owned());
    assert_eq!(mint(&claims, &SEED, &key), Err(TokenError::NotInProfile { claim: "tenant" }));
    let mut claims = resource(60);
    claims.login_hint = Some("ada".to_owned());
    assert_eq!(mint(&claims, &SEED, &key), Err(TokenError::NotInProfile { claim: "login_hint" }));
    let mut claims = auth(60);
    claims.issuance = claims.issuance.in_document(Document::Access);
    let error = mint(&claims, &SEED, &key).unwrap_err();
    assert!(matches!(error, TokenError::WrongValue { claim: "dwk", .. }));
    let person = PersonClaims::new(issuance(AUTH_SERVER, 60), id(RESOURCE), "p", public("agent"));
    assert_eq!(mint(&person, &SEED, &key), Err(TokenError::KindUnknown { kind: "person" }));
}

#[test]
fn a_key_without_a_place_in_the_profile_signs_nothing() {
    let es256 = SigningKey::from_seed(Algorithm::Es256, Secret::new([9; 32]), Some("e")).unwrap();
    let unsupported = TokenError::Jose { source: JoseError::UnsupportedAlgorithm };
    assert_eq!(mint(&auth(60), &SEED, &es256), Err(unsupported));
    let nameless = SigningKey::from_seed(Algorithm::Ed25519, Secret::new([9; 32]), None).unwrap();
    assert_eq!(mint(&auth(60), &SEED, &nameless), Err(TokenError::Absent { claim: "kid" }));
    let mut claims = auth(60);
    claims.key = es256.public_jwk();
    let unusable = TokenError::Key { claim: "cnf.jwk", source: JoseError::UnsupportedAlgorithm };
    assert_eq!(mint(&claims, &SEED, &signer("auth-server")), Err(unusable));
}

#[test]
fn a_signature_of_the_wrong_length_is_refused() {
    let unsigned = UnsignedToken::new(&auth(60), &SEED, "k", Algorithm::Ed25519).unwrap();
    assert_eq!(format!("{unsigned:?}"), "UnsignedToken { .. }");
    let error = unsigned.attach(&[0; 70]).unwrap_err();
    assert_eq!(error, TokenError::Jose { source: JoseError::SignatureLength { found: 70 } });
}

#[test]
fn a_derived_token_does_not_outlive_its_origin() {
    assert_eq!(issuance(AGENT, 3600).capped(at(60)).expires, at(60));
    assert_eq!(issuance(AGENT, 30).capped(at(60)).expires, at(30));
}

#[test]
fn lives_and_ceilings_are_those_of_the_tables() {
    let seconds = |life: Option<Duration>| life.map(|life| life.as_secs());
    let seed = |kind| (seconds(SEED.life(kind)), seconds(SEED.ceiling(kind)));
    assert_eq!(seed(TokenKind::Agent), (Some(3600), Some(86_400)));
    assert_eq!(seed(TokenKind::Resource), (Some(300), Some(600)));
    assert_eq!(seed(TokenKind::Auth), (Some(3600), Some(86_400)));
    assert_eq!(seed(TokenKind::Person), (None, None));
}

#[test]
fn issuers_name_their_keys_in_the_documents_of_the_tables() {
    let named = |profiles: &TokenProfiles, kind| profiles.documents(kind).collect::<Vec<_>>();
    assert_eq!(named(&SEED, TokenKind::Agent), [Document::Agent]);
    assert_eq!(named(&SEED, TokenKind::Resource), [Document::Resource]);
    assert_eq!(named(&SEED, TokenKind::Auth), [Document::Issuer]);
    assert_eq!(named(&SEED, TokenKind::Person), []);
    assert_eq!(named(&DRAFT_11, TokenKind::Auth), [Document::Access, Document::Person]);
}

#[test]
fn bare_claims_are_read_with_the_verifiers_errors() {
    let read = |text: &str| Claims::read(text.as_bytes(), TokenKind::Agent, &SEED, Network::Public);
    assert_eq!(read("{}").unwrap_err(), TokenError::Absent { claim: "iss" });
    assert_eq!(read(r#"{"iss":x}"#).unwrap_err().at(), Some(7));
    assert_eq!(read("[]").unwrap_err().kind(), "json_not_an_object");
    let person = Claims::read(b"{}", TokenKind::Person, &SEED, Network::Public);
    assert_eq!(person.unwrap_err(), TokenError::KindUnknown { kind: "person" });
    let claims = Claims::read(
        common::Sample::seed(TokenKind::Agent).claims.to_string().as_bytes(),
        TokenKind::Agent,
        &SEED,
        Network::Public,
    );
    let claims = claims.unwrap();
    assert_eq!(claims.check_times(&SEED, NOW, Default::default()), Ok(()));
    let expired = TokenError::Expired { expires: at(3600), now: at(3600) };
    assert_eq!(claims.check_times(&SEED, at(3600), Default::default()), Err(expired));
}

#[test]
fn claims_cut_off_anywhere_are_refused() {
    let text = common::Sample::seed(TokenKind::Auth).claims.to_string();
    for end in 0..text.len() {
        let error = Claims::read(&text.as_bytes()[..end], TokenKind::Auth, &SEED, Network::Public);
        assert_eq!(error.unwrap_err().kind(), "json_malformed", "{end}");
    }
}

#[test]
fn a_kind_reads_back_from_its_word() {
    for kind in TokenKind::ALL {
        assert_eq!(TokenKind::from_name(kind.name()), Some(kind));
        for profiles in [&SEED, &DRAFT_11] {
            let Some(typ) = profiles.typ(kind) else { continue };
            assert_eq!(profiles.kind_of(typ), Some(kind));
        }
    }
    assert_eq!(TokenKind::from_name("Agent"), None);
}

#[test]
fn the_code_of_an_interaction_is_not_shown() {
    let text = common::draft_claims(TokenKind::Resource);
    let claims = Claims::read(text.as_bytes(), TokenKind::Resource, &DRAFT_11, Network::Public).unwrap();
    assert!(!format!("{claims:?}").contains("A1B2-C3D4"));
}
