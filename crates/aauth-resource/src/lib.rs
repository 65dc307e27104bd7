#![doc = include_str!("../README.md")]

mod layer;
mod protection;
mod verified;

pub use aauth_http::ReplayGuard;
pub use aauth_roles::{Caller, Requirement, Resource};
pub use layer::{Require, RequireLayer};
pub use protection::{Protection, Settings};
pub use verified::Verified;
