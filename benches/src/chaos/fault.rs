//! What goes wrong below the server while it runs.

use clap::ValueEnum;

use super::Place;

/// What goes wrong below the server while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// The file system of the rows is full; that of the log of PostgreSQL is not.
    FullDisk,
    /// The files can no longer be written, or the database answers as a standby does.
    ReadOnly,
    /// The connections to the database stay open and nothing passes (PostgreSQL).
    StalledDatabase,
}

impl Fault {
    /// Whether it can be brought about on SQLite (`true`) or PostgreSQL (`false`).
    #[must_use]
    pub fn fits(self, sqlite: bool) -> bool {
        match self {
            Self::FullDisk | Self::ReadOnly => true,
            Self::StalledDatabase => !sqlite,
        }
    }

    pub(crate) fn set(self, place: &Place, on: bool) {
        match self {
            Self::FullDisk => place.fill(on),
            Self::ReadOnly => place.freeze(on),
            Self::StalledDatabase => place.stall(on),
        }
    }
}
