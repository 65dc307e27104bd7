//! A delegate acts for one person.

use std::time::Duration;

use aauth_roles::{GrantBasis, Granted, Refusal};
use aauth_store::{Inserted, Key, Space, StoreError};
use aauth_types::UnixTime;
use sha2::{Digest as _, Sha256};

use crate::server::{STORE_PAUSE, Server};

/// How long a delegate that gets no tokens stays bound to its person: a year. Every token starts it anew.
const LIFE: Duration = Duration::from_secs(365 * 24 * 3600);
/// How often a lost race is run again; each loss is another's success.
const TURNS: usize = 16;

impl Server {
    /// Binds the delegate that asked to the person that the token will name; the first token decides, and an agent token that
    /// names somebody (`aud_sub`) speaks for nobody else.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Agent Delegate User Binding".
    pub(crate) async fn bind_delegate(&self, basis: &GrantBasis, granted: &Granted) -> Result<(), Refusal> {
        let (Some((agent, delegate)), Some(person)) = (basis.delegate(), &granted.subject) else {
            return Ok(());
        };
        if !basis.may_act_for(person) {
            return Err(Refusal::DelegateOfAnother);
        }
        let key = key(agent, delegate).map_err(|_| Refusal::ServerError)?;
        let person = Sha256::digest(person);
        match self.bound(&key, &person, self.settings.clock.now()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::DelegateOfAnother),
            Err(error) => {
                tracing::error!(kind = error.kind(), "a delegate could not be bound to its person");
                Err(Refusal::Unavailable { retry_after: STORE_PAUSE })
            }
        }
    }

    async fn bound(&self, key: &Key, person: &[u8], now: UnixTime) -> Result<bool, StoreError> {
        let (store, expires) = (&self.settings.required.store, now.saturating_add(LIFE));
        for _ in 0..TURNS {
            if store.insert(key, person, expires, now).await? == Inserted::New {
                return Ok(true);
            }
            let Some(row) = store.get(key, now).await? else { continue };
            if row.value != person {
                return Ok(false);
            }
            // Whoever was faster has prolonged it for the same person, or the next turn sees for whom.
            store.swap(key, row.version, person, expires, now).await?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// Agent and delegate, hashed one by one so that no two pairs share a key, and apart from what else the space holds.
fn key(agent: &str, delegate: &str) -> Result<Key, StoreError> {
    let mut id = b"delegate".to_vec();
    id.extend_from_slice(&Sha256::digest(agent));
    id.extend_from_slice(&Sha256::digest(delegate));
    Key::new(Space::Grant, &id)
}
