//! Why a database was not opened, or did not do what it was asked.

use core::time::Duration;
use std::error::Error;

use aauth_store::{Space, StoreError};
use thiserror::Error;

/// What went wrong with a database.
///
/// Opening a store returns it; afterwards it is the source of [`StoreError::Unavailable`]. It never bears a
/// connection's password, nor what a row holds.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SqlError {
    /// The address of a database cannot be used; it is not repeated, because it may hold a password. The fault lies
    /// with the caller.
    #[error("the address of the database {what}")]
    Url {
        /// What is wrong with it, in words.
        what: &'static str,
    },
    /// The file of the database cannot be created or opened.
    #[error("the database file cannot be used: {source}")]
    File {
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database takes no writes: a file without permission, a standby, a read-only transaction.
    #[error(
        "the database is read-only: let this user write to the file and its directory, or connect to the primary"
    )]
    ReadOnly,
    /// The database belongs to another program; nothing was changed in it.
    #[error("the database has tables that are not of this store")]
    Foreign,
    /// A newer version of this crate has been at work here; nothing was changed.
    #[error("the schema of the database has version {found}, expected at most {known}")]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The newest version that this code knows.
        known: i64,
    },
    /// No space left on disk, or the file has reached its limit.
    #[error("the database has no room left")]
    NoRoom,
    /// The database holds what this code never wrote.
    #[error("the database is damaged: {what}")]
    Damaged {
        /// What was found, in words.
        what: &'static str,
    },
    /// No answer in time; what was asked may or may not have been done.
    #[error("the database did not answer within {} ms", after.as_millis())]
    TimedOut {
        /// How long it was waited.
        after: Duration,
    },
    /// The database refused a statement or a connection.
    #[error("the database answered {code}: {message}")]
    Refused {
        /// The SQLSTATE of PostgreSQL, or the extended result code of SQLite.
        code: Box<str>,
        /// The primary message of the database, without its details, which might quote a row.
        message: Box<str>,
    },
    /// The network between here and the database.
    #[error("the connection to the database failed: {source}")]
    Io {
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No TLS connection that the settings would accept.
    #[error("no TLS connection to the database: {source}")]
    Tls {
        /// What the TLS library said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The driver could not go on.
    #[error("the driver of the database stopped: {what}")]
    Driver {
        /// What it could not do, in words.
        what: &'static str,
    },
}

impl SqlError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Url { .. } => "database_url",
            Self::File { .. } => "database_file",
            Self::ReadOnly => "database_read_only",
            Self::Foreign => "database_foreign",
            Self::NewerSchema { .. } => "database_schema_newer",
            Self::NoRoom => "database_no_room",
            Self::Damaged { .. } => "database_damaged",
            Self::TimedOut { .. } => "database_timed_out",
            Self::Refused { .. } => "database_refused",
            Self::Io { .. } => "database_io",
            Self::Tls { .. } => "database_tls",
            Self::Driver { .. } => "database_driver",
        }
    }

    /// As an error of the store that was `doing` something with a row of `space`.
    pub(crate) fn during(self, doing: &'static str, space: Option<Space>) -> StoreError {
        match (self, space) {
            (Self::NoRoom, Some(space)) => StoreError::Full { space },
            (Self::Damaged { what }, _) => StoreError::Corrupt { what },
            (error, _) => StoreError::Unavailable { doing, source: Box::new(error) },
        }
    }

    /// Whether the connection that met this error can go on; when in doubt it cannot.
    pub(crate) fn spares_connection(&self) -> bool {
        match self {
            Self::NoRoom => true,
            // 57: the server is going down, except 57014, a statement that took too long. 08, 53, XX: connection,
            // resources, internal. SQLite's 10 and 14: I/O and opening; a new connection reads the file afresh.
            Self::Refused { code, .. } => {
                let primary = code.parse::<u32>().map_or(0, |code| code & 0xff);
                match code.len() {
                    SQLSTATE => {
                        &**code == "57014"
                            || !["08", "53", "57", "XX"].iter().any(|class| code.starts_with(class))
                    }
                    _ => ![10, 14].contains(&primary),
                }
            }
            _ => false,
        }
    }

    fn refused(code: &str, message: &str) -> Self {
        let primary = match code.len() {
            SQLSTATE => code.to_owned(),
            // The extended codes of SQLite bear the primary one in their low byte.
            _ => code.parse::<u32>().map_or_else(|_| code.to_owned(), |code| (code & 0xff).to_string()),
        };
        match primary.as_str() {
            "53100" | "13" => Self::NoRoom,
            "25006" | "8" => Self::ReadOnly,
            "XX001" | "XX002" | "11" => Self::Damaged { what: "a page that cannot be read" },
            "26" => Self::Damaged { what: "a file that is no database" },
            _ => Self::Refused { code: code.into(), message: message.into() },
        }
    }
}

/// The source is not kept: a driver's error shows more in its `Debug` form than belongs into a log.
impl From<sqlx::Error> for SqlError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => {
                Self::refused(error.code().as_deref().unwrap_or_default(), error.message())
            }
            sqlx::Error::Io(source) => Self::Io { source },
            sqlx::Error::Tls(source) => Self::Tls { source },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged { what: "a column of another type" }
            }
            sqlx::Error::Protocol(_) => Self::Driver { what: "a message that it does not understand" },
            sqlx::Error::WorkerCrashed => Self::Driver { what: "its thread is gone" },
            sqlx::Error::Configuration(_) => Self::Driver { what: "settings that it does not understand" },
            _ => Self::Driver { what: "something unexpected" },
        }
    }
}

/// The length of an SQLSTATE (ISO 9075); the codes of SQLite have at most four digits.
const SQLSTATE: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_have_their_meaning() {
        for (code, kind) in [
            ("53100", "database_no_room"),
            ("13", "database_no_room"),
            ("25006", "database_read_only"),
            ("8", "database_read_only"),
            ("1032", "database_read_only"),
            ("267", "database_damaged"),
            ("26", "database_damaged"),
            ("XX001", "database_damaged"),
            ("57014", "database_refused"),
            ("5", "database_refused"),
            ("", "database_refused"),
        ] {
            assert_eq!(SqlError::refused(code, "text").kind(), kind, "{code}");
        }
    }

    #[test]
    fn a_connection_is_kept_only_when_the_statement_was_at_fault() {
        for (code, kept) in [
            ("57014", true),
            ("55P03", true),
            ("5", true),
            ("57P01", false),
            ("08006", false),
            ("1034", false),
        ] {
            assert_eq!(SqlError::refused(code, "text").spares_connection(), kept, "{code}");
        }
        assert!(!SqlError::ReadOnly.spares_connection(), "a standby may have taken the place of the primary");
    }

    #[test]
    fn only_a_write_to_a_space_can_find_it_full() {
        let full = SqlError::NoRoom.during("insert a row", Some(Space::Pending));
        assert!(matches!(full, StoreError::Full { space: Space::Pending }));
        let purge = SqlError::NoRoom.during("purge rows", None);
        assert!(matches!(purge, StoreError::Unavailable { doing: "purge rows", .. }));
    }
}
