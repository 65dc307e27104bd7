//! Why a store did not do what it was asked.

use std::error::Error;

use thiserror::Error;

use crate::{MAX_ID, MAX_VALUE, Space};

/// A store that could not answer. Nothing is known about the row then, except where a variant says otherwise.
///
/// A server that meets one refuses the request (503): it must neither issue nor accept anything on a guess.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No room for another row in this space; nothing was written. The fault lies with the load.
    #[error("no room for another row in space {}", space.name())]
    Full {
        /// The space that is full; others may have room.
        space: Space,
    },
    /// A key longer than [`MAX_ID`]; nothing was written. The fault lies with the caller.
    #[error("a key of {found} bytes, expected at most {MAX_ID}")]
    KeyTooLong {
        /// Length in bytes.
        found: usize,
    },
    /// A value longer than [`MAX_VALUE`]; nothing was written. The fault lies with the caller.
    #[error("a value of {found} bytes, expected at most {MAX_VALUE}")]
    ValueTooLong {
        /// Length in bytes.
        found: usize,
    },
    /// The back end cannot be reached or refused the work. A write may or may not have happened.
    #[error("the store did not answer while it should {doing}")]
    Unavailable {
        /// What was asked of it, as an infinitive: `swap a row`.
        doing: &'static str,
        /// What the back end's library said; without credentials.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The back end holds something that this code never wrote.
    #[error("the store holds what nobody wrote: {what}")]
    Corrupt {
        /// What was found, in words.
        what: &'static str,
    },
}

impl StoreError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Full { .. } => "store_full",
            Self::KeyTooLong { .. } => "key_too_long",
            Self::ValueTooLong { .. } => "value_too_long",
            Self::Unavailable { .. } => "store_unavailable",
            Self::Corrupt { .. } => "store_corrupt",
        }
    }
}
