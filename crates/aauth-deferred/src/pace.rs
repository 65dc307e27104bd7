//! Who polls too fast.

use core::time::Duration;

use aauth_types::UnixTime;

/// How fast one poller polls, beside the pending row so that a poll need not rewrite it.
///
/// Keep one per pending request and owner, in memory or in a store; losing it only forgives.
/// A poll is hasty when it comes in under half of the `Retry-After` that was announced; two running are too many. After
/// `Retry-After: 0` none is hasty, so that a peer that was told so never sees a `429`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    announced: u32,
    raised: u32,
    last: Option<UnixTime>,
    hasty: u8,
}

/// What to do with a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tempo {
    /// Go on and answer it.
    Fine,
    /// Answer `slow_down` with this `Retry-After`.
    TooFast {
        /// Time to announce.
        retry_after: Duration,
    },
}

const STEP: u32 = 5;
const LONGEST: u32 = 60;

impl Pace {
    /// `announced`: seconds of `Retry-After` in ordinary answers.
    #[must_use]
    pub const fn new(announced: u32) -> Self {
        Self { announced, raised: announced, last: None, hasty: 0 }
    }

    /// Notes a poll at `now`. Each refusal announces 5 s more, up to 60 s; a poll in good time starts afresh.
    #[must_use]
    pub fn poll(self, now: UnixTime) -> (Self, Tempo) {
        let since = self.last.map(|last| now.saturating_duration_since(last));
        let hasty = since.is_some_and(|since| since.saturating_mul(2) < seconds(self.raised));
        let count = if hasty { self.hasty.saturating_add(1) } else { 0 };
        let noted = Self { last: Some(now), hasty: count, ..self };
        if count < 2 {
            let raised = if hasty { self.raised } else { self.announced };
            return (Self { raised, ..noted }, Tempo::Fine);
        }
        let raised = self.raised.saturating_add(STEP).min(LONGEST.max(self.announced));
        (Self { raised, ..noted }, Tempo::TooFast { retry_after: seconds(raised) })
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}
