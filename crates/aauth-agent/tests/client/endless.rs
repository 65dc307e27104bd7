//! Peers that never come to an end: every call does.

use std::sync::atomic::{AtomicUsize, Ordering};

use aauth_agent::AgentError;
use aauth_deferred::{DeferredError, Outcome};
use http::StatusCode;

use crate::flow::deferring;
use crate::parties::{Parties, World};
use crate::peer::answer;

/// Few enough that no pause grows: the clock of these tests stands still.
const PATIENCE: u32 = 5;

#[tokio::test]
async fn a_resource_that_always_asks_for_a_token_is_called_twice() {
    let mut world = World::new();
    world.resource(|parties, _| parties.challenge("data.read"));
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(running.resource.lines().len(), 2);
    assert_eq!(running.auth_server.lines().len(), 1);
}

#[tokio::test]
async fn a_resource_that_always_asks_for_more_gets_one_exchange_a_call() {
    let mut world = World::new();
    let count = AtomicUsize::new(0);
    world.resource(move |parties, _| {
        parties.challenge(&format!("scope.{}", count.fetch_add(1, Ordering::SeqCst)))
    });
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    for call in 1..=3 {
        assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(running.auth_server.lines().len(), call);
        assert_eq!(running.resource.lines().len(), call * 2);
    }
}

#[tokio::test]
async fn endless_202s_end_with_the_number_of_requests() {
    let mut world = deferring(|parties, _, _| parties.wait(""));
    world.settings.patience.requests = PATIENCE;
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::Exchange(Box::new(Outcome::TooManyRequests)));
    assert_eq!(running.auth_server.lines().len(), 5);
}

#[tokio::test]
async fn a_new_code_on_every_poll_ends_with_the_number_of_requests() {
    let mut world = deferring(|_, _, poll| {
        let code = format!("require=interaction; code=\"CODE{poll}\"");
        answer(202, &[("Location", "/pending/1"), ("Retry-After", "0"), ("AAuth", &code)], "")
    });
    world.settings.patience.requests = PATIENCE;
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::Exchange(Box::new(Outcome::TooManyRequests)));
    assert_eq!(running.auth_server.lines().len(), 5);
}

#[tokio::test]
async fn a_new_pending_url_on_every_poll_ends_with_the_number_of_requests() {
    let mut world = deferring(|_, _, poll| {
        let location = format!("/pending/{poll}");
        answer(202, &[("Location", &location), ("Retry-After", "0")], r#"{"status":"pending"}"#)
    });
    world.settings.patience.requests = PATIENCE;
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::Exchange(Box::new(Outcome::TooManyRequests)));
    assert_eq!(running.auth_server.lines().len(), 5);
}

#[tokio::test]
async fn a_server_that_is_always_busy_is_asked_a_limited_number_of_times() {
    let mut world = deferring(|_, _, _| answer(503, &[("Retry-After", "0")], ""));
    world.settings.patience.failures = 3;
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::BrokenOff { status: StatusCode::SERVICE_UNAVAILABLE });
    assert_eq!(running.auth_server.lines().len(), 5);
}

#[tokio::test]
async fn a_202_with_a_giant_body_ends_the_exchange() {
    let world = deferring(|_, _, _| {
        let body = format!("{{\"status\":\"pending\",\"x\":\"{}\"}}", "x".repeat(65_536));
        answer(202, &[("Location", "/pending/1"), ("Retry-After", "0")], &body)
    });
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::TooLarge { limit: 65_536 });
    assert_eq!(running.auth_server.lines().len(), 2);
}

#[tokio::test]
async fn a_grant_that_is_no_json_is_no_token_whatever_its_type() {
    for content_type in ["text/html", "application/json", "image/png"] {
        let world = deferring(move |_, _, _| answer(200, &[("Content-Type", content_type)], "<html>"));
        let (client, running) = world.client();
        let error = client.get(&running.url("/read")).await.unwrap_err();
        assert!(matches!(error, AgentError::NoToken(DeferredError::Json { .. })), "{error:?}");
        assert_eq!(running.resource.lines().len(), 1);
    }
}
