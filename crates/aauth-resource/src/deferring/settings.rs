//! What a deferring resource is made of.

use std::fmt;
use std::sync::Arc;

use aauth_deferred::Terms;
use aauth_interaction::{AddressSource, AttemptLimits, SignIn};
use aauth_store::Store;
use aauth_types::Secret;

use super::Finish;

/// What a [`Deferring`](super::Deferring) is made of.
#[non_exhaustive]
pub struct DeferringSettings {
    /// Where requests that wait are kept. A durable store lets them survive a restart.
    pub store: Arc<dyn Store>,
    /// 32 random bytes that all instances share. Who has it can forge codes and sessions.
    pub secret: Secret<[u8; 32]>,
    /// How persons prove who they are.
    pub sign_in: Arc<dyn SignIn>,
    /// Carries out what was allowed.
    pub finish: Arc<dyn Finish>,
    /// Life, `Retry-After`, redelivery and rounds of each request.
    pub terms: Terms,
    /// Open requests of one agent on this instance; default 1,000.
    pub open_per_agent: usize,
    /// Open requests of all agents on this instance; default 100,000.
    pub open_in_all: usize,
    /// The resource's name on the page; default its host.
    pub name: Option<String>,
    /// Where client addresses are taken from; default the connection.
    pub addresses: AddressSource,
    /// Limits on wrong codes and passwords.
    pub attempts: AttemptLimits,
    /// What precedes the identifier in pending URLs; default `/pending`.
    pub pending_path: &'static str,
    /// The path of the page; default `/interact`.
    pub interaction_path: &'static str,
}

impl DeferringSettings {
    /// The defaults.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        secret: Secret<[u8; 32]>,
        sign_in: Arc<dyn SignIn>,
        finish: impl Finish,
    ) -> Self {
        Self {
            store,
            secret,
            sign_in,
            finish: Arc::new(finish),
            terms: Terms::default(),
            open_per_agent: 1_000,
            open_in_all: 100_000,
            name: None,
            addresses: AddressSource::default(),
            attempts: AttemptLimits::default(),
            pending_path: "/pending",
            interaction_path: "/interact",
        }
    }
}

impl fmt::Debug for DeferringSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeferringSettings").field("terms", &self.terms).finish_non_exhaustive()
    }
}
