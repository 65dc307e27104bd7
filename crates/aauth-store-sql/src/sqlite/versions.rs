//! Versions that no row ever had.

use core::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{Row as _, Sqlite, query};

use crate::SqlError;
use crate::pool::Lease;

/// Hands out versions from blocks that are taken out of the file first, so that a version costs no write of its own
/// and none is given out twice, not after a crash and not by two processes.
#[derive(Debug, Default)]
pub(super) struct Versions {
    block: Mutex<Range<i64>>,
}

impl Versions {
    /// `lease`: of the only connection that writes, so that one block is taken at a time.
    pub(super) async fn next(&self, lease: &mut Lease<Sqlite>) -> Result<i64, SqlError> {
        if let Some(version) = self.block().next() {
            return Ok(version);
        }
        let rows = lease.rows(query(TAKE_BLOCK).bind(BLOCK)).await?;
        let end: i64 = rows.first().ok_or(SqlError::Damaged { what: "no row of versions" })?.try_get(0)?;
        let mut block = end.saturating_sub(BLOCK)..end;
        let version = block.next().filter(|version| *version > 0);
        *self.block() = block;
        version.ok_or(SqlError::Damaged { what: "no versions left" })
    }

    /// Takes a new block next time.
    pub(super) fn forget(&self) {
        *self.block() = 0..0;
    }

    /// Nothing panics under this lock.
    fn block(&self) -> MutexGuard<'_, Range<i64>> {
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const BLOCK: i64 = 1 << 20;

const TAKE_BLOCK: &str = "UPDATE aauth_meta SET next_version = next_version + ?1 RETURNING next_version";
