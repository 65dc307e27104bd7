//! Questions of the person.

use aauth_deferred::{DRAFT_11, Outcome, Patience, Reached};

use crate::agent::{Agent, PENDING_URL, rejected, status};

const ANSWERED: &str = r#"POST https://auth.example/pending/1 {"clarification_response": "Because."}"#;

fn asked() -> Agent {
    let mut agent = Agent::polling();
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), "asked Why?");
    agent.exchange.answer("Because.".to_owned(), agent.now);
    assert_eq!(agent.step(), ANSWERED);
    agent
}

#[test]
fn a_question_is_answered_once() {
    let mut agent = asked();
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), "asked Why?");
}

#[test]
fn an_answer_may_be_taken_with_200_or_202_with_or_without_location() {
    for (code, body) in [
        (200, r#"{"status":"clarification_received"}"#),
        (200, ""),
        (204, ""),
        (202, r#"{"status":"pending","location":"/pending/1"}"#),
        (202, r#"{"status":"pending"}"#),
        (202, ""),
    ] {
        let mut agent = asked();
        agent.respond(code, &[], body);
        assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")], "{code} {body}");
    }
}

#[test]
fn a_token_in_the_answer_to_an_answer_grants_nothing() {
    let mut agent = asked();
    agent.respond(200, &[], r#"{"auth_token":"a.b.c"}"#);
    assert_eq!(agent.step(), "sleep 5");
}

#[test]
fn an_answer_can_be_one_too_many() {
    let mut agent = asked();
    agent.respond(403, &[], r#"{"error":"denied","error_description":"Clarification round limit exceeded"}"#);
    assert_eq!(agent.outcome(), Outcome::Denied);
}

#[test]
fn each_final_status_of_an_answer_has_its_outcome() {
    for (code, outcome) in [
        (400, rejected(400, None, None)),
        (404, Outcome::Gone { status: status(404) }),
        (405, rejected(405, None, None)),
        (410, Outcome::Gone { status: status(410) }),
        (500, Outcome::ServerError { status: status(500) }),
    ] {
        let mut agent = asked();
        agent.respond(code, &[], "");
        assert_eq!(agent.outcome(), outcome, "{code}");
    }
}

#[test]
fn the_next_question_is_another_one() {
    let mut agent = asked();
    agent.pending(r#","clarification":"And now?""#);
    assert_eq!(agent.step(), "asked And now?");
}

#[test]
fn a_lost_answer_is_sent_again_only_while_its_question_is_open() {
    let mut agent = asked();
    agent.exchange.on_failure(Reached::Perhaps, agent.now);
    assert!(agent.step().starts_with("sleep "));
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), ANSWERED);
    agent.exchange.on_failure(Reached::Perhaps, agent.now);
    agent.steps(2);
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn an_answer_that_is_not_taken_now_is_sent_again() {
    let mut agent = asked();
    agent.respond(503, &[("retry-after", "4")], "");
    assert_eq!(agent.steps(2), ["sleep 4", ANSWERED]);
    agent.respond(429, &[("retry-after", "9")], "");
    assert_eq!(agent.steps(2), ["sleep 9", ANSWERED]);
}

#[test]
fn a_question_may_be_left_unanswered() {
    let mut agent = Agent::polling();
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), "asked Why?");
    agent.exchange.leave_unanswered(agent.now);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending(r#","clarification":"Why?""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn five_questions_are_answered_and_the_sixth_is_left_open() {
    let mut agent = Agent::polling();
    for round in 0..5 {
        agent.pending(&format!(r#","clarification":"{round}?""#));
        assert_eq!(agent.step(), format!("asked {round}?"));
        agent.exchange.answer("Because.".to_owned(), agent.now);
        assert_eq!(agent.step(), ANSWERED);
    }
    agent.pending(r#","clarification":"6?""#);
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn the_draft_marks_the_answer_with_its_action() {
    let mut agent = Agent::with(&DRAFT_11, Patience::default());
    agent.step();
    let lines = [
        ("location", "/pending/1"),
        ("retry-after", "0"),
        ("aauth-requirement", "requirement=clarification"),
    ];
    agent.respond(202, &lines, r#"{"status":"pending","clarification":"Why?","timeout":120}"#);
    assert_eq!(agent.step(), "asked Why?");
    agent.exchange.answer("Because.".to_owned(), agent.now);
    assert_eq!(
        agent.step(),
        r#"POST https://auth.example/pending/1 {"action": "clarification_response", "clarification_response": "Because."}"#
    );
}
