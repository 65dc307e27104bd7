//! Seconds since 1970, without a clock.

use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time in whole seconds since 1970-01-01T00:00:00Z (RFC 7519 `NumericDate`, RFC 9421 `created`).
///
/// Arithmetic saturates: a peer's absurd number can neither wrap around nor panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(i64);

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// Later than every other time.
    pub const MAX: Self = Self(i64::MAX);

    /// Takes seconds since 1970; negative means before.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// Later by the whole seconds of `by`; stops at the end of time.
    #[must_use]
    pub fn saturating_add(self, by: Duration) -> Self {
        Self(self.0.saturating_add(seconds(by)))
    }

    /// Earlier by the whole seconds of `by`; stops at the beginning of time.
    #[must_use]
    pub fn saturating_sub(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(seconds(by)))
    }

    /// Seconds from `earlier` to `self`; negative when `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Time from `earlier` to `self`; zero when `earlier` is later.
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.seconds_since(earlier)).unwrap_or(0))
    }
}

fn seconds(by: Duration) -> i64 {
    i64::try_from(by.as_secs()).unwrap_or(i64::MAX)
}

impl From<time::OffsetDateTime> for UnixTime {
    fn from(at: time::OffsetDateTime) -> Self {
        Self(at.unix_timestamp())
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_stops_at_both_ends_of_time() {
        let long = Duration::from_secs(u64::MAX);
        assert_eq!(UnixTime::from_secs(1).saturating_add(long), UnixTime::MAX);
        assert_eq!(UnixTime::from_secs(i64::MIN).saturating_sub(long), UnixTime::from_secs(i64::MIN));
        assert_eq!(UnixTime::MAX.seconds_since(UnixTime::from_secs(-1)), i64::MAX);
    }

    #[test]
    fn a_duration_to_a_later_time_is_zero() {
        let (early, late) = (UnixTime::from_secs(5), UnixTime::from_secs(9));
        assert_eq!(early.saturating_duration_since(late), Duration::ZERO);
        assert_eq!(late.saturating_duration_since(early), Duration::from_secs(4));
    }
}
