//! Tokens of the draft: round trips, and what its tables refuse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_jose::{Algorithm, JoseError, Jwks, Signer, SigningKey};
use aauth_token::{
    AuthClaims, Claims, DRAFT_11, Issuance, IssuerRule, PersonWants, SEED, TokenError, TokenKind, Unverified,
    mint,
};
use aauth_types::{Document, Network, Secret, TokenId};
use common::{AUTH_SERVER, NOW, RESOURCE, Sample, at, id, public, thumbprint, verify_text};

use TokenKind::{Agent, Auth, Person, Resource};

fn claims(sample: &Sample) -> Claims {
    Claims::read(sample.claims.to_string().as_bytes(), sample.kind, &DRAFT_11, Network::Public).unwrap()
}

fn mint_any(claims: &Claims, key: &SigningKey) -> Result<String, TokenError> {
    match claims {
        Claims::Agent(claims) => mint(claims, &DRAFT_11, key),
        Claims::Person(claims) => mint(claims, &DRAFT_11, key),
        Claims::Resource(claims) => mint(claims, &DRAFT_11, key),
        Claims::Auth(claims) => mint(claims, &DRAFT_11, key),
    }
}

#[test]
fn every_kind_reads_back_as_it_was_written() {
    for kind in TokenKind::ALL {
        let sample = Sample::draft(kind);
        let written = claims(&sample).to_json(&DRAFT_11).unwrap();
        let value: serde_json::Value = serde_json::from_str(&written).unwrap();
        assert_eq!(value, sample.claims, "{kind:?}");
        let again = Claims::read(written.as_bytes(), kind, &DRAFT_11, Network::Public).unwrap();
        assert_eq!(again.to_json(&DRAFT_11).unwrap(), written);
    }
}

#[test]
fn every_kind_is_minted_and_verified_with_both_algorithms() {
    let es256 = SigningKey::from_seed(Algorithm::Es256, Secret::new([9; 32]), Some("e")).unwrap();
    for key in [es256.with_alg(DRAFT_11.algs).unwrap(), Sample::draft(Auth).key] {
        let keys = Jwks::from_keys([key.public_jwk()]);
        for kind in TokenKind::ALL {
            let text = mint_any(&claims(&Sample::draft(kind)), &key).unwrap();
            assert_eq!(verify_text(&text, &DRAFT_11, kind, &keys, NOW), Ok(()), "{kind:?}");
        }
    }
}

#[test]
fn a_person_token_names_the_person() {
    let sample = Sample::draft(Person);
    let (resource, key, trusted) = (id(RESOURCE), thumbprint("agent"), [id(AUTH_SERVER)]);
    let want = PersonWants::bound_to(IssuerRule::OneOf(&trusted), &resource, &key);
    let text = sample.text();
    let token = Unverified::parse(&text, &DRAFT_11, Network::Public).unwrap();
    assert_eq!(token.person(&sample.jwks(), &want, NOW).unwrap().subject(), "p1");
}

#[test]
fn no_kind_passes_for_another() {
    for is in TokenKind::ALL {
        for wanted in [Agent, Person].into_iter().filter(|wanted| *wanted != is) {
            let sample = Sample::draft(is);
            let error = verify_text(&sample.text(), &DRAFT_11, wanted, &sample.jwks(), NOW);
            let (found, expected) = (DRAFT_11.typ(is).unwrap(), DRAFT_11.typ(wanted).unwrap());
            assert_eq!(error, Err(TokenError::TypMismatch { found, expected }));
        }
    }
}

#[test]
fn no_dialect_reads_the_other_ones_typ() {
    for kind in [Agent, Resource, Auth] {
        for (sample, other) in [(Sample::seed(kind), &DRAFT_11), (Sample::draft(kind), &SEED)] {
            let found = sample.profiles.typ(kind).unwrap().to_owned();
            let error = Unverified::parse(&sample.text(), other, Network::Public).unwrap_err();
            assert_eq!(error, TokenError::TypUnknown { found });
        }
    }
    assert_eq!(SEED.typ(Person), None);
}

/// Kind, claim, its JSON (empty: left out), the kind of error.
#[rustfmt::skip]
const CLAIMS: &[(TokenKind, &str, &str, &str)] = &[
    (Agent, "dwk", "", "claim_absent"),
    (Agent, "dwk", "7", "claim_wrong_type"),
    (Agent, "dwk", r#""aauth-person.json""#, "claim_wrong_value"),
    (Agent, "dwk", r#""../uploads/x.json""#, "claim_wrong_value"),
    (Agent, "dwk", r#""aauth-agent""#, "claim_wrong_value"),
    (Agent, "sub", "", "claim_absent"),
    (Agent, "sub", r#""delegate-1""#, "claim_wrong_value"),
    (Agent, "sub", r#""aauth:helper@other.example""#, "claim_wrong_value"),
    (Agent, "ps", r#""https://person.example/x""#, "claim_wrong_value"),
    (Agent, "ps", "null", "claim_wrong_type"),
    (Agent, "parent_agent", r#""boss""#, "claim_wrong_value"),
    (Agent, "jti", "", "claim_absent"),
    (Agent, "iat", "", "claim_absent"),
    (Agent, "exp", "", "claim_absent"),
    (Agent, "cnf", "", "claim_absent"),
    (Person, "dwk", r#""aauth-access.json""#, "claim_wrong_value"),
    (Person, "aud", "", "claim_absent"),
    (Person, "aud", r#"["https://a.example","https://important.resource.com"]"#, "claim_wrong_value"),
    (Person, "aud", "[]", "claim_wrong_value"),
    (Person, "aud", r#""https://a.example""#, "audience_mismatch"),
    (Person, "sub", "", "claim_absent"),
    (Person, "cnf", "", "claim_absent"),
    (Person, "scope", r#""data.read""#, "claim_forbidden"),
    (Person, "account", r#""a""#, "claim_forbidden"),
    (Person, "mission_s256", r#""short""#, "claim_wrong_value"),
    (Person, "tenant", "1", "claim_wrong_type"),
    (Resource, "dwk", r#""aauth-agent.json""#, "claim_wrong_value"),
    (Resource, "aud", "", "claim_absent"),
    (Resource, "ps", "", "claim_absent"),
    (Resource, "sub", "", "claim_absent"),
    (Resource, "presented_jti", "", "claim_absent"),
    (Resource, "presented_jti", r#""""#, "claim_wrong_value"),
    (Resource, "agent_jkt", "", "claim_absent"),
    (Resource, "cnf", "{}", "claim_forbidden"),
    (Resource, "agent", r#""https://a.example""#, "claim_forbidden"),
    (Resource, "interaction", r#""x""#, "claim_wrong_type"),
    (Resource, "interaction", r#"{"url":"https://a.example/i"}"#, "claim_absent"),
    (Resource, "interaction", r#"{"code":"A1"}"#, "claim_absent"),
    (Resource, "interaction", r#"{"url":"http://a.example/i","code":"A1"}"#, "claim_wrong_value"),
    (Resource, "interaction", r#"{"url":7,"code":"A1"}"#, "claim_wrong_type"),
    (Auth, "dwk", r#""aauth-issuer.json""#, "claim_wrong_value"),
    (Auth, "dwk", r#""aauth-person.json""#, "claim_wrong_value"),
    (Auth, "ps", "", "claim_absent"),
    (Auth, "sub", "", "claim_absent"),
    (Auth, "cnf", "", "claim_absent"),
    (Auth, "agent", r#""https://a.example""#, "claim_forbidden"),
    (Auth, "act", "{}", "claim_forbidden"),
];

#[test]
fn claims_are_refused_by_the_drafts_tables() {
    for (kind, claim, json, expected) in CLAIMS {
        let sample = Sample::draft(*kind);
        let sample = if json.is_empty() { sample.without(claim) } else { sample.with(claim, json) };
        let error = sample.verify().unwrap_err();
        assert_eq!(error.kind(), *expected, "{kind:?} {claim} {json}: {error}");
    }
    println!("{} claims refused", CLAIMS.len());
}

#[test]
fn an_error_inside_an_interaction_names_the_member() {
    let sample = Sample::draft(Resource).with("interaction", r#"{"url":7,"code":"A1"}"#);
    let error = TokenError::WrongType { claim: "interaction.url", found: "a number", expected: "a string" };
    assert_eq!(sample.verify(), Err(error));
}

#[test]
fn an_audience_of_one_may_be_an_array() {
    let sample = Sample::draft(Person).with("aud", r#"["https://important.resource.com"]"#);
    assert_eq!(sample.verify(), Ok(()));
}

#[test]
fn a_key_in_cnf_must_say_its_alg() {
    let cnf = format!("{{\"jwk\":{}}}", public("agent").to_json());
    for kind in [Agent, Person, Auth] {
        let error = TokenError::Key { claim: "cnf.jwk", source: JoseError::AlgorithmAbsent };
        assert_eq!(Sample::draft(kind).with("cnf", &cnf).verify(), Err(error));
    }
}

#[test]
fn the_old_name_of_the_algorithm_is_refused() {
    for alg in ["EdDSA", "none", "HS256"] {
        let sample = Sample::draft(Auth).with_header("alg", &format!("{alg:?}"));
        assert_eq!(sample.verify(), Err(TokenError::Jose { source: JoseError::UnsupportedAlgorithm }));
    }
    let mismatch = Sample::draft(Auth).with_header("alg", r#""ES256""#);
    assert_eq!(mismatch.verify(), Err(TokenError::Jose { source: JoseError::AlgorithmMismatch }));
}

#[test]
fn iat_in_the_future_decides_nothing() {
    assert_eq!(Sample::draft(Person).verify_at(at(-1000)), Ok(()));
}

#[test]
fn exp_has_no_tolerance() {
    assert_eq!(Sample::draft(Person).verify_at(at(3599)), Ok(()));
    let expired = TokenError::Expired { expires: at(3600), now: at(3600) };
    assert_eq!(Sample::draft(Person).verify_at(at(3600)), Err(expired));
}

#[test]
fn a_lifetime_passes_at_its_ceiling_and_not_one_above() {
    for (kind, most) in [(Agent, 86_400), (Person, 3600), (Resource, 300), (Auth, 3600)] {
        let living = |life: i64| Sample::draft(kind).with("exp", &at(life).to_string());
        assert_eq!(living(most).verify(), Ok(()));
        let seconds = most + 1;
        assert_eq!(living(seconds).verify(), Err(TokenError::LifetimeTooLong { seconds, most }));
    }
}

#[test]
fn an_auth_token_of_a_person_server_names_it() {
    let sample =
        Sample::draft(Auth).with("dwk", r#""aauth-person.json""#).with("ps", r#""https://auth-server.com""#);
    assert_eq!(sample.verify(), Ok(()));
    let token = sample.text();
    let token = Unverified::parse(&token, &DRAFT_11, Network::Public).unwrap();
    assert_eq!(token.key_ref().document, Document::Person);
}

#[test]
fn the_seeds_wants_never_accept_a_token_that_names_no_agent() {
    let sample = Sample::draft(Auth);
    let text = sample.text();
    let token = Unverified::parse(&text, &DRAFT_11, Network::Public).unwrap();
    let (issuer, resource) = (id("https://auth-server.com"), id(RESOURCE));
    let want = aauth_token::AuthWants::binding_proved_by_request_signature(
        aauth_token::IssuerRule::Exactly(&issuer),
        &resource,
        aauth_token::AgentRule::NamedOrAudience,
    );
    let error = token.auth(&sample.jwks(), &want, NOW).unwrap_err();
    assert_eq!(error, TokenError::Absent { claim: "agent" });
}

#[test]
fn an_auth_token_says_in_which_document_its_issuer_is() {
    let life = DRAFT_11.life(Auth).unwrap();
    let issuance = Issuance::new(id("https://ps.example"), TokenId::from_entropy([1; 16]), NOW, life);
    let key = public("agent").with_alg(DRAFT_11.algs).unwrap();
    let mut claims = AuthClaims::new(issuance, id(RESOURCE), key);
    claims.person_server = Some(id("https://ps.example"));
    claims.subject = Some("p1".to_owned());
    let signer = Sample::draft(Auth).key;
    assert_eq!(mint(&claims, &DRAFT_11, &signer), Err(TokenError::Absent { claim: "dwk" }));
    claims.issuance = claims.issuance.in_document(Document::Person);
    assert_eq!(mint(&claims, &DRAFT_11, &signer).map(|text| text.split('.').count()), Ok(3));
}
