//! When to fetch, when to serve what is there, when to say no: decisions, without clock and without network.

use core::time::Duration;

use aauth_types::UnixTime;

/// The least time between two fetches of one thing, whether they succeed or not: 60 s.
///
/// Source: draft-hardt-aauth (5 March 2026), "JWKS Caching"; draft-hardt-oauth-aauth-protocol-11 section 11.4.
pub const FLOOR: Duration = Duration::from_secs(60);
/// The longest time that anything fetched is used, whatever its publisher says and whether it can be reached: 24 h.
pub const CEILING: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest pause after failures, which double it from [`FLOOR`]: 300 s.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The history of one cached thing, as far as decisions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    held: Option<Held>,
    tried: Option<UnixTime>,
    failures: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    fetched: UnixTime,
    fresh_until: UnixTime,
}

/// Whether what is held has what is asked for: a key set the `kid`. A document always has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// It does.
    Held,
    /// It does not; a newer one might.
    Missing,
}

/// What to do for somebody who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Serve what is held. If it lacks what is asked for, it was fetched too recently to ask again.
    Fresh,
    /// Fetch. One fetch serves everybody who asks meanwhile.
    Refetch,
    /// Serve what is held although its time is over: the publisher cannot be reached.
    ServeStale,
    /// Serve the last error: nothing is held, and the last attempt was too recent to try again.
    Negative,
}

impl Record {
    /// Decides for somebody who asks at `now`.
    ///
    /// | held | asked for | last attempt | decision |
    /// |---|---|---|---|
    /// | fresh | held | any | `Fresh` |
    /// | fresh | missing | within the pause | `Fresh` |
    /// | stale, under 24 h | any | within the pause | `ServeStale` |
    /// | nothing, or 24 h old | any | within the pause | `Negative` |
    /// | otherwise | | none, or before the pause | `Refetch` |
    ///
    /// The pause is [`FLOOR`] after a success and after a first failure, and doubles with each further failure up to
    /// [`LONGEST_PAUSE`]. A clock that was set back makes what is held stale, and every attempt long ago.
    #[must_use]
    pub fn decide(&self, wanted: Wanted, now: UnixTime) -> Decision {
        let fresh = self.held.is_some_and(|held| held.fetched <= now && now < held.fresh_until);
        match (fresh, wanted, self.paused(now)) {
            (true, Wanted::Held, _) | (true, Wanted::Missing, true) => Decision::Fresh,
            (_, _, false) => Decision::Refetch,
            (false, _, true) if self.is_held(now) => Decision::ServeStale,
            (false, _, true) => Decision::Negative,
        }
    }

    /// A fetch ended well at `now`; what it brought is fresh for `life`, clamped to [`FLOOR`] and [`CEILING`].
    #[must_use]
    pub fn succeeded(self, now: UnixTime, life: Duration) -> Self {
        let fresh_until = now.saturating_add(life.clamp(FLOOR, CEILING));
        Self { held: Some(Held { fetched: now, fresh_until }), tried: Some(now), failures: 0 }
    }

    /// A fetch failed at `now`; what was held is held on.
    #[must_use]
    pub fn failed(self, now: UnixTime) -> Self {
        Self { tried: Some(now), failures: self.failures.saturating_add(1), ..self }
    }

    /// What is held proved wrong: it is stale from `now`, and fetched again when the pause allows.
    #[must_use]
    pub fn doubted(self, now: UnixTime) -> Self {
        let stale = |held: Held| Held { fresh_until: held.fresh_until.min(now), ..held };
        Self { held: self.held.map(stale), ..self }
    }

    /// Whether there is something to serve at all: it was fetched less than [`CEILING`] ago.
    #[must_use]
    pub fn is_held(&self, now: UnixTime) -> bool {
        self.held.is_some_and(|held| now < held.fetched.saturating_add(CEILING))
    }

    fn paused(&self, now: UnixTime) -> bool {
        let doublings = self.failures.saturating_sub(1).min(8);
        let pause = FLOOR.saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX)).min(LONGEST_PAUSE);
        self.tried.is_some_and(|tried| tried <= now && now < tried.saturating_add(pause))
    }
}
