//! A bounded number of connections to one database.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::query::Query;
use sqlx::{ConnectOptions, Connection, Database, Executor, IntoArguments};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::SqlError;

/// Connections, made when they are needed and kept for the next.
///
/// Not `sqlx::Pool`: that one sends a ping after every use and waits for its answer without a limit, so that a network
/// that swallows packets would take its places away one by one.
pub(crate) struct Pool<DB: Database> {
    options: <DB::Connection as Connection>::Options,
    places: Arc<Semaphore>,
    size: u32,
    idle: Mutex<Vec<Kept<DB>>>,
    made: AtomicU64,
}

struct Kept<DB: Database> {
    connection: DB::Connection,
    #[cfg_attr(
        all(feature = "postgres", not(feature = "sqlite")),
        expect(dead_code, reason = "only SQLite's connections are told apart")
    )]
    serial: u64,
}

impl<DB: Database> Pool<DB> {
    /// At most `size` connections; none is made yet.
    pub(crate) fn new(options: <DB::Connection as Connection>::Options, size: u32) -> Arc<Self> {
        let size = size.clamp(1, MAX_SIZE);
        Arc::new(Self {
            options,
            places: Arc::new(Semaphore::new(usize::try_from(size).unwrap_or(1))),
            size,
            idle: Mutex::default(),
            made: AtomicU64::new(0),
        })
    }

    /// Waits for a place, without a time limit of its own.
    pub(crate) async fn lease(self: &Arc<Self>) -> Result<Lease<DB>, SqlError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|_| SqlError::Driver { what: "the store was closed" })?;
        let kept = self.idle().pop();
        let kept = match kept {
            Some(kept) => kept,
            None => Kept {
                connection: self.options.connect().await?,
                serial: self.made.fetch_add(1, Ordering::Relaxed),
            },
        };
        Ok(Lease { pool: Arc::clone(self), kept: Some(kept), sound: true, _place: place })
    }

    /// Waits for the connections in use and closes all. Nothing can be leased afterwards.
    pub(crate) async fn close(&self) {
        let all = self.places.acquire_many(self.size).await;
        self.places.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for kept in idle {
            // The connection is gone either way.
            let _closed = kept.connection.close().await;
        }
    }

    /// Drops the connections that lie idle.
    pub(crate) fn forget(&self) {
        self.idle().clear();
    }

    /// Nothing panics under this lock.
    fn idle(&self) -> MutexGuard<'_, Vec<Kept<DB>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// More than any database admits.
const MAX_SIZE: u32 = 10_000;

/// The use of one connection. It goes back when its last statement came to an end, and is closed otherwise.
pub(crate) struct Lease<DB: Database> {
    pool: Arc<Pool<DB>>,
    kept: Option<Kept<DB>>,
    sound: bool,
    _place: OwnedSemaphorePermit,
}

impl<DB: Database> Lease<DB>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
{
    /// Runs one statement by itself and returns its rows when it is committed.
    ///
    /// Not `fetch_one` or `fetch_optional`, which may return as soon as there is a row: before the commit, whose
    /// failure nobody would hear of.
    pub(crate) async fn rows<'q, A>(&mut self, query: Query<'q, DB, A>) -> Result<Vec<DB::Row>, SqlError>
    where
        A: Send + IntoArguments<DB> + 'q,
    {
        let Some(kept) = &mut self.kept else {
            return Err(SqlError::Driver { what: "a lease without a connection" });
        };
        self.sound = false;
        let rows = query.fetch_all(&mut kept.connection).await.map_err(SqlError::from);
        self.sound = rows.as_ref().err().is_none_or(SqlError::spares_connection);
        if !self.sound {
            // The idle ones are older than this failure and most likely met the same fate.
            self.pool.forget();
        }
        rows
    }

    /// Tells this connection from those before and after it.
    #[cfg(feature = "sqlite")]
    pub(crate) fn serial(&self) -> u64 {
        self.kept.as_ref().map_or(0, |kept| kept.serial)
    }
}

impl<DB: Database> Drop for Lease<DB> {
    fn drop(&mut self) {
        if let Some(kept) = self.kept.take().filter(|_| self.sound && !self.pool.places.is_closed()) {
            self.pool.idle().push(kept);
        }
    }
}
