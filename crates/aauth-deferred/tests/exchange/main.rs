//! The agent's end: one scenario for each row of its tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod agent;
mod cancelling;
#[path = "../common/mod.rs"]
mod common;
mod first;
mod location;
mod polling;
mod questions;
mod times;
