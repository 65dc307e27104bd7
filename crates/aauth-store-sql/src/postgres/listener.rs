//! The one connection that hears of changes.

use core::time::Duration;
use std::sync::Arc;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{Postgres, query};
use tokio::time::{sleep, timeout};

use crate::SqlError;
use crate::pool::Pool;
use crate::waiters::{RowName, Waiters};

/// Listens, passes on what it hears, and connects again for ever when the connection breaks.
pub(super) struct Listener {
    pub(super) options: PgConnectOptions,
    pub(super) pool: Arc<Pool<Postgres>>,
    pub(super) waiters: Arc<Waiters>,
    /// How long each step of the conversation may take.
    pub(super) limit: Duration,
    pub(super) connection: Option<PgListener>,
}

impl Listener {
    /// Connects; from here on nothing is missed until the connection breaks.
    pub(super) async fn listen(&mut self) -> Result<(), SqlError> {
        let late = Err(SqlError::TimedOut { after: self.limit });
        let connection = timeout(self.limit, connect(&self.options, self.limit)).await.unwrap_or(late)?;
        self.connection = Some(connection);
        Ok(())
    }

    /// Never ends; to be aborted.
    pub(super) async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(connection) = self.connection.take() {
                let lost = self.hear(connection).await;
                tracing::warn!(kind = lost.kind(), "the connection that listens for changes is lost");
                // Those that lie idle most likely met the same fate.
                self.pool.forget();
                pause = FIRST_PAUSE;
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2).min(LAST_PAUSE);
            match self.listen().await {
                // Whatever happened meanwhile was notified to nobody here.
                Ok(()) => self.waiters.wake_all(),
                Err(error) => tracing::warn!(kind = error.kind(), "cannot listen for changes"),
            }
        }
    }

    /// Passes notifications on until the connection breaks; returns how.
    async fn hear(&self, mut connection: PgListener) -> SqlError {
        loop {
            match timeout(QUIET, connection.try_recv()).await {
                Ok(Ok(Some(notification))) => match RowName::from_hex(notification.payload()) {
                    Some(name) => self.waiters.wake(name),
                    None => self.waiters.wake_all(),
                },
                Ok(Ok(None)) => return SqlError::Driver { what: "the connection ended" },
                Ok(Err(error)) => return error.into(),
                Err(_) => {
                    // A network that swallows packets looks like silence.
                    let alive = query("SELECT 1").fetch_all(&mut connection);
                    match timeout(self.limit, alive).await {
                        Ok(Ok(_)) => {}
                        Ok(Err(error)) => return error.into(),
                        Err(_) => return SqlError::TimedOut { after: self.limit },
                    }
                }
            }
        }
    }
}

async fn connect(options: &PgConnectOptions, limit: Duration) -> Result<PgListener, SqlError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(limit)
        .max_lifetime(None)
        .idle_timeout(None)
        .connect_lazy_with(options.clone());
    let mut connection = PgListener::connect_with(&pool).await?;
    // Connecting again is done here, with a pause and a time limit, and followed by waking everybody.
    connection.eager_reconnect(false);
    connection.listen(CHANNEL).await?;
    Ok(connection)
}

const CHANNEL: &str = "aauth_row";

/// How long silence lasts before it is doubted.
const QUIET: Duration = Duration::from_secs(15);

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);
