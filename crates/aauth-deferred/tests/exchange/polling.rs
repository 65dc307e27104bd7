//! Polling: final statuses, requirements, prompts.

use aauth_challenge::Challenge;
use aauth_deferred::{DRAFT_11, Outcome, Patience};

use crate::agent::{Agent, PENDING_URL, rejected, status};

#[test]
fn each_final_status_of_a_poll_has_its_outcome() {
    for (code, body, outcome) in [
        (403, r#"{"error":"denied","error_description":"User denied consent"}"#, Outcome::Denied),
        (403, r#"{"error":"access_denied"}"#, Outcome::Denied),
        (403, r#"{"error":"abandoned"}"#, Outcome::Abandoned),
        (403, r#"{"error":"other"}"#, rejected(403, Some("other"), None)),
        (403, "", rejected(403, None, None)),
        (408, r#"{"error":"expired"}"#, Outcome::Expired),
        (408, "<html>", Outcome::Expired),
        (408, r#"{"error":"other"}"#, rejected(408, Some("other"), None)),
        (410, r#"{"error":"invalid_code"}"#, Outcome::InvalidCode),
        (410, "", Outcome::Gone { status: status(410) }),
        (404, r#"{"error":"not_found"}"#, Outcome::Gone { status: status(404) }),
        (404, "Not Found", Outcome::Gone { status: status(404) }),
        (400, r#"{"error":"invalid_request"}"#, rejected(400, Some("invalid_request"), None)),
        (401, r#"{"error":"invalid_signature"}"#, rejected(401, Some("invalid_signature"), None)),
        (401, "Missing signature headers", rejected(401, None, None)),
        (405, "", rejected(405, None, None)),
        (500, r#"{"error":"server_error"}"#, Outcome::ServerError { status: status(500) }),
        (502, "", Outcome::ServerError { status: status(502) }),
        (301, "", Outcome::Unexpected { status: status(301) }),
    ] {
        let mut agent = Agent::polling();
        agent.respond(code, &[], body);
        assert_eq!(agent.outcome(), outcome, "{code} {body}");
    }
}

#[test]
fn the_draft_knows_revoked_and_no_access_denied() {
    for (error, outcome) in
        [("revoked", Outcome::Revoked), ("access_denied", rejected(403, Some("access_denied"), None))]
    {
        let mut agent = Agent::with(&DRAFT_11, Patience::default());
        agent.step();
        agent.respond(202, &[("location", "/pending/1"), ("retry-after", "0")], r#"{"status":"pending"}"#);
        agent.step();
        agent.respond(403, &[], &format!(r#"{{"error":"{error}"}}"#));
        assert_eq!(agent.outcome(), outcome);
    }
}

#[test]
fn the_recorded_flow_prompts_polls_and_ends() {
    let mut agent = Agent::started();
    let accepted = [
        ("location", PENDING_URL),
        ("retry-after", "2"),
        ("cache-control", "no-store"),
        ("aauth", "require=interaction; code=\"7R6XKPRP\""),
    ];
    let body = format!(
        r#"{{"status": "pending", "location": "{PENDING_URL}", "require": "interaction", "code": "7R6XKPRP"}}"#
    );
    agent.respond(202, &accepted, &body);
    assert_eq!(agent.steps(3), ["prompt 7R6XKPRP", "sleep 2", &format!("GET {PENDING_URL}")]);
    agent.respond(202, &accepted[..3], &format!(r#"{{"status": "pending", "location": "{PENDING_URL}"}}"#));
    assert_eq!(agent.steps(2), ["sleep 2", &format!("GET {PENDING_URL}")]);
    agent.respond(200, &[], r#"{"auth_token":"a.b.c","expires_in":3600}"#);
    assert!(matches!(agent.outcome(), Outcome::Done(_)));
}

#[test]
fn a_202_needs_neither_requirement_nor_body() {
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/pending/1")], "");
    assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")]);
    agent.respond(202, &[], r#"{"status":"awaiting_clarification"}"#);
    assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")]);
}

#[test]
fn approval_prompts_nobody() {
    let mut agent = Agent::started();
    agent.respond(
        202,
        &[("location", "/pending/1"), ("retry-after", "3"), ("aauth", "require=approval")],
        "",
    );
    assert_eq!(agent.step(), "sleep 3");
    let mut agent = Agent::started();
    agent.pending(r#","require":"approval""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn the_code_may_come_in_the_body_alone() {
    let mut agent = Agent::started();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    assert_eq!(agent.steps(2), ["prompt ABCD1234", &format!("GET {PENDING_URL}")]);
}

#[test]
fn a_code_may_come_late_and_is_shown_once() {
    let mut agent = Agent::polling();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    assert_eq!(agent.steps(2), ["prompt ABCD1234", &format!("GET {PENDING_URL}")]);
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending(r#","require":"interaction","code":"WXYZ6789""#);
    assert_eq!(agent.steps(2), ["prompt WXYZ6789", &format!("GET {PENDING_URL}")]);
}

#[test]
fn the_field_outranks_the_body() {
    let mut agent = Agent::started();
    let body = r#"{"status":"pending","require":"interaction","code":"BODY1234"}"#;
    let lines = [("location", "/pending/1"), ("aauth", "require=interaction; code=\"FIELD234\"")];
    agent.respond(202, &lines, body);
    assert_eq!(agent.step(), "prompt FIELD234");
}

#[test]
fn the_draft_names_the_page() {
    let mut agent = Agent::with(&DRAFT_11, Patience::default());
    agent.step();
    let requirement = "requirement=interaction;url=\"https://auth.example/i\";code=\"A1B2-C3D4\"";
    agent.respond(
        202,
        &[("location", "/pending/1"), ("aauth-requirement", requirement)],
        r#"{"status":"pending"}"#,
    );
    assert_eq!(agent.step(), "prompt A1B2-C3D4 at https://auth.example/i");
}

#[test]
fn an_arrived_person_is_prompted_no_longer() {
    let mut agent = Agent::started();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    assert_eq!(agent.steps(2), ["prompt ABCD1234", &format!("GET {PENDING_URL}")]);
    for _ in 0..2 {
        agent.respond(202, &[("retry-after", "1")], r#"{"status":"interacting"}"#);
        let next = agent.step();
        if next == "stop" {
            assert_eq!(agent.step(), "sleep 1");
        } else {
            assert_eq!(next, "sleep 1");
        }
        assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    }
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn the_prompt_is_stopped_once() {
    let mut agent = Agent::started();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    agent.steps(2);
    agent.respond(202, &[("retry-after", "1")], r#"{"status":"interacting"}"#);
    assert_eq!(agent.steps(3), ["stop", "sleep 1", &format!("GET {PENDING_URL}")]);
    agent.respond(202, &[("retry-after", "1")], r#"{"status":"interacting"}"#);
    assert_eq!(agent.step(), "sleep 1");
}

#[test]
fn who_was_not_prompted_is_not_stopped() {
    let mut agent = Agent::started();
    agent.respond(
        202,
        &[("location", "/pending/1")],
        r#"{"status":"interacting","require":"interaction","code":"A"}"#,
    );
    assert_eq!(agent.step(), "sleep 5");
}

#[test]
fn an_unknown_requirement_is_polled_on() {
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/pending/1"), ("aauth", "require=dance")], r#"{"status":"pending"}"#);
    assert_eq!(agent.step(), "sleep 5");
}

#[test]
fn what_this_exchange_cannot_do_is_handed_over() {
    for (word, challenge) in [("claims", Challenge::Claims), ("person-token", Challenge::PersonToken)] {
        let mut agent = Agent::with(&DRAFT_11, Patience::default());
        agent.step();
        let requirement = format!("requirement={word}");
        agent.respond(
            202,
            &[("location", "/p"), ("aauth-requirement", &requirement)],
            r#"{"status":"pending"}"#,
        );
        assert_eq!(agent.outcome(), Outcome::Requires(challenge));
    }
}

#[test]
fn a_challenge_that_cannot_be_read_ends_only_what_has_no_code() {
    let broken = [("location", "/pending/1"), ("aauth", "require=interaction")];
    let mut agent = Agent::started();
    agent.respond(202, &broken, r#"{"status":"pending"}"#);
    let Outcome::Broken { fault } = agent.outcome() else { panic!("broken") };
    assert_eq!(fault.kind(), "parameter_missing");
    let mut agent = Agent::started();
    agent.respond(202, &broken, r#"{"status":"pending","require":"interaction","code":"ABCD1234"}"#);
    assert_eq!(agent.step(), "prompt ABCD1234");
    assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")]);
    agent.respond(202, &broken, r#"{"status":"pending"}"#);
    assert_eq!(agent.step(), "sleep 5");
}
