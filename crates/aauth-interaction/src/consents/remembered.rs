//! One remembered consent.

use core::time::Duration;

use aauth_types::{Scope, ServerId, Thumbprint, UnixTime};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::facts::server_id;
use crate::untrusted::plain_line;
use crate::{Facts, ScopeLine, Subject};

/// A consent that a person wants remembered: until it ends or is revoked, nobody need be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RememberedConsent {
    /// Whose.
    pub subject: Subject,
    /// For which agent.
    #[serde(deserialize_with = "server_id")]
    pub agent: ServerId,
    /// What the agent called itself then.
    pub agent_name: Option<String>,
    /// For which delegate of it; `None`: for the agent itself, not for its delegates.
    pub delegate: Option<String>,
    /// The key that asked then; agents change theirs, so it is not compared here. A stricter policy may.
    pub key: Thumbprint,
    /// For which resource.
    #[serde(deserialize_with = "server_id")]
    pub resource: ServerId,
    /// What the resource called itself then.
    pub resource_name: Option<String>,
    /// What was allowed, with the resource's description of then.
    pub scopes: Vec<ScopeLine>,
    /// When the person decided.
    pub since: UnixTime,
    /// The first second at which it counts no more.
    pub until: UnixTime,
}

impl RememberedConsent {
    pub(super) fn of(
        subject: &Subject,
        facts: &Facts,
        scope: &Scope,
        since: UnixTime,
        until: UnixTime,
    ) -> Self {
        let line = |line: &ScopeLine| ScopeLine {
            name: line.name.clone(),
            description: line.description.as_deref().map(|text| plain_line(text, 300)),
        };
        let name = |name: &Option<String>| name.as_deref().map(|name| plain_line(name, 80));
        Self {
            subject: subject.clone(),
            agent: facts.agent.clone(),
            agent_name: name(&facts.agent_name),
            delegate: facts.delegate.clone(),
            key: facts.key,
            resource: facts.resource.clone(),
            resource_name: name(&facts.resource_name),
            scopes: facts.scopes.iter().filter(|line| scope.contains(&line.name)).map(line).collect(),
            since,
            until,
        }
    }

    /// Names it among those of its person; 43 base64url characters.
    #[must_use]
    pub fn id(&self) -> String {
        let mut digest = Sha256::new();
        let (since, scope) = (self.since.to_string(), self.scope().to_string());
        let delegate = self.delegate.as_deref().unwrap_or_default();
        for part in [self.agent.as_str(), delegate, self.resource.as_str(), &since, &scope] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        }
        URL_SAFE_NO_PAD.encode(digest.finalize())
    }

    /// What was allowed.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Facts::scope_of(&self.scopes)
    }

    pub(super) fn is_for(&self, agent: &ServerId, delegate: Option<&str>, resource: &ServerId) -> bool {
        self.agent == *agent && self.delegate.as_deref() == delegate && self.resource == *resource
    }

    /// Whether `newer` makes this one needless.
    pub(super) fn is_covered_by(&self, newer: &Self) -> bool {
        self.is_for(&newer.agent, newer.delegate.as_deref(), &newer.resource)
            && newer.until >= self.until
            && newer.scope().covers(&self.scope())
    }
}

/// How long a person may want something remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RememberFor {
    Day,
    Month,
    Year,
}

const TIMES: [(RememberFor, &str, u64); 3] =
    [(RememberFor::Day, "day", 1), (RememberFor::Month, "month", 30), (RememberFor::Year, "year", 365)];

impl RememberFor {
    /// The times that are not above `ceiling`, shortest first.
    pub(crate) fn up_to(ceiling: Duration) -> impl Iterator<Item = Self> {
        TIMES.iter().map(|row| row.0).filter(move |time| time.life() <= ceiling)
    }

    /// The word in the form.
    pub(crate) fn word(self) -> &'static str {
        TIMES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        TIMES.iter().find(|row| row.1 == word).map(|row| row.0)
    }

    pub(crate) fn life(self) -> Duration {
        let days = TIMES.iter().find(|row| row.0 == self).map_or(0, |row| row.2);
        Duration::from_secs(days.saturating_mul(24 * 3600))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_reads_back() {
        for time in [RememberFor::Day, RememberFor::Month, RememberFor::Year] {
            assert_eq!(RememberFor::read(time.word()), Some(time));
        }
        assert_eq!(RememberFor::read(""), None);
    }

    #[test]
    fn times_above_the_ceiling_are_not_offered() {
        let offered = |days: u64| RememberFor::up_to(Duration::from_secs(days * 24 * 3600)).count();
        assert_eq!([0, 1, 29, 30, 364, 365, 4000].map(offered), [0, 1, 1, 2, 2, 3, 3]);
    }
}
