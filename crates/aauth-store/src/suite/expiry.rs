//! Rows and time; the store reads no clock, so time goes as the check says.

use core::time::Duration;
use std::sync::Arc;

use aauth_types::UnixTime;

use super::{LATER, NOW, fresh, insert};
use crate::{Inserted, Row, Space, Store, Swapped};

/// Present in the last second before `expires`, absent for every method in the second of it, back when the clock is.
pub async fn a_row_is_absent_from_the_second_of_its_expiry(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::TokenReplay, "edge").await;
    let row = insert(store, &key, b"edge").await;
    let last = LATER.saturating_sub(Duration::from_secs(1));
    assert_eq!(store.get(&key, last).await.expect("a row is read"), Some(row.clone()));
    assert_eq!(store.insert(&key, b"x", LATER, last).await.expect("a row is inserted"), Inserted::Exists);

    assert_eq!(store.get(&key, LATER).await.expect("a row is read"), None);
    assert_eq!(store.take(&key, LATER).await.expect("a row is taken"), None);
    let absent = store.swap(&key, row.version, b"x", UnixTime::MAX, LATER).await.expect("a row is swapped");
    assert_eq!(absent, Swapped::Absent);

    // A clock that is set back finds the row as it was: nothing above removed or changed it.
    assert_eq!(store.get(&key, last).await.expect("a row is read"), Some(row));
}

/// An insert over an expired row is new, with a version of its own.
pub async fn an_expired_row_makes_room(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::TokenReplay, "room").await;
    let old = insert(store, &key, b"old").await;
    let expires = LATER.saturating_add(Duration::from_secs(600));
    assert_eq!(store.insert(&key, b"new", expires, LATER).await.expect("a row is inserted"), Inserted::New);
    let new = store.get(&key, LATER).await.expect("a row is read").expect("the new row is there");
    assert_eq!((new.value.as_slice(), new.expires), (b"new".as_slice(), expires));
    assert_ne!(new.version, old.version);
}

/// Expiry may move both ways, up to the end of time.
pub async fn a_swap_moves_the_expiry(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "moved").await;
    let mut version = insert(store, &key, b"row").await.version;
    for expires in [UnixTime::MAX, NOW.saturating_add(Duration::from_secs(1)), LATER] {
        let swapped = store.swap(&key, version, b"row", expires, NOW).await.expect("a row is swapped");
        let Swapped::Done(next) = swapped else { panic!("an undisturbed swap is done, not {swapped:?}") };
        version = next;
        let row = Row { value: b"row".to_vec(), version, expires };
        let last = expires.saturating_sub(Duration::from_secs(1));
        assert_eq!(store.get(&key, last).await.expect("a row is read"), Some(row));
        assert_eq!(store.get(&key, expires).await.expect("a row is read"), None);
    }
}

/// Purged are exactly the rows that expired by now, by their latest expiry; purging again finds nothing.
pub async fn purge_removes_what_expired_and_nothing_else(store: &Arc<dyn Store>) {
    drain(store, NOW).await;
    let mut keys = Vec::new();
    for (index, space) in Space::ALL.into_iter().cycle().take(40).enumerate() {
        let key = fresh(store, space, format!("purge {index}")).await;
        insert(store, &key, b"row").await;
        keys.push(key);
    }
    let (kept, gone) = keys.split_at(15);
    for key in kept {
        let version = store.get(key, NOW).await.expect("a row is read").expect("the row is there").version;
        let swapped = store.swap(key, version, b"row", UnixTime::MAX, NOW).await.expect("a row is swapped");
        assert!(matches!(swapped, Swapped::Done(_)), "an undisturbed swap is done, not {swapped:?}");
    }
    let last = LATER.saturating_sub(Duration::from_secs(1));
    drain(store, last).await;
    for key in &keys {
        assert!(store.get(key, last).await.expect("a row is read").is_some(), "no row goes a second early");
    }

    assert!(drain(store, LATER).await >= 25, "every expired row is counted");
    assert_eq!(store.purge(LATER).await.expect("rows are purged"), 0, "a second purge finds nothing");
    for key in gone {
        // At a time before its expiry the row would show if it were still there.
        assert_eq!(store.get(key, NOW).await.expect("a row is read"), None);
    }
    for key in kept {
        assert!(store.take(key, LATER).await.expect("a row is taken").is_some(), "a row that lives is kept");
    }
}

/// Purges until nothing is left to purge; a back end may work in batches.
async fn drain(store: &Arc<dyn Store>, now: UnixTime) -> u64 {
    let mut removed = 0_u64;
    loop {
        match store.purge(now).await.expect("rows are purged") {
            0 => return removed,
            batch => removed = removed.saturating_add(batch),
        }
    }
}
