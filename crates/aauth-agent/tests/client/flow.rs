//! From a challenge to an answer, or to the reason why there is none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aauth_agent::{AgentError, Interaction};
use aauth_deferred::{DeferredError, Outcome};
use http::StatusCode;

use crate::parties::{Parties, World};
use crate::peer::{Reply, Seen, answer};
use crate::person::{Event, Person};

fn interaction(parties: &Parties) -> Interaction {
    let endpoint = format!("{}/interact", parties.auth_server);
    Interaction { endpoint, code: "CODE2345".to_owned(), callback: None }
}

/// A world whose auth server defers and then answers polls by `polls`, which gets the number of the poll from 0 on.
pub(crate) fn deferring(polls: impl Fn(&Parties, &Seen, usize) -> Reply + Send + Sync + 'static) -> World {
    let mut world = World::new();
    world.ordinary_resource();
    let count = AtomicUsize::new(0);
    world.auth_server(move |parties, seen| match seen.line().as_str() {
        "POST /token" => parties.defer(),
        _ => polls(parties, seen, count.fetch_add(1, Ordering::SeqCst)),
    });
    world
}

/// What a call ends with when a poll is answered like this.
async fn ends(status: u16, body: &'static str) -> AgentError {
    let (client, running) = deferring(move |_, _, _| answer(status, &[], body)).client();
    client.get(&running.url("/read")).await.unwrap_err()
}

/// What a call ends with when the token request is answered like this.
async fn refused(reply: impl Fn(&Parties) -> Reply + Send + Sync + 'static) -> AgentError {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(move |parties, _| reply(parties));
    let (client, running) = world.client();
    client.get(&running.url("/read")).await.unwrap_err()
}

#[tokio::test]
async fn a_direct_grant_prompts_nobody() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    let (client, mut running) = world.client();
    let answer = client.get(&running.url("/read")).await.unwrap();
    assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &b"data"[..]));
    assert_eq!(running.resource.lines(), ["GET /read", "GET /read"]);
    assert_eq!(running.auth_server.lines(), ["POST /token"]);
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn a_deferred_grant_shows_the_prompt_once_and_takes_it_away() {
    let world = deferring(|parties, _, poll| match poll {
        0..3 => parties.wait(""),
        _ => parties.deliver(&parties.token("data.read")),
    });
    let (client, mut running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), StatusCode::OK);
    let polls = ["GET /pending/1"; 4];
    assert_eq!(running.auth_server.lines(), [&["POST /token"][..], &polls].concat());
    let shown = interaction(&running.parties);
    assert_eq!(running.events(), [Event::Shown(shown.clone()), Event::Dismissed(shown)]);
}

#[tokio::test]
async fn a_repeated_code_is_not_shown_again() {
    let world = deferring(|parties, _, poll| match poll {
        0..3 => parties.defer(),
        _ => parties.deliver(&parties.token("data.read")),
    });
    let (client, mut running) = world.client();
    client.get(&running.url("/read")).await.unwrap();
    assert_eq!(running.events().len(), 2);
}

#[tokio::test]
async fn the_prompt_goes_when_the_person_has_arrived() {
    let world = deferring(|parties, _, poll| match poll {
        0 => answer(202, &[("Location", "/pending/1"), ("Retry-After", "0")], r#"{"status":"interacting"}"#),
        _ => parties.deliver(&parties.token("data.read")),
    });
    let (client, mut running) = world.client();
    client.get(&running.url("/read")).await.unwrap();
    let shown = interaction(&running.parties);
    assert_eq!(running.events(), [Event::Shown(shown.clone()), Event::Dismissed(shown)]);
}

#[tokio::test]
async fn a_question_of_the_person_is_answered() {
    let mut world = deferring(|parties, seen, _| match (seen.method.as_str(), &seen.body[..]) {
        ("POST", br#"{"clarification_response":"because"}"#) => parties.deliver("unused"),
        _ => parties.wait(r#","clarification":"why?""#),
    });
    let (sender, events) = tokio::sync::mpsc::unbounded_channel();
    world.settings.prompt = Arc::new(Person { events: sender, says: Some("because") });
    world.settings.patience.requests = 5;
    world.events = events;
    let (client, mut running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::Exchange(Box::new(Outcome::TooManyRequests)));
    assert_eq!(running.auth_server.lines()[..3], ["POST /token", "GET /pending/1", "POST /pending/1"]);
    let asked: Vec<_> =
        running.events().into_iter().filter(|event| matches!(event, Event::Asked(_))).collect();
    assert_eq!(asked, [Event::Asked("why?".to_owned())]);
}

#[tokio::test]
async fn each_end_of_a_request_has_its_error() {
    assert_eq!(ends(403, r#"{"error":"denied"}"#).await, AgentError::Denied);
    assert_eq!(ends(403, r#"{"error":"access_denied"}"#).await, AgentError::Denied);
    assert_eq!(ends(403, r#"{"error":"abandoned"}"#).await, AgentError::Abandoned);
    assert_eq!(ends(408, r#"{"error":"expired"}"#).await, AgentError::Expired);
    assert_eq!(ends(408, "").await, AgentError::Expired);
    let gone = |status| AgentError::BrokenOff { status };
    assert_eq!(ends(404, r#"{"error":"not_found"}"#).await, gone(StatusCode::NOT_FOUND));
    assert_eq!(ends(500, "").await, gone(StatusCode::INTERNAL_SERVER_ERROR));
    let word = AgentError::Refused { status: StatusCode::BAD_REQUEST, error: "newword".to_owned() };
    assert_eq!(ends(400, r#"{"error":"new\u0007 word"}"#).await, word);
    let invalid = AgentError::Exchange(Box::new(Outcome::InvalidCode));
    assert_eq!(ends(410, r#"{"error":"invalid_code"}"#).await, invalid);
    let missing = DeferredError::MemberMissing { member: "auth_token" };
    assert_eq!(ends(200, "{}").await, AgentError::NoToken(missing));
}

#[tokio::test]
async fn a_denial_takes_the_prompt_away_and_asks_nobody_again() {
    let world = deferring(|_, _, _| answer(403, &[], r#"{"error":"denied"}"#));
    let (client, mut running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), AgentError::Denied);
    let shown = interaction(&running.parties);
    assert_eq!(running.events(), [Event::Shown(shown.clone()), Event::Dismissed(shown)]);
    assert_eq!(running.auth_server.lines(), ["POST /token", "GET /pending/1"]);
    assert_eq!(running.resource.lines(), ["GET /read"]);
}

#[tokio::test]
async fn nobody_is_waited_for_beyond_the_deadline() {
    let world = deferring(|parties, _, _| {
        parties.clock.advance(Duration::from_secs(1000));
        parties.wait("")
    });
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), AgentError::Expired);
    assert_eq!(running.auth_server.lines(), ["POST /token", "GET /pending/1"]);
}

#[tokio::test]
async fn a_refusal_of_the_token_request_is_final() {
    let word = |status, word: &str| AgentError::Refused { status, error: word.to_owned() };
    let error = refused(|_| answer(400, &[], r#"{"error":"invalid_resource_token"}"#)).await;
    assert_eq!(error, word(StatusCode::BAD_REQUEST, "invalid_resource_token"));
    let error = refused(|_| answer(401, &[], r#"{"error":"invalid_signature"}"#)).await;
    assert_eq!(error, word(StatusCode::UNAUTHORIZED, "invalid_signature"));
    assert_eq!(refused(|_| answer(403, &[], r#"{"error":"denied"}"#)).await, AgentError::Denied);
    assert_eq!(refused(|_| answer(400, &[], "no")).await, word(StatusCode::BAD_REQUEST, "unknown"));
}

#[tokio::test]
async fn a_token_request_without_answer_is_not_sent_twice() {
    assert_eq!(refused(|_| Reply::HangUp).await, AgentError::Unreachable);
}

#[tokio::test]
async fn a_server_that_goes_away_in_a_poll_ends_the_exchange() {
    let world = deferring(|_, _, _| Reply::HangUp);
    let (client, mut running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), AgentError::Unreachable);
    assert_eq!(running.events().len(), 2);
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let mut world = deferring(|parties, _, poll| match poll {
        0 => answer(503, &[("Retry-After", "0")], ""),
        _ => parties.deliver(&parties.token("data.read")),
    });
    world.settings.patience.failures = 1;
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(running.auth_server.lines().len(), 3);
}

#[tokio::test]
async fn a_pending_url_elsewhere_is_not_called() {
    let elsewhere = crate::peer::Peer::bind();
    let (log, origin) = (elsewhere.log(), elsewhere.origin());
    elsewhere.serve(|_| answer(200, &[], ""));
    for location in [format!("{origin}/pending/1"), origin.replace("http:", ""), "https://127.0.0.1/p".into()]
    {
        let error = refused(move |_| {
            answer(202, &[("Location", &location), ("Retry-After", "0")], r#"{"status":"pending"}"#)
        });
        let elsewhere = DeferredError::Location { found: "another origin" };
        assert_eq!(error.await, AgentError::Unfollowable(elsewhere));
    }
    assert_eq!(log.lines().len(), 0);
}
