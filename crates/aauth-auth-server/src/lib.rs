#![doc = include_str!("../README.md")]

mod approvals;
mod audit;
mod delegates;
mod error;
mod facts;
mod health;
mod housekeeping;
mod keys;
mod measured_store;
mod metrics;
mod modes;
mod pending;
mod policy;
mod replay;
mod router;
mod server;
mod settings;
mod tell;
mod token;

pub use aauth_http::{Cors, OriginError, ReplayGuard};
pub use aauth_interaction::{
    Accent, AddressSource, AgentHistory, AttemptLimits, Begin, Facts, FormKind, ForwardedBy,
    InteractionError, Persons, Proxies, ProxyError, RememberedConsent, RequestRef, ScopeLine, Seen, SignIn,
    SignInFuture, Subject, TestUsers,
};
pub use aauth_roles::{AccessRequest, Asked, AuthServer, Decision};
pub use aauth_runtime::Shutdown;
pub use approvals::{Approval, Approvals, Settled};
pub use audit::{Audit, AuditAct, AuditEvent, RequestTag};
pub use error::KeyError;
pub use health::Health;
pub use housekeeping::housekeeping;
pub use keys::{KeyRoles, SigningKeys};
pub use metrics::{METRICS, Metric, MetricKind, describe_metrics};
pub use policy::{Decide, Policy, PolicyFuture, PolicyInput, Rule, Rules, remembered};
pub use router::{app, router, router_with_approvals};
pub use settings::{Required, Settings};
