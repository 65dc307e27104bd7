//! Cancelling, adopting, and what nobody asked for.

use aauth_deferred::{Exchange, Outcome, Patience, Reached, RequestUrl, SEED};

use crate::agent::{Agent, PENDING_URL, TOKEN_URL, fields, setup};
use crate::common::{NOW, later};

#[test]
fn cancelling_tells_the_server_once() {
    let mut agent = Agent::polling();
    agent.exchange.cancel(agent.now);
    assert_eq!(agent.step(), format!("DELETE {PENDING_URL}"));
    agent.respond(200, &[], r#"{"auth_token":"a.b.c"}"#);
    assert_eq!(agent.outcome(), Outcome::Cancelled);
    let mut agent = Agent::polling();
    agent.exchange.cancel(agent.now);
    agent.step();
    assert_eq!(agent.outcome(), Outcome::Cancelled);
    let mut agent = Agent::polling();
    agent.exchange.cancel(agent.now);
    agent.step();
    agent.exchange.on_failure(Reached::Perhaps, agent.now);
    assert_eq!(agent.outcome(), Outcome::Cancelled);
}

#[test]
fn a_code_that_came_is_not_shown_after_cancelling() {
    let mut agent = Agent::started();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    agent.exchange.cancel(agent.now);
    assert_eq!(agent.step(), format!("DELETE {PENDING_URL}"));
}

#[test]
fn without_a_pending_url_cancelling_is_the_end() {
    let mut agent = Agent::started();
    agent.exchange.cancel(NOW);
    assert_eq!(agent.outcome(), Outcome::Cancelled);
}

#[test]
fn cancelling_after_the_deadline_still_tells_the_server() {
    let mut agent = Agent::polling();
    agent.now = later(1000);
    agent.exchange.cancel(agent.now);
    assert_eq!(agent.step(), format!("DELETE {PENDING_URL}"));
}

#[test]
fn the_end_is_the_end() {
    let mut agent = Agent::polling();
    agent.respond(403, &[], r#"{"error":"denied"}"#);
    agent.respond(200, &[], r#"{"auth_token":"a.b.c"}"#);
    agent.exchange.on_failure(Reached::Nothing, NOW);
    agent.exchange.answer("x".to_owned(), NOW);
    agent.exchange.leave_unanswered(NOW);
    agent.exchange.cancel(NOW);
    assert_eq!(agent.outcome(), Outcome::Denied);
}

#[test]
fn a_response_to_nothing_changes_nothing() {
    let mut agent = Agent::with(&SEED, Patience::default());
    agent.respond(200, &[], r#"{"auth_token":"a.b.c"}"#);
    assert_eq!(agent.step(), format!("POST {TOKEN_URL} {{}}"));
}

#[test]
fn a_202_of_any_request_can_be_adopted() {
    let url = RequestUrl::parse("https://resource.example/report?year=2026").unwrap();
    let lines = fields(&[
        ("location", "/pending/7"),
        ("retry-after", "1"),
        ("aauth", "require=interaction; code=\"MNOP3456\""),
    ]);
    let exchange =
        Exchange::adopt(url, &lines, br#"{"status":"pending"}"#, setup(&SEED, Patience::default()), NOW);
    let mut agent = Agent { exchange, now: NOW };
    assert_eq!(agent.steps(3), ["prompt MNOP3456", "sleep 1", "GET https://resource.example/pending/7"]);
    agent.respond(200, &[("content-type", "text/plain")], "the report");
    let Outcome::Done(answer) = agent.outcome() else { panic!("done") };
    assert_eq!(answer.body, b"the report");
    assert_eq!(answer.fields["content-type"], "text/plain");
}

#[test]
fn debug_shows_neither_body_nor_code_nor_token() {
    let mut agent = Agent::started();
    agent.pending(r#","require":"interaction","code":"ABCD1234""#);
    let prompt = agent.exchange.next(NOW);
    agent.step();
    agent.respond(200, &[("x", "hunter2")], r#"{"auth_token":"hunter2"}"#);
    let outcome = agent.outcome();
    let text = format!("{prompt:?} {:?} {outcome:?}", agent.exchange);
    assert!(!text.contains("ABCD1234") && !text.contains("hunter2"), "{text}");
    let shown = ["Prompt { url: None, .. }", "Exchange { step: ", "Answer { status: 200, .. }"];
    assert!(shown.iter().all(|shown| text.contains(shown)), "{text}");
}
