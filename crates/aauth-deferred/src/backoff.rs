//! How long to wait when a server is down and does not say for how long.

use core::time::Duration;

const FIRST: u64 = 2;
const LONGEST: u64 = 60;

/// Waits for a row of failures: about 2, 4, 8, … 60 s, each up to half longer, so that many agents do not come back together.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    failures: u32,
    jitter: u64,
}

impl Backoff {
    /// `jitter`: any number, different for each agent; it need not be secret.
    pub(crate) const fn new(jitter: u64) -> Self {
        Self { failures: 0, jitter }
    }

    /// How many failures there were since the last success.
    pub(crate) const fn failures(&self) -> u32 {
        self.failures
    }

    pub(crate) const fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Counts a failure and says how long to wait after it.
    pub(crate) fn failed(&mut self) -> Duration {
        let doubled = FIRST.saturating_mul(1_u64.checked_shl(self.failures).unwrap_or(u64::MAX)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        let spread = (doubled / 2).saturating_add(1);
        Duration::from_secs(doubled.saturating_add(self.draw().checked_rem(spread).unwrap_or(0)))
    }

    /// splitmix64: good enough to spread agents, useless as a secret.
    fn draw(&mut self) -> u64 {
        self.jitter = self.jitter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.jitter ^ (self.jitter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of splitmix64 for the seed 1234567, as its published implementations draw them.
    #[test]
    fn the_spread_is_that_of_splitmix64() {
        let mut backoff = Backoff::new(1_234_567);
        let drawn: Vec<u64> = (0..5).map(|_| backoff.draw()).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(drawn, published);
    }
}
