//! Rows as both databases keep them.

use core::time::Duration;

use aauth_store::Row;
use aauth_types::UnixTime;
use sqlx::{ColumnIndex, Decode, Type};
use tokio::time::Instant;

use crate::SqlError;

/// Reads `value`, `version`, `expires` from the first three columns.
pub(crate) fn row<R>(columns: &R) -> Result<Row, SqlError>
where
    R: sqlx::Row,
    usize: ColumnIndex<R>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let value = columns.try_get::<Vec<u8>, _>(0)?;
    let expires = columns.try_get::<i64, _>(2)?;
    Ok(Row { value, version: version(columns, 1)?, expires: UnixTime::from_secs(expires) })
}

/// Reads a version from a column.
pub(crate) fn version<R>(columns: &R, column: usize) -> Result<u64, SqlError>
where
    R: sqlx::Row,
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
{
    let version = columns.try_get::<i64, _>(column)?;
    u64::try_from(version).map_err(|_| SqlError::Damaged { what: "a negative version" })
}

/// A version as databases write it; one that no row can have becomes -1, which no row has.
pub(crate) fn stored(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(-1)
}

/// Whether a purge whose last batch removed `rows` has more to do, and time for it.
pub(crate) fn go_on(rows: usize, started: Instant, limit: Duration) -> bool {
    i64::try_from(rows).is_ok_and(|rows| rows >= BATCH) && started.elapsed() < limit.mul_f32(0.5)
}

/// How many rows a purge removes at once, so that it holds up nobody for long.
pub(crate) const BATCH: i64 = 1000;

/// How far versions jump when an older backup was restored: above every version that was given out since.
pub(crate) const JUMP: i64 = 1 << 40;
