#![doc = include_str!("../README.md")]

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
