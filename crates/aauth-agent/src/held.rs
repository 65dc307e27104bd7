//! Auth tokens that are still good.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aauth_token::AuthToken;
use aauth_types::{Secret, ServerId, UnixTime};

/// One token for each resource; the newest replaces the older.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<HashMap<ServerId, Entry>>);

#[derive(Debug)]
struct Entry {
    text: Secret<String>,
    expires: UnixTime,
}

/// A token is not used in its last seconds: the resource's clock may be ahead.
const MARGIN: Duration = Duration::from_secs(30);
/// Resources that are remembered at once.
const MOST: usize = 1024;

impl Held {
    pub(crate) fn get(&self, resource: &ServerId, now: UnixTime) -> Option<Secret<String>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = held.get(resource)?;
        (now.saturating_add(MARGIN) < entry.expires).then(|| entry.text.clone())
    }

    pub(crate) fn put(&self, resource: ServerId, token: &AuthToken, now: UnixTime) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST {
            held.retain(|_, entry| now < entry.expires);
        }
        if held.len() < MOST {
            let text = Secret::new(token.text().to_owned());
            held.insert(resource, Entry { text, expires: token.expires() });
        }
    }

    pub(crate) fn drop(&self, resource: &ServerId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(resource);
    }
}
