#![doc = include_str!("../README.md")]

mod agent;
mod auth;
mod claim;
mod claim_set;
mod claims;
mod error;
mod header;
mod mint;
mod person;
mod profile;
mod resource;
mod signed;
mod times;
mod unverified;
mod value;
mod wants;

pub use agent::{AgentClaims, AgentToken, AgentWants};
pub use auth::{
    AuthClaims, AuthToken, AuthWants, RefreshWants, RefreshableAuthToken, UpstreamToken, UpstreamWants,
};
pub use claims::{Claims, Issuance, TokenClaims};
pub use error::TokenError;
pub use header::TokenHeader;
pub use mint::{UnsignedToken, mint};
pub use person::{PersonClaims, PersonToken, PersonWants};
pub use profile::{DRAFT_11, SEED, TokenKind, TokenProfiles};
pub use resource::{Interaction, ResourceClaims, ResourceToken, ResourceWants};
pub use times::IatSkew;
pub use unverified::Unverified;
pub use wants::{AgentRule, IssuerRule};
