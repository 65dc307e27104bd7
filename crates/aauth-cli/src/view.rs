//! The typed values as JSON, for answers.

mod challenge;
mod claims;
mod key;
mod pending;
mod plain;
mod signature;
mod signature_key;

pub(crate) use challenge::challenge;
pub(crate) use claims::{claims, header};
pub(crate) use key::{key_set, public_key};
pub(crate) use pending::pending_body;
pub(crate) use plain::plain;
pub(crate) use signature::{missing, names, signature, signature_input};
pub(crate) use signature_key::signature_key;
