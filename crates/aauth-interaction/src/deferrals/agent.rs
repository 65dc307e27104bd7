//! The agent's side: polling, answering, cancelling.

use core::fmt;
use core::time::Duration;

use aauth_deferred::{
    DeferredWire, Effect, Event, Owner, Pending, PendingId, PollError, Refused, Tempo, Wait,
};
use aauth_store::Key;
use aauth_types::{Scope, TokenId, UnixTime};

use super::envelope::Envelope;
use super::{Deferrals, TURNS, row_key};
use crate::{Facts, InteractionError};

/// What an agent is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Polled {
    /// `202`.
    Waiting(Wait),
    /// `200` with a token to mint. This is returned once a request, and again only within the time of redelivery.
    Delivered(Box<Delivery>),
    /// An error of the pending URL; an unknown identifier and another's request are both `NotFound`.
    Refused {
        /// Which one.
        error: PollError,
        /// `Retry-After`, for an error that is not final.
        retry_after: Option<Duration>,
    },
    /// `204`: cancelled.
    Cancelled,
}

/// All that the token is made of, beside the signing key. Minted again it is the same token.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What the request was opened with.
    pub payload: Vec<u8>,
    /// What the person was shown.
    pub facts: Facts,
    /// The person.
    pub subject: String,
    /// What is granted: what was asked for, or less.
    pub scope: Scope,
    /// `jti`: one a grant.
    pub jti: TokenId,
    /// `iat`: the time of the first delivery.
    pub iat: UnixTime,
    /// The key to sign with: the `kid` that the first delivering poll named.
    pub kid: String,
}

/// How long the answer to a poll may be held back, and in whose words it will be written.
#[derive(Debug, Clone, Copy)]
pub struct Hold {
    /// `Prefer: wait`; cut to the settings.
    pub time: Duration,
    /// The dialect of the poll: what it writes alike before and after is no news, the person's arrival for instance.
    pub wire: &'static DeferredWire,
}

impl Deferrals {
    /// The owner polls. `owner` is the verified signer, `kid` the key that would sign a token now.
    ///
    /// `hold`: how long the answer may be held back; `None` answers at once. Nothing is locked meanwhile, and dropping the future at any point loses no token that was not already taken out.
    ///
    /// # Errors
    /// `Store`, `Row`, `Contended`: 503; the poll may be repeated.
    pub async fn poll(
        &self,
        pending_id: &str,
        owner: &Owner,
        kid: &str,
        hold: Option<Hold>,
    ) -> Result<Polled, InteractionError> {
        let Ok(id) = PendingId::parse(pending_id) else {
            return Ok(NOT_FOUND);
        };
        let event = Event::Poll { owner: owner.clone(), kid: kid.to_owned() };
        // The steps before and after the wait have allocations of their own: what waits should be small.
        let first = Box::pin(self.agent(&id, &event)).await?;
        let Polled::Waiting(waiting) = &first else {
            return Ok(first);
        };
        if let Tempo::TooFast { retry_after } = self.0.room.poll(id.hash(), self.now()) {
            return Ok(Polled::Refused { error: PollError::SlowDown, retry_after: Some(retry_after) });
        }
        let Some(hold) = hold.filter(|hold| !hold.time.is_zero()) else {
            return Ok(first);
        };
        let Some(_held) = self.0.room.hold(&owner.agent) else {
            return Ok(first);
        };
        let time = hold.time.min(self.0.settings.longest_wait);
        let key = row_key(id.hash())?;
        // Only reading is cut short by the time; the step that may take the token out runs to its end.
        tokio::select! {
            news = self.news(&key, &event, waiting, hold.wire) => news?,
            () = tokio::time::sleep(time) => {}
            () = self.0.settings.shutdown.begun() => {}
        }
        Box::pin(self.agent(&id, &event)).await
    }

    /// The owner answers the person's question. `None`: its `POST` held no answer.
    ///
    /// # Errors
    /// As [`Deferrals::poll`].
    pub async fn answer(
        &self,
        pending_id: &str,
        owner: &Owner,
        text: Option<String>,
    ) -> Result<Polled, InteractionError> {
        let owner = owner.clone();
        let event =
            text.map_or(Event::Malformed { owner: owner.clone() }, |text| Event::Answer { owner, text });
        match PendingId::parse(pending_id) {
            Ok(id) => self.agent(&id, &event).await,
            Err(_) => Ok(NOT_FOUND),
        }
    }

    /// The owner cancels.
    ///
    /// # Errors
    /// As [`Deferrals::poll`].
    pub async fn cancel(&self, pending_id: &str, owner: &Owner) -> Result<Polled, InteractionError> {
        match PendingId::parse(pending_id) {
            Ok(id) => self.agent(&id, &Event::Cancel { owner: owner.clone() }).await,
            Err(_) => Ok(NOT_FOUND),
        }
    }

    /// Lets an event of the agent happen, exactly once.
    async fn agent(&self, id: &PendingId, event: &Event) -> Result<Polled, InteractionError> {
        let key = row_key(id.hash())?;
        for _ in 0..TURNS {
            let now = self.now();
            let Some((pending, row)) = self.read(&key, now).await? else {
                return Ok(NOT_FOUND);
            };
            let (next, effect) = match pending.apply(event, now) {
                Ok(applied) => applied,
                Err(Refused::NotOwner) => return Ok(NOT_FOUND),
                // The other refusals are those of a person's events.
                Err(_) => return Err(InteractionError::Row),
            };
            if next == pending || self.swap(&key, row.version, &next, now).await? {
                if !next.state().is_open() {
                    self.0.room.close(id.hash());
                }
                return polled(effect);
            }
        }
        Err(InteractionError::Contended)
    }

    /// The version of a row that still leads to the same answer, and how long it can; the row itself is not kept.
    async fn still(
        &self,
        key: &Key,
        event: &Event,
        waiting: &Wait,
        wire: &DeferredWire,
        now: UnixTime,
    ) -> Result<Option<(u64, Duration)>, InteractionError> {
        let read = Box::pin(self.read(key, now)).await?;
        let same = read.filter(|(pending, _)| is_still(pending, event, waiting, wire, now));
        Ok(same.map(|(pending, row)| {
            let left = pending.deadline().saturating_duration_since(now).max(Duration::from_secs(1));
            (row.version, left)
        }))
    }

    /// Resolves when the answer to the poll would no longer be `waiting`, or would be written otherwise.
    async fn news(
        &self,
        key: &Key,
        event: &Event,
        waiting: &Wait,
        wire: &DeferredWire,
    ) -> Result<(), InteractionError> {
        loop {
            let now = self.now();
            let Some((version, left)) = self.still(key, event, waiting, wire, now).await? else {
                return Ok(());
            };
            // The store does not watch the time; the deadline is news, too.
            if let Ok(changed) = tokio::time::timeout(left, self.0.store.changed(key, version)).await {
                changed?;
            }
        }
    }
}

const NOT_FOUND: Polled = Polled::Refused { error: PollError::NotFound, retry_after: None };

fn is_still(pending: &Pending, event: &Event, waiting: &Wait, wire: &DeferredWire, now: UnixTime) -> bool {
    let Ok((_, Effect::Wait(wait))) = pending.apply(event, now) else {
        return false;
    };
    wait.question == waiting.question && wire.status_word(wait.standing) == wire.status_word(waiting.standing)
}

fn polled(effect: Effect) -> Result<Polled, InteractionError> {
    Ok(match effect {
        Effect::Wait(wait) => Polled::Waiting(wait),
        Effect::Refuse(error) => Polled::Refused { error, retry_after: None },
        Effect::Cancelled => Polled::Cancelled,
        Effect::Deliver(grant) => {
            let Envelope { facts, payload } = Envelope::from_bytes(&grant.request)?;
            let aauth_deferred::Grant { subject, scope, jti, iat, kid, .. } = grant;
            Polled::Delivered(Box::new(Delivery { payload, facts, subject, scope, jti, iat, kid }))
        }
        // No event of an agent is merely recorded.
        Effect::Recorded => return Err(InteractionError::Row),
    })
}

/// Shows neither payload nor person.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("scope", &self.scope)
            .field("jti", &self.jti)
            .field("iat", &self.iat)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
