//! What challenges, capabilities and errors tell a program and a log.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use aauth_challenge::{Capabilities, Capability, Challenge, ChallengeError};
use http::{HeaderMap, HeaderValue};

#[test]
fn a_log_shows_which_challenge_it_was_and_neither_token_nor_code() {
    let token = Challenge::AuthToken { resource_token: "secret".into(), auth_server: None };
    let code = Challenge::Interaction { url: None, code: "secret".into() };
    for (challenge, shown) in [
        (token, "AuthToken { resource_token: ***, auth_server: None }"),
        (code, "Interaction { url: None, code: *** }"),
        (Challenge::Unknown { word: "other".into() }, "Unknown { word: \"other\" }"),
        (Challenge::Pseudonym, "Pseudonym"),
        (Challenge::Identity, "Identity"),
        (Challenge::PersonToken, "PersonToken"),
        (Challenge::Approval, "Approval"),
        (Challenge::Clarification, "Clarification"),
        (Challenge::Claims, "Claims"),
    ] {
        assert_eq!(format!("{challenge:?}"), shown);
    }
}

#[test]
fn a_set_of_capabilities_has_what_was_said() {
    let mut fields = HeaderMap::new();
    fields.insert("aauth-capabilities", HeaderValue::from_static("interaction, something-new"));
    let said = Capabilities::read(&fields).unwrap();
    assert!(said.has(Capability::Interaction));
    assert!(!said.has(Capability::Clarification));
    fields.insert("aauth-capabilities", HeaderValue::from_static("\"interaction\""));
    let refused = Capabilities::read(&fields).unwrap_err();
    assert_eq!((refused.kind(), refused.at()), ("capability_not_token", None));
}

#[test]
fn errors_of_session_tokens_have_a_stable_name() {
    let refused = ChallengeError::SessionToken { found: "nothing", at: 7 };
    assert_eq!((refused.kind(), refused.at()), ("session_token", Some(7)));
    assert_eq!(ChallengeError::SeveralCredentials.kind(), "several_credentials");
}
