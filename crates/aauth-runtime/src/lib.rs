#![doc = include_str!("../README.md")]

mod clock;
mod entropy;
mod shutdown;

pub use clock::{Clock, SystemClock};
pub use entropy::{Entropy, EntropyError, SystemEntropy, random};
pub use shutdown::Shutdown;
