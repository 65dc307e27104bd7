#![doc = include_str!("../README.md")]
#![allow(clippy::expect_used, reason = "a measurement that cannot be set up, or that fails, must stop")]

mod floor;
mod operation;
mod ratio;
mod request;

pub use floor::Floor;
pub use operation::{Goal, Operation, operations};
pub use ratio::{Measured, measure};
pub use request::{Request, Scheme};
