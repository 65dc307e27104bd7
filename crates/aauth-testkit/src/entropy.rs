//! Entropy that is the same in every run.

use std::sync::atomic::{AtomicU64, Ordering};

use aauth_runtime::{Entropy, EntropyError};

/// Gives different bytes at each draw and the same bytes in each run. Never for anything but tests.
#[derive(Debug, Default)]
pub struct CountingEntropy(AtomicU64);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for byte in bytes {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            // splitmix64, so that neighbouring draws share no visible pattern.
            let mut mixed = count.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let [first, ..] = (mixed ^ (mixed >> 31)).to_be_bytes();
            *byte = first;
        }
        Ok(())
    }
}
