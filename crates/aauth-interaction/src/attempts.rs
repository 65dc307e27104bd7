//! How often a source may be wrong.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aauth_store::{Inserted, Key, Row, Space, Store, StoreError, Swapped};
use aauth_types::UnixTime;

use crate::Attempted;
use crate::mac::{Mac256, Purpose};

/// How many wrong codes, and apart from them how many wrong passwords, are answered before a pause.
///
/// A wrong code names no request, so nobody is harmed by someone else's; only the source that guesses is held back.
/// Too low a number locks out offices behind one address; too high a number helps a guesser: with 40 bits of code and
/// 1,000 open requests the defaults leave one source a chance of 1 in 36 million per window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Wrong attempts of one client address (IPv4), or one /64 network (IPv6); default 30.
    pub per_source: u32,
    /// Wrong attempts of one browser session; default 10.
    pub per_session: u32,
    /// Wrong attempts of all sources together; default 10,000. Once reached, nobody's code is looked at until the window ends.
    pub in_all: u32,
    /// How long an attempt counts, from the first one; default 600 s.
    pub window: Duration,
}

impl Default for AttemptLimits {
    fn default() -> Self {
        Self { per_source: 30, per_session: 10, in_all: 10_000, window: Duration::from_secs(600) }
    }
}

/// Who guesses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guesser<'a> {
    pub(crate) address: Option<IpAddr>,
    pub(crate) session: Option<&'a str>,
}

/// The counters, in the store, so that all instances share them.
#[derive(Clone)]
pub(crate) struct Attempts {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) mac: Mac256,
    pub(crate) limits: AttemptLimits,
}

/// An attempt that was admitted and counts as wrong until [`Attempts::refund`].
pub(crate) struct Spent {
    keys: Vec<Key>,
    total: Key,
    left: Left,
}

/// Whether the source has attempts left after this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    Some,
    None,
}

impl Attempts {
    /// Counts an attempt before it is tried, so that a burst cannot try more than the limit; `None` when the limit is reached.
    pub(crate) async fn spend(
        &self,
        guess: Attempted,
        who: Guesser<'_>,
        now: UnixTime,
    ) -> Result<Option<Spent>, StoreError> {
        let total = self.key(guess, "all", b"")?;
        if self.store.get(&total, now).await?.map_or(0, |row| count(&row)) >= self.limits.in_all {
            return Ok(None);
        }
        let mut keys = vec![(self.key(guess, "source", &network(who.address))?, self.limits.per_source)];
        if let Some(session) = who.session {
            keys.push((self.key(guess, "session", session.as_bytes())?, self.limits.per_session));
        }
        let (mut spent, mut left) = (Vec::new(), Left::Some);
        for (key, limit) in keys {
            // A counter at its limit is not written again: knocking on costs no writes.
            let known = self.store.get(&key, now).await?.map_or(0, |row| count(&row));
            if known >= limit {
                return Ok(None);
            }
            match count_up(&*self.store, &key, self.limits.window, now).await? {
                count if count > limit => return Ok(None),
                count if count == limit => left = Left::None,
                _ => {}
            }
            spent.push(key);
        }
        Ok(Some(Spent { keys: spent, total, left }))
    }

    /// The attempt was right.
    pub(crate) async fn refund(&self, spent: Spent, now: UnixTime) -> Result<(), StoreError> {
        for key in &spent.keys {
            for _ in 0..TURNS {
                let Some(row) = self.store.get(key, now).await? else {
                    break;
                };
                let value = count(&row).saturating_sub(1).to_be_bytes();
                if self.store.swap(key, row.version, &value, row.expires, now).await? != Swapped::Lost {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The attempt was wrong: it counts for all together, too. `None`: it was the last that was looked at.
    pub(crate) async fn keep(&self, spent: Spent, now: UnixTime) -> Result<Left, StoreError> {
        let count = count_up(&*self.store, &spent.total, self.limits.window, now).await?;
        Ok(if count == self.limits.in_all { Left::None } else { spent.left })
    }

    /// Addresses and sessions are stored as keyed digests: a stolen table tells nobody who was here.
    fn key(&self, guess: Attempted, what: &str, id: &[u8]) -> Result<Key, StoreError> {
        let guess = match guess {
            Attempted::Code => "code",
            Attempted::Password => "password",
        };
        Key::new(
            Space::Attempts,
            self.mac.digest(Purpose::Attempts, &[guess.as_bytes(), what.as_bytes(), id]),
        )
    }
}

/// Counts one up, from now for `life`; returns the new count.
pub(crate) async fn count_up(
    store: &dyn Store,
    key: &Key,
    life: Duration,
    now: UnixTime,
) -> Result<u32, StoreError> {
    for _ in 0..TURNS {
        let (counted, written) = match store.get(key, now).await? {
            Some(row) => {
                let counted = count(&row).saturating_add(1);
                let swapped = store.swap(key, row.version, &counted.to_be_bytes(), row.expires, now).await?;
                (counted, matches!(swapped, Swapped::Done(_)))
            }
            None => {
                let expires = now.saturating_add(life);
                let inserted = store.insert(key, &1_u32.to_be_bytes(), expires, now).await?;
                (1, inserted == Inserted::New)
            }
        };
        if written {
            return Ok(counted);
        }
    }
    Ok(u32::MAX)
}

const TURNS: usize = 256;

fn count(row: &Row) -> u32 {
    row.value.as_slice().try_into().map_or(u32::MAX, u32::from_be_bytes)
}

/// One address, or the /64 in which a client of IPv6 chooses its own; all whose address is unknown are one source.
fn network(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(8).collect(),
    }
}
