//! A store that fails when it is told to.

use std::sync::atomic::{AtomicBool, Ordering};

use aauth_store::{Inserted, Key, Memory, Row, Store, StoreError, StoreFuture, Swapped};
use aauth_types::UnixTime;

/// A store that answers only while it is up.
#[derive(Default)]
pub struct Shaky {
    memory: Memory,
    down: AtomicBool,
    /// Reads go on, as with a file system that was mounted read-only.
    read_only: AtomicBool,
}

impl Shaky {
    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    pub fn set_read_only(&self, read_only: bool) {
        self.read_only.store(read_only, Ordering::SeqCst);
    }

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
