//! A bounded number of slots, shared out so that no stranger can push out the others.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aauth_types::ServerId;

use crate::fetch::host;
use crate::slot::Slot;

/// Slots by structured key.
///
/// Those of trusted issuers are never pushed out by another issuer. Those of strangers are bounded in number and in
/// bytes; out goes first what holds nothing, then what was used least recently. One site, by the last two labels of the
/// host, gets a quarter: a stranger who owns a domain has as many names as it likes.
#[derive(Debug)]
pub(crate) struct Slots<K, V> {
    entries: Mutex<Entries<K, V>>,
    limit: Share,
}

/// A number of slots and of bytes.
#[derive(Debug, Clone, Copy)]
struct Share {
    slots: usize,
    bytes: usize,
}

#[derive(Debug)]
struct Entries<K, V> {
    by_key: HashMap<K, Entry<V>>,
    uses: u64,
}

#[derive(Debug)]
struct Entry<V> {
    slot: Arc<Slot<V>>,
    site: Site,
    used: u64,
}

/// Who shares an allotment.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Site {
    Trusted(ServerId),
    Stranger(String),
}

impl<K: Clone + Eq + Hash, V: Send + Sync + 'static> Slots<K, V> {
    pub(crate) fn new(slots: usize, bytes: usize) -> Self {
        let entries = Entries { by_key: HashMap::new(), uses: 0 };
        Self { entries: Mutex::new(entries), limit: Share { slots, bytes } }
    }

    /// The slot of `key`, made if there is none; another may have to go for it.
    pub(crate) fn slot(&self, key: &K, issuer: &ServerId, trusted: bool) -> Arc<Slot<V>> {
        let mut entries = self.lock();
        entries.uses = entries.uses.saturating_add(1);
        let used = entries.uses;
        if let Some(entry) = entries.by_key.get_mut(key) {
            entry.used = used;
            return Arc::clone(&entry.slot);
        }
        let site =
            if trusted { Site::Trusted(issuer.clone()) } else { Site::Stranger(site(issuer).to_owned()) };
        let slot = Arc::new(Slot::default());
        entries.by_key.insert(key.clone(), Entry { slot: Arc::clone(&slot), site, used });
        entries.trim(self.limit, key);
        slot
    }

    /// The slot of `key`, if there is one.
    pub(crate) fn find(&self, key: &K) -> Option<Arc<Slot<V>>> {
        self.lock().by_key.get(key).map(|entry| Arc::clone(&entry.slot))
    }

    /// Sees to the bounds again, after the slot of `key` was filled.
    pub(crate) fn trim(&self, key: &K) {
        self.lock().trim(self.limit, key);
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.lock().by_key.len()
    }

    fn lock(&self) -> MutexGuard<'_, Entries<K, V>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, V: Send + Sync + 'static> Entries<K, V> {
    /// Removes entries until every bound holds; never the one of `key`.
    fn trim(&mut self, limit: Share, key: &K) {
        if let Some(site) = self.by_key.get(key).map(|entry| entry.site.clone()) {
            let share = match site {
                Site::Trusted(_) => Share { slots: TRUSTED_SLOTS, bytes: usize::MAX },
                Site::Stranger(_) => Share { slots: quarter(limit.slots), bytes: quarter(limit.bytes) },
            };
            self.trim_those(share, key, |entry| entry.site == site);
        }
        self.trim_those(limit, key, |entry| matches!(entry.site, Site::Stranger(_)));
    }

    fn trim_those(&mut self, share: Share, kept: &K, those: impl Fn(&Entry<V>) -> bool) {
        loop {
            let chosen = || self.by_key.iter().filter(|(_, entry)| those(entry));
            let slots = chosen().count();
            let bytes = chosen().map(|(_, entry)| entry.slot.weight()).fold(0, usize::saturating_add);
            if slots <= share.slots && bytes <= share.bytes {
                return;
            }
            let goes = chosen().filter(|(key, _)| *key != kept);
            let goes = goes.min_by_key(|(_, entry)| (entry.slot.weight() > 0, entry.used));
            let Some(key) = goes.map(|(key, _)| key.clone()) else { return };
            self.by_key.remove(&key);
        }
    }
}

/// A trusted issuer has five documents at most, and changes the place of its keys now and then.
const TRUSTED_SLOTS: usize = 8;

fn quarter(whole: usize) -> usize {
    whole.div_ceil(4)
}

/// The last two labels of the host. Under `co.uk` and the like strangers share one allotment, which costs a fetch.
fn site(issuer: &ServerId) -> &str {
    let host = host(issuer.authority());
    match host.rmatch_indices('.').nth(1) {
        Some((at, _)) => host.get(at.saturating_add(1)..).unwrap_or(host),
        None => host,
    }
}

#[cfg(test)]
mod tests {
    use aauth_types::Network;

    use super::*;

    fn id(text: &str) -> ServerId {
        ServerId::parse(&format!("https://{text}"), Network::Public).unwrap()
    }

    fn fill(slots: &Slots<ServerId, ()>, name: &str, trusted: bool) {
        let id = id(name);
        slots.slot(&id, &id, trusted);
    }

    #[test]
    fn a_million_strangers_leave_the_trusted_and_fill_no_more_than_the_bound() {
        let slots = Slots::new(16, usize::MAX);
        fill(&slots, "auth.example", true);
        for index in 0..1_000_000 {
            fill(&slots, &format!("a.host{index}.test"), false);
        }
        assert_eq!(slots.count(), 17);
        assert!(slots.find(&id("auth.example")).is_some());
    }

    #[test]
    fn one_domain_gets_a_quarter() {
        let slots = Slots::new(16, usize::MAX);
        fill(&slots, "honest.test", false);
        for index in 0..1_000 {
            fill(&slots, &format!("host{index}.evil.example"), false);
        }
        assert_eq!(slots.count(), 5);
        assert!(slots.find(&id("honest.test")).is_some());
    }

    #[test]
    fn the_least_recently_used_goes() {
        let slots = Slots::new(3, usize::MAX);
        for name in ["a.test", "b.example", "c.invalid", "a.test", "d.org"] {
            fill(&slots, name, false);
        }
        let left = ["a.test", "b.example", "c.invalid", "d.org"].map(|name| slots.find(&id(name)).is_some());
        assert_eq!(left, [true, false, true, true]);
    }
}
