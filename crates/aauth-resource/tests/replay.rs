//! The optional guard against repeated requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use aauth_resource::ReplayGuard;
use aauth_store::{Limits, Memory};
use axum::body::Body;
use common::{Peer, RESOURCE, World, assert_refused, error_body};

fn guarded(memory: Memory) -> World {
    World::with(|mut settings| {
        settings.replay_guard = Some(ReplayGuard::new(Arc::new(memory)));
        settings
    })
}

#[tokio::test]
async fn without_a_guard_a_fresh_request_passes_twice() {
    let world = World::new();
    let call = Peer::agent().post(RESOURCE, "/identity", "{}");
    for _ in 0..2 {
        assert_eq!(world.send(call.signed()).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn the_same_post_passes_once() {
    let world = guarded(Memory::default());
    let call = Peer::agent().post(RESOURCE, "/identity", "{}");
    assert_eq!(world.send(call.signed()).await.status.as_u16(), 200);
    let again = world.send(call.signed()).await;
    assert_refused(&again, "invalid_signature", "Request was seen before", "require=identity");
    assert_eq!(world.served(), 1);
}

#[tokio::test]
async fn of_sixty_four_copies_at_once_one_passes() {
    let world = guarded(Memory::default());
    let call = Peer::agent().post(RESOURCE, "/identity", "{}");
    let copies: Vec<_> = (0..64)
        .map(|_| {
            let (router, request) = (world.router.clone(), call.signed());
            tokio::spawn(async move { common::Answer::of(&router, request).await.status.as_u16() })
        })
        .collect();
    let mut passed = 0;
    for copy in copies {
        passed += usize::from(copy.await.unwrap() == 200);
    }
    assert_eq!((passed, world.served()), (1, 1));
}

#[tokio::test]
async fn another_body_under_the_same_signature_is_another_request() {
    let world = guarded(Memory::default());
    let call = Peer::agent().post(RESOURCE, "/identity", "{}");
    let mut other = call.signed();
    *other.body_mut() = Body::from("[]");
    assert_eq!(world.send(call.signed()).await.status.as_u16(), 200);
    assert_eq!(world.send(other).await.status.as_u16(), 200);
}

#[tokio::test]
async fn other_methods_are_not_guarded() {
    let world = guarded(Memory::default());
    let call = Peer::agent().call("GET", RESOURCE, "/identity");
    for _ in 0..2 {
        assert_eq!(world.send(call.signed()).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn a_request_is_remembered_for_as_long_as_it_is_fresh() {
    let world = guarded(Memory::default());
    // Made as far ahead as may be: it is fresh for twice the window.
    let ahead = Peer::agent().post(RESOURCE, "/identity", "{}").at(common::NOW + 60);
    assert_eq!(world.send(ahead.signed()).await.status.as_u16(), 200);
    world.clock.advance(Duration::from_secs(120));
    let again = world.send(ahead.signed()).await;
    assert_refused(&again, "invalid_signature", "Request was seen before", "require=identity");
    world.clock.advance(Duration::from_secs(1));
    let stale = world.send(ahead.signed()).await;
    assert_refused(&stale, "invalid_signature", "Invalid signature", "require=identity");
}

#[tokio::test]
async fn a_guard_that_cannot_remember_lets_nobody_through() {
    let world = guarded(Memory::new(Limits { rows: 0, ..Limits::default() }));
    let answer = world.send(Peer::agent().post(RESOURCE, "/identity", "{}").signed()).await;
    let body = error_body("temporarily_unavailable", "Try again later");
    assert_eq!((answer.status.as_u16(), answer.text), (503, body));
    assert_eq!(world.served(), 0);
}
