//! How a file is used.

use core::time::Duration;
use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

/// How a [`SqliteStore`](crate::SqliteStore) uses its file; the default suits an auth server on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteSettings {
    /// How long one call may take, its turn in the queue of writers included; default 5 s.
    pub timeout: Duration,
    /// Connections that read, each with a thread of its own; default 4, at least 1.
    pub readers: u32,
    /// The largest size of the file in bytes, to the next 4096 below; default 8 GiB. A file that has reached it answers
    /// `Full`, as a full disk does.
    pub max_bytes: u64,
    /// How often the changes of other processes are looked for, while somebody waits; default 100 ms.
    pub foreign_changes: Duration,
}

impl Default for SqliteSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(5),
            readers: 4,
            max_bytes: 8 * 1024 * 1024 * 1024,
            foreign_changes: Duration::from_millis(100),
        }
    }
}

impl SqliteSettings {
    pub(super) fn options(&self, path: &Path) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .foreign_keys(false)
            // Sooner than the caller is told so, or the write might still happen after that.
            .busy_timeout(self.timeout.mul_f32(0.75))
            .page_size(PAGE)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL syncs the log before a commit is acknowledged; NORMAL, SQLite's advice for WAL, would lose some.
            .synchronous(SqliteSynchronous::Full)
            .pragma("max_page_count", self.pages().to_string())
            // After a burst the log goes back to this size.
            .pragma("journal_size_limit", LOG_LIMIT.to_string())
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging()
    }

    fn pages(&self) -> u64 {
        self.max_bytes.checked_div(u64::from(PAGE)).unwrap_or_default().max(1)
    }
}

const PAGE: u32 = 4096;
const LOG_LIMIT: u32 = 64 * 1024 * 1024;
