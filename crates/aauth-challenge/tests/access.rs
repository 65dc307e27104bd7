//! `AAuth-Access`, `Authorization: AAuth` and `AAuth-Capabilities`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use aauth_challenge::{Capabilities, Capability, ChallengeError, SessionToken};
use http::{HeaderMap, HeaderName, HeaderValue};

fn fields(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    fields
}

fn access(lines: &[(&'static str, &str)]) -> Result<Option<String>, ChallengeError> {
    SessionToken::read_access(&fields(lines)).map(|token| token.map(|token| token.expose().to_owned()))
}

fn authorization(lines: &[(&'static str, &str)]) -> Result<Option<String>, ChallengeError> {
    SessionToken::read_authorization(&fields(lines)).map(|token| token.map(|token| token.expose().to_owned()))
}

fn fault<T>(found: &'static str, at: usize) -> Result<T, ChallengeError> {
    Err(ChallengeError::SessionToken { found, at })
}

#[test]
fn a_session_token_reads_back_from_both_fields() {
    let token = SessionToken::parse(b"AZaz09-._~+/==").unwrap();
    let written = HeaderMap::from_iter([token.write_access().unwrap()]);
    assert!(written["aauth-access"].is_sensitive());
    assert_eq!(SessionToken::read_access(&written).unwrap().unwrap().expose(), token.expose());
    let written = HeaderMap::from_iter([token.write_authorization().unwrap()]);
    assert_eq!(written["authorization"], "AAuth AZaz09-._~+/==");
    assert!(written["authorization"].is_sensitive());
    assert_eq!(SessionToken::read_authorization(&written).unwrap().unwrap().expose(), token.expose());
}

#[test]
fn what_is_no_token68_is_refused() {
    let bad = "a character that no token68 has";
    assert_eq!(access(&[("aauth-access", "")]), fault("no token", 0));
    assert_eq!(access(&[("aauth-access", "==")]), fault("no token", 0));
    assert_eq!(access(&[("aauth-access", "a b")]), fault(bad, 1));
    assert_eq!(access(&[("aauth-access", "a,b")]), fault(bad, 1));
    assert_eq!(access(&[("aauth-access", "a=b")]), fault(bad, 2));
    assert_eq!(access(&[("aauth-access", "\"a\"")]), fault("no token", 0));
    assert_eq!(access(&[("aauth-access", "a\u{e9}")]), fault(bad, 1));
    assert_eq!(authorization(&[("authorization", "AAuth")]), fault("no token", 0));
    assert_eq!(authorization(&[("authorization", "AAuth a, AAuth b")]), fault(bad, 1));
    assert_eq!(SessionToken::parse(b"a\r\n").map(|_| ()), fault(bad, 1));
}

#[test]
fn several_credentials_are_refused() {
    let several = Err(ChallengeError::SeveralCredentials);
    assert_eq!(access(&[("aauth-access", "a"), ("aauth-access", "a")]), several);
    assert_eq!(authorization(&[("authorization", "AAuth a"), ("authorization", "AAuth a")]), several);
    assert_eq!(authorization(&[("authorization", "Bearer a"), ("authorization", "AAuth a")]), several);
}

#[test]
fn another_scheme_is_no_session_token() {
    assert_eq!(authorization(&[]), Ok(None));
    assert_eq!(authorization(&[("authorization", "Bearer a")]), Ok(None));
    assert_eq!(authorization(&[("authorization", "AAuthX a")]), Ok(None));
    assert_eq!(authorization(&[("authorization", "aauth  a")]), Ok(Some("a".to_owned())));
}

#[test]
fn a_session_token_is_read_up_to_its_limit() {
    assert!(SessionToken::parse("a".repeat(16384).as_bytes()).is_ok());
    assert_eq!(
        SessionToken::parse("a".repeat(16385).as_bytes()).map(|_| ()),
        Err(ChallengeError::TooLong { bytes: 16385 })
    );
}

#[test]
fn debug_shows_no_session_token() {
    assert_eq!(format!("{:?}", SessionToken::parse(b"hunter2").unwrap()), "SessionToken(***)");
}

fn capabilities(lines: &[(&'static str, &str)]) -> Result<Vec<Capability>, ChallengeError> {
    Capabilities::read(&fields(lines)).map(|read| read.iter().collect())
}

#[test]
fn every_capability_reads_back() {
    for capability in Capability::ALL {
        assert_eq!(Capability::from_word(capability.word()), Some(capability));
    }
    let all: Capabilities = Capability::ALL.into_iter().collect();
    let written = HeaderMap::from_iter(all.write());
    assert_eq!(written["aauth-capabilities"], "interaction, clarification, payment");
    assert_eq!(Capabilities::read(&written), Ok(all));
    assert_eq!(Capabilities::default().write(), None);
}

#[test]
fn unknown_capabilities_and_parameters_are_ignored() {
    let name = "aauth-capabilities";
    assert_eq!(capabilities(&[]), Ok(vec![]));
    assert_eq!(capabilities(&[(name, "")]), Ok(vec![]));
    assert_eq!(
        capabilities(&[(name, "budget, payment;x=1"), (name, "interaction,interaction")]),
        Ok(vec![Capability::Interaction, Capability::Payment])
    );
    assert_eq!(capabilities(&[(name, "Interaction")]), Ok(vec![]));
}

#[test]
fn what_is_no_list_of_tokens_is_refused() {
    let name = "aauth-capabilities";
    for value in ["\"interaction\"", "1", "(interaction)", "interaction, ?1"] {
        assert_eq!(capabilities(&[(name, value)]), Err(ChallengeError::CapabilityNotToken), "{value}");
    }
    assert_eq!(capabilities(&[(name, "interaction,")]), Err(ChallengeError::Malformed { at: 11 }));
    assert_eq!(capabilities(&[(name, "a b")]), Err(ChallengeError::Malformed { at: 2 }));
}
