//! The suite sees through stores that break a promise.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use aauth_store::{Inserted, Key, Memory, Row, Store, StoreFuture, Swapped, suite};
use aauth_types::UnixTime;

/// Which promise is broken.
#[derive(Clone, Copy, PartialEq)]
enum Flaw {
    None,
    SwapIgnoresVersion,
    TakeLeavesRow,
    PurgeForgets,
    ExpiryIsLate,
}

struct Flawed(Memory, Flaw);

impl Store for Flawed {
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted> {
        self.0.insert(key, value, expires, now)
    }

    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        match self.1 {
            Flaw::ExpiryIsLate => self.0.get(key, now.saturating_sub(std::time::Duration::from_secs(1))),
            _ => self.0.get(key, now),
        }
    }

    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        Box::pin(async move {
            let version = match self.0.get(key, now).await? {
                Some(row) if self.1 == Flaw::SwapIgnoresVersion => row.version,
                _ => version,
            };
            self.0.swap(key, version, value, expires, now).await
        })
    }

    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        match self.1 {
            Flaw::TakeLeavesRow => self.0.get(key, now),
            _ => self.0.take(key, now),
        }
    }

    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        match self.1 {
            Flaw::PurgeForgets => Box::pin(async { Ok(0) }),
            _ => self.0.purge(now),
        }
    }

    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()> {
        self.0.changed(key, since)
    }
}

async fn passes(flaw: Flaw) -> bool {
    tokio::spawn(suite::run(Arc::new(Flawed(Memory::default(), flaw)))).await.is_ok()
}

#[tokio::test]
async fn a_store_without_flaw_passes() {
    assert!(passes(Flaw::None).await);
}

#[tokio::test]
async fn a_store_whose_swap_ignores_the_version_fails() {
    assert!(!passes(Flaw::SwapIgnoresVersion).await);
}

#[tokio::test]
async fn a_store_whose_take_leaves_the_row_fails() {
    assert!(!passes(Flaw::TakeLeavesRow).await);
}

#[tokio::test]
async fn a_store_whose_purge_forgets_fails() {
    assert!(!passes(Flaw::PurgeForgets).await);
}

#[tokio::test]
async fn a_store_whose_rows_live_a_second_longer_fails() {
    assert!(!passes(Flaw::ExpiryIsLate).await);
}
