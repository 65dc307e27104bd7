//! A clock that is set back or forward while requests are open, and URLs that nobody was given.

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

use aauth_deferred::PollError;
use aauth_interaction::{Opened, Outcome, Polled, Subject, Verdict};
use aauth_runtime::Clock;
use aauth_store::{Space, Store};
use aauth_types::UnixTime;
use common::{World, id, owner};

const HOUR: i64 = 3600;

fn refused(error: PollError) -> Polled {
    Polled::Refused { error, retry_after: None }
}

async fn poll(world: &World, opened: &Opened) -> Polled {
    world.deferrals.poll(id(opened), &owner(), "k1", None).await.unwrap()
}

async fn approve(world: &World, opened: &Opened) {
    let found = world.deferrals.look(&opened.request).await.unwrap().unwrap();
    let subject = Subject::new("testuser").unwrap();
    let verdict = Verdict::Approve { subject, scope: found.facts.asked(), shown: found.shown };
    assert!(matches!(world.deferrals.decide(&opened.request, verdict).await.unwrap(), Outcome::Done));
}

fn step(world: &World, seconds: i64) {
    world.clock.set(UnixTime::from_secs(world.clock.now().as_secs() + seconds));
}

#[tokio::test]
async fn a_clock_set_back_neither_loses_an_approval_nor_gives_it_twice() {
    let world = World::new();
    let opened = world.open().await;
    approve(&world, &opened).await;
    step(&world, -HOUR);
    assert!(matches!(poll(&world, &opened).await, Polled::Delivered(_)));
    for seconds in [0, HOUR, HOUR, -HOUR, -3 * HOUR] {
        step(&world, seconds);
        let answer = poll(&world, &opened).await;
        assert!(
            [refused(PollError::Gone), refused(PollError::NotFound)].contains(&answer),
            "{seconds}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_clock_set_forward_and_back_before_anybody_asks_loses_no_approval() {
    let world = World::new();
    let opened = world.open().await;
    approve(&world, &opened).await;
    step(&world, HOUR);
    step(&world, -HOUR);
    assert!(matches!(poll(&world, &opened).await, Polled::Delivered(_)));
    assert_eq!(poll(&world, &opened).await, refused(PollError::Gone));
}

#[tokio::test]
async fn an_end_that_was_told_is_not_taken_back_with_the_clock() {
    let world = World::new();
    let opened = world.open().await;
    step(&world, 600);
    assert_eq!(poll(&world, &opened).await, refused(PollError::Expired));
    step(&world, -600);
    assert_eq!(poll(&world, &opened).await, refused(PollError::Gone));
    let found = world.deferrals.look(&opened.request).await.unwrap();
    assert!(found.is_none(), "nobody can approve it any more");
}

#[tokio::test]
async fn a_clock_that_stands_still_expires_nothing_and_serves_everything() {
    let world = World::new();
    let opened = world.open().await;
    for _ in 0..3 {
        let answer = poll(&world, &opened).await;
        let expected = matches!(answer, Polled::Waiting(_))
            || matches!(answer, Polled::Refused { error: PollError::SlowDown, .. });
        assert!(expected, "{answer:?}");
    }
    approve(&world, &opened).await;
    assert!(matches!(poll(&world, &opened).await, Polled::Delivered(_)));
}

#[tokio::test]
async fn a_million_guessed_urls_find_nothing_and_leave_nothing() {
    let world = World::new();
    let opened = world.open().await;
    let before = world.row(&opened).await;
    let mut state = 0x9e37_79b9_7f4a_7c15_u128;
    for _ in 0..1_000_000_u32 {
        state =
            state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(0x5851_f42d_4c95_7f2d);
        let guess = format!("{state:032x}");
        assert_ne!(guess, id(&opened));
        let answer = world.deferrals.poll(&guess, &owner(), "k1", None).await.unwrap();
        assert_eq!(answer, refused(PollError::NotFound));
    }
    assert_eq!(world.row(&opened).await, before);
    assert_eq!(world.store.rows(Space::Pending), 1);
    let later = world.clock.now().saturating_add(Duration::from_secs(86_400));
    assert_eq!(world.store.purge(later).await.unwrap(), 2, "the request and its code");
}
