//! What the rows hold, and how much.

use aauth_types::{ServerId, UnixTime};
use serde::{Deserialize, Serialize};

use super::{KEPT, Persons, RememberedConsent};
use crate::facts::server_id;
use crate::{Seen, Subject};

/// Of one person.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct PersonRow {
    pub(super) grants: Vec<RememberedConsent>,
    agents: Vec<Known>,
}

/// An agent that the person allowed something.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    #[serde(deserialize_with = "server_id")]
    agent: ServerId,
    first: UnixTime,
    last: UnixTime,
}

/// Of one agent, or of one delegate of an agent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct AgentRow {
    first: Option<UnixTime>,
    persons: Vec<Met>,
    /// Until when persons count who found no place in `persons`.
    crowded: Option<UnixTime>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Met {
    subject: Subject,
    last: UnixTime,
}

const MAX_GRANTS: usize = 100;
const MAX_GRANT_BYTES: usize = 256 * 1024;
const MAX_AGENTS: usize = 200;
const MAX_PERSONS: usize = 8;

impl PersonRow {
    /// Those that count, newest first.
    pub(super) fn live(mut self, now: UnixTime) -> Vec<RememberedConsent> {
        self.grants.retain(|one| one.until > now);
        self.grants.sort_by_key(|one| core::cmp::Reverse(one.since));
        self.grants
    }

    pub(super) fn first_allowed(&self, agent: &ServerId) -> Option<UnixTime> {
        self.agents.iter().find(|known| known.agent == *agent).map(|known| known.first)
    }

    pub(super) fn allow(&mut self, agent: &ServerId, now: UnixTime) {
        match self.agents.iter_mut().find(|known| known.agent == *agent) {
            Some(known) => known.last = now,
            None => self.agents.push(Known { agent: agent.clone(), first: now, last: now }),
        }
        while self.agents.len() > MAX_AGENTS {
            remove_least(&mut self.agents, |known| known.last);
        }
    }

    /// Adds a consent; what it covers, what has ended and, beyond the bounds, what ends first makes room.
    pub(super) fn remember(&mut self, new: RememberedConsent, now: UnixTime) {
        self.grants.retain(|one| one.until > now && !one.is_covered_by(&new));
        self.grants.push(new);
        while self.grants.len() > MAX_GRANTS || self.grant_bytes() > MAX_GRANT_BYTES {
            remove_least(&mut self.grants, |one| one.until);
        }
    }

    fn grant_bytes(&self) -> usize {
        serde_json::to_vec(&self.grants).map_or(usize::MAX, |bytes| bytes.len())
    }
}

impl AgentRow {
    pub(super) fn seen(&self) -> Seen {
        self.first.map_or(Seen::New, Seen::Since)
    }

    pub(super) fn subjects(&self, now: UnixTime) -> impl Iterator<Item = &Subject> {
        self.persons.iter().filter(move |met| counts(met, now)).map(|met| &met.subject)
    }

    pub(super) fn persons(&self, now: UnixTime) -> Persons {
        let mut subjects = self.subjects(now);
        match (subjects.next(), subjects.next()) {
            _ if self.crowded.is_some_and(|until| until > now) => Persons::Several,
            (None, _) => Persons::Nobody,
            (Some(one), None) => Persons::One(one.clone()),
            (Some(_), Some(_)) => Persons::Several,
        }
    }

    pub(super) fn meet(&mut self, subject: &Subject, now: UnixTime) {
        self.first.get_or_insert(now);
        self.persons.retain(|met| counts(met, now) && met.subject != *subject);
        self.persons.push(Met { subject: subject.clone(), last: now });
        while self.persons.len() > MAX_PERSONS {
            let gone = remove_least(&mut self.persons, |met| met.last);
            let until = gone.map(|met| met.last.saturating_add(KEPT));
            self.crowded = self.crowded.max(until);
        }
    }
}

fn counts(met: &Met, now: UnixTime) -> bool {
    met.last.saturating_add(KEPT) > now
}

fn remove_least<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) -> Option<T> {
    let (at, _) = list.iter().enumerate().min_by_key(|(_, one)| key(one))?;
    Some(list.remove(at))
}
