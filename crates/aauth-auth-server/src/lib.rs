#![doc = include_str!("../README.md")]

mod error;
mod facts;
mod housekeeping;
mod keys;
mod pending;
mod policy;
mod replay;
mod router;
mod server;
mod settings;
mod token;

pub use aauth_http::ReplayGuard;
pub use aauth_interaction::{
    Accent, AddressSource, AttemptLimits, Begin, FormKind, InteractionError, SignIn, SignInFuture, Subject,
    TestUsers,
};
pub use aauth_roles::{AccessRequest, AuthServer, Decision};
pub use error::KeyError;
pub use housekeeping::housekeeping;
pub use keys::{KeyRoles, SigningKeys};
pub use policy::{Decide, Policy, PolicyFuture, PolicyInput};
pub use router::router;
pub use settings::{Required, Settings};
