#![doc = include_str!("../README.md")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test kit that cannot read its own data must stop the test"
)]

mod clock;
mod entropy;
pub mod peer;
mod proxies;
mod vectors;

pub use clock::FakeClock;
pub use entropy::CountingEntropy;
pub use proxies::assert_proxies_are_not_asked;
pub use vectors::{KeyVector, RequestVector, SeedVectors, TokenVector, seed_vectors};
