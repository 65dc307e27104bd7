//! The schema of the file, and how it came to be.

use core::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection, query, raw_sql};
use tokio::time::{sleep, timeout};

use crate::SqlError;

/// Brings the schema up to date; of several that start at once, one does the work and the others find it done.
pub(super) async fn apply(options: &SqliteConnectOptions, limit: Duration) -> Result<(), SqlError> {
    let late = Err(SqlError::TimedOut { after: limit });
    let mut connection = timeout(limit, connect(options)).await.unwrap_or(late)?;
    // No time limit but that of waiting for the lock: the work itself may be long on a large file.
    let applied = step_up(&mut connection).await;
    connection.close().await?;
    applied
}

/// Switching a new file to WAL needs it alone, and then SQLite does not wait for others but says that it is busy.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, SqlError> {
    loop {
        match options.connect().await.map_err(SqlError::from) {
            Err(SqlError::Refused { code, .. }) if &*code == BUSY || &*code == BUSY_RECOVERY => {
                sleep(Duration::from_millis(20)).await;
            }
            done => return done,
        }
    }
}

async fn step_up(connection: &mut SqliteConnection) -> Result<(), SqlError> {
    // Immediate: the lock is taken before the version is read.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let found = query(FOUND).fetch_one(&mut *transaction).await?;
    let (application, version, tables): (i64, i64, i64) =
        (found.try_get(0)?, found.try_get(1)?, found.try_get(2)?);
    if application != APPLICATION && (application, version, tables) != (0, 0, 0) {
        return Err(SqlError::Foreign);
    }
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let Some(missing) = usize::try_from(version).ok().and_then(|done| STEPS.get(done..)) else {
        return Err(SqlError::NewerSchema { found: version, known });
    };
    for step in missing {
        raw_sql(*step).execute(&mut *transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// One for each version, the first leading from an empty file to version 1. Never change one that was released.
const STEPS: [&str; 1] = ["
CREATE TABLE aauth_row (
    number INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (space, id)
) STRICT;
CREATE INDEX aauth_row_expires ON aauth_row (expires);
CREATE TABLE aauth_meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    next_version INTEGER NOT NULL,
    restored INTEGER
) STRICT;
INSERT INTO aauth_meta (one, next_version) VALUES (1, 1);
PRAGMA application_id = 1094808936;
PRAGMA user_version = 1;
"];

const FOUND: &str = "
SELECT
    (SELECT application_id FROM pragma_application_id),
    (SELECT user_version FROM pragma_user_version),
    (SELECT count(*) FROM sqlite_schema)";

/// "AAuh" in ASCII, so that `file` and this code know whose the database is.
const APPLICATION: i64 = 1_094_808_936;

const BUSY: &str = "5";
const BUSY_RECOVERY: &str = "261";
