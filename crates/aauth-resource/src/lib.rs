#![doc = include_str!("../README.md")]

mod layer;
mod protection;
mod setup;
mod verified;

pub use aauth_http::ReplayGuard;
pub use aauth_jose::SigningKey;
pub use aauth_roles::{Caller, Dialect, Identity, Requirement, Resource, SEED};
pub use aauth_types::{Network, Scope, ServerId};
pub use layer::{Require, RequireLayer};
pub use protection::{Protection, Settings};
pub use setup::SetupError;
pub use verified::Verified;
