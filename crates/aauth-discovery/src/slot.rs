//! One cached thing, and the one fetch that may be under way for it.

use core::future::Future;
use core::time::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aauth_runtime::Clock;

use crate::{Decision, DiscoveryError, Record, Wanted};

/// A value with its history.
#[derive(Debug)]
pub(crate) struct Slot<V> {
    state: Mutex<State<V>>,
    weight: AtomicUsize,
    /// Held by the one who fetches.
    gate: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug)]
struct State<V> {
    record: Record,
    value: Option<Arc<V>>,
    error: Option<DiscoveryError>,
}

/// What a fetch brought.
#[derive(Debug)]
pub(crate) struct Fetched<V> {
    pub(crate) value: V,
    pub(crate) life: Duration,
    /// Bytes as received.
    pub(crate) weight: usize,
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        let state = State { record: Record::default(), value: None, error: None };
        Self { state: Mutex::new(state), weight: AtomicUsize::new(0), gate: Arc::default() }
    }
}

impl<V: Send + Sync + 'static> Slot<V> {
    /// What is held, or what `fetch` brings; of all who ask at once, one fetches.
    ///
    /// `after` runs when a fetch has ended.
    pub(crate) async fn get(
        self: &Arc<Self>,
        clock: &Arc<dyn Clock>,
        wanted: impl Fn(&V) -> Wanted,
        fetch: impl Future<Output = Result<Fetched<V>, DiscoveryError>> + Send + 'static,
        after: impl FnOnce() + Send + 'static,
    ) -> Result<Arc<V>, DiscoveryError> {
        if let Some(answer) = self.answer(clock, &wanted) {
            return answer;
        }
        let gate = Arc::clone(&self.gate).lock_owned().await;
        // Whoever held the gate before may have fetched.
        if let Some(answer) = self.answer(clock, &wanted) {
            return answer;
        }
        let (slot, clock) = (Arc::clone(self), Arc::clone(clock));
        // A task of its own: who hangs up must not stop the fetch for the others, nor escape the pause after it.
        let task = tokio::spawn(async move {
            let result = fetch.await;
            let answer = slot.settle(&*clock, result);
            after();
            drop(gate);
            answer
        });
        task.await.unwrap_or(Err(DiscoveryError::Interrupted))
    }

    pub(crate) fn weight(&self) -> usize {
        self.weight.load(Ordering::Relaxed)
    }

    /// Makes what is held stale: it led to something that could not be had.
    pub(crate) fn doubt(&self, clock: &dyn Clock) {
        let mut state = self.lock();
        state.record = state.record.doubted(clock.now());
    }

    fn answer(
        &self,
        clock: &Arc<dyn Clock>,
        wanted: &impl Fn(&V) -> Wanted,
    ) -> Option<Result<Arc<V>, DiscoveryError>> {
        let state = self.lock();
        let wanted = state.value.as_deref().map_or(Wanted::Missing, wanted);
        match state.record.decide(wanted, clock.now()) {
            Decision::Refetch => None,
            Decision::Fresh | Decision::ServeStale => state.value.clone().map(Ok),
            Decision::Negative => state.error.clone().map(Err),
        }
    }

    fn settle(
        &self,
        clock: &dyn Clock,
        result: Result<Fetched<V>, DiscoveryError>,
    ) -> Result<Arc<V>, DiscoveryError> {
        let mut state = self.lock();
        let now = clock.now();
        match result {
            Ok(fetched) => {
                let value = Arc::new(fetched.value);
                self.weight.store(fetched.weight, Ordering::Relaxed);
                state.record = state.record.succeeded(now, fetched.life);
                (state.value, state.error) = (Some(Arc::clone(&value)), None);
                Ok(value)
            }
            // Nothing was asked of the issuer, so nothing is known of it: the next who asks may fetch.
            Err(DiscoveryError::Busy) => self.held(&state, now).ok_or(DiscoveryError::Busy),
            Err(error) => {
                state.record = state.record.failed(now);
                state.error = Some(error.clone());
                self.held(&state, now).ok_or(error)
            }
        }
    }

    fn held(&self, state: &State<V>, now: aauth_types::UnixTime) -> Option<Arc<V>> {
        state.value.clone().filter(|_| state.record.is_held(now))
    }

    /// No method panics between two writes, so a poisoned lock guards a sound state.
    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
