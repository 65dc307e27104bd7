//! The store, with a stopwatch.

use std::sync::Arc;

use aauth_store::{Inserted, Key, Row, Store, StoreFuture, Swapped};
use aauth_types::UnixTime;
use tokio::time::Instant;

use crate::metrics;

/// Measures how long the store takes and counts what it does not do.
pub(crate) struct MeasuredStore(pub(crate) Arc<dyn Store>);

fn measured<'a, T: 'a>(operation: &'static str, work: StoreFuture<'a, T>) -> StoreFuture<'a, T> {
    Box::pin(async move {
        let begun = Instant::now();
        let result = work.await;
        metrics::store_took(operation, begun.elapsed());
        result.inspect_err(|error| metrics::store_failed(operation, error.kind()))
    })
}

impl Store for MeasuredStore {
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted> {
        measured("insert", self.0.insert(key, value, expires, now))
    }

    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        measured("get", self.0.get(key, now))
    }

    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        measured("swap", self.0.swap(key, version, value, expires, now))
    }

    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        measured("take", self.0.take(key, now))
    }

    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        measured("purge", self.0.purge(now))
    }

    /// Its time is that of the change, not of the store; and a held poll must stay small.
    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()> {
        self.0.changed(key, since)
    }

    fn not_before(&self) -> Option<UnixTime> {
        self.0.not_before()
    }
}
