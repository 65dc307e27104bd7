//! The same request, a second time.

use std::sync::Arc;
use std::time::Duration;

use aauth_roles::{Caller, Rejection};
use aauth_store::{Inserted, Key, Space, Store};
use aauth_types::UnixTime;
use http::Method;
use sha2::{Digest as _, Sha256};

/// Refuses a `POST` that was seen before.
///
/// A signature stays good for the window of its coverage, a minute by default; in that time whoever recorded a request
/// can send it again. The guard remembers signature and body of each `POST`, for twice the window. `created` counts
/// whole seconds and bodies need not be covered, so two honest requests can share a signature; they pass when
/// their bodies differ, and only then.
///
/// The store decides how far it reaches: with a durable one over restarts, with a shared one over instances.
#[derive(Clone)]
pub struct ReplayGuard(Arc<dyn Store>);

impl ReplayGuard {
    /// A guard that remembers in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }

    /// Records a verified request. Other methods than `POST` pass unrecorded.
    ///
    /// `window`: that of the coverage the request was checked against.
    ///
    /// # Errors
    /// `Replayed`: it was seen before, or signed before the store was restored. `GuardUnavailable`: the store does not answer; the request must not pass.
    pub async fn admit(
        &self,
        method: &Method,
        caller: &Caller,
        body: &[u8],
        window: Duration,
        now: UnixTime,
    ) -> Result<(), Rejection> {
        if method != Method::POST {
            return Ok(());
        }
        // An older copy that was put back forgot what was sent since it was made.
        if self.0.not_before().is_some_and(|restored| caller.signature().created() < restored) {
            return Err(Rejection::Replayed);
        }
        let id = caller.signature().replay_key(&Sha256::digest(body).into());
        let key = Key::new(Space::RequestReplay, id).map_err(|_| Rejection::GuardUnavailable)?;
        // Both ends of the window count, so a request from its far end is fresh for twice the window and that second.
        let expires = now.saturating_add(window.saturating_mul(2)).saturating_add(Duration::from_secs(1));
        match self.0.insert(&key, b"", expires, now).await {
            Ok(Inserted::New) => Ok(()),
            Ok(Inserted::Exists) => Err(Rejection::Replayed),
            Err(_) => Err(Rejection::GuardUnavailable),
        }
    }
}

impl std::fmt::Debug for ReplayGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplayGuard")
    }
}
