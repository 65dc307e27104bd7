//! One piece of work at the database.

use core::future::Future;
use core::time::Duration;

use aauth_store::{MAX_VALUE, Space, StoreError, StoreFuture};
use tokio::time::timeout;

use crate::SqlError;

/// What the database is asked to do, for errors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// As an infinitive.
    pub(crate) doing: &'static str,
    /// The space written to, which may turn out full.
    pub(crate) space: Option<Space>,
    /// How long it may take, waiting for a connection included.
    pub(crate) limit: Duration,
}

impl Operation {
    /// Runs `work` to its end or its time limit in a task of its own, whatever becomes of the returned future.
    ///
    /// Whoever drops that future may have acknowledged nothing, but what was written must still wake those who wait
    /// for it, and a connection must not be left in the middle of a statement.
    pub(crate) fn run<T: Send + 'static>(
        self,
        work: impl Future<Output = Result<T, SqlError>> + Send + 'static,
    ) -> StoreFuture<'static, T> {
        let Self { doing, space, limit } = self;
        Box::pin(async move {
            let task = tokio::spawn(async move {
                timeout(limit, work).await.unwrap_or(Err(SqlError::TimedOut { after: limit }))
            });
            let stopped = SqlError::Driver { what: "its task was cancelled" };
            task.await.unwrap_or(Err(stopped)).map_err(|error| error.during(doing, space))
        })
    }
}

/// `value` as an owned copy, if it is no longer than [`MAX_VALUE`].
pub(crate) fn checked(value: &[u8]) -> Result<Vec<u8>, StoreError> {
    if value.len() > MAX_VALUE {
        return Err(StoreError::ValueTooLong { found: value.len() });
    }
    Ok(value.to_vec())
}

/// A future that is ready with an error.
pub(crate) fn refused<'a, T: Send + 'a>(error: StoreError) -> StoreFuture<'a, T> {
    Box::pin(core::future::ready(Err(error)))
}
