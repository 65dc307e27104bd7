#![doc = include_str!("../README.md")]

mod layer;
mod protection;
mod setup;
mod token_endpoint;
mod transaction;
mod verified;

pub use aauth_http::ReplayGuard;
pub use aauth_jose::SigningKey;
pub use aauth_roles::{Caller, Dialect, Identity, Requirement, Resource, SEED, SEED_DICTIONARY};
pub use aauth_types::{Network, Scope, ServerId};
pub use layer::{Require, RequireLayer};
pub use protection::{Protection, Settings};
pub use setup::SetupError;
pub use transaction::Transaction;
pub use verified::Verified;
