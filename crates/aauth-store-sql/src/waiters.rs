//! Who waits for which row.

use core::fmt;
use core::future::Future;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aauth_store::{Key, StoreError};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

/// Names a row without telling its identifier, to databases that pass the name around: SHA-256 of the name of the
/// space, a zero byte, and the identifier. No name of a space has a zero byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RowName([u8; 32]);

impl RowName {
    pub(crate) fn of(key: &Key) -> Self {
        Self::from_columns(key.space().name(), key.id())
    }

    pub(crate) fn from_columns(space: &str, id: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(space.as_bytes());
        hash.update([0]);
        hash.update(id);
        Self(hash.finalize().into())
    }

    /// Reads 64 hexadecimal digits.
    #[cfg(feature = "postgres")]
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut name = [0_u8; 32];
        let digits = text.as_bytes().chunks_exact(2);
        if text.len() != 64 {
            return None;
        }
        for (byte, pair) in name.iter_mut().zip(digits) {
            let pair = str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(name))
    }
}

impl fmt::Debug for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowName(***)")
    }
}

/// Everyone in this process who waits for a row to change; nothing is held for those who stopped waiting.
#[derive(Debug, Default)]
pub(crate) struct Waiters {
    rows: Mutex<HashMap<RowName, Arc<Notify>>>,
}

impl Waiters {
    /// Wakes those who wait for this row.
    pub(crate) fn wake(&self, name: RowName) {
        if let Some(notify) = self.rows().get(&name) {
            notify.notify_waiters();
        }
    }

    /// Wakes everyone: changes may have gone unnoticed.
    pub(crate) fn wake_all(&self) {
        self.rows().values().for_each(|notify| notify.notify_waiters());
    }

    #[cfg(feature = "sqlite")]
    pub(crate) fn is_empty(&self) -> bool {
        self.rows().is_empty()
    }

    /// Waits until the version that `read` returns is not `since`.
    pub(crate) async fn changed<F>(
        &self,
        name: RowName,
        since: u64,
        mut read: impl FnMut() -> F,
    ) -> Result<(), StoreError>
    where
        F: Future<Output = Result<Option<u64>, StoreError>>,
    {
        let waiting = self.register(name);
        loop {
            // Made before the row is read: no change after the reading is missed.
            let notified = Arc::clone(&waiting.notify).notified_owned();
            // In an allocation of its own, which is gone while this waits.
            if Box::pin(read()).await? != Some(since) {
                return Ok(());
            }
            notified.await;
        }
    }

    fn register(&self, name: RowName) -> Waiting<'_> {
        Waiting { waiters: self, name, notify: Arc::clone(self.rows().entry(name).or_default()) }
    }

    /// Nothing panics under this lock.
    fn rows(&self) -> MutexGuard<'_, HashMap<RowName, Arc<Notify>>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Waiting<'a> {
    waiters: &'a Waiters,
    name: RowName,
    notify: Arc<Notify>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut rows = self.waiters.rows();
        // One is the map's, one is this; clones are made only under the lock or by those who hold one.
        if Arc::strong_count(&self.notify) <= 2 {
            rows.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_left_of_those_who_stopped_waiting() {
        let waiters = Waiters::default();
        let name = RowName::from_columns("pending", b"id");
        let first = waiters.register(name);
        let second = waiters.register(name);
        drop(first);
        assert_eq!(waiters.rows().len(), 1);
        drop(second);
        assert_eq!(waiters.rows().len(), 0);
        let ready = waiters.changed(name, 1, || async { Ok(Some(2)) }).await;
        assert!(ready.is_ok());
        assert_eq!(waiters.rows().len(), 0);
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn names_are_read_from_sixty_four_digits() {
        let name = RowName::from_columns("pending", b"id");
        let hex: String = name.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(RowName::from_hex(&hex), Some(name));
        assert_eq!(RowName::from_hex(hex.get(1..).unwrap()), None);
        assert_eq!(RowName::from_hex(&format!("+{}", hex.get(1..).unwrap())), None);
        assert_eq!(RowName::from_hex(&"é".repeat(32)), None);
    }
}
