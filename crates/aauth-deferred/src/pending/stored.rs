//! The bytes in which a row is stored.

use serde::{Deserialize, Serialize};

use crate::{DeferredError, Pending};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'r> {
    version: u32,
    row: &'r Pending,
}

#[derive(Deserialize)]
struct Probe {
    version: u32,
}

#[derive(Deserialize)]
struct Read {
    row: Pending,
}

impl Pending {
    /// Writes the row: JSON with a version, no token and no code in it.
    ///
    /// # Errors
    /// `Row`: never in practice, every row has a JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DeferredError> {
        serde_json::to_vec(&Written { version: VERSION, row: self }).map_err(|_| DeferredError::Row)
    }

    /// Reads a row that [`Pending::to_bytes`] wrote.
    ///
    /// # Errors
    /// `RowVersion`: written by another version. `Row`: anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DeferredError> {
        let probe: Probe = serde_json::from_slice(bytes).map_err(|_| DeferredError::Row)?;
        if probe.version != VERSION {
            return Err(DeferredError::RowVersion { found: probe.version });
        }
        let read: Read = serde_json::from_slice(bytes).map_err(|_| DeferredError::Row)?;
        Ok(read.row)
    }
}

pub(super) mod token_id {
    use aauth_types::TokenId;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(id: &TokenId, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(id.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TokenId, D::Error> {
        let text = String::deserialize(deserializer)?;
        TokenId::parse(&text).map_err(serde::de::Error::custom)
    }
}

pub(super) mod bytes {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}
