//! Rows in the memory of one process.

mod shard;
mod usage;

use std::future::ready;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aauth_types::UnixTime;
use shard::Shard;
use usage::Usage;

use crate::{Inserted, Key, MAX_VALUE, Row, Space, Store, StoreError, StoreFuture, Swapped};

/// How much a [`Memory`] holds, in each space by itself, so that one kind of row cannot crowd out another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows; default 1,000,000.
    pub rows: usize,
    /// Bytes of identifiers and values together; default 256 MiB. The index costs some 200 bytes a row on top.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1_000_000, bytes: 256 * 1024 * 1024 }
    }
}

/// A bounded store in memory, for one process; everything is lost with it.
///
/// A full space first drops its expired rows and then refuses new ones with [`StoreError::Full`]; it never evicts a
/// row that still counts, because forgetting a used token would let it be used again.
#[derive(Debug)]
pub struct Memory {
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
    usage: Usage,
    versions: AtomicU64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Memory {
    /// An empty store that holds at most `limits`.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            usage: Usage::new(limits),
            versions: AtomicU64::new(1),
        }
    }

    /// How many rows there are in a space, expired ones that were not purged included.
    #[must_use]
    pub fn rows(&self, space: Space) -> usize {
        self.usage.rows(space)
    }

    fn shard(&self, key: &Key) -> MutexGuard<'_, Shard> {
        let hash = usize::try_from(self.hasher.hash_one(key) % SHARDS).unwrap_or(0);
        // The number of shards is fixed and `hash` is below it.
        #[allow(clippy::indexing_slicing, reason = "see above")]
        lock(&self.shards[hash])
    }

    /// A number that no row had before, so that a version names one state of one row for ever.
    fn next_version(&self) -> u64 {
        self.versions.fetch_add(1, Ordering::Relaxed)
    }

    fn drop_expired(&self, now: UnixTime) -> u64 {
        self.shards.iter().map(|shard| lock(shard).purge(&self.usage, now)).sum()
    }

    fn try_insert(
        &self,
        key: &Key,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Inserted, StoreError> {
        check_length(value)?;
        let attempt = || self.shard(key).insert(&self.usage, key, value, expires, now, self.next_version());
        match attempt() {
            // The shard's lock is released here: `drop_expired` takes every one of them in turn.
            Err(StoreError::Full { .. }) if self.drop_expired(now) > 0 => attempt(),
            done => done,
        }
    }

    fn try_swap(
        &self,
        key: &Key,
        version: u64,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        check_length(value)?;
        let row = || Row { value: value.to_vec(), version: self.next_version(), expires };
        let attempt = || self.shard(key).swap(&self.usage, key, version, row(), now);
        match attempt() {
            Err(StoreError::Full { .. }) if self.drop_expired(now) > 0 => attempt(),
            done => done,
        }
    }
}

impl Store for Memory {
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted> {
        Box::pin(ready(self.try_insert(key, value, expires, now)))
    }

    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        Box::pin(ready(Ok(self.shard(key).get(key, now))))
    }

    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        Box::pin(ready(self.try_swap(key, version, value, expires, now)))
    }

    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        Box::pin(ready(Ok(self.shard(key).take(&self.usage, key, now))))
    }

    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        Box::pin(ready(Ok(self.drop_expired(now))))
    }

    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()> {
        // Registered under the shard's lock, before the future is polled: no change after this line is missed.
        let waiting = self.shard(key).watch(key, since);
        Box::pin(async move {
            if let Some(waiting) = waiting {
                waiting.await;
            }
            Ok(())
        })
    }
}

fn check_length(value: &[u8]) -> Result<(), StoreError> {
    if value.len() > MAX_VALUE {
        return Err(StoreError::ValueTooLong { found: value.len() });
    }
    Ok(())
}

/// No method of a shard panics between two writes, so a poisoned lock guards a sound shard.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Enough that the threads of a large machine seldom meet.
const SHARDS: u64 = 64;
