#![doc = include_str!("../README.md")]
#![allow(clippy::expect_used, reason = "a measurement that cannot be set up, or that fails, must stop")]

pub mod chaos;
mod floor;
pub mod load;
mod operation;
mod ratio;
mod request;

pub use floor::Floor;
pub use operation::{Goal, Operation, operations};
pub use ratio::{Measured, measure};
pub use request::{Request, Scheme};
