//! How a database is used.

use core::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

use crate::DatabaseUrl;

/// How a [`PostgresStore`](crate::PostgresStore) uses its database.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PostgresSettings {
    /// Where the database is and who asks.
    pub url: DatabaseUrl,
    /// Connections for statements, made when they are needed; default 10, at least 1. One more listens.
    pub connections: u32,
    /// How long one call may take, waiting for a connection included; default 5 s. The server gives up by itself after
    /// as long.
    pub timeout: Duration,
    /// How long the start may take, waiting for another instance's migration included; default 60 s.
    pub start: Duration,
}

impl PostgresSettings {
    /// The defaults, for the database at `url`.
    #[must_use]
    pub fn new(url: DatabaseUrl) -> Self {
        Self { url, connections: 10, timeout: Duration::from_secs(5), start: Duration::from_secs(60) }
    }

    pub(super) fn options(&self) -> PgConnectOptions {
        let millis = self.timeout.as_millis().clamp(1, MAX_MILLIS).to_string();
        let options = self.url.options().clone().disable_statement_logging();
        // Read by the server when the session starts: no statement runs without them.
        options.options([
            ("statement_timeout", millis.as_str()),
            ("lock_timeout", millis.as_str()),
            ("idle_in_transaction_session_timeout", millis.as_str()),
            ("default_transaction_isolation", "read committed"),
            // A server that acknowledges before it writes would forget that a code was used.
            ("synchronous_commit", "on"),
        ])
    }
}

/// What the server takes.
const MAX_MILLIS: u128 = 2_147_483_647;
