//! What persons decided before, kept for later requests.

mod history;
mod remembered;
mod rows;

use core::time::Duration;
use std::sync::Arc;

use aauth_store::{Inserted, Key, Row, Space, Store, Swapped};
use aauth_types::{Scope, ServerId, UnixTime};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::mac::{Mac256, Purpose};
use crate::{Facts, InteractionError, Subject};
use rows::{AgentRow, PersonRow};

pub use history::{AgentHistory, Persons};
pub(crate) use remembered::RememberFor;
pub use remembered::RememberedConsent;

/// Remembered consents, and which persons an agent has served.
///
/// One row for each person holds what that person wants remembered, and is the only truth about it: revoking changes
/// that row and counts at once, on every instance. One row for each agent (and delegate) names the persons who decided
/// about it; it only leads to their rows. Keys are keyed digests: a stolen table does not say which person a row is of.
///
/// Bounds: 100 consents and 200 known agents in 256 KiB for each person, 8 persons for each agent; beyond that, what
/// ends or was used first is forgotten, which only means that the person is asked again.
#[derive(Clone)]
pub struct Consents {
    store: Arc<dyn Store>,
    mac: Mac256,
}

/// How often a lost race is run again.
const TURNS: usize = 256;

impl Consents {
    pub(crate) fn new(store: Arc<dyn Store>, mac: Mac256) -> Self {
        Self { store, mac }
    }

    /// What is known of an agent (and its delegate) in view of a request for `resource`; an input of a policy.
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn history(
        &self,
        agent: &ServerId,
        delegate: Option<&str>,
        resource: &ServerId,
        now: UnixTime,
    ) -> Result<AgentHistory, InteractionError> {
        let row: AgentRow = self.read(&self.agent_key(agent, delegate)?, now).await?.0;
        let mut remembered = Vec::new();
        for subject in row.subjects(now) {
            let of_person = self.of(subject, now).await?;
            remembered.extend(of_person.into_iter().filter(|one| one.is_for(agent, delegate, resource)));
        }
        Ok(AgentHistory { seen: row.seen(), persons: row.persons(now), remembered })
    }

    /// What a person wants remembered, newest first, without what has ended.
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn of(
        &self,
        subject: &Subject,
        now: UnixTime,
    ) -> Result<Vec<RememberedConsent>, InteractionError> {
        Ok(self.person(subject, now).await?.live(now))
    }

    /// Takes back one of a person's remembered consents; `None` when there is none of that `id`.
    ///
    /// # Errors
    /// `Store`, `Row`, `Contended`.
    pub async fn revoke(
        &self,
        subject: &Subject,
        id: &str,
        now: UnixTime,
    ) -> Result<Option<RememberedConsent>, InteractionError> {
        let found = self.of(subject, now).await?.into_iter().find(|one| one.id() == id);
        if found.is_some() {
            self.change_person(subject, now, |row| row.grants.retain(|one| one.id() != id)).await?;
        }
        Ok(found)
    }

    /// When the person first allowed this agent something, as far as that is kept.
    pub(crate) async fn first_allowed(
        &self,
        subject: &Subject,
        agent: &ServerId,
        now: UnixTime,
    ) -> Result<Option<UnixTime>, InteractionError> {
        Ok(self.person(subject, now).await?.first_allowed(agent))
    }

    /// A person is about to decide about an agent: from now on it is known to serve them.
    ///
    /// Written before the decision, so that no decision of a second person is missing here.
    pub(crate) async fn meet(
        &self,
        subject: &Subject,
        facts: &Facts,
        now: UnixTime,
    ) -> Result<(), InteractionError> {
        let key = self.agent_key(&facts.agent, facts.delegate.as_deref())?;
        self.change(&key, now, |row: &mut AgentRow| row.meet(subject, now)).await
    }

    /// The person allowed the agent something, and wants it remembered until `until`, if given.
    pub(crate) async fn allowed(
        &self,
        subject: &Subject,
        facts: &Facts,
        remember: Option<(&Scope, UnixTime)>,
        now: UnixTime,
    ) -> Result<(), InteractionError> {
        let remember =
            remember.map(|(scope, until)| RememberedConsent::of(subject, facts, scope, now, until));
        self.change_person(subject, now, |row| {
            row.allow(&facts.agent, now);
            if let Some(one) = &remember {
                row.remember(one.clone(), now);
            }
        })
        .await
    }

    /// The person did not start what this agent asked for: nothing of it is remembered any more.
    pub(crate) async fn distrust(
        &self,
        subject: &Subject,
        agent: &ServerId,
        now: UnixTime,
    ) -> Result<(), InteractionError> {
        if !self.of(subject, now).await?.iter().any(|one| one.agent == *agent) {
            return Ok(());
        }
        self.change_person(subject, now, |row| row.grants.retain(|one| one.agent != *agent)).await
    }

    async fn person(&self, subject: &Subject, now: UnixTime) -> Result<PersonRow, InteractionError> {
        Ok(self.read(&self.person_key(subject)?, now).await?.0)
    }

    async fn change_person(
        &self,
        subject: &Subject,
        now: UnixTime,
        with: impl Fn(&mut PersonRow),
    ) -> Result<(), InteractionError> {
        self.change(&self.person_key(subject)?, now, with).await
    }

    async fn change<T: Serialize + DeserializeOwned + Default>(
        &self,
        key: &Key,
        now: UnixTime,
        with: impl Fn(&mut T),
    ) -> Result<(), InteractionError> {
        let expires = now.saturating_add(KEPT);
        for _ in 0..TURNS {
            let (mut content, row) = self.read::<T>(key, now).await?;
            with(&mut content);
            let value = serde_json::to_vec(&content).map_err(|_| InteractionError::Row)?;
            let written = match row {
                Some(row) => {
                    matches!(self.store.swap(key, row.version, &value, expires, now).await?, Swapped::Done(_))
                }
                None => self.store.insert(key, &value, expires, now).await? == Inserted::New,
            };
            if written {
                return Ok(());
            }
        }
        Err(InteractionError::Contended)
    }

    async fn read<T: DeserializeOwned + Default>(
        &self,
        key: &Key,
        now: UnixTime,
    ) -> Result<(T, Option<Row>), InteractionError> {
        let Some(row) = self.store.get(key, now).await? else {
            return Ok((T::default(), None));
        };
        let content = serde_json::from_slice(&row.value).map_err(|_| InteractionError::Row)?;
        Ok((content, Some(row)))
    }

    fn person_key(&self, subject: &Subject) -> Result<Key, InteractionError> {
        self.key(&[b"person", subject.as_str().as_bytes()])
    }

    fn agent_key(&self, agent: &ServerId, delegate: Option<&str>) -> Result<Key, InteractionError> {
        let kind: &[u8] = if delegate.is_some() { b"delegate" } else { b"agent" };
        self.key(&[kind, agent.as_str().as_bytes(), delegate.unwrap_or_default().as_bytes()])
    }

    fn key(&self, parts: &[&[u8]]) -> Result<Key, InteractionError> {
        Ok(Key::new(Space::Grant, self.mac.digest(Purpose::Consent, parts))?)
    }
}

/// How long a row outlives its last change: longer than anything in it, 400 days.
const KEPT: Duration = Duration::from_secs(400 * 24 * 3600);
