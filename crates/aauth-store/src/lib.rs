#![doc = include_str!("../README.md")]

mod error;
mod key;
mod memory;
mod store;
#[cfg(feature = "suite")]
pub mod suite;

pub use error::StoreError;
pub use key::{Key, MAX_ID, Space};
pub use memory::{Limits, Memory};
pub use store::{Inserted, MAX_VALUE, Row, Store, StoreFuture, Swapped};
