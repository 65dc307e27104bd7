//! The one place that reads the time.

use std::fmt::Debug;
use std::time::{SystemTime, UNIX_EPOCH};

use aauth_types::UnixTime;

/// Tells the time of day.
///
/// A server that is given a clock that stands still accepts old signatures for ever; one that is given a clock that
/// jumps refuses honest peers. Use [`SystemClock`] outside tests.
pub trait Clock: Debug + Send + Sync + 'static {
    /// Seconds since 1970.
    fn now(&self) -> UnixTime;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one clock of the workspace")]
    fn now(&self) -> UnixTime {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, i64::wrapping_neg),
        };
        UnixTime::from_secs(seconds)
    }
}
