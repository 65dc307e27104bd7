//! The first request and its final statuses.

use aauth_challenge::Challenge;
use aauth_deferred::{Outcome, Reached};

use crate::agent::{Agent, TOKEN_URL, rejected, status};
use crate::common::NOW;

#[test]
fn a_token_at_once_is_the_end() {
    let mut agent = Agent::started();
    agent.respond(200, &[], r#"{"auth_token":"a.b.c","expires_in":3600}"#);
    let Outcome::Done(answer) = agent.outcome() else { panic!("done") };
    assert_eq!(answer.token().unwrap().auth_token, "a.b.c");
    assert_eq!(agent.outcome(), Outcome::Done(answer));
}

#[test]
fn each_final_status_of_the_first_request_has_its_outcome() {
    for (code, body, outcome) in [
        (400, r#"{"error":"invalid_request"}"#, rejected(400, Some("invalid_request"), None)),
        (
            400,
            r#"{"error":"invalid_resource_token","error_description":"Invalid resource token"}"#,
            rejected(400, Some("invalid_resource_token"), Some("Invalid resource token")),
        ),
        (400, r#"{"error":"invalid_auth_token"}"#, rejected(400, Some("invalid_auth_token"), None)),
        (400, r#"{"error":"new_word"}"#, rejected(400, Some("new_word"), None)),
        (400, "plain text", rejected(400, None, None)),
        (401, r#"{"error":"invalid_signature"}"#, rejected(401, Some("invalid_signature"), None)),
        (401, r#"{"error":"invalid_agent_token"}"#, rejected(401, Some("invalid_agent_token"), None)),
        (401, r#"{"error":"key_binding_failed"}"#, rejected(401, Some("key_binding_failed"), None)),
        (402, "", rejected(402, None, None)),
        (403, r#"{"error":"denied"}"#, Outcome::Denied),
        (403, r#"{"error":"user_unreachable"}"#, rejected(403, Some("user_unreachable"), None)),
        (404, r#"{"error":"not_found"}"#, rejected(404, Some("not_found"), None)),
        (405, "", rejected(405, None, None)),
        (408, "", Outcome::Expired),
        (410, "", rejected(410, None, None)),
        (413, "", rejected(413, None, None)),
        (424, r#"{"error":"interaction_unavailable"}"#, rejected(424, Some("interaction_unavailable"), None)),
        (500, r#"{"error":"server_error"}"#, Outcome::ServerError { status: status(500) }),
        (502, r#"{"error":"as_unreachable"}"#, Outcome::ServerError { status: status(502) }),
        (504, "", Outcome::ServerError { status: status(504) }),
        (302, "", Outcome::Unexpected { status: status(302) }),
        (304, "", Outcome::Unexpected { status: status(304) }),
        (100, "", Outcome::Unexpected { status: status(100) }),
        (600, "", Outcome::Unexpected { status: status(600) }),
    ] {
        let mut agent = Agent::started();
        agent.respond(code, &[], body);
        assert_eq!(agent.outcome(), outcome, "{code} {body}");
    }
}

#[test]
fn what_the_server_wants_instead_is_handed_over() {
    let mut agent = Agent::started();
    agent.respond(401, &[("aauth", "require=identity")], r#"{"error":"invalid_signature"}"#);
    let Outcome::Rejected(rejection) = agent.outcome() else { panic!("rejected") };
    assert_eq!(rejection.challenge, Some(Challenge::Identity));
}

#[test]
fn an_overloaded_server_gets_the_first_request_again() {
    let mut agent = Agent::started();
    agent.respond(503, &[("retry-after", "7")], "");
    assert_eq!(agent.steps(2), ["sleep 7".to_owned(), format!("POST {TOKEN_URL} {{}}")]);
    agent.respond(429, &[("retry-after", "9")], r#"{"error":"slow_down"}"#);
    assert_eq!(agent.steps(2), ["sleep 9".to_owned(), format!("POST {TOKEN_URL} {{}}")]);
}

#[test]
fn a_first_request_that_may_have_arrived_is_not_repeated() {
    let mut agent = Agent::started();
    agent.exchange.on_failure(Reached::Perhaps, NOW);
    assert_eq!(agent.outcome(), Outcome::Unreachable);
    let mut agent = Agent::started();
    agent.exchange.on_failure(Reached::Nothing, NOW);
    assert!(agent.step().starts_with("sleep "));
    assert_eq!(agent.step(), format!("POST {TOKEN_URL} {{}}"));
}
