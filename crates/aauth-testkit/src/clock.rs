//! A clock that moves when it is told to.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aauth_runtime::Clock;
use aauth_types::UnixTime;

/// A clock that stands still until [`FakeClock::advance`] or [`FakeClock::set`].
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// The time of the recorded flow: 2026-03-31T02:23:31Z.
    pub const TRACE: UnixTime = UnixTime::from_secs(1_774_923_811);

    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: UnixTime) -> Self {
        Self(AtomicI64::new(now.as_secs()))
    }

    /// Moves on by whole seconds.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().saturating_add(by));
    }

    /// Shows `now` from here on, earlier or later.
    pub fn set(&self, now: UnixTime) {
        self.0.store(now.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.0.load(Ordering::SeqCst))
    }
}
