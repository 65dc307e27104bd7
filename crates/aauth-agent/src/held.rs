//! Auth tokens that are still good.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aauth_token::AuthToken;
use aauth_types::{Scope, Secret, ServerId, UnixTime};

/// The tokens of one agent, by resource; for each resource the one that was used last comes first.
#[derive(Debug, Default)]
pub(crate) struct Held(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    tokens: HashMap<ServerId, Vec<Entry>>,
    serial: u64,
}

#[derive(Debug)]
struct Entry {
    token: HeldToken,
    issuer: ServerId,
    scope: Scope,
    expires: UnixTime,
}

/// A verified auth token.
#[derive(Debug, Clone)]
pub(crate) struct HeldToken {
    pub(crate) text: Secret<String>,
    pub(crate) scope: Scope,
    /// Tells tokens apart without comparing secrets.
    pub(crate) serial: u64,
}

/// A token is not used in its last seconds: the resource's clock may be ahead.
pub(crate) const MARGIN: Duration = Duration::from_secs(30);
/// Resources that are remembered at once.
pub(crate) const RESOURCES: usize = 1024;
/// Tokens that are remembered for each of them.
pub(crate) const SCOPES: usize = 8;

impl Held {
    /// The token that was used last at `resource`.
    pub(crate) fn latest(&self, resource: &ServerId, now: UnixTime) -> Option<HeldToken> {
        let shelf = self.shelf();
        let good = |entry: &&Entry| entry.is_good(now);
        shelf.tokens.get(resource)?.iter().find(good).map(|entry| entry.token.clone())
    }

    /// A token of `issuer` that allows `scope` at `resource` and is not among those already `tried`.
    pub(crate) fn covering(
        &self,
        resource: &ServerId,
        issuer: &ServerId,
        scope: &Scope,
        tried: &[u64],
        now: UnixTime,
    ) -> Option<HeldToken> {
        let mut shelf = self.shelf();
        let entries = shelf.tokens.get_mut(resource)?;
        let at = entries.iter().position(|entry| {
            entry.is_good(now)
                && entry.issuer == *issuer
                && entry.scope.covers(scope)
                && !tried.contains(&entry.token.serial)
        })?;
        entries.get_mut(..=at)?.rotate_right(1);
        entries.first().map(|entry| entry.token.clone())
    }

    /// A token that is not used any more, expired for less than `window` (zero: none), and would allow `scope`.
    pub(crate) fn ended(
        &self,
        resource: &ServerId,
        issuer: &ServerId,
        scope: &Scope,
        window: Duration,
        now: UnixTime,
    ) -> Option<(HeldToken, Scope)> {
        let shelf = self.shelf();
        let ended = |entry: &&Entry| {
            !window.is_zero()
                && !entry.is_good(now)
                && now < entry.expires.saturating_add(window)
                && entry.issuer == *issuer
                && entry.scope.covers(scope)
        };
        let entry = shelf.tokens.get(resource)?.iter().find(ended)?;
        Some((entry.token.clone(), entry.scope.clone()))
    }

    /// Keeps a token in place of those that allow no more than it does.
    pub(crate) fn put(&self, token: &AuthToken, now: UnixTime) -> HeldToken {
        let mut shelf = self.shelf();
        shelf.serial = shelf.serial.saturating_add(1);
        let (text, scope) = (Secret::new(token.text().to_owned()), token.scope().clone());
        let held = HeldToken { text, scope, serial: shelf.serial };
        shelf.make_room(token.audience(), now);
        let entries = shelf.tokens.entry(token.audience().clone()).or_default();
        entries.retain(|entry| {
            entry.is_good(now) && !(entry.issuer == *token.issuer() && token.scope().covers(&entry.scope))
        });
        entries.truncate(SCOPES.saturating_sub(1));
        let (issuer, scope) = (token.issuer().clone(), token.scope().clone());
        entries.insert(0, Entry { token: held.clone(), issuer, scope, expires: token.expires() });
        held
    }

    /// Forgets a token that its resource does not accept.
    pub(crate) fn forget(&self, resource: &ServerId, token: &HeldToken) {
        if let Some(entries) = self.shelf().tokens.get_mut(resource) {
            entries.retain(|entry| entry.token.serial != token.serial);
        }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Lets go of the resource whose tokens end first, where there are too many.
    fn make_room(&mut self, resource: &ServerId, now: UnixTime) {
        if self.tokens.len() < RESOURCES || self.tokens.contains_key(resource) {
            return;
        }
        self.tokens.retain(|_, entries| entries.iter().any(|entry| entry.is_good(now)));
        let end = |entries: &Vec<Entry>| entries.iter().map(|entry| entry.expires).max();
        let first = self.tokens.iter().min_by_key(|(_, entries)| end(entries)).map(|(id, _)| id.clone());
        if let (Some(first), true) = (first, self.tokens.len() >= RESOURCES) {
            self.tokens.remove(&first);
        }
    }
}

impl Entry {
    fn is_good(&self, now: UnixTime) -> bool {
        now.saturating_add(MARGIN) < self.expires
    }
}
