#![doc = include_str!("../README.md")]

mod accent;
mod answer;
mod attempts;
mod callback;
mod code;
mod consents;
mod deferrals;
mod error;
mod event;
mod facts;
mod form;
mod headers;
mod mac;
mod origin;
mod pages;
mod router;
mod session;
mod sign_in;
mod source;
mod text;
mod untrusted;
mod visit;

pub use accent::Accent;
pub use attempts::AttemptLimits;
pub use callback::{Callback, CallbackRule, Loopback};
pub use consents::{AgentHistory, Consents, Persons, RememberedConsent};
pub use deferrals::{
    Arrival, Asking, Decided, DeferralSettings, Deferrals, Delivery, Found, Granted, Hold, Lookup,
    NewPending, Opened, Outcome, Polled, RequestRef, Said, Verdict, WaitsFor,
};
pub use error::{Crowd, InteractionError};
pub use event::{Attempted, PersonAct, PersonEvent, PersonObserver};
pub use facts::{Facts, ScopeLine, Seen};
pub use router::{PageSettings, router};
pub use sign_in::{Begin, FormKind, SignIn, SignInFuture, Subject, TestUsers};
pub use source::{AddressSource, ForwardedBy, Proxies, ProxyError};
