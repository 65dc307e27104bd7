#![doc = include_str!("../README.md")]

mod accept;
mod base;
mod body;
mod component;
mod coverage;
mod digest;
mod error;
mod field;
mod head;
mod input;
mod key;
mod key_scheme;
pub mod limits;
mod sf;
mod sign;
mod signature_error;
mod spelling;
mod structured;
mod syntax;
mod verify;

pub use accept::{AcceptAlg, AcceptScheme};
pub use base::signature_base;
pub use body::{BoundBody, SignedBody, UnboundBody};
pub use component::Component;
pub use coverage::{Coverage, DEFAULT_WINDOW};
pub use digest::{ContentDigest, DigestAlgorithm};
pub use error::SignatureError;
pub use field::{Field, unfolded};
pub use head::{RequestHead, UriScheme};
pub use input::{SignatureInput, SignatureParameters};
pub use key::{KeyParameter, SignatureKey};
pub use key_scheme::KeyScheme;
pub use sign::{SignatureFields, Unsigned, sign};
pub use signature_error::{ErrorCode, Refusal};
pub use syntax::{DRAFT_11, FieldSyntax, SEED, SEED_DICTIONARY};
pub use verify::{Checked, SignatureValid, SignedHead};
