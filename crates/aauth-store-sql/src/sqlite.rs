//! Rows in one file.

mod file;
mod foreign;
mod migration;
mod settings;
mod versions;

use std::path::Path;
use std::sync::Arc;

use aauth_store::{Inserted, Key, Row, Store, StoreFuture, Swapped};
use aauth_types::UnixTime;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, query};
use tokio::task::AbortHandle;
use tokio::time::Instant;

pub use self::settings::SqliteSettings;
use self::versions::Versions;
use crate::SqlError;
use crate::operation::{Operation, checked, refused};
use crate::pool::{Lease, Pool};
use crate::restored::{READ_RESTORED, Restored};
use crate::row::{BATCH, JUMP, go_on, row, stored, version};
use crate::waiters::{RowName, Waiters};

/// A store in one SQLite file, for one machine.
///
/// The file is created at the first start, readable for its owner only, with two others beside it (`-wal`, `-shm`) that
/// belong to it. What was acknowledged is on disk (`synchronous=FULL`) and survives a crash of process and machine.
///
/// One connection writes, so writes queue; others read meanwhile. Changes wake waiters of this process at once. A
/// second process may have the same file open, which happens while one server replaces another: it is safe, and each
/// hears of the other's changes within [`SqliteSettings::foreign_changes`]. The file must not be on a network file
/// system, where SQLite's locks do not hold.
///
/// Needs a tokio runtime with time enabled.
#[derive(Debug)]
pub struct SqliteStore {
    inner: Arc<Inner>,
    foreign: AbortHandle,
}

struct Inner {
    writer: Arc<Pool<Sqlite>>,
    readers: Arc<Pool<Sqlite>>,
    versions: Versions,
    waiters: Arc<Waiters>,
    restored: Restored,
    settings: SqliteSettings,
}

impl SqliteStore {
    /// Opens the file at `path`, creates it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// `File`: cannot be created, or its directory not be synced. `ReadOnly`. `Foreign`: the database of another
    /// program. `NewerSchema`. `Damaged`: no SQLite database. `TimedOut`: another process holds it. `NoRoom`.
    pub async fn open(path: impl AsRef<Path>, settings: SqliteSettings) -> Result<Self, SqlError> {
        let path = file::create(path.as_ref())?;
        let options = settings.options(&path);
        migration::apply(&options, settings.timeout).await?;
        file::sync_directory(&path)?;
        let writer = Pool::new(options.clone(), 1);
        let waiters = Arc::<Waiters>::default();
        let watch = foreign::Watch::start(&writer, &waiters, settings.foreign_changes).await?;
        let readers = Pool::new(options.pragma("query_only", "ON"), settings.readers);
        let restored = Restored::from_rows(&readers.lease().await?.rows(query(READ_RESTORED)).await?)?;
        let inner = Inner { writer, readers, versions: Versions::default(), waiters, restored, settings };
        Ok(Self { inner: Arc::new(inner), foreign: tokio::spawn(watch.run()).abort_handle() })
    }

    /// Closes the file when the work under way is done; later calls fail with `Unavailable`.
    ///
    /// Not needed for safety: what was acknowledged is on disk. It folds the log into the file, which makes copying it
    /// simpler.
    pub async fn close(&self) {
        self.foreign.abort();
        self.inner.readers.close().await;
        // Waits for a write under way: the last connection to close folds the log.
        self.inner.writer.close().await;
    }

    /// To be called once, with the server stopped, after the file was replaced by an older copy; returns how many rows
    /// were removed.
    ///
    /// Codes, sessions and requests of an older time would come alive again, so every row goes; versions jump above
    /// all that were given out since. The copy knows nothing of the tokens that were used after it was made: `now`
    /// becomes [`Store::not_before`], and an auth server that starts on this store refuses what was issued before. Pass a
    /// time that is later by as much as the clocks of resources may be ahead (5 s by default).
    ///
    /// # Errors
    /// `Unavailable`, `Corrupt`.
    pub fn restored(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        let inner = Arc::clone(&self.inner);
        self.inner.operation("forget what a backup held").run(async move {
            let mut lease = inner.writer.lease().await?;
            // First the time: a crash between the two must not leave an empty store that looks like a new one.
            lease.rows(query(NOTE_RESTORED).bind(now.as_secs()).bind(JUMP)).await?;
            inner.versions.forget();
            let gone = lease.rows(query("DELETE FROM aauth_row RETURNING 1")).await?.len();
            inner.restored.set(now);
            inner.waiters.wake_all();
            Ok(u64::try_from(gone).unwrap_or(u64::MAX))
        })
    }
}

/// The tasks of a store that is gone have nothing to do.
impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.foreign.abort();
    }
}

impl Inner {
    fn operation(&self, doing: &'static str) -> Operation {
        Operation { doing, space: None, limit: self.settings.timeout }
    }

    fn writing(&self, doing: &'static str, key: &Key) -> Operation {
        Operation { space: Some(key.space()), ..self.operation(doing) }
    }

    async fn insert(
        &self,
        key: &Key,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Inserted, SqlError> {
        let mut lease = self.writer.lease().await?;
        let version = self.versions.next(&mut lease).await?;
        let insert = query(INSERT)
            .bind(key.space().name())
            .bind(key.id())
            .bind(version)
            .bind(expires.as_secs())
            .bind(value)
            .bind(now.as_secs());
        if lease.rows(insert).await?.is_empty() {
            return Ok(Inserted::Exists);
        }
        // Somebody may wait for the expired row that was replaced.
        self.waiters.wake(RowName::of(key));
        Ok(Inserted::New)
    }

    async fn swap(
        &self,
        key: &Key,
        old: u64,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Swapped, SqlError> {
        let mut lease = self.writer.lease().await?;
        let next = self.versions.next(&mut lease).await?;
        let swap = query(SWAP)
            .bind(key.space().name())
            .bind(key.id())
            .bind(stored(old))
            .bind(now.as_secs())
            .bind(next)
            .bind(expires.as_secs())
            .bind(value);
        if let Some(row) = lease.rows(swap).await?.first() {
            self.waiters.wake(RowName::of(key));
            return Ok(Swapped::Done(version(row, 0)?));
        }
        // Versions never come back, so a row that is there now is one that a swap would have lost against.
        let rows = lease.rows(get(key, now)).await?;
        Ok(if rows.is_empty() { Swapped::Absent } else { Swapped::Lost })
    }

    async fn take(&self, key: &Key, now: UnixTime) -> Result<Option<Row>, SqlError> {
        let mut lease = self.writer.lease().await?;
        let take = query(TAKE).bind(key.space().name()).bind(key.id()).bind(now.as_secs());
        let rows = lease.rows(take).await?;
        if !rows.is_empty() {
            self.waiters.wake(RowName::of(key));
        }
        rows.first().map(row).transpose()
    }

    /// In batches, with the writer free for others between them.
    async fn purge(&self, now: UnixTime) -> Result<u64, SqlError> {
        let started = Instant::now();
        let mut removed = 0_u64;
        loop {
            let purge = query(PURGE).bind(now.as_secs()).bind(BATCH);
            let rows = self.writer.lease().await?.rows(purge).await?;
            for row in &rows {
                self.waiters.wake(RowName::from_columns(row.try_get(0)?, row.try_get(1)?));
            }
            removed = removed.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            if !go_on(rows.len(), started, self.settings.timeout) {
                return Ok(removed);
            }
        }
    }

    async fn read(&self, key: &Key, now: UnixTime) -> Result<Option<SqliteRow>, SqlError> {
        let mut lease: Lease<Sqlite> = self.readers.lease().await?;
        Ok(lease.rows(get(key, now)).await?.into_iter().next())
    }
}

impl Store for SqliteStore {
    fn insert<'a>(
        &'a self,
        key: &'a Key,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Inserted> {
        let value = match checked(value) {
            Ok(value) => value,
            Err(error) => return refused(error),
        };
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let operation = self.inner.writing("insert a row", &key);
        operation.run(async move { inner.insert(&key, &value, expires, now).await })
    }

    fn get<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let operation = self.inner.operation("read a row");
        operation.run(async move { inner.read(&key, now).await?.as_ref().map(row).transpose() })
    }

    fn swap<'a>(
        &'a self,
        key: &'a Key,
        version: u64,
        value: &'a [u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        let value = match checked(value) {
            Ok(value) => value,
            Err(error) => return refused(error),
        };
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let operation = self.inner.writing("swap a row", &key);
        operation.run(async move { inner.swap(&key, version, &value, expires, now).await })
    }

    fn take<'a>(&'a self, key: &'a Key, now: UnixTime) -> StoreFuture<'a, Option<Row>> {
        let (inner, key) = (Arc::clone(&self.inner), key.clone());
        let operation = self.inner.operation("take a row");
        operation.run(async move { inner.take(&key, now).await })
    }

    fn purge(&self, now: UnixTime) -> StoreFuture<'_, u64> {
        let inner = Arc::clone(&self.inner);
        self.inner.operation("purge rows").run(async move { inner.purge(now).await })
    }

    fn changed<'a>(&'a self, key: &'a Key, since: u64) -> StoreFuture<'a, ()> {
        let read = move || {
            let (inner, key) = (Arc::clone(&self.inner), key.clone());
            // An expired row counts as long as it is not purged.
            let always = UnixTime::from_secs(i64::MIN);
            self.inner
                .operation("watch a row")
                .run(async move { inner.read(&key, always).await?.map(|row| version(&row, 1)).transpose() })
        };
        Box::pin(async move { self.inner.waiters.changed(RowName::of(key), since, read).await })
    }

    fn not_before(&self) -> Option<UnixTime> {
        self.inner.restored.at()
    }
}

impl core::fmt::Debug for Inner {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Inner").field("settings", &self.settings).finish_non_exhaustive()
    }
}

type Statement<'q> = sqlx::query::Query<'q, Sqlite, <Sqlite as sqlx::Database>::Arguments>;

fn get(key: &Key, now: UnixTime) -> Statement<'_> {
    query(GET).bind(key.space().name()).bind(key.id()).bind(now.as_secs())
}

const INSERT: &str = "
INSERT INTO aauth_row (space, id, version, expires, value) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (space, id) DO UPDATE
SET version = excluded.version, expires = excluded.expires, value = excluded.value
WHERE aauth_row.expires <= ?6
RETURNING version";

const GET: &str =
    "SELECT value, version, expires FROM aauth_row WHERE space = ?1 AND id = ?2 AND expires > ?3";

const SWAP: &str = "
UPDATE aauth_row SET version = ?5, expires = ?6, value = ?7
WHERE space = ?1 AND id = ?2 AND version = ?3 AND expires > ?4
RETURNING version";

const TAKE: &str = "
DELETE FROM aauth_row WHERE space = ?1 AND id = ?2 AND expires > ?3
RETURNING value, version, expires";

const PURGE: &str = "
DELETE FROM aauth_row
WHERE number IN (SELECT number FROM aauth_row WHERE expires <= ?1 ORDER BY expires LIMIT ?2)
RETURNING space, id";

const NOTE_RESTORED: &str =
    "UPDATE aauth_meta SET restored = ?1, next_version = next_version + ?2 RETURNING 1";
