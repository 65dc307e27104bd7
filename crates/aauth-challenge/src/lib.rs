#![doc = include_str!("../README.md")]

mod access;
mod capabilities;
mod challenge;
mod error;
mod member;
mod vocabulary;

pub use access::SessionToken;
pub use capabilities::{Capabilities, Capability};
pub use challenge::Challenge;
pub use error::ChallengeError;
pub use vocabulary::{DRAFT_11, Requirement, SEED, Vocabulary};

/// The longest field value that is read, all lines joined: 16 KiB.
pub const MAX_FIELD: usize = 16 * 1024;
/// The longest resource token that is read or written: 8 KiB.
pub const MAX_TOKEN: usize = 8 * 1024;
/// The longest interaction code that is read or written: 64 characters.
pub const MAX_CODE: usize = 64;
