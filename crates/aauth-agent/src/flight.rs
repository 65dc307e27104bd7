//! Exchanges under way, each shared by all calls that wait for it.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use aauth_roles::VerifiedChallenge;
use aauth_types::{Scope, ServerId};
use tokio::sync::watch;

use crate::AgentError;
use crate::held::HeldToken;

/// What an exchange leads to.
pub(crate) type Landed = Result<HeldToken, AgentError>;

/// The exchanges of one client.
#[derive(Default)]
pub(crate) struct Flights(Mutex<Register>);

#[derive(Default)]
struct Register {
    entries: Vec<Entry>,
    number: u64,
}

struct Entry {
    number: u64,
    /// What for; `None` for an exchange that nobody else can share.
    errand: Option<Errand>,
    /// Gone when nobody waits any more.
    stop: Weak<watch::Sender<()>>,
    landed: watch::Receiver<Option<Landed>>,
}

/// What is asked of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Errand {
    pub(crate) resource: ServerId,
    pub(crate) auth_server: ServerId,
    pub(crate) scope: Scope,
}

/// A call's place in an exchange. When the last is dropped, the exchange is given up.
pub(crate) struct Seat {
    _stop: Arc<watch::Sender<()>>,
    landed: watch::Receiver<Option<Landed>>,
}

/// Tells an exchange to stop: somebody cancelled it, or nobody waits for it.
pub(crate) struct Stop(watch::Receiver<()>);

/// Where a call gets its token from.
pub(crate) enum Place {
    Held(HeldToken),
    Flight(Seat),
}

/// The end of an exchange that [`Flights::board`] asks to begin.
pub(crate) struct Landing {
    flights: Arc<Flights>,
    number: u64,
    sender: watch::Sender<Option<Landed>>,
}

impl Flights {
    /// A seat in the exchange that leads to what `errand` needs, or a token that `held` finds.
    ///
    /// Where there is neither, `start` is to begin an exchange. All of it happens under one lock, and an exchange keeps
    /// its token before it leaves the register: no call can miss both.
    pub(crate) fn board(
        self: &Arc<Self>,
        errand: Errand,
        held: impl FnOnce() -> Option<HeldToken>,
        start: impl FnOnce(Stop, Landing),
    ) -> Place {
        let mut register = self.register();
        let under_way = register.entries.iter().find_map(|entry| {
            let stop = entry
                .stop
                .upgrade()
                .filter(|_| entry.errand.as_ref().is_some_and(|own| own.leads_to(&errand)))?;
            Some(Seat { _stop: stop, landed: entry.landed.clone() })
        });
        if let Some(seat) = under_way {
            return Place::Flight(seat);
        }
        if let Some(token) = held() {
            return Place::Held(token);
        }
        let (seat, stop, landing) = self.enter(&mut register, Some(errand));
        drop(register);
        start(stop, landing);
        Place::Flight(seat)
    }

    /// An exchange for one call alone. It is given up when the seat is dropped, and is over when the landing is.
    pub(crate) fn alone(self: &Arc<Self>) -> (Seat, Stop, Landing) {
        self.enter(&mut self.register(), None)
    }

    fn enter(self: &Arc<Self>, register: &mut Register, errand: Option<Errand>) -> (Seat, Stop, Landing) {
        register.number = register.number.saturating_add(1);
        let number = register.number;
        let (stop, stopped) = watch::channel(());
        let (sender, landed) = watch::channel(None);
        let stop = Arc::new(stop);
        let entry = Entry { number, errand, stop: Arc::downgrade(&stop), landed: landed.clone() };
        register.entries.push(entry);
        let landing = Landing { flights: Arc::clone(self), number, sender };
        (Seat { _stop: stop, landed }, Stop(stopped), landing)
    }

    /// Stops all exchanges, and waits until each has told its auth server.
    pub(crate) async fn cancel(&self) {
        // Taken out at once, so that no later call takes a seat in what is being given up.
        let entries = std::mem::take(&mut self.register().entries);
        for entry in &entries {
            if let Some(stop) = entry.stop.upgrade() {
                stop.send_replace(());
            }
        }
        for mut entry in entries {
            let _ended = entry.landed.wait_for(Option::is_some).await;
        }
    }

    fn register(&self) -> MutexGuard<'_, Register> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Errand {
    pub(crate) fn of(challenge: &VerifiedChallenge) -> Self {
        Self {
            resource: challenge.token().issuer().clone(),
            auth_server: challenge.auth_server().clone(),
            scope: challenge.token().scope().clone(),
        }
    }

    fn leads_to(&self, other: &Self) -> bool {
        self.resource == other.resource
            && self.auth_server == other.auth_server
            && self.scope.covers(&other.scope)
    }
}

impl Seat {
    pub(crate) async fn wait(mut self) -> Landed {
        match self.landed.wait_for(Option::is_some).await.map(|landed| landed.clone()) {
            Ok(Some(landed)) => landed,
            // The runtime shut down beneath the exchange.
            _ => Err(AgentError::Cancelled),
        }
    }
}

impl Stop {
    /// One that tells to stop when the sender is used or dropped.
    pub(crate) fn channel() -> (watch::Sender<()>, Self) {
        let (sender, receiver) = watch::channel(());
        (sender, Self(receiver))
    }

    /// Does `work` unless it is told to stop first.
    pub(crate) async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Result<T, AgentError> {
        tokio::select! {
            biased;
            _ = self.0.changed() => Err(AgentError::Cancelled),
            done = work => Ok(done),
        }
    }
}

impl Landing {
    pub(crate) fn land(self, landed: Landed) {
        self.leave();
        self.sender.send_replace(Some(landed));
    }

    fn leave(&self) {
        self.flights.register().entries.retain(|entry| entry.number != self.number);
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        self.leave();
    }
}

impl fmt::Debug for Flights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").field("entries", &self.register().entries.len()).finish()
    }
}
