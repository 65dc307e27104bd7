//! How much one instance holds: open requests, held polls, and who polls too fast.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aauth_deferred::{Pace, PendingHash, Tempo};
use aauth_types::UnixTime;
use metrics::gauge;

use super::DeferralSettings;
use crate::InteractionError;
use crate::error::Crowd;

/// Counts in the memory of this instance; losing them only forgives.
#[derive(Debug)]
pub(super) struct Room {
    limits: Limits,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    open_per_agent: usize,
    open_in_all: usize,
    waiting_per_agent: usize,
    waiting_in_all: usize,
    announced: u32,
}

#[derive(Debug, Default)]
struct Counts {
    open: HashMap<PendingHash, Open>,
    agents: HashMap<Arc<str>, Agent>,
    waiting: usize,
    swept: Option<UnixTime>,
}

#[derive(Debug)]
struct Open {
    agent: Arc<str>,
    deadline: UnixTime,
    pace: Pace,
}

#[derive(Debug, Default)]
struct Agent {
    open: usize,
    waiting: usize,
}

/// A poll that may be held; dropping it makes room again.
#[derive(Debug)]
pub(super) struct Held {
    agent: Arc<str>,
    counts: Arc<Mutex<Counts>>,
}

impl Room {
    pub(super) fn new(settings: &DeferralSettings) -> Self {
        let limits = Limits {
            open_per_agent: settings.open_per_agent,
            open_in_all: settings.open_in_all,
            waiting_per_agent: settings.waiting_per_agent,
            waiting_in_all: settings.waiting_in_all,
            announced: settings.terms.retry_after,
        };
        Self { limits, counts: Arc::default() }
    }

    /// Takes a place for a request, until it is closed or its deadline has passed.
    pub(super) fn open(
        &self,
        agent: &str,
        hash: PendingHash,
        deadline: UnixTime,
        now: UnixTime,
    ) -> Result<(), InteractionError> {
        let mut counts = lock(&self.counts);
        let full = |counts: &Counts| {
            let of_agent = counts.agents.get(agent).map_or(0, |agent| agent.open);
            if of_agent >= self.limits.open_per_agent {
                return Some(Crowd::Agent);
            }
            (counts.open.len() >= self.limits.open_in_all).then_some(Crowd::All)
        };
        if full(&counts).is_some() || counts.swept.is_none_or(|swept| swept.saturating_add(SWEEP) <= now) {
            counts.sweep(now);
        }
        if let Some(whose) = full(&counts) {
            return Err(InteractionError::Full { whose, retry_after: FULL_RETRY });
        }
        let name: Arc<str> = match counts.agents.get_key_value(agent) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::from(agent),
        };
        let entry = counts.agents.entry(Arc::clone(&name)).or_default();
        entry.open = entry.open.saturating_add(1);
        let pace = Pace::new(self.limits.announced);
        counts.open.insert(hash, Open { agent: name, deadline, pace });
        gauge!(OPEN).increment(1.0);
        Ok(())
    }

    /// Gives the place back.
    pub(super) fn close(&self, hash: PendingHash) {
        lock(&self.counts).close(hash);
    }

    /// Notes a poll. One of a request that another instance opened is never too fast here.
    pub(super) fn poll(&self, hash: PendingHash, now: UnixTime) -> Tempo {
        let mut counts = lock(&self.counts);
        let Some(open) = counts.open.get_mut(&hash) else {
            return Tempo::Fine;
        };
        let (pace, tempo) = open.pace.poll(now);
        open.pace = pace;
        tempo
    }

    /// Lets a poll be held, if there is room.
    pub(super) fn hold(&self, agent: &str) -> Option<Held> {
        let mut counts = lock(&self.counts);
        let of_agent = counts.agents.get(agent).map_or(0, |agent| agent.waiting);
        if counts.waiting >= self.limits.waiting_in_all || of_agent >= self.limits.waiting_per_agent {
            return None;
        }
        counts.waiting = counts.waiting.saturating_add(1);
        let agent: Arc<str> = Arc::from(agent);
        let entry = counts.agents.entry(Arc::clone(&agent)).or_default();
        entry.waiting = entry.waiting.saturating_add(1);
        gauge!(HELD).increment(1.0);
        Some(Held { agent, counts: Arc::clone(&self.counts) })
    }
}

const FULL_RETRY: Duration = Duration::from_secs(30);
/// How long a request that nobody decided is counted at most after its end, while others are opened.
const SWEEP: Duration = Duration::from_secs(60);
const OPEN: &str = "aauth_pending_open";
const HELD: &str = "aauth_polls_held";

impl Counts {
    fn close(&mut self, hash: PendingHash) {
        if let Some(open) = self.open.remove(&hash) {
            gauge!(OPEN).decrement(1.0);
            self.change(&open.agent, |agent| agent.open = agent.open.saturating_sub(1));
        }
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut Agent)) {
        let Some(agent) = self.agents.get_mut(name) else {
            return;
        };
        change(agent);
        if agent.open == 0 && agent.waiting == 0 {
            self.agents.remove(name);
        }
    }

    /// Forgets what is over; at most once a second, so that a full room costs little to knock at.
    fn sweep(&mut self, now: UnixTime) {
        if self.swept == Some(now) {
            return;
        }
        self.swept = Some(now);
        let over: Vec<PendingHash> =
            self.open.iter().filter(|(_, open)| open.deadline <= now).map(|(hash, _)| *hash).collect();
        for hash in over {
            self.close(hash);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        gauge!(HELD).decrement(1.0);
        let mut counts = lock(&self.counts);
        counts.waiting = counts.waiting.saturating_sub(1);
        counts.change(&self.agent, |agent| agent.waiting = agent.waiting.saturating_sub(1));
    }
}

/// A panic elsewhere leaves counts that are at worst off by one.
fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
