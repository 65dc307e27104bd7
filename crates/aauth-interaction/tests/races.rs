//! An approval, while the agent keeps writing to the same row.

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
use std::sync::atomic::{AtomicU32, Ordering};

use aauth_deferred::{Clarification, Effect, Event, Need, OpenArgs, Pending, Refused, State, Terms};
use aauth_store::{Inserted, Key, Memory, Space, Store, Swapped};
use aauth_testkit::FakeClock;
use aauth_types::{Scope, TokenId, UnixTime};
use common::owner;

const NOW: UnixTime = FakeClock::TRACE;
const ROUNDS: u32 = 100_000;

fn key(round: u32) -> Key {
    Key::new(Space::Pending, round.to_be_bytes()).unwrap()
}

fn jti(round: u32) -> TokenId {
    TokenId::from_entropy([round.to_be_bytes(); 4].concat().try_into().unwrap())
}

/// Read, apply, swap by comparison; who loses reads again.
async fn happen(store: &Memory, key: &Key, event: &Event) -> Result<Effect, Refused> {
    loop {
        let row = store.get(key, NOW).await.unwrap().unwrap();
        let pending = Pending::from_bytes(&row.value).unwrap();
        let (next, effect) = pending.apply(event, NOW)?;
        if next == pending {
            return Ok(effect);
        }
        let value = next.to_bytes().unwrap();
        match store.swap(key, row.version, &value, next.expires(), NOW).await.unwrap() {
            Swapped::Done(_) => return Ok(effect),
            Swapped::Lost => {}
            Swapped::Absent => panic!("nobody takes the row away"),
        }
    }
}

/// Both threads begin every sixteenth round together, so that neither runs far ahead and they meet in every order.
fn meet(gate: &AtomicU32, round: u32) {
    if !round.is_multiple_of(16) {
        return;
    }
    gate.fetch_add(1, Ordering::SeqCst);
    while gate.load(Ordering::SeqCst) < 2 * (round / 16 + 1) {
        std::thread::yield_now();
    }
}

/// Polls and answers, and polls once more: reads and writes on both sides of the approval. Returns the identifiers
/// of the tokens that it got.
async fn agent(store: &Memory, round: u32) -> Vec<TokenId> {
    let poll = Event::Poll { owner: owner(), kid: "k1".to_owned() };
    let answer = Event::Answer { owner: owner(), text: "Because.".to_owned() };
    let mut tokens = Vec::new();
    for event in [&poll, &answer, &poll] {
        if let Effect::Deliver(grant) = happen(store, &key(round), event).await.unwrap() {
            tokens.push(grant.jti);
        }
    }
    tokens
}

fn on_a_thread<T: Send + 'static>(
    run: impl Future<Output = T> + Send + 'static,
) -> std::thread::JoinHandle<T> {
    std::thread::spawn(|| tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run))
}

#[tokio::test]
async fn an_approval_survives_a_hundred_thousand_polls_at_once() {
    let store = Arc::new(Memory::default());
    let scope = Scope::parse("data.read").unwrap();
    let gate = Arc::new(AtomicU32::new(0));
    let opened = Pending::open(OpenArgs {
        owner: owner(),
        need: Need::Approval,
        scope: scope.clone(),
        clarification: Clarification::Supported,
        request: Vec::new(),
        terms: Terms::default(),
        now: NOW,
    });
    let value = opened.to_bytes().unwrap();
    for round in 0..ROUNDS {
        assert_eq!(store.insert(&key(round), &value, opened.expires(), NOW).await.unwrap(), Inserted::New);
    }
    let polls = {
        let (store, gate) = (store.clone(), gate.clone());
        on_a_thread(async move {
            let mut tokens = Vec::new();
            for round in 0..ROUNDS {
                meet(&gate, round);
                tokens.push(agent(&store, round).await);
            }
            tokens
        })
    };
    let approvals = {
        let store = store.clone();
        on_a_thread(async move {
            for round in 0..ROUNDS {
                let event =
                    Event::Approve { subject: "alice".to_owned(), scope: scope.clone(), jti: jti(round) };
                meet(&gate, round);
                assert_eq!(happen(&store, &key(round), &event).await, Ok(Effect::Recorded));
            }
        })
    };
    approvals.join().unwrap();
    let delivered = polls.join().unwrap();
    let poll = Event::Poll { owner: owner(), kid: "k1".to_owned() };
    let mut early = 0;
    for (round, mut tokens) in (0..ROUNDS).zip(delivered) {
        early += tokens.len();
        if let Effect::Deliver(grant) = happen(&store, &key(round), &poll).await.unwrap() {
            tokens.push(grant.jti);
        }
        assert_eq!(tokens, [jti(round)], "round {round}: one token, that of the approval");
        let row = store.get(&key(round), NOW).await.unwrap().unwrap();
        let state = Pending::from_bytes(&row.value).unwrap().at(NOW).state();
        assert_eq!(state, State::Gone);
    }
    assert!((1..100_000).contains(&early), "the two met in both orders: {early}");
}
