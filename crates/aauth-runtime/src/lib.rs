#![doc = include_str!("../README.md")]

mod clock;
mod entropy;

pub use clock::{Clock, SystemClock};
pub use entropy::{Entropy, EntropyError, SystemEntropy, random};
