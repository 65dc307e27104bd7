//! One writer, one row.

use std::sync::Arc;

use super::{LATER, NOW, fresh, insert, read};
use crate::{Inserted, Key, MAX_ID, MAX_VALUE, Space, Store, StoreError, Swapped};

/// Value and expiry come back as they were written, from nothing up to the longest value.
pub async fn a_row_reads_back_as_written(store: &Arc<dyn Store>) {
    let every_byte: Vec<u8> = (0..=u8::MAX).collect();
    let values = [Vec::new(), vec![0], every_byte.clone(), every_byte.repeat(MAX_VALUE / 256)];
    for value in values {
        let key = fresh(store, Space::Pending, "reads back").await;
        let row = insert(store, &key, &value).await;
        assert!(row.value == value, "a value of {} bytes reads back", value.len());
        assert_eq!(row.expires, LATER, "the expiry reads back");

        let swapped = store.swap(&key, row.version, &value, LATER, NOW).await.expect("a row is swapped");
        let after = read(store, &key).await;
        assert_eq!(swapped, Swapped::Done(after.version), "a swap tells the version that is read next");
        assert!(after.value == value, "a swapped value of {} bytes reads back", value.len());
        assert_eq!(store.take(&key, NOW).await.expect("a row is taken"), Some(after));
    }
}

/// Identifiers are bytes: empty, not UTF-8, with zeros, wildcards, quotes, in either case, as long as allowed; and the
/// space is part of the name.
pub async fn odd_keys_name_different_rows(store: &Arc<dyn Store>) {
    let longest = [0xff; MAX_ID];
    let (shorter, _) = longest.split_at(MAX_ID - 1);
    let ids: [&[u8]; 18] = [
        b"",
        b" ",
        b"\0",
        b"\0\0",
        b"\xff\xfe",
        b"%",
        b"_",
        b"'; drop table rows; --",
        b"\"",
        b"\\",
        b"a",
        b"A",
        "ä".as_bytes(),
        "a\u{308}".as_bytes(),
        b"\r\n",
        b"*",
        &longest,
        shorter,
    ];
    let mut keys = Vec::new();
    for space in Space::ALL {
        for id in ids {
            let key = fresh(store, space, id).await;
            insert(store, &key, format!("{} {id:?}", space.name()).as_bytes()).await;
            keys.push((key, format!("{} {id:?}", space.name())));
        }
    }
    for (key, value) in keys {
        let row = store.take(&key, NOW).await.expect("a row is taken").expect("each key has its own row");
        assert!(row.value == value.as_bytes(), "the row of {value} holds what was written to it");
    }
}

/// One byte above [`MAX_VALUE`] is refused by insert and swap, and changes nothing.
pub async fn a_value_above_the_limit_is_refused(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "too long").await;
    let value = vec![7; MAX_VALUE + 1];
    let refused = store.insert(&key, &value, LATER, NOW).await;
    assert!(matches!(refused, Err(StoreError::ValueTooLong { found }) if found == MAX_VALUE + 1));
    assert_eq!(store.get(&key, NOW).await.expect("a row is read"), None);

    let row = insert(store, &key, b"short").await;
    let refused = store.swap(&key, row.version, &value, LATER, NOW).await;
    assert!(matches!(refused, Err(StoreError::ValueTooLong { found }) if found == MAX_VALUE + 1));
    assert_eq!(read(store, &key).await, row);
}

/// Reading, swapping and taking make no row.
pub async fn what_is_absent_stays_absent(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Code, "absent").await;
    assert_eq!(store.get(&key, NOW).await.expect("a row is read"), None);
    assert_eq!(store.swap(&key, 1, b"x", LATER, NOW).await.expect("a row is swapped"), Swapped::Absent);
    assert_eq!(store.take(&key, NOW).await.expect("a row is taken"), None);
    assert_eq!(store.get(&key, NOW).await.expect("a row is read"), None);
}

/// A second insert and a swap on an old version leave value, version and expiry alone.
pub async fn a_lost_swap_writes_nothing(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Session, "lost").await;
    let first = insert(store, &key, b"first").await;
    let later = LATER.saturating_add(core::time::Duration::from_secs(1));
    assert_eq!(store.insert(&key, b"other", later, NOW).await.expect("a row is inserted"), Inserted::Exists);
    assert_eq!(read(store, &key).await, first);

    let done = store.swap(&key, first.version, b"second", LATER, NOW).await.expect("a row is swapped");
    assert!(matches!(done, Swapped::Done(version) if version != first.version), "a swap changes the version");
    let second = read(store, &key).await;
    let lost = store.swap(&key, first.version, b"third", later, NOW).await.expect("a row is swapped");
    assert_eq!(lost, Swapped::Lost);
    assert_eq!(read(store, &key).await, second);
}

/// Who still holds a version of a row that was removed or has expired since loses against the row that came after it.
pub async fn a_version_is_never_used_twice(store: &Arc<dyn Store>) {
    let key: Key = fresh(store, Space::Grant, "reborn").await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let row = insert(store, &key, b"same").await;
        assert!(seen.insert(row.version), "a row that was taken and inserted again has a new version");
        let swapped = store.swap(&key, row.version, b"same", LATER, NOW).await.expect("a row is swapped");
        let Swapped::Done(version) = swapped else { panic!("an undisturbed swap is done, not {swapped:?}") };
        assert!(seen.insert(version), "each swap makes a version that was never there");
        store.take(&key, NOW).await.expect("a row is taken");
    }
    for version in seen {
        insert(store, &key, b"new").await;
        let lost = store.swap(&key, version, b"stale", LATER, NOW).await.expect("a row is swapped");
        assert_eq!(lost, Swapped::Lost, "an old version loses");
        store.take(&key, NOW).await.expect("a row is taken");
    }
}
