//! An agent server, its delegates, a resource and an auth server, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "delegation/issuance.rs"]
mod issuance;
#[path = "delegation/presenting.rs"]
mod presenting;
#[path = "delegation/world.rs"]
mod world;
