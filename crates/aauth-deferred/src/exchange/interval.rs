//! How long to wait between polls.

use core::time::Duration;

use aauth_types::UnixTime;
use http::HeaderMap;

use super::Patience;
use crate::retry_after;

/// What each `429` adds (draft-hardt-oauth-aauth-protocol-11 section 11.9.4).
const STEP: Duration = Duration::from_secs(5);
/// How many polls may be answered at once, without a wait, before a second is put between them.
const EAGER: u32 = 8;

#[derive(Debug)]
pub(super) struct Interval {
    unannounced: Duration,
    longest: Duration,
    base: Duration,
    penalty: Duration,
    eager: u32,
}

impl Interval {
    pub(super) const fn new(patience: &Patience) -> Self {
        Self {
            unannounced: patience.unannounced,
            longest: patience.longest,
            base: Duration::ZERO,
            penalty: Duration::ZERO,
            eager: 0,
        }
    }

    /// Takes the `Retry-After` of a `202` to a request sent at `sent`.
    pub(super) fn accepted(&mut self, fields: &HeaderMap, sent: UnixTime, now: UnixTime) {
        self.base = self.announced(fields, now).unwrap_or(self.unannounced);
        // 0 means at once, for servers that hold the poll; one that does not must not be hammered.
        let eager = self.base.is_zero() && now <= sent;
        self.eager = if eager { self.eager.saturating_add(1) } else { 0 };
    }

    pub(super) fn wait(&self) -> Duration {
        let least = if self.eager > EAGER { Duration::from_secs(1) } else { Duration::ZERO };
        self.base.saturating_add(self.penalty).max(least).min(self.longest)
    }

    /// A `429`: 5 s more from here on, and at least what it announces.
    pub(super) fn slow_down(&mut self, fields: &HeaderMap, now: UnixTime) -> Duration {
        self.penalty = self.penalty.saturating_add(STEP).min(self.longest);
        self.wait().max(self.announced(fields, now).unwrap_or_default())
    }

    /// `Retry-After`, capped.
    pub(super) fn announced(&self, fields: &HeaderMap, now: UnixTime) -> Option<Duration> {
        retry_after(fields, now).map(|wait| wait.min(self.longest))
    }
}
