//! Where the pending URL may lead.

use aauth_deferred::{DeferredError, Outcome};

use crate::agent::{Agent, PENDING_URL, location_fault};

#[test]
fn the_location_may_be_relative_and_stand_in_the_body() {
    for (lines, body) in [
        (vec![("location", PENDING_URL)], r#"{"status":"pending"}"#),
        (vec![("location", "/pending/1")], r#"{"status":"pending"}"#),
        (vec![("location", "pending/1")], r#"{"status":"pending"}"#),
        (vec![], r#"{"status":"pending","location":"/pending/1"}"#),
        (vec![("location", "/pending/1")], r#"{"status":"pending","location":"https://evil.example/"}"#),
    ] {
        let mut agent = Agent::started();
        agent.respond(202, &lines, body);
        assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")], "{lines:?} {body}");
    }
}

#[test]
fn the_pending_url_may_move_on_its_origin() {
    let mut agent = Agent::started();
    assert_eq!(agent.exchange.pending_url(), None);
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    assert_eq!(agent.exchange.pending_url().unwrap().to_string(), PENDING_URL);
    agent.respond(202, &[("location", "2"), ("retry-after", "0")], r#"{"status":"pending"}"#);
    assert_eq!(agent.step(), "GET https://auth.example/pending/2");
}

#[test]
fn no_request_is_sent_to_another_origin() {
    for location in
        ["https://evil.example/p", "http://auth.example/p", "https://auth.example:8443/p", "//evil.example/p"]
    {
        let mut agent = Agent::started();
        agent.respond(202, &[("location", location)], r#"{"status":"pending"}"#);
        assert_eq!(agent.outcome(), location_fault("another origin"), "{location}");
        let mut agent = Agent::polling();
        agent.respond(202, &[], &format!(r#"{{"status":"pending","location":"{location}"}}"#));
        assert_eq!(agent.outcome(), location_fault("another origin"), "{location}");
    }
}

#[test]
fn a_202_without_a_pending_url_is_broken() {
    let mut agent = Agent::started();
    agent.respond(202, &[], r#"{"status":"pending"}"#);
    let fault = DeferredError::MemberMissing { member: "location" };
    assert_eq!(agent.outcome(), Outcome::Broken { fault });
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/a"), ("location", "/b")], "");
    assert_eq!(agent.outcome(), location_fault("several locations"));
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/p\u{e9}")], "");
    assert_eq!(agent.outcome(), location_fault("a character that no pending url has"));
}

#[test]
fn a_202_with_an_unreadable_body_is_broken() {
    for (body, kind) in [
        ("<html>", "json_malformed"),
        (r#"{"status":"pending","status":"x"}"#, "json_duplicate_member"),
        (r#"{"status":7}"#, "member_type"),
        (r#"{"location":"/p"}"#, "member_missing"),
    ] {
        let mut agent = Agent::started();
        agent.respond(202, &[("location", "/pending/1")], body);
        let Outcome::Broken { fault } = agent.outcome() else { panic!("broken") };
        assert_eq!(fault.kind(), kind, "{body}");
    }
}
