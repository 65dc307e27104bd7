//! What this crate keeps in the opaque part of a pending row.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::{Facts, InteractionError};

#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) facts: Facts,
    pub(super) payload: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    facts: Facts,
    payload: String,
}

impl Envelope {
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, InteractionError> {
        let stored = Stored { facts: self.facts.clone(), payload: STANDARD.encode(&self.payload) };
        serde_json::to_vec(&stored).map_err(|_| InteractionError::Row)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, InteractionError> {
        let stored: Stored = serde_json::from_slice(bytes).map_err(|_| InteractionError::Row)?;
        let payload = STANDARD.decode(stored.payload).map_err(|_| InteractionError::Row)?;
        Ok(Self { facts: stored.facts, payload })
    }
}
