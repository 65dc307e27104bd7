//! Polls that are held: how long, and how many.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::time::Duration;

use aauth_deferred::PreferWait;
use common::*;
use tokio::time::Instant;

/// How long the answer to a poll with `Prefer: wait=45` was held back; its status is 202.
async fn held(world: &World, open: &Open) -> (Duration, Answer) {
    let begin = Instant::now();
    let answer = world.send(world.on(open, "GET").field("prefer", "wait=45").signed()).await;
    assert_eq!(answer.status.as_u16(), 202, "{}", answer.text);
    (begin.elapsed(), answer)
}

/// Polls `open` while a poll of `first` is held.
async fn beside(world: &World, first: &Open, open: &Open) -> (Duration, Duration) {
    // The first is polled first: `join` takes its branches in order.
    let (first, second) = tokio::join!(biased; held(world, first), held(world, open));
    (first.0, second.0)
}

const WHOLE: Duration = Duration::from_secs(45);

#[tokio::test(start_paused = true)]
async fn one_poll_more_than_the_server_holds_is_answered_at_once() {
    let world = World::with(|settings| settings.waiting_in_all = 1);
    let (first, second) = (world.open().await, world.open().await);
    assert_eq!(beside(&world, &first, &second).await, (WHOLE, Duration::ZERO));
    world.pass(60);
    assert_eq!(held(&world, &second).await.0, WHOLE, "the place is free again");
}

#[tokio::test(start_paused = true)]
async fn one_poll_more_than_an_agent_may_have_held_is_answered_at_once() {
    let world = World::with(|settings| settings.waiting_per_agent = 1);
    let (first, second) = (world.open().await, world.open().await);
    assert_eq!(beside(&world, &first, &second).await, (WHOLE, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_poll_is_held_no_longer_than_the_setting() {
    let world = World::with(|settings| settings.longest_wait = PreferWait::from_secs(7));
    let open = world.open().await;
    let (time, answer) = held(&world, &open).await;
    assert_eq!((time, answer.field("preference-applied")), (Duration::from_secs(7), Some("wait=7")));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_may_not_wait_holds_no_poll() {
    let world = World::with(|settings| settings.longest_wait = PreferWait::from_secs(0));
    let open = world.open().await;
    assert_eq!(held(&world, &open).await.0, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_brings_its_code_at_once() {
    let world = World::new();
    let token = resource_token(&resource_claims("at-once"));
    let begin = Instant::now();
    let answer = world.send(token_call(&Peer::agent(), &token).field("prefer", "wait=45").signed()).await;
    assert_eq!((answer.status.as_u16(), begin.elapsed()), (202, Duration::ZERO));
    assert_eq!(answer.json()["require"], "interaction");
    assert_eq!(answer.field("preference-applied"), None);
}
