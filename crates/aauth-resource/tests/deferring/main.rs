//! Calls that wait for a person at the resource itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

#[path = "../../../aauth-auth-server/tests/common/browser.rs"]
#[allow(dead_code, unreachable_pub, reason = "shared with the tests of another crate")]
mod browser;
#[path = "../../../aauth-auth-server/tests/common/peer.rs"]
#[allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]
mod peer;
mod poll;
mod refused;
mod world;

pub(crate) use browser::Browser;
pub(crate) use peer::*;
pub(crate) use world::{ORIGIN, World};
