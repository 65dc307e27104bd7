//! What the auth server stands on fails, or is full: nobody is told more than to come back.

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
use std::sync::atomic::{AtomicBool, Ordering};

use aauth_store::{Inserted, Key, Memory, Row, Store, StoreError, StoreFuture, Swapped};
use aauth_types::UnixTime;
use common::*;

/// A store that answers only while it is up.
#[derive(Default)]
struct Shaky {
    memory: Memory,
    down: AtomicBool,
    /// Reads go on, as with a file system that was mounted read-only.
    read_only: AtomicBool,
}

impl Shaky {
    fn writing<'a, T: Send + 'a>(
        &'a self,
        answer: impl FnOnce(&'a Memory) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        if self.read_only.load(Ordering::SeqCst) {
            let error = StoreError::Unavailable { doing: "write", source: "read-only".into() };
            return Box::pin(std::future::ready(Err(error)));
        }
        self.guard(answer)
    }

    fn guard<'a, T: Send + 'a>(
        &'a self,
        answer: impl FnOnce(&'a Memory) -> StoreFuture<'a, T>,
    ) -> StoreFuture<'a, T> {
        if self.down.load(Ordering::SeqCst) {
            let error = StoreError::Unavailable { doing: "answer", source: "down".into() };
            return Box::pin(std::future::ready(Err(error)));
        }
        answer(&self.memory)
    }
}

impl Store for Shaky {
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted> {
        self.writing(|memory| memory.insert(key, value, expires, now))
    }

    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        self.guard(|memory| memory.get(key, now))
    }

    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        self.writing(|memory| memory.swap(key, version, value, expires, now))
    }

    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        self.writing(|memory| memory.take(key, now))
    }

    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        self.writing(|memory| memory.purge(now))
    }

    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()> {
        self.guard(|memory| memory.changed(key, since))
    }
}

fn assert_come_back(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_error(answer, status, error, description);
    assert!(answer.field("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn a_store_that_is_down_costs_time_and_nothing_else() {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| settings.required.store = store.clone());
    let open = world.open().await;
    store.down.store(true, Ordering::SeqCst);
    let refused = ("temporarily_unavailable", "Try again later");
    assert_come_back(&world.poll(&open).await, 503, refused.0, refused.1);
    let answer = world.ask(&resource_claims("while-down")).await;
    assert_come_back(&answer, 503, refused.0, refused.1);
    store.down.store(false, Ordering::SeqCst);
    assert_eq!(world.poll(&open).await.status.as_u16(), 202);
    // The token was not recorded as used, so the repeated request goes through.
    assert_eq!(world.ask(&resource_claims("while-down")).await.status.as_u16(), 202);
}

/// What takes time is the same for each of them: one question for keys, and no row is looked at.
#[tokio::test]
async fn unknown_issuer_unknown_key_and_bad_signature_take_the_same_steps() {
    let liar = Peer { key: Peer::pseudonym("stranger").key, ..Peer::agent() };
    let peers = [liar, Peer::published(UNKNOWN, "key-1", "agent"), Peer::published(AGENT, "key-9", "agent")];
    for peer in peers {
        let store = Arc::new(Shaky::default());
        let world = World::with(|settings| settings.required.store = store.clone());
        let open = world.open().await;
        store.down.store(true, Ordering::SeqCst);
        let token = token_call(&peer, &resource_token(&resource_claims("unused")));
        for call in [token, peer.call("GET", AUTH, &open.path), peer.call("DELETE", AUTH, &open.path)] {
            let asked = world.resolver.asked().len();
            let answer = world.send(call.signed()).await;
            assert_error(&answer, 401, "invalid_signature", "Signature verification failed");
            assert_eq!(world.resolver.asked().len(), asked + 1);
        }
    }
}

#[tokio::test]
async fn a_store_that_turns_read_only_loses_nothing_and_issues_nothing_until_it_is_back() {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| settings.required.store = store.clone());
    let (granted, waiting) = (world.open().await, world.open().await);
    assert_eq!(Browser::new(&world).decide(&granted.code, "grant").await.status, 200);
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&waiting.code).await;
    store.read_only.store(true, Ordering::SeqCst);
    let refused = ("temporarily_unavailable", "Try again later");
    assert_eq!(world.poll(&waiting).await.status, 202, "reading goes on");
    for _ in 0..2 {
        assert_come_back(&world.poll(&granted).await, 503, refused.0, refused.1);
    }
    assert_come_back(&world.ask(&resource_claims("r")).await, 503, refused.0, refused.1);
    let cancel = world.send(world.on(&waiting, "DELETE").signed()).await;
    assert_come_back(&cancel, 503, refused.0, refused.1);
    let decided = browser.submit(&page, &[("consent", "grant")]).await;
    assert_eq!(decided.status, 503, "an approval that is not stored is not acknowledged");
    store.read_only.store(false, Ordering::SeqCst);
    assert_eq!(world.poll(&granted).await.status, 200);
    assert_eq!(world.poll(&granted).await.status, 404);
    assert_eq!(browser.submit(&page, &[("consent", "grant")]).await.status, 200);
    assert_eq!(world.poll(&waiting).await.status, 200);
}

#[tokio::test]
async fn one_agent_cannot_fill_the_server() {
    let world = World::with(|settings| settings.open_per_agent = 2);
    for jti in ["one", "two"] {
        assert_eq!(world.ask(&resource_claims(jti)).await.status.as_u16(), 202);
    }
    let answer = world.ask(&resource_claims("three")).await;
    assert_come_back(&answer, 429, "slow_down", "Too many open requests of this agent");
}

#[tokio::test]
async fn all_agents_together_cannot_fill_the_server() {
    let world = World::with(|settings| settings.open_in_all = 2);
    for jti in ["one", "two"] {
        assert_eq!(world.ask(&resource_claims(jti)).await.status.as_u16(), 202);
    }
    let answer = world.ask(&resource_claims("three")).await;
    assert_come_back(&answer, 503, "temporarily_unavailable", "Too many open requests");
}
