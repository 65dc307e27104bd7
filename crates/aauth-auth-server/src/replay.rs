//! A resource token is good for one request.

use aauth_roles::Refusal;
use aauth_store::{Inserted, Key, Space, StoreError};
use aauth_token::ResourceToken;
use aauth_types::UnixTime;
use sha2::{Digest as _, Sha256};

use crate::server::{STORE_PAUSE, Server};

impl Server {
    /// Records the token as used; refuses it when it was used before. Of any number of requests with one token, on any
    /// number of instances, one passes.
    ///
    /// A store that was put back from an older copy does not know what was used since: what was issued before is refused.
    pub(crate) async fn use_once(&self, token: &ResourceToken, now: UnixTime) -> Result<(), Refusal> {
        if self.settings.required.store.not_before().is_some_and(|restored| token.issued() < restored) {
            return Err(Refusal::BeforeRestore);
        }
        let key = key(token).map_err(|_| Refusal::ServerError)?;
        match self.settings.required.store.insert(&key, b"", token.expires(), now).await {
            Ok(Inserted::New) => Ok(()),
            Ok(Inserted::Exists) => Err(Refusal::Replayed),
            Err(error) => {
                tracing::error!(kind = error.kind(), "a resource token could not be recorded");
                Err(Refusal::Unavailable { retry_after: STORE_PAUSE })
            }
        }
    }
}

/// Issuer and identifier, hashed one by one so that no two pairs share a key.
fn key(token: &ResourceToken) -> Result<Key, StoreError> {
    let mut id = Vec::with_capacity(64);
    id.extend_from_slice(&Sha256::digest(token.issuer().as_str()));
    id.extend_from_slice(&Sha256::digest(token.id().as_str()));
    Key::new(Space::TokenReplay, &id)
}
