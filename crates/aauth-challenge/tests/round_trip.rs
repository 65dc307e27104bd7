//! Every row of both vocabularies, written and read back, and the exact forms on the wire.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use aauth_challenge::{Challenge, ChallengeError, DRAFT_11, Requirement, SEED, Vocabulary};
use aauth_types::{EndpointUrl, Network, ServerId};
use http::{HeaderMap, StatusCode};

const TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln_-";

fn challenge(requirement: Requirement, vocabulary: &Vocabulary) -> Challenge {
    let draft = vocabulary.name() == "draft-11";
    match requirement {
        Requirement::Pseudonym => Challenge::Pseudonym,
        Requirement::Identity => Challenge::Identity,
        Requirement::PersonToken => Challenge::PersonToken,
        Requirement::AuthToken => Challenge::AuthToken {
            resource_token: TOKEN.to_owned(),
            auth_server: (!draft).then(|| ServerId::parse("https://auth.example", Network::Public).unwrap()),
        },
        Requirement::Interaction => Challenge::Interaction {
            url: draft.then(|| EndpointUrl::parse("https://ps.example/i", Network::Public).unwrap()),
            code: if draft { "A1B2-C3D4" } else { "ABCD1234" }.to_owned(),
        },
        Requirement::Approval => Challenge::Approval,
        Requirement::Clarification => Challenge::Clarification,
        Requirement::Claims => Challenge::Claims,
        _ => panic!("a requirement without a test"),
    }
}

fn written(requirement: Requirement, vocabulary: &Vocabulary) -> String {
    let (_, value) = challenge(requirement, vocabulary).write(vocabulary).unwrap();
    value.to_str().unwrap().to_owned()
}

#[test]
fn every_row_of_both_vocabularies_reads_back() {
    for vocabulary in [&SEED, &DRAFT_11] {
        for requirement in vocabulary.requirements() {
            let challenge = challenge(requirement, vocabulary);
            let fields = HeaderMap::from_iter([challenge.write(vocabulary).unwrap()]);
            let (read, by) = Challenge::read(&fields, &[vocabulary], Network::Public).unwrap().unwrap();
            assert_eq!(read, challenge);
            assert_eq!(by.name(), vocabulary.name());
            assert_eq!(read.requirement(), Some(requirement));
        }
    }
}

#[test]
fn the_seed_writes_its_five_forms() {
    let forms: Vec<String> = SEED.requirements().map(|requirement| written(requirement, &SEED)).collect();
    assert_eq!(
        forms,
        [
            "require=pseudonym".to_owned(),
            "require=identity".to_owned(),
            format!("require=auth-token; resource-token=\"{TOKEN}\"; auth-server=\"https://auth.example\""),
            "require=interaction; code=\"ABCD1234\"".to_owned(),
            "require=approval".to_owned(),
        ]
    );
}

#[test]
fn the_draft_writes_canonical_structured_fields() {
    let forms: Vec<String> =
        DRAFT_11.requirements().map(|requirement| written(requirement, &DRAFT_11)).collect();
    assert_eq!(
        forms,
        [
            "requirement=agent-token".to_owned(),
            "requirement=person-token".to_owned(),
            format!("requirement=auth-token;resource-token=\"{TOKEN}\""),
            "requirement=interaction;url=\"https://ps.example/i\";code=\"A1B2-C3D4\"".to_owned(),
            "requirement=approval".to_owned(),
            "requirement=clarification".to_owned(),
            "requirement=claims".to_owned(),
        ]
    );
}

#[test]
fn the_first_field_is_the_one_that_is_written() {
    assert_eq!(Challenge::Identity.write(&SEED).unwrap().0, "aauth");
    assert_eq!(Challenge::Identity.write(&DRAFT_11).unwrap().0, "aauth-requirement");
    assert_eq!(SEED.fields(), ["aauth", "aauth-challenge"]);
    assert_eq!(DRAFT_11.fields(), ["aauth-requirement"]);
}

#[test]
fn each_requirement_has_the_statuses_of_its_table() {
    let token = challenge(Requirement::AuthToken, &SEED);
    assert_eq!(token.statuses(&SEED), [StatusCode::UNAUTHORIZED]);
    assert_eq!(
        token.statuses(&DRAFT_11),
        [StatusCode::UNAUTHORIZED, StatusCode::ACCEPTED, StatusCode::PAYMENT_REQUIRED]
    );
    for (challenge, vocabulary, status) in [
        (Challenge::Pseudonym, &SEED, StatusCode::UNAUTHORIZED),
        (Challenge::Identity, &SEED, StatusCode::UNAUTHORIZED),
        (Challenge::Approval, &SEED, StatusCode::ACCEPTED),
        (Challenge::PersonToken, &DRAFT_11, StatusCode::UNAUTHORIZED),
        (Challenge::Clarification, &DRAFT_11, StatusCode::ACCEPTED),
        (Challenge::Claims, &DRAFT_11, StatusCode::ACCEPTED),
    ] {
        assert_eq!(challenge.statuses(vocabulary), [status], "{challenge:?}");
    }
    assert_eq!(Challenge::Pseudonym.statuses(&DRAFT_11).len(), 0);
    assert_eq!(Challenge::Unknown { word: "x".to_owned() }.statuses(&SEED).len(), 0);
}

#[test]
fn a_word_that_a_vocabulary_lacks_is_not_written() {
    for (challenge, vocabulary) in [
        (Challenge::PersonToken, &SEED),
        (Challenge::Clarification, &SEED),
        (Challenge::Claims, &SEED),
        (Challenge::Pseudonym, &DRAFT_11),
        (Challenge::Unknown { word: "identity".to_owned() }, &SEED),
    ] {
        assert_eq!(
            challenge.write(vocabulary),
            Err(ChallengeError::NoWord {
                vocabulary: vocabulary.name(),
                requirement: challenge.requirement()
            })
        );
    }
}

#[test]
fn a_part_that_travels_elsewhere_is_left_out() {
    let token = challenge(Requirement::AuthToken, &SEED);
    assert_eq!(
        token.write(&DRAFT_11).unwrap().1,
        format!("requirement=auth-token;resource-token=\"{TOKEN}\"")
    );
    let interaction = challenge(Requirement::Interaction, &DRAFT_11);
    assert_eq!(interaction.write(&SEED).unwrap().1, "require=interaction; code=\"A1B2-C3D4\"");
}

#[test]
fn a_part_that_is_needed_is_missed() {
    let token = Challenge::AuthToken { resource_token: TOKEN.to_owned(), auth_server: None };
    assert_eq!(token.write(&SEED), Err(ChallengeError::ParameterMissing { parameter: "auth-server" }));
    let interaction = Challenge::Interaction { url: None, code: "ABCD1234".to_owned() };
    assert_eq!(interaction.write(&DRAFT_11), Err(ChallengeError::ParameterMissing { parameter: "url" }));
}

#[test]
fn no_token_and_no_code_can_end_the_field() {
    for text in [
        "a\r\nSet-Cookie: x=1",
        "a\nb",
        "a\"; auth-server=\"https://evil.example",
        "a\\",
        "a\0",
        "a b",
        "a\u{e9}",
        "a\t",
        "a,require=identity",
    ] {
        let token = Challenge::AuthToken { resource_token: text.to_owned(), auth_server: None };
        let found = "a character that no token has";
        assert_eq!(token.write(&DRAFT_11), Err(ChallengeError::ResourceToken { found }), "{text:?}");
        let interaction = Challenge::Interaction { url: None, code: text.to_owned() };
        let found = "a character that no code has";
        assert_eq!(interaction.write(&SEED), Err(ChallengeError::Code { found }), "{text:?}");
    }
}

#[test]
fn tokens_and_codes_are_written_up_to_their_limits() {
    let token = |bytes| Challenge::AuthToken { resource_token: "a".repeat(bytes), auth_server: None };
    assert!(token(8192).write(&DRAFT_11).is_ok());
    let found = "more than 8192 bytes";
    assert_eq!(token(8193).write(&DRAFT_11), Err(ChallengeError::ResourceToken { found }));
    assert_eq!(token(0).write(&DRAFT_11), Err(ChallengeError::ResourceToken { found: "nothing" }));
    let code = |bytes| Challenge::Interaction { url: None, code: "A".repeat(bytes) };
    assert!(code(64).write(&SEED).is_ok());
    assert_eq!(code(65).write(&SEED), Err(ChallengeError::Code { found: "more than 64 characters" }));
    assert_eq!(code(0).write(&SEED), Err(ChallengeError::Code { found: "nothing" }));
}

#[test]
fn debug_shows_neither_token_nor_code() {
    let token = format!("{:?}", challenge(Requirement::AuthToken, &SEED));
    assert_eq!(
        token,
        "AuthToken { resource_token: ***, auth_server: Some(ServerId(\"https://auth.example\")) }"
    );
    let interaction = format!("{:?}", challenge(Requirement::Interaction, &SEED));
    assert_eq!(interaction, "Interaction { url: None, code: *** }");
}

#[test]
fn a_value_with_a_secret_is_marked_sensitive() {
    assert!(challenge(Requirement::AuthToken, &SEED).write(&SEED).unwrap().1.is_sensitive());
    assert!(challenge(Requirement::Interaction, &SEED).write(&SEED).unwrap().1.is_sensitive());
    assert!(!Challenge::Identity.write(&SEED).unwrap().1.is_sensitive());
}
