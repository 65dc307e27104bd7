#![doc = include_str!("../README.md")]
#![allow(clippy::expect_used, reason = "a measurement that cannot be set up, or that fails, must stop")]

pub mod chaos;
mod floor;
pub mod growth;
pub mod load;
mod operation;
mod over_loopback;
mod peers;
mod ratio;
mod request;

pub use floor::Floor;
pub use operation::{Goal, Operation, operations};
pub use peers::Peer;
pub use ratio::{Measured, measure};
pub use request::{Request, Scheme};
