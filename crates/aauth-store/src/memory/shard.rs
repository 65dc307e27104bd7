//! A part of the rows, under one lock.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use aauth_types::UnixTime;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::usage::Usage;
use crate::{Inserted, Key, Row, StoreError, Swapped};

/// Rows, and an index by expiry so that a purge touches only what it removes.
#[derive(Debug, Default)]
pub(super) struct Shard {
    rows: HashMap<Key, Entry>,
    expiries: BTreeSet<(UnixTime, Key)>,
}

#[derive(Debug)]
struct Entry {
    row: Row,
    /// Made by the first who waits; woken and dropped with the row's next change.
    waiters: Option<Arc<Notify>>,
}

impl Shard {
    pub(super) fn insert(
        &mut self,
        usage: &Usage,
        key: &Key,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
        version: u64,
    ) -> Result<Inserted, StoreError> {
        match self.rows.get(key) {
            Some(entry) if alive(&entry.row, now) => return Ok(Inserted::Exists),
            Some(_) => drop(self.remove(usage, key)),
            None => {}
        }
        usage.reserve(key.space(), 1, size(key, value))?;
        let row = Row { value: value.to_vec(), version, expires };
        self.expiries.insert((expires, key.clone()));
        self.rows.insert(key.clone(), Entry { row, waiters: None });
        Ok(Inserted::New)
    }

    pub(super) fn get(&self, key: &Key, now: UnixTime) -> Option<Row> {
        self.rows.get(key).map(|entry| &entry.row).filter(|row| alive(row, now)).cloned()
    }

    pub(super) fn swap(
        &mut self,
        usage: &Usage,
        key: &Key,
        version: u64,
        row: Row,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let Some(entry) = self.rows.get_mut(key).filter(|entry| alive(&entry.row, now)) else {
            return Ok(Swapped::Absent);
        };
        if entry.row.version != version {
            return Ok(Swapped::Lost);
        }
        let (before, after) = (entry.row.value.len(), row.value.len());
        usage.reserve(key.space(), 0, after.saturating_sub(before))?;
        usage.release(key.space(), 0, before.saturating_sub(after));
        let (swapped, expires) = (row.version, row.expires);
        let old = std::mem::replace(&mut entry.row, row);
        wake(entry.waiters.take());
        if old.expires != expires {
            self.expiries.remove(&(old.expires, key.clone()));
            self.expiries.insert((expires, key.clone()));
        }
        Ok(Swapped::Done(swapped))
    }

    pub(super) fn take(&mut self, usage: &Usage, key: &Key, now: UnixTime) -> Option<Row> {
        self.rows.get(key).filter(|entry| alive(&entry.row, now))?;
        self.remove(usage, key)
    }

    pub(super) fn purge(&mut self, usage: &Usage, now: UnixTime) -> u64 {
        let mut removed = 0_u64;
        while let Some((_, key)) = self.expiries.first().filter(|(expires, _)| *expires <= now).cloned() {
            self.remove(usage, &key);
            removed = removed.saturating_add(1);
        }
        removed
    }

    /// What to wait for; `None` when the row differs from `since` already.
    pub(super) fn watch(&mut self, key: &Key, since: u64) -> Option<OwnedNotified> {
        let entry = self.rows.get_mut(key).filter(|entry| entry.row.version == since)?;
        Some(Arc::clone(entry.waiters.get_or_insert_default()).notified_owned())
    }

    fn remove(&mut self, usage: &Usage, key: &Key) -> Option<Row> {
        let Entry { row, waiters } = self.rows.remove(key)?;
        self.expiries.remove(&(row.expires, key.clone()));
        usage.release(key.space(), 1, size(key, &row.value));
        wake(waiters);
        Some(row)
    }
}

fn alive(row: &Row, now: UnixTime) -> bool {
    row.expires > now
}

fn size(key: &Key, value: &[u8]) -> usize {
    key.id().len().saturating_add(value.len())
}

/// Wakes everyone who was registered under the lock that is still held.
fn wake(waiters: Option<Arc<Notify>>) {
    if let Some(waiters) = waiters {
        waiters.notify_waiters();
    }
}
