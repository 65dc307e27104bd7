#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(any(feature = "sqlite", feature = "postgres")),
    allow(dead_code, reason = "without a back end nothing uses what they share")
)]

mod error;
mod operation;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod restored;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod waiters;

pub use error::SqlError;
#[cfg(feature = "postgres")]
pub use postgres::{DatabaseUrl, PostgresSettings, PostgresStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteSettings, SqliteStore};
