//! When an older copy was put back.

use std::sync::atomic::{AtomicI64, Ordering};

use aauth_types::UnixTime;
use sqlx::{ColumnIndex, Decode, Type};

use crate::SqlError;

/// The time that the database holds, read once at start and kept here, so that asking for it costs nothing.
#[derive(Debug)]
pub(crate) struct Restored(AtomicI64);

impl Restored {
    /// Reads the only column of the answer to [`READ_RESTORED`].
    pub(crate) fn from_rows<R>(rows: &[R]) -> Result<Self, SqlError>
    where
        R: sqlx::Row,
        usize: ColumnIndex<R>,
        for<'r> Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    {
        let row = rows.first().ok_or(SqlError::Damaged { what: "no row of versions" })?;
        Ok(Self(AtomicI64::new(row.try_get::<Option<i64>, _>(0)?.unwrap_or(NEVER))))
    }

    pub(crate) fn set(&self, now: UnixTime) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }

    pub(crate) fn at(&self) -> Option<UnixTime> {
        let seconds = self.0.load(Ordering::SeqCst);
        (seconds != NEVER).then(|| UnixTime::from_secs(seconds))
    }
}

pub(crate) const READ_RESTORED: &str = "SELECT restored FROM aauth_meta";

const NEVER: i64 = i64::MIN;
