//! Browser sessions.

use std::sync::Arc;
use std::time::Duration;

use aauth_runtime::{Entropy, random};
use aauth_store::{Inserted, Key, Space, Store, StoreError};
use aauth_types::{Network, Secret, UnixTime};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::mac::{Mac256, Purpose};
use crate::{InteractionError, Subject};

/// Identifiers in cookies, rows in the store.
///
/// Before anybody signed in, a session is its identifier alone and costs no row: strangers cannot fill the store.
/// Signing in gives a new identifier, so that one which somebody else planted is worth nothing (session fixation).
#[derive(Clone)]
pub(crate) struct Sessions {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) mac: Mac256,
    pub(crate) network: Network,
    pub(crate) life: Duration,
}

/// The identifier: 32 random bytes as 43 base64url characters.
#[derive(Debug, Clone)]
pub(crate) struct SessionId(Secret<String>);

impl SessionId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.expose()
    }
}

#[derive(Serialize, Deserialize)]
struct SessionRow {
    subject: Subject,
}

impl Sessions {
    /// The identifier that the browser sent, if it sent exactly one that has the right form.
    pub(crate) fn presented(&self, fields: &HeaderMap) -> Option<SessionId> {
        let name = cookie_name(self.network);
        let pairs = fields.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut values = pairs
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter_map(|(known, value)| (known == name).then_some(value));
        let (value, other) = (values.next()?, values.next());
        let whole = other.is_none() && URL_SAFE_NO_PAD.decode(value).is_ok_and(|bytes| bytes.len() == 32);
        whole.then(|| SessionId(Secret::new(value.to_owned())))
    }

    /// A session that nobody has signed in to.
    pub(crate) fn begin(&self) -> Result<SessionId, InteractionError> {
        let id = URL_SAFE_NO_PAD.encode(random::<32>(&*self.entropy)?);
        Ok(SessionId(Secret::new(id)))
    }

    /// Who has signed in to a session.
    pub(crate) async fn subject(
        &self,
        id: &SessionId,
        now: UnixTime,
    ) -> Result<Option<Subject>, InteractionError> {
        let row = self.store.get(&self.key(id)?, now).await?;
        let read = |row: aauth_store::Row| serde_json::from_slice::<SessionRow>(&row.value);
        row.map(read).transpose().map(|row| row.map(|row| row.subject)).map_err(|_| InteractionError::Row)
    }

    /// Ends the old session and begins one that belongs to `subject`.
    pub(crate) async fn sign_in(
        &self,
        old: &SessionId,
        subject: Subject,
        now: UnixTime,
    ) -> Result<SessionId, InteractionError> {
        let id = self.begin()?;
        let value = serde_json::to_vec(&SessionRow { subject }).map_err(|_| InteractionError::Row)?;
        let expires = now.saturating_add(self.life);
        match self.store.insert(&self.key(&id)?, &value, expires, now).await? {
            Inserted::New => {
                self.end(old, now).await?;
                Ok(id)
            }
            // 256 random bits came twice: the source of entropy is broken.
            Inserted::Exists => Err(InteractionError::Entropy),
        }
    }

    /// Forgets who has signed in.
    pub(crate) async fn end(&self, id: &SessionId, now: UnixTime) -> Result<(), InteractionError> {
        self.store.take(&self.key(id)?, now).await?;
        Ok(())
    }

    /// The `Set-Cookie` that gives the browser its identifier.
    pub(crate) fn cookie(&self, id: &SessionId) -> Option<HeaderValue> {
        let secure = match self.network {
            Network::Public => "; Secure",
            Network::InsecureLoopback => "",
        };
        let name = cookie_name(self.network);
        let cookie = format!("{name}={}; Path=/{secure}; HttpOnly; SameSite=Lax", id.as_str());
        let mut value = HeaderValue::try_from(cookie).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn key(&self, id: &SessionId) -> Result<Key, StoreError> {
        Key::new(Space::Session, self.mac.digest(Purpose::Session, &[id.as_str().as_bytes()]))
    }
}

/// `__Host-` binds the cookie to this host and to TLS; browsers refuse it without `Secure` (RFC 6265bis section 4.1.3.2).
const fn cookie_name(network: Network) -> &'static str {
    match network {
        Network::Public => "__Host-aauth",
        Network::InsecureLoopback => "aauth-insecure",
    }
}
