//! Requests that wait for a person.

mod agent;
mod envelope;
mod person;
mod room;

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use aauth_deferred::{
    Clarification, CodeHash, InteractionCode, Need, OpenArgs, Owner, Pending, PendingHash, PendingId, Terms,
};
use aauth_runtime::{Clock, Entropy, Shutdown, random};
use aauth_store::{Inserted, Key, Row, Space, Store, Swapped};
use aauth_types::{EndpointUrl, Secret, UnixTime};

use crate::mac::{Mac256, Purpose};
use crate::{Consents, Facts, InteractionError};
use envelope::Envelope;
use room::Room;

pub use agent::{Delivery, Hold, Polled};
pub use person::{Arrival, Asking, Decided, Found, Granted, Lookup, Outcome, RequestRef, Said, Verdict};

/// How requests are deferred.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeferralSettings {
    /// What precedes the identifier in pending URLs, without a slash at the end: `https://auth.example/pending`.
    pub pending_base: EndpointUrl,
    /// 32 random bytes that all instances share: code hashes, sessions, form tokens. Who has it can forge all three;
    /// changing it ends open requests and sessions.
    pub secret: Secret<[u8; 32]>,
    /// Life, `Retry-After`, redelivery and rounds of each request.
    pub terms: Terms,
    /// Open requests of one agent on this instance; default 1,000.
    pub open_per_agent: usize,
    /// Open requests of all agents on this instance; default 100,000.
    pub open_in_all: usize,
    /// Longest that a poll is held; default 45 s.
    pub longest_wait: Duration,
    /// Polls of one agent that are held at a time on this instance; default 1,000. One more is answered at once.
    pub waiting_per_agent: usize,
    /// Polls of all agents that are held at a time on this instance; default 10,000. One more is answered at once.
    pub waiting_in_all: usize,
    /// Once it has begun, no poll is held any more and those that are held are answered; default one that nobody begins.
    pub shutdown: Shutdown,
    /// Wrong codes in forms of one request after which its code is dead; default 5.
    pub wrong_codes: u32,
}

impl DeferralSettings {
    /// The defaults.
    #[must_use]
    pub fn new(pending_base: EndpointUrl, secret: Secret<[u8; 32]>) -> Self {
        Self {
            pending_base,
            secret,
            terms: Terms::default(),
            open_per_agent: 1_000,
            open_in_all: 100_000,
            longest_wait: Duration::from_secs(45),
            waiting_per_agent: 1_000,
            waiting_in_all: 10_000,
            shutdown: Shutdown::new(),
            wrong_codes: 5,
        }
    }
}

/// A request to defer, verified in all that [`Facts`] says.
#[derive(Debug, Clone)]
pub struct NewPending {
    /// Who may use the pending URL.
    pub owner: Owner,
    /// Whom it waits for.
    pub waits_for: WaitsFor,
    /// What the person is shown; its scopes are what can be granted at most.
    pub facts: Facts,
    /// What the opener needs in order to mint; given back at delivery. Never a token.
    pub payload: Vec<u8>,
    /// Whether the agent's metadata says that it answers questions.
    pub clarification: Clarification,
}

/// Whom a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// A person who brings a code: `require=interaction`.
    Interaction,
    /// A decision that the embedding server sees to by itself, with [`Deferrals::decide`]: `require=approval`.
    Approval,
}

/// An open request. `Debug` shows neither code nor location.
#[derive(Clone)]
pub struct Opened {
    /// The pending URL, absolute; for the agent alone.
    pub location: String,
    /// The code, for [`WaitsFor::Interaction`]. It is stored nowhere: this is its only copy.
    pub code: Option<InteractionCode>,
    /// The request, for whoever decides.
    pub request: RequestRef,
    /// What to announce as `Retry-After`, and the standing for the body of the `202`.
    pub wait: aauth_deferred::Wait,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened").field("wait", &self.wait).finish_non_exhaustive()
    }
}

/// Pending requests over a store: opened and polled by agents, decided by persons. Cloning shares.
///
/// The pending row is the only truth. Every change is: read, [`Pending::apply`], compare-and-swap; who loses reads again.
/// So of any number of polls, on any number of instances, one delivers, and of two decisions one counts.
#[derive(Clone)]
pub struct Deferrals(Arc<Inner>);

struct Inner {
    settings: DeferralSettings,
    mac: Mac256,
    room: Room,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// How often a lost race is run again. Each loss is another's success, so this many others came first.
const TURNS: usize = 1024;

impl Deferrals {
    /// A service over `store`.
    #[must_use]
    pub fn new(
        settings: DeferralSettings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let mac = Mac256::new(settings.secret.clone());
        let room = Room::new(&settings);
        Self(Arc::new(Inner { settings, mac, room, store, clock, entropy }))
    }

    /// Opens a request.
    ///
    /// # Errors
    /// `Full`: too many are open, nothing was opened. `Store`, `Entropy`: nothing that anybody could use was opened.
    pub async fn open(&self, new: NewPending) -> Result<Opened, InteractionError> {
        let now = self.now();
        let id = PendingId::from_entropy(random(&*self.0.entropy)?);
        let hash = id.hash();
        let deadline = now.saturating_add(Duration::from_secs(u64::from(self.0.settings.terms.life)));
        self.0.room.open(&new.owner.agent, hash, deadline, now)?;
        match self.write(new, hash, now).await {
            Ok((code, wait)) => {
                Ok(Opened { location: self.location(id.expose()), code, request: RequestRef::of(hash), wait })
            }
            Err(error) => {
                self.0.room.close(hash);
                Err(error)
            }
        }
    }

    async fn write(
        &self,
        new: NewPending,
        hash: PendingHash,
        now: UnixTime,
    ) -> Result<(Option<InteractionCode>, aauth_deferred::Wait), InteractionError> {
        let terms = self.0.settings.terms;
        let NewPending { owner, waits_for, facts, payload, clarification } = new;
        let scope = facts.asked();
        let request = Envelope { facts, payload }.to_bytes()?;
        let (code, need) = match waits_for {
            WaitsFor::Approval => (None, Need::Approval),
            WaitsFor::Interaction => {
                let seconds = u64::from(terms.life).saturating_add(u64::from(terms.keep).saturating_mul(2));
                let expires = now.saturating_add(Duration::from_secs(seconds));
                let (code, code_hash) = self.code(hash, expires, now).await?;
                (Some(code), Need::Interaction(code_hash))
            }
        };
        let pending = Pending::open(OpenArgs { owner, need, scope, clarification, request, terms, now });
        let value = pending.to_bytes().map_err(|_| InteractionError::Row)?;
        let key = row_key(hash)?;
        match self.0.store.insert(&key, &value, pending.expires(), now).await? {
            Inserted::New => Ok((code, pending.wait())),
            // 128 random bits came twice: the source of entropy is broken.
            Inserted::Exists => Err(InteractionError::Entropy),
        }
    }

    /// A code that leads nowhere else.
    async fn code(
        &self,
        to: PendingHash,
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(InteractionCode, CodeHash), InteractionError> {
        for _ in 0..8 {
            let code = InteractionCode::from_entropy(random(&*self.0.entropy)?);
            let hash = code.hash(self.0.mac.secret());
            let inserted = self.0.store.insert(&code_key(&hash)?, to.as_bytes(), expires, now).await?;
            if inserted == Inserted::New {
                return Ok((code, hash));
            }
        }
        Err(InteractionError::Entropy)
    }

    /// What persons decided before, in the same store.
    #[must_use]
    pub fn consents(&self) -> Consents {
        Consents::new(Arc::clone(&self.0.store), self.0.mac.clone())
    }

    /// The time, from this service's clock.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        self.0.clock.now()
    }

    /// The pending URL of an identifier, for the `Location` of every answer.
    #[must_use]
    pub fn location(&self, pending_id: &str) -> String {
        format!("{}/{pending_id}", self.0.settings.pending_base)
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.0.store
    }

    pub(crate) fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.0.entropy
    }

    pub(crate) fn mac(&self) -> &Mac256 {
        &self.0.mac
    }

    async fn read(&self, key: &Key, now: UnixTime) -> Result<Option<(Pending, Row)>, InteractionError> {
        let row = self.0.store.get(key, now).await?;
        row.map(|row| Pending::from_bytes(&row.value).map(|pending| (pending, row)))
            .transpose()
            .map_err(|_| InteractionError::Row)
    }

    /// Stores `next` over the version that was read; `false` when another writer was faster.
    async fn swap(
        &self,
        key: &Key,
        version: u64,
        next: &Pending,
        now: UnixTime,
    ) -> Result<bool, InteractionError> {
        let value = next.to_bytes().map_err(|_| InteractionError::Row)?;
        let swapped = self.0.store.swap(key, version, &value, next.expires(), now).await?;
        Ok(matches!(swapped, Swapped::Done(_)))
    }

    /// What a person was shown, as a text that a form carries.
    fn shown(&self, request: &[u8], pending: &Pending) -> String {
        let mut parts = vec![request, pending.question().unwrap_or_default().as_bytes()];
        for round in pending.rounds() {
            parts.push(round.question.as_bytes());
            parts.push(round.answer.as_bytes());
        }
        self.0.mac.text(Purpose::Shown, &parts)
    }
}

impl fmt::Debug for Deferrals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferrals").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

fn row_key(hash: PendingHash) -> Result<Key, InteractionError> {
    Ok(Key::new(Space::Pending, hash.as_bytes())?)
}

fn code_key(hash: &CodeHash) -> Result<Key, InteractionError> {
    Ok(Key::new(Space::Code, hash.as_bytes())?)
}
