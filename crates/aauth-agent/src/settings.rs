//! What a client is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aauth_deferred::Patience;
use aauth_discovery::{Lookup, Resolver, SystemLookup};
use aauth_roles::{Dialect, Hints, SEED};
use aauth_runtime::{Clock, Entropy, SystemClock, SystemEntropy};
use aauth_types::Network;

use crate::{Callback, Chaining, Deferral, Identity, NoPrompt, Observer, Prompt};

/// What a [`Client`](crate::Client) is made of.
pub struct Settings {
    /// Who the agent is.
    pub identity: Identity,
    /// Where metadata and keys of resources and auth servers come from.
    pub resolver: Arc<dyn Resolver>,
    /// Whether loopback http is called and read.
    pub network: Network,
    /// The dialect it speaks. Default `SEED`.
    pub dialect: &'static Dialect,
    /// Brings the person to the consent page. Default [`NoPrompt`].
    pub prompt: Arc<dyn Prompt>,
    /// What it tells auth servers beside the challenge: purpose, login hint, tenant, domain hint. Default nothing.
    pub hints: Hints,
    /// Where the consent page leads the person after the decision. Default nowhere.
    pub callback: Option<Callback>,
    /// What it does when a resource defers its answer. Default [`Deferral::Await`].
    pub deferral: Deferral,
    /// How it calls on for a caller. Default [`Chaining::DraftForm`].
    pub chaining: Chaining,
    /// Sees every signed request. Default nobody.
    pub observer: Option<Arc<dyn Observer>>,
    /// How long and how often it asks. Default: 900 s in all, `Prefer: wait=45`.
    pub patience: Patience,
    /// How long after a token expired the auth server is asked to replace it before it is asked anew, which may need a
    /// person again. Zero, the default, never does: a server that does not offer it costs one request more.
    pub refresh_window: Duration,
    /// Time limit of one request, from the first byte out to the last byte in; a long poll has its `Prefer: wait` on
    /// top. Default 60 s. A token request that takes longer is lost, and with it the exchange.
    pub request_time: Duration,
    /// Largest answer of a resource that is read, in bytes. Default 8 MiB. For auth servers at most 64 KiB.
    pub response_limit: usize,
    /// Finds the addresses of auth servers, which resources name: only public ones are called, and under
    /// [`Network::InsecureLoopback`] also loopback. Default [`SystemLookup`].
    pub lookup: Arc<dyn Lookup>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Spreads retries.
    pub entropy: Arc<dyn Entropy>,
}

impl Settings {
    /// The defaults for this agent.
    #[must_use]
    pub fn new(identity: Identity, resolver: Arc<dyn Resolver>, network: Network) -> Self {
        Self {
            identity,
            resolver,
            network,
            dialect: &SEED,
            prompt: Arc::new(NoPrompt),
            hints: Hints::default(),
            callback: None,
            deferral: Deferral::default(),
            chaining: Chaining::default(),
            observer: None,
            patience: Patience::default(),
            refresh_window: Duration::ZERO,
            request_time: Duration::from_secs(60),
            response_limit: 8 * 1024 * 1024,
            lookup: Arc::new(SystemLookup),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("identity", &self.identity)
            .field("network", &self.network)
            .field("dialect", &self.dialect.name)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
