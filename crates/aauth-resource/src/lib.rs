#![doc = include_str!("../README.md")]

#[cfg(feature = "deferring")]
mod deferring;
mod layer;
mod protection;
mod setup;
mod token_endpoint;
mod transaction;
mod verified;

pub use aauth_http::{Cors, OriginError, ReplayGuard};
#[cfg(feature = "deferring")]
pub use aauth_interaction::{
    Deferrals, Opened, RequestRef, ScopeLine, SignIn, Subject, TestUsers, Verdict, WaitsFor,
};
pub use aauth_jose::SigningKey;
pub use aauth_roles::{Caller, Dialect, Identity, Requirement, Resource, SEED, SEED_DICTIONARY};
pub use aauth_types::{Network, Scope, ServerId};
#[cfg(feature = "deferring")]
pub use deferring::{Allowed, Ask, CALL_LIMIT, Deferring, DeferringSettings, Finish, FinishFuture};
pub use layer::{Require, RequireLayer};
pub use protection::{Protection, Settings};
pub use setup::SetupError;
pub use transaction::Transaction;
pub use verified::Verified;
