//! Rows in a database that several instances share.

mod listener;
mod migration;
mod settings;
mod url;

use std::sync::Arc;

use aauth_store::{Inserted, Key, Row, Store, StoreFuture, Swapped};
use aauth_types::UnixTime;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, query};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use self::listener::Listener;
pub use self::settings::PostgresSettings;
pub use self::url::DatabaseUrl;
use crate::SqlError;
use crate::operation::{Operation, checked, refused};
use crate::pool::Pool;
use crate::restored::{READ_RESTORED, Restored};
use crate::row::{BATCH, JUMP, go_on, row, stored, version};
use crate::waiters::{RowName, Waiters};

/// A store in a PostgreSQL database (13 or later), for any number of instances.
///
/// What was acknowledged is committed, and on disk as far as the server's own settings say so; `synchronous_commit=off`
/// is overridden. Every change is notified to all instances in the transaction that makes it (`NOTIFY`), with a hash of
/// the row's name and nothing of the row. One connection listens; when it breaks it is made again and everybody who
/// waits looks at their row once more. Nobody who waits holds a connection.
///
/// Connect to the server itself or to its replacement after a failover, not to a pooler that shares connections between
/// transactions: `LISTEN` does not pass through it.
///
/// Needs a tokio runtime with I/O and time enabled.
#[derive(Debug)]
pub struct PostgresStore {
    inner: Arc<Inner>,
    listener: AbortHandle,
}

struct Inner {
    pool: Arc<Pool<Postgres>>,
    waiters: Arc<Waiters>,
    restored: Restored,
    settings: PostgresSettings,
}

impl PostgresStore {
    /// Connects, brings the schema up to date, and listens.
    ///
    /// # Errors
    /// `Io`, `Tls`, `Refused`: no connection. `TimedOut`: not within [`PostgresSettings::start`]. `ReadOnly`: a standby.
    /// `NewerSchema`. `Refused` too when the role may not create tables in the schema (`search_path`) of the connection.
    pub async fn connect(settings: PostgresSettings) -> Result<Self, SqlError> {
        let start = settings.start;
        let connecting = async move {
            let options = settings.options();
            migration::apply(&options, start).await?;
            let waiters = Arc::<Waiters>::default();
            let pool = Pool::new(options.clone(), settings.connections);
            let mut listener = Listener {
                options,
                pool: Arc::clone(&pool),
                waiters: Arc::clone(&waiters),
                limit: settings.timeout,
                connection: None,
            };
            listener.listen().await?;
            let restored = Restored::from_rows(&pool.lease().await?.rows(query(READ_RESTORED)).await?)?;
            let listener = tokio::spawn(listener.run()).abort_handle();
            Ok(Self { inner: Arc::new(Inner { pool, waiters, restored, settings }), listener })
        };
        timeout(start, connecting).await.unwrap_or(Err(SqlError::TimedOut { after: start }))
    }

    /// Closes every connection when the work under way is done; later calls fail with `Unavailable`.
    pub async fn close(&self) {
        self.listener.abort();
        self.inner.pool.close().await;
    }

    /// To be called once, with every instance stopped, after the database was replaced by an older copy; returns how many
    /// rows were removed.
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
            let mut lease = inner.pool.lease().await?;
            // First the time: a crash between the two must not leave an empty store that looks like a new one.
            lease.rows(query(NOTE_RESTORED).bind(now.as_secs()).bind(JUMP)).await?;
            let gone = lease.rows(query("DELETE FROM aauth_row RETURNING 1")).await?.len();
            inner.restored.set(now);
            inner.waiters.wake_all();
            Ok(u64::try_from(gone).unwrap_or(u64::MAX))
        })
    }
}

/// The tasks of a store that is gone have nothing to do.
impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.listener.abort();
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
        let insert = query(INSERT)
            .bind(key.space().name())
            .bind(key.id())
            .bind(expires.as_secs())
            .bind(value)
            .bind(now.as_secs());
        let rows = self.pool.lease().await?.rows(insert).await?;
        Ok(if rows.is_empty() { Inserted::Exists } else { Inserted::New })
    }

    async fn swap(
        &self,
        key: &Key,
        old: u64,
        value: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<Swapped, SqlError> {
        let mut lease = self.pool.lease().await?;
        let swap = query(SWAP)
            .bind(key.space().name())
            .bind(key.id())
            .bind(stored(old))
            .bind(now.as_secs())
            .bind(expires.as_secs())
            .bind(value);
        if let Some(row) = lease.rows(swap).await?.first() {
            return Ok(Swapped::Done(version(row, 0)?));
        }
        // A statement of its own, for a look at the time after the winner. Versions never come back, so a row that is
        // there now is one that a swap would have lost against.
        let rows = lease.rows(get(key, now)).await?;
        Ok(if rows.is_empty() { Swapped::Absent } else { Swapped::Lost })
    }

    async fn take(&self, key: &Key, now: UnixTime) -> Result<Option<Row>, SqlError> {
        let take = query(TAKE).bind(key.space().name()).bind(key.id()).bind(now.as_secs());
        let rows = self.pool.lease().await?.rows(take).await?;
        rows.first().map(row).transpose()
    }

    /// In batches: each notification of a batch is kept until it is committed.
    async fn purge(&self, now: UnixTime) -> Result<u64, SqlError> {
        let started = Instant::now();
        let mut removed = 0_u64;
        loop {
            let purge = query(PURGE).bind(now.as_secs()).bind(BATCH);
            let rows = self.pool.lease().await?.rows(purge).await?.len();
            removed = removed.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX));
            if !go_on(rows, started, self.settings.timeout) {
                return Ok(removed);
            }
        }
    }

    async fn read(&self, key: &Key, now: UnixTime) -> Result<Option<PgRow>, SqlError> {
        let rows = match self.pool.lease().await?.rows(get(key, now)).await {
            // The server may have closed a connection that lay idle. Reading twice does no harm.
            Err(error) if !error.spares_connection() => self.pool.lease().await?.rows(get(key, now)).await?,
            done => done?,
        };
        Ok(rows.into_iter().next())
    }
}

impl Store for PostgresStore {
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

type Statement<'q> = sqlx::query::Query<'q, Postgres, <Postgres as sqlx::Database>::Arguments>;

fn get(key: &Key, now: UnixTime) -> Statement<'_> {
    query(GET).bind(key.space().name()).bind(key.id()).bind(now.as_secs())
}

// Under READ COMMITTED a statement that waited for another's lock looks at the row again before it acts: of any number
// of writers of one row, one finds what it came for. `aauth_notify` is of the schema's first version.

/// `xmax` is not 0 in a row that replaced another, for which somebody may wait.
const INSERT: &str = "
WITH done AS (
    INSERT INTO aauth_row AS old (space, id, version, expires, value)
    VALUES ($1, $2, nextval('aauth_version'), $3, $4)
    ON CONFLICT (space, id) DO UPDATE
    SET version = excluded.version, expires = excluded.expires, value = excluded.value
    WHERE old.expires <= $5
    RETURNING space, id, (xmax <> 0) AS replaced
)
SELECT CASE WHEN replaced THEN aauth_notify(space, id) END FROM done";

const GET: &str =
    "SELECT value, version, expires FROM aauth_row WHERE space = $1 AND id = $2 AND expires > $3";

const SWAP: &str = "
WITH done AS (
    UPDATE aauth_row SET version = nextval('aauth_version'), expires = $5, value = $6
    WHERE space = $1 AND id = $2 AND version = $3 AND expires > $4
    RETURNING space, id, version
)
SELECT version, aauth_notify(space, id) FROM done";

const TAKE: &str = "
WITH done AS (
    DELETE FROM aauth_row WHERE space = $1 AND id = $2 AND expires > $3
    RETURNING space, id, value, version, expires
)
SELECT value, version, expires, aauth_notify(space, id) FROM done";

/// Skips rows that are being written: they live on, or are removed next time.
const PURGE: &str = "
WITH old AS (
    SELECT space, id FROM aauth_row WHERE expires <= $1 ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED
), done AS (
    DELETE FROM aauth_row USING old
    WHERE aauth_row.space = old.space AND aauth_row.id = old.id AND aauth_row.expires <= $1
    RETURNING aauth_row.space, aauth_row.id
)
SELECT aauth_notify(space, id) FROM done";

const NOTE_RESTORED: &str = "
WITH noted AS (UPDATE aauth_meta SET restored = $1 RETURNING 1)
SELECT setval('aauth_version', nextval('aauth_version') + $2) FROM noted";
