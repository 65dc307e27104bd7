#![doc = include_str!("../README.md")]

mod alg;
pub mod b64;
mod error;
mod header;
mod interchange;
mod jwks;
mod jws;
mod public_jwk;
mod signer;
mod signing_key;
mod thumbprint;
mod verifying_key;

pub use alg::{AlgNames, Algorithm, DRAFT_11, Requirement, SEED};
pub use error::JoseError;
pub use header::Header;
pub use jwks::Jwks;
pub use jws::{Jws, MAX_JWS, attach, sign, signing_input};
pub use public_jwk::{JwkMembers, MAX_JWK, PublicJwk};
pub use signer::Signer;
pub use signing_key::SigningKey;
pub use verifying_key::VerifyingKey;
