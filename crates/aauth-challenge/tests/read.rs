//! What is read, by which name, and what is ignored.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use aauth_challenge::{Challenge, ChallengeError, DRAFT_11, SEED, Vocabulary};
use aauth_types::{Network, ServerId};
use http::{HeaderMap, HeaderName, HeaderValue};

fn fields(lines: &[(&str, &str)]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    fields
}

fn read(lines: &[(&str, &str)], accept: &[&'static Vocabulary]) -> Option<(Challenge, &'static str)> {
    let read = Challenge::read(&fields(lines), accept, Network::Public).unwrap();
    read.map(|(challenge, vocabulary)| (challenge, vocabulary.name()))
}

fn token() -> Challenge {
    let auth_server = Some(ServerId::parse("https://auth.example", Network::Public).unwrap());
    Challenge::AuthToken { resource_token: "a.b.c".to_owned(), auth_server }
}

#[test]
fn a_response_without_the_field_holds_no_challenge() {
    assert_eq!(read(&[("www-authenticate", "Bearer")], &[&SEED, &DRAFT_11]), None);
}

#[test]
fn only_accepted_vocabularies_are_read() {
    assert_eq!(read(&[("aauth-requirement", "requirement=agent-token")], &[&SEED]), None);
    assert_eq!(read(&[("aauth", "require=identity")], &[&DRAFT_11]), None);
}

#[test]
fn the_order_of_the_accept_list_decides() {
    let both = [("aauth", "require=identity"), ("aauth-requirement", "requirement=person-token")];
    assert_eq!(read(&both, &[&SEED, &DRAFT_11]), Some((Challenge::Identity, "seed")));
    assert_eq!(read(&both, &[&DRAFT_11, &SEED]), Some((Challenge::PersonToken, "draft-11")));
}

#[test]
fn the_alias_is_read_with_the_same_value() {
    assert_eq!(
        read(&[("AAuth-Challenge", "require=approval")], &[&SEED]),
        Some((Challenge::Approval, "seed"))
    );
}

#[test]
fn the_alias_does_not_count_beside_the_name() {
    for alias in ["require=identity", "garbage (", ""] {
        let both = [("aauth-challenge", alias), ("aauth", "require=pseudonym")];
        assert_eq!(read(&both, &[&SEED]), Some((Challenge::Pseudonym, "seed")));
    }
}

#[test]
fn spaces_behind_semicolons_order_and_unknown_parameters_do_not_matter() {
    for value in [
        r#"require=auth-token; resource-token="a.b.c"; auth-server="https://auth.example""#,
        r#"require=auth-token;resource-token="a.b.c";auth-server="https://auth.example""#,
        r#"require=auth-token;   auth-server="https://auth.example";  resource-token="a.b.c""#,
        r#"  require=auth-token; resource-token="a.b.c"; auth-server="https://auth.example"  "#,
        r#"require=auth-token; new=1; resource-token="a.b.c"; auth-server="https://auth.example"; x"#,
        r#"other=1, require=auth-token; resource-token="a.b.c"; auth-server="https://auth.example", y=(a b);z"#,
        r#"x=:AAEC:, require=auth-token; resource-token="a.b.c"; auth-server="https://auth.example""#,
    ] {
        assert_eq!(read(&[("aauth", value)], &[&SEED]), Some((token(), "seed")), "{value}");
    }
}

#[test]
fn several_lines_are_one_dictionary() {
    let lines = [("aauth", "other=?1"), ("aauth", "require=identity"), ("aauth", "more")];
    assert_eq!(read(&lines, &[&SEED]), Some((Challenge::Identity, "seed")));
}

#[test]
fn an_unknown_word_is_kept() {
    let unknown = |word: &str| Challenge::Unknown { word: word.to_owned() };
    assert_eq!(read(&[("aauth", "require=payment; x=\"y\"")], &[&SEED]), Some((unknown("payment"), "seed")));
    assert_eq!(
        read(&[("aauth-requirement", "requirement=pseudonym")], &[&DRAFT_11]),
        Some((unknown("pseudonym"), "draft-11"))
    );
    assert_eq!(read(&[("aauth", "require=Identity")], &[&SEED]), Some((unknown("Identity"), "seed")));
}

#[test]
fn a_bare_auth_token_is_told_apart_from_half_of_one() {
    let parse = |value: &str| Challenge::parse(value.as_bytes(), &SEED, Network::Public);
    assert_eq!(parse("require=auth-token"), Err(ChallengeError::BareAuthToken));
    assert_eq!(parse("require=auth-token; error=\"x\""), Err(ChallengeError::BareAuthToken));
    assert_eq!(
        parse("require=auth-token; auth-server=\"https://auth.example\""),
        Err(ChallengeError::ParameterMissing { parameter: "resource-token" })
    );
    assert_eq!(
        parse("require=auth-token; resource-token=\"a.b.c\""),
        Err(ChallengeError::ParameterMissing { parameter: "auth-server" })
    );
}

#[test]
fn the_draft_ignores_the_auth_server_parameter_of_the_seed() {
    let value = r#"requirement=auth-token; resource-token="a.b.c"; auth-server="not even a url""#;
    let bare = Challenge::AuthToken { resource_token: "a.b.c".to_owned(), auth_server: None };
    assert_eq!(read(&[("aauth-requirement", value)], &[&DRAFT_11]), Some((bare, "draft-11")));
}

#[test]
fn loopback_identifiers_need_the_loopback_setting() {
    let value = br#"require=auth-token; resource-token="a.b.c"; auth-server="http://127.0.0.1:8003""#;
    assert!(Challenge::parse(value, &SEED, Network::InsecureLoopback).is_ok());
    let refused = Challenge::parse(value, &SEED, Network::Public).unwrap_err();
    assert_eq!(refused.kind(), "auth_server");
}

#[test]
fn words_from_a_body_are_understood_by_the_same_table() {
    let read = |word, parameters| Challenge::from_words(word, parameters, &SEED, Network::Public);
    let code = Challenge::Interaction { url: None, code: "ABCD1234".to_owned() };
    assert_eq!(read("interaction", &[("code", "ABCD1234")]), Ok(code));
    assert_eq!(read("approval", &[]), Ok(Challenge::Approval));
    assert_eq!(read("interaction", &[]), Err(ChallengeError::ParameterMissing { parameter: "code" }));
}

#[test]
fn a_field_is_read_up_to_its_limit() {
    let padded = |bytes: usize| format!("{:<bytes$}", "require=identity");
    let parse = |bytes| Challenge::parse(padded(bytes).as_bytes(), &SEED, Network::Public);
    assert_eq!(parse(16384), Ok(Challenge::Identity));
    assert_eq!(parse(16385), Err(ChallengeError::TooLong { bytes: 16385 }));
    let lines = fields(&[("aauth", &padded(16000)), ("aauth", &padded(16000))]);
    let refused = Challenge::read(&lines, &[&SEED], Network::Public).unwrap_err();
    assert_eq!(refused, ChallengeError::TooLong { bytes: 32002 });
}

#[test]
fn a_token_is_read_up_to_its_limit() {
    let parse = |bytes: usize| {
        let value = format!("requirement=auth-token;resource-token=\"{}\"", "a".repeat(bytes));
        Challenge::parse(value.as_bytes(), &DRAFT_11, Network::Public)
    };
    assert!(parse(8192).is_ok());
    assert_eq!(parse(8193), Err(ChallengeError::ResourceToken { found: "more than 8192 bytes" }));
}
