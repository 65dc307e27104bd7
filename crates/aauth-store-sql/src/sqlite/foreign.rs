//! Changes that another process made to the same file.

use core::time::Duration;
use std::sync::Arc;

use sqlx::{Row as _, Sqlite, query};
use tokio::time::sleep;

use crate::SqlError;
use crate::pool::Pool;
use crate::waiters::Waiters;

/// Looks for them while somebody waits.
pub(super) struct Watch {
    writer: Arc<Pool<Sqlite>>,
    waiters: Arc<Waiters>,
    every: Duration,
    seen: (u64, i64),
}

impl Watch {
    pub(super) async fn start(
        writer: &Arc<Pool<Sqlite>>,
        waiters: &Arc<Waiters>,
        every: Duration,
    ) -> Result<Self, SqlError> {
        let seen = stand(writer).await?;
        Ok(Self { writer: Arc::clone(writer), waiters: Arc::clone(waiters), every, seen })
    }

    /// Never ends; to be aborted.
    pub(super) async fn run(mut self) {
        loop {
            sleep(self.every).await;
            if self.waiters.is_empty() {
                continue;
            }
            // A file that cannot be read now is looked at again soon.
            if let Ok(seen) = stand(&self.writer).await
                && seen != self.seen
            {
                self.seen = seen;
                self.waiters.wake_all();
            }
        }
    }
}

/// `data_version` changes with the commits of others than its own connection, and here all of this process's commits
/// are made on that one. A new connection starts a new count.
async fn stand(writer: &Arc<Pool<Sqlite>>) -> Result<(u64, i64), SqlError> {
    let mut lease = writer.lease().await?;
    let rows = lease.rows(query("PRAGMA data_version")).await?;
    let version = rows.first().map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
    Ok((lease.serial(), version))
}
