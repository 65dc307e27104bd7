//! What an auth server is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aauth_deferred::{PreferWait, Terms};
use aauth_discovery::Resolver;
use aauth_http::{Cors, ReplayGuard};
use aauth_interaction::{Accent, AddressSource, AttemptLimits, SignIn};
use aauth_roles::AuthServer;
use aauth_runtime::{Clock, Entropy, Shutdown, SystemClock, SystemEntropy};
use aauth_store::Store;
use aauth_types::{Network, Secret};

use crate::{Audit, Policy, SigningKeys};

/// What an auth server is made of.
///
/// Its paths are `/token`, `/pending/{id}`, `/interact`, `/grants`, `/jwks.json` and `/.well-known/aauth-issuer.json` under its
/// identifier.
pub struct Settings {
    /// What has no default.
    pub required: Required,
    /// Name on the consent page. Default: the host of the identifier.
    pub name: Option<String>,
    /// Colour of the main button on the consent page.
    pub accent: Accent,
    /// Life of a pending request, `Retry-After`, redelivery, rounds of questions.
    pub terms: Terms,
    /// Requests of one agent that wait for a decision on this instance; one more is answered 429. Default 1,000.
    pub open_per_agent: usize,
    /// The same for all agents together; one more is answered 503. Default 100,000.
    pub open_in_all: usize,
    /// Longest that the answer to a poll is held back for `Prefer: wait`. Default 45 s; zero holds none.
    pub longest_wait: PreferWait,
    /// Polls of one agent that are held at a time on this instance; one more is answered at once. Default 1,000.
    pub waiting_per_agent: usize,
    /// The same for all agents together; each takes some 20 KiB and a connection. Default 10,000.
    pub waiting_in_all: usize,
    /// Where client addresses are taken from. Default the connection; behind a proxy every person would share one.
    pub addresses: AddressSource,
    /// Limits on wrong codes and passwords.
    pub attempts: AttemptLimits,
    /// The longest time for which a person may have a consent remembered. Default zero, nothing is offered; set it together
    /// with a policy that uses it, such as [`remembered`](crate::remembered).
    pub remember_up_to: Duration,
    /// Refuses a `POST` that was seen before. Default none, as the seed dialect needs it: bodies are not covered and
    /// `created` counts seconds, and a resource token is good for one request anyway.
    pub replay_guard: Option<ReplayGuard>,
    /// Largest body of a request to `/token` or a pending URL, in bytes. Default 64 KiB.
    pub body_limit: usize,
    /// Is told of every decision. Default nobody; the decisions are logged and counted anyway.
    pub audit: Option<Arc<dyn Audit>>,
    /// Which web pages may run agents against the token endpoint, pending URLs and published documents. Default none. The
    /// consent page is never opened to scripts of others.
    pub cors: Option<Cors>,
    /// Once it has begun, held polls are answered at once and readiness says 503. Default one that nobody begins.
    pub shutdown: Shutdown,
    /// How many verified agent tokens of delegates are remembered; some 2 KiB each. Default 10,000; 0 remembers none.
    pub remembered_tokens: usize,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives identifiers, codes and sessions.
    pub entropy: Arc<dyn Entropy>,
}

/// What has no default.
pub struct Required {
    /// Its identifier, the dialects it reads, how long its tokens live.
    pub role: AuthServer,
    /// Whether loopback http identifiers are read and cookies go without `Secure`.
    pub network: Network,
    /// Sign auth tokens; their public keys are published. A clone of them rotates while the router serves.
    pub keys: SigningKeys,
    /// 32 random bytes that all instances share and that outlive restarts: hashes of interaction codes, sessions, form
    /// tokens. Who has them can forge all three.
    pub secret: Secret<[u8; 32]>,
    /// Where metadata and keys of agents and resources come from.
    pub resolver: Arc<dyn Resolver>,
    /// Where pending requests, codes, sessions and used tokens are kept.
    pub store: Arc<dyn Store>,
    /// Who may have what.
    pub policy: Arc<dyn Policy>,
    /// How the server knows the person.
    pub sign_in: Arc<dyn SignIn>,
}

impl From<Required> for Settings {
    fn from(required: Required) -> Self {
        Self {
            required,
            name: None,
            accent: Accent::default(),
            terms: Terms::default(),
            open_per_agent: 1_000,
            open_in_all: 100_000,
            longest_wait: PreferWait::CEILING,
            waiting_per_agent: 1_000,
            waiting_in_all: 10_000,
            addresses: AddressSource::default(),
            attempts: AttemptLimits::default(),
            remember_up_to: Duration::ZERO,
            replay_guard: None,
            body_limit: 64 * 1024,
            audit: None,
            cors: None,
            shutdown: Shutdown::new(),
            remembered_tokens: 10_000,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("role", &self.required.role)
            .field("network", &self.required.network)
            .field("terms", &self.terms)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}
