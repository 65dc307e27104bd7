#![doc = include_str!("../README.md")]

mod access_request;
mod agent;
pub mod answer;
mod auth_server;
mod caller;
mod dialect;
mod error_code;
mod grant;
mod hints;
mod inbound;
mod policy;
mod refusal;
mod rejection;
mod remember;
mod resource;
mod token_request;

pub use access_request::{AccessRequest, Asked};
pub use agent::{Agent, DistrustError, ReceivedChallenge, VerifiedChallenge};
pub use answer::Answer;
pub use auth_server::AuthServer;
pub use caller::{Caller, Identity};
pub use dialect::{Dialect, SEED, SEED_DICTIONARY, Scheme};
pub use error_code::ErrorCode;
pub use grant::{BasisError, GrantBasis, Granted};
pub use hints::Hints;
pub use inbound::{Accept, CallerWants, Credential, Inbound};
pub use policy::Decision;
pub use refusal::Refusal;
pub use rejection::Rejection;
pub use remember::VerifiedTokens;
pub use resource::{MintError, Requirement, Resource, Verdict};
pub use token_request::{
    Mode, TokenRequest, TokenRequestError, access_body, chain_body, refresh_body, self_access_body,
};
