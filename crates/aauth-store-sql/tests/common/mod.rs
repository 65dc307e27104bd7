//! Files and rows for the tests of both back ends.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use aauth_store::{Inserted, Key, Row, Space, Store, Swapped};
use aauth_types::UnixTime;

pub const NOW: UnixTime = UnixTime::from_secs(1_774_923_811);
pub const LATER: UnixTime = UnixTime::from_secs(1_774_924_411);

/// A name that no other test of this or another run has.
pub fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    format!("{}_{}_{nanos}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A directory that is gone after the test.
pub struct Directory(PathBuf);

impl Directory {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("aauth_store_sql_{}", unique()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("store.sqlite")
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn key(id: &str) -> Key {
    Key::new(Space::Pending, id).unwrap()
}

pub async fn insert(store: &impl Store, key: &Key, value: &[u8]) -> u64 {
    assert_eq!(store.insert(key, value, LATER, NOW).await.unwrap(), Inserted::New);
    read(store, key).await.version
}

pub async fn read(store: &impl Store, key: &Key) -> Row {
    store.get(key, NOW).await.unwrap().unwrap()
}

pub async fn swap(store: &impl Store, key: &Key, version: u64) -> u64 {
    match store.swap(key, version, b"swapped", LATER, NOW).await.unwrap() {
        Swapped::Done(version) => version,
        lost => panic!("an undisturbed swap is done, not {lost:?}"),
    }
}

/// Everything that an error shows of itself and its sources.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        text = format!("{text}\n{error}\n{error:#?}");
        next = error.source();
    }
    text
}
