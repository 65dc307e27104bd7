//! The trait, and the rows it is about.

use core::fmt;
use core::future::Future;
use core::pin::Pin;

use aauth_types::UnixTime;

use crate::{Key, StoreError};

/// The longest value that every back end takes, in bytes: 1 MiB.
pub const MAX_VALUE: usize = 1024 * 1024;

/// What the methods of [`Store`] return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What an AAuth server remembers: rows with a version and an expiry.
///
/// All methods are atomic on one row and none spans two. A row whose `expires` is not after `now` is absent, purged or
/// not. A version is never used twice for one key, not even after the row was taken and inserted again: whoever holds
/// an old version loses.
///
/// Dropping a future before it is ready leaves the row either as it was or as it would have become, never between.
///
/// Security rests on three promises: of any number of concurrent [`insert`](Self::insert)s one is `New` (a token is
/// accepted once), of any number of [`swap`](Self::swap)s on one version one is `Done` (a token is issued once), and a
/// row that was [`take`](Self::take)n is gone for everybody (a code is used once). What was acknowledged survives
/// whatever the back end says that it survives.
pub trait Store: Send + Sync + 'static {
    /// Writes a row if there is none.
    ///
    /// An expired row counts as none and is replaced.
    ///
    /// # Errors
    /// `Full`, `ValueTooLong`, `Unavailable`.
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted>;

    /// Reads a row; `None` when there is none or it has expired.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>>;

    /// Replaces value and expiry of a row if its version is still `version`.
    ///
    /// # Errors
    /// `Full` (only when the value grows), `ValueTooLong`, `Unavailable`.
    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped>;

    /// Removes a row and returns it, to one caller only.
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>>;

    /// Removes rows that have expired, in every space; returns how many.
    ///
    /// A back end may stop after a batch and leave the rest to the next call. Call it every minute or so.
    ///
    /// # Errors
    /// `Unavailable`.
    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64>;

    /// Waits until the row's version is not `since`, or there is no row.
    ///
    /// Ready at once when that is so already: no change between reading `since` and calling this is missed. It may
    /// also be ready without a change, so read the row again. It does not watch the time: an expired row counts as
    /// gone when it is purged. Holds no lock, thread or connection while it waits; give up by dropping it.
    ///
    /// # Errors
    /// `Unavailable`.
    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()>;

    /// When an older copy of the rows was last put back, as it was known at start; `None`, the default, when never.
    ///
    /// The copy knows nothing of the tokens that were used after it was made, so a server refuses those that were
    /// issued before. A store that wraps another one must pass this on: who forgets to, lets such tokens in again.
    fn not_before(&self) -> Option<UnixTime> {
        None
    }
}

/// A row as it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// What was written.
    pub value: Vec<u8>,
    /// Changes with every write; compare for equality only.
    pub version: u64,
    /// The first second at which the row is absent.
    pub expires: UnixTime,
}

/// Shows no value: it may be a session.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("value", &format_args!("{} bytes", self.value.len()))
            .field("version", &self.version)
            .field("expires", &self.expires)
            .finish()
    }
}

/// What [`Store::insert`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    /// The row was written.
    New,
    /// There was a row; nothing was written.
    Exists,
}

/// What [`Store::swap`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swapped {
    /// The row was replaced and now has this version.
    Done(u64),
    /// Another writer was faster; nothing was written. Read the row and decide again.
    Lost,
    /// There is no row; nothing was written.
    Absent,
}
