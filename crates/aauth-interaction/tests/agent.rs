//! Agents open, poll, answer and cancel.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aauth_deferred::{Owner, PollError};
use aauth_interaction::{Crowd, Hold, InteractionError, NewPending, Outcome, Polled, Subject, Verdict};
use aauth_types::{Scope, Thumbprint};
use common::{World, code, id, owner, request};

fn refused(error: PollError) -> Polled {
    Polled::Refused { error, retry_after: None }
}

async fn poll(world: &World, id: &str) -> Polled {
    world.deferrals.poll(id, &owner(), "k1", None).await.unwrap()
}

fn hold(seconds: u64) -> Hold {
    Hold { time: Duration::from_secs(seconds), wire: &aauth_deferred::SEED }
}

async fn approve(world: &World, request: &aauth_interaction::RequestRef) {
    let found = world.deferrals.look(request).await.unwrap().unwrap();
    let verdict = Verdict::Approve {
        subject: Subject::new("testuser").unwrap(),
        scope: found.facts.asked(),
        shown: found.shown,
    };
    assert!(matches!(world.deferrals.decide(request, verdict).await.unwrap(), Outcome::Done));
}

#[tokio::test]
async fn an_opened_request_has_a_code_and_an_unguessable_url() {
    let world = World::new();
    let opened = world.open().await;
    assert_eq!(code(&opened).len(), 8);
    assert!(opened.location.starts_with("https://auth.example/pending/") && id(&opened).len() == 32);
    assert_eq!(opened.wait.retry_after, Duration::from_secs(2));
    let shown = format!("{opened:?}");
    assert!(!shown.contains(id(&opened)) && !shown.contains(&code(&opened)));
}

#[tokio::test]
async fn the_store_holds_neither_code_nor_url() {
    let world = World::new();
    let opened = world.open().await;
    let row = String::from_utf8(world.row(&opened).await).unwrap();
    assert!(!row.contains(id(&opened)) && !row.contains(&code(&opened)));
}

#[tokio::test]
async fn of_a_hundred_polls_at_once_one_delivers() {
    let world = World::new();
    for _ in 0..10 {
        let opened = world.open().await;
        approve(&world, &opened.request).await;
        let mut polls = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let (deferrals, id) = (world.deferrals.clone(), id(&opened).to_owned());
            polls.spawn(async move { deferrals.poll(&id, &owner(), "k1", None).await.unwrap() });
        }
        let answers = polls.join_all().await;
        let delivered = answers.iter().filter(|answer| matches!(answer, Polled::Delivered(_))).count();
        let gone = answers.iter().filter(|answer| **answer == refused(PollError::Gone)).count();
        assert_eq!((delivered, gone), (1, 99));
    }
}

#[tokio::test]
async fn a_held_poll_wakes_when_the_person_decides() {
    let world = World::new();
    let opened = world.open().await;
    let (deferrals, pending) = (world.deferrals.clone(), id(&opened).to_owned());
    let held =
        tokio::spawn(async move { deferrals.poll(&pending, &owner(), "k1", Some(hold(45))).await.unwrap() });
    tokio::task::yield_now().await;
    world.deferrals.arrive(&opened.request).await.unwrap();
    approve(&world, &opened.request).await;
    let answer = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap();
    // The seed writes the arrival like what was before, so only the decision is news.
    assert!(matches!(answer, Polled::Delivered(_)));
}

#[tokio::test]
async fn the_arrival_is_news_where_the_dialect_has_a_word_for_it() {
    let world = World::new();
    let opened = world.open().await;
    let (deferrals, pending) = (world.deferrals.clone(), id(&opened).to_owned());
    let hold = Hold { wire: &aauth_deferred::DRAFT_11, ..hold(45) };
    let held =
        tokio::spawn(async move { deferrals.poll(&pending, &owner(), "k1", Some(hold)).await.unwrap() });
    tokio::task::yield_now().await;
    world.deferrals.arrive(&opened.request).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap();
    let Polled::Waiting(wait) = answer else { panic!("{answer:?}") };
    assert_eq!(wait.standing, aauth_deferred::Standing::Interacting);
}

#[tokio::test(start_paused = true)]
async fn a_held_poll_ends_with_its_time() {
    let world = World::new();
    let opened = world.open().await;
    let started = tokio::time::Instant::now();
    let answer = world.deferrals.poll(id(&opened), &owner(), "k1", Some(hold(300))).await.unwrap();
    assert!(matches!(answer, Polled::Waiting(_)));
    assert_eq!(started.elapsed().as_secs(), 45);
}

#[tokio::test(start_paused = true)]
async fn with_no_room_to_wait_a_poll_is_answered_at_once() {
    let world = World::with(|deferral| deferral.waiting_per_agent = 0, |_| {});
    let opened = world.open().await;
    let started = tokio::time::Instant::now();
    let answer = world.deferrals.poll(id(&opened), &owner(), "k1", Some(hold(45))).await.unwrap();
    assert!(matches!(answer, Polled::Waiting(_)));
    assert_eq!(started.elapsed(), Duration::ZERO);
}

/// With the default limits, on one thread: ten agents of which each has a thousand polls held.
#[tokio::test(start_paused = true)]
async fn of_ten_thousand_and_one_polls_the_last_is_answered_at_once_and_the_others_are_held() {
    let world = World::new();
    let of = |agent: usize| Owner { agent: format!("https://agent{agent}.example"), ..owner() };
    let mut opened = Vec::new();
    for number in 0..10_001 {
        opened
            .push(world.deferrals.open(NewPending { owner: of(number / 1_000), ..request() }).await.unwrap());
    }
    let begun = Arc::new(AtomicUsize::new(0));
    let poll = |number: usize| {
        let (deferrals, id, owner) =
            (world.deferrals.clone(), id(&opened[number]).to_owned(), of(number / 1_000));
        let begun = begun.clone();
        async move {
            begun.fetch_add(1, Ordering::SeqCst);
            (number, deferrals.poll(&id, &owner, "k1", Some(hold(45))).await.unwrap())
        }
    };
    let started = tokio::time::Instant::now();
    let mut held = tokio::task::JoinSet::new();
    for number in 0..10_000 {
        let poll = poll(number);
        assert!(size_of_val(&poll) <= 20 * 1024, "a held poll takes {} bytes", size_of_val(&poll));
        held.spawn(poll);
    }
    // Until it waits a poll over the store in memory does not pause.
    while begun.load(Ordering::SeqCst) < 10_000 {
        tokio::task::yield_now().await;
    }

    let (_, last) = poll(10_000).await;
    assert!(matches!(last, Polled::Waiting(_)), "{last:?}");
    // Requests are opened, decided and delivered beside those that wait.
    world.deferrals.open(request()).await.unwrap();
    approve(&world, &opened[5_000].request).await;
    let (number, answer) = held.join_next().await.unwrap().unwrap();
    assert!(number == 5_000 && matches!(answer, Polled::Delivered(_)), "{number}: {answer:?}");
    assert_eq!((held.len(), started.elapsed()), (9_999, Duration::ZERO));

    // The place that became free is taken again.
    world.pass(2);
    held.spawn(poll(10_000));
    let answers = held.join_all().await;
    assert_eq!((answers.len(), started.elapsed()), (10_000, Duration::from_secs(45)));
    assert!(answers.iter().all(|(_, answer)| matches!(answer, Polled::Waiting(_))));
}

#[tokio::test]
async fn others_find_nothing_and_change_nothing() {
    let world = World::new();
    let opened = world.open().await;
    approve(&world, &opened.request).await;
    let before = world.row(&opened).await;
    let other_agent = Owner { agent: "https://other.example".to_owned(), ..owner() };
    let other_key = Owner { key: Thumbprint::from_bytes([2; 32]), ..owner() };
    for stranger in [other_agent, other_key] {
        let id = id(&opened);
        let text = Some("text".to_owned());
        assert_eq!(
            world.deferrals.poll(id, &stranger, "k1", None).await.unwrap(),
            refused(PollError::NotFound)
        );
        assert_eq!(world.deferrals.answer(id, &stranger, text).await.unwrap(), refused(PollError::NotFound));
        assert_eq!(world.deferrals.answer(id, &stranger, None).await.unwrap(), refused(PollError::NotFound));
        assert_eq!(world.deferrals.cancel(id, &stranger).await.unwrap(), refused(PollError::NotFound));
    }
    assert_eq!(world.row(&opened).await, before);
    for unknown in ["", "x", "00000000000000000000000000000000", "../token"] {
        assert_eq!(poll(&world, unknown).await, refused(PollError::NotFound));
    }
}

#[tokio::test]
async fn redelivery_gives_the_same_token_for_its_time() {
    let world = World::with(|deferral| deferral.terms.redelivery = 60, |_| {});
    let opened = world.open().await;
    approve(&world, &opened.request).await;
    let first = poll(&world, id(&opened)).await;
    assert!(matches!(first, Polled::Delivered(_)));
    world.pass(59);
    let again = world.deferrals.poll(id(&opened), &owner(), "k2", None).await.unwrap();
    assert_eq!(again, first);
    world.pass(1);
    assert_eq!(poll(&world, id(&opened)).await, refused(PollError::Gone));
}

#[tokio::test]
async fn an_end_is_told_once() {
    let world = World::new();
    let (expired, abandoned) = (world.open().await, world.open().await);
    world.deferrals.arrive(&abandoned.request).await.unwrap();
    world.pass(600);
    for (opened, error) in [(expired, PollError::Expired), (abandoned, PollError::Abandoned)] {
        assert_eq!(poll(&world, id(&opened)).await, refused(error));
        assert_eq!(poll(&world, id(&opened)).await, refused(PollError::Gone));
    }
    let cancelled = world.open().await;
    assert_eq!(world.deferrals.cancel(id(&cancelled), &owner()).await.unwrap(), Polled::Cancelled);
    assert_eq!(poll(&world, id(&cancelled)).await, refused(PollError::Cancelled));
}

#[tokio::test]
async fn only_a_hasty_waiting_poll_is_slowed_down() {
    let world = World::new();
    let opened = world.open().await;
    assert!(matches!(poll(&world, id(&opened)).await, Polled::Waiting(_)));
    assert!(matches!(poll(&world, id(&opened)).await, Polled::Waiting(_)));
    let slow = Polled::Refused { error: PollError::SlowDown, retry_after: Some(Duration::from_secs(7)) };
    assert_eq!(poll(&world, id(&opened)).await, slow);
    approve(&world, &opened.request).await;
    assert!(matches!(poll(&world, id(&opened)).await, Polled::Delivered(_)));
}

#[tokio::test]
async fn the_sixth_answer_ends_the_request() {
    let world = World::new();
    let opened = world.open().await;
    for round in 0..5 {
        let ask = Verdict::Ask { question: format!("question {round}") };
        assert!(matches!(world.deferrals.decide(&opened.request, ask).await.unwrap(), Outcome::Done));
        let said = world.deferrals.answer(id(&opened), &owner(), Some("a".repeat(4096))).await.unwrap();
        assert!(matches!(said, Polled::Waiting(_)));
    }
    let ask = Verdict::Ask { question: "one more".to_owned() };
    assert!(matches!(world.deferrals.decide(&opened.request, ask).await.unwrap(), Outcome::Refused));
    let sixth = world.deferrals.answer(id(&opened), &owner(), Some("a".to_owned())).await.unwrap();
    assert_eq!(sixth, refused(PollError::RoundsUsedUp));
    assert_eq!(poll(&world, id(&opened)).await, refused(PollError::Denied));
}

#[tokio::test]
async fn a_wider_scope_than_asked_is_refused() {
    let world = World::new();
    let opened = world.open().await;
    let found = world.deferrals.look(&opened.request).await.unwrap().unwrap();
    let verdict = Verdict::Approve {
        subject: Subject::new("testuser").unwrap(),
        scope: Scope::parse("data.read admin").unwrap(),
        shown: found.shown,
    };
    assert!(matches!(world.deferrals.decide(&opened.request, verdict).await.unwrap(), Outcome::Refused));
    assert_eq!(world.state(&opened).await, "undecided");
}

#[tokio::test]
async fn open_requests_are_limited_until_they_end() {
    let world = World::with(
        |deferral| {
            deferral.open_per_agent = 2;
            deferral.open_in_all = 3;
        },
        |_| {},
    );
    let open = |agent: &str| {
        let mut new = request();
        new.owner.agent = agent.to_owned();
        world.deferrals.open(new)
    };
    let first = open("https://agent.example").await.unwrap();
    open("https://agent.example").await.unwrap();
    let full = open("https://agent.example").await.unwrap_err();
    assert!(matches!(full, InteractionError::Full { whose: Crowd::Agent, .. }));
    open("https://other.example").await.unwrap();
    let full = open("https://third.example").await.unwrap_err();
    assert!(matches!(full, InteractionError::Full { whose: Crowd::All, .. }));
    world.deferrals.cancel(id(&first), &owner()).await.unwrap();
    open("https://third.example").await.unwrap();
    world.pass(600);
    for _ in 0..2 {
        open("https://agent.example").await.unwrap();
    }
}
