//! The schema of the database, and how it came to be.

use core::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _, query, raw_sql};

use crate::SqlError;

/// Brings the schema up to date; of several that start at once, one does the work and the others find it done.
pub(super) async fn apply(options: &PgConnectOptions, limit: Duration) -> Result<(), SqlError> {
    let mut connection = options.connect().await?;
    // What is asked of the store day by day has a shorter limit than a change of a large table.
    let millis = limit.as_millis().min(MAX_MILLIS).to_string();
    query("SELECT set_config(name, $1, false) FROM unnest(ARRAY['statement_timeout', 'lock_timeout']) name")
        .bind(millis)
        .fetch_all(&mut connection)
        .await?;
    let applied = step_up(&mut connection).await;
    connection.close().await?;
    applied
}

async fn step_up(connection: &mut PgConnection) -> Result<(), SqlError> {
    let mut transaction = connection.begin().await?;
    query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).fetch_all(&mut *transaction).await?;
    let there = query("SELECT to_regclass('aauth_meta') IS NOT NULL").fetch_one(&mut *transaction).await?;
    let found: i64 = match there.try_get(0)? {
        true => query("SELECT schema FROM aauth_meta").fetch_one(&mut *transaction).await?.try_get(0)?,
        false => 0,
    };
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let Some(missing) = usize::try_from(found).ok().and_then(|done| STEPS.get(done..)) else {
        return Err(SqlError::NewerSchema { found, known });
    };
    for step in missing {
        raw_sql(*step).execute(&mut *transaction).await?;
    }
    // A standby and a read-only role are found out now, not at the first request.
    query("UPDATE aauth_meta SET schema = $1").bind(known).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// One for each version, the first leading from no schema to version 1. Never change one that was released.
///
/// A notification bears a hash of the row's name: everybody who may connect to the database may listen.
const STEPS: [&str; 1] = ["
CREATE TABLE aauth_row (
    space text COLLATE \"C\" NOT NULL,
    id bytea NOT NULL,
    version bigint NOT NULL,
    expires bigint NOT NULL,
    value bytea NOT NULL,
    PRIMARY KEY (space, id)
);
CREATE INDEX aauth_row_expires ON aauth_row (expires);
CREATE SEQUENCE aauth_version;
CREATE TABLE aauth_meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    schema bigint NOT NULL,
    restored bigint
);
INSERT INTO aauth_meta (schema) VALUES (1);
CREATE FUNCTION aauth_notify(space text, id bytea) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('aauth_row', encode(sha256(convert_to(space, 'UTF8') || '\\x00'::bytea || id), 'hex'))
$$;
"];

/// Any number that others do not use for their locks in the same database: \"aauthsql\" in ASCII.
const LOCK: i64 = 0x6161_7574_6873_716c;

/// What the server takes.
const MAX_MILLIS: u128 = 2_147_483_647;
