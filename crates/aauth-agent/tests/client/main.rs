//! The client against peers that are told what to answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)]

mod delegate;
mod distrust;
mod endless;
mod flow;
mod modes;
mod parties;
mod person;
mod progress;
mod resource;
mod sharing;
mod tokens;
mod wire;

use aauth_testkit::peer;
