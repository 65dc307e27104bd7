//! The memory store: the conformance suite, its bounds, and what it shows of itself.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use std::sync::Arc;

use aauth_store::{Inserted, Key, Limits, Memory, Row, Space, Store, StoreError, Swapped, suite};
use aauth_types::UnixTime;

const NOW: UnixTime = UnixTime::from_secs(1_000);
const LATER: UnixTime = UnixTime::from_secs(2_000);

fn key(space: Space, id: u32) -> Key {
    Key::new(space, id.to_be_bytes()).unwrap()
}

fn limited(rows: usize, bytes: usize) -> Memory {
    Memory::new(Limits { rows, bytes })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_passes_the_suite() {
    suite::run(Arc::new(Memory::default())).await;
}

#[tokio::test]
async fn memory_passes_the_suite_on_one_thread() {
    suite::run(Arc::new(Memory::default())).await;
}

#[tokio::test]
async fn a_full_space_refuses_and_its_neighbour_does_not() {
    let store = limited(3, 1_000);
    for id in 0..3 {
        assert_eq!(store.insert(&key(Space::Pending, id), b"", LATER, NOW).await.unwrap(), Inserted::New);
    }
    let refused = store.insert(&key(Space::Pending, 3), b"", LATER, NOW).await;
    assert!(matches!(refused, Err(StoreError::Full { space: Space::Pending })));
    assert_eq!(store.insert(&key(Space::Session, 3), b"", LATER, NOW).await.unwrap(), Inserted::New);
    assert_eq!(store.rows(Space::Pending), 3);
}

#[tokio::test]
async fn a_row_that_is_there_is_found_in_a_full_space() {
    let store = limited(1, 1_000);
    let key = key(Space::TokenReplay, 0);
    store.insert(&key, b"", LATER, NOW).await.unwrap();
    assert_eq!(store.insert(&key, b"", LATER, NOW).await.unwrap(), Inserted::Exists);
}

#[tokio::test]
async fn expired_rows_make_room_in_a_full_space() {
    let store = limited(2, 1_000);
    store.insert(&key(Space::Code, 0), b"", UnixTime::from_secs(1_100), NOW).await.unwrap();
    store.insert(&key(Space::Code, 1), b"", LATER, NOW).await.unwrap();
    let then = UnixTime::from_secs(1_100);
    assert_eq!(store.insert(&key(Space::Code, 2), b"", LATER, then).await.unwrap(), Inserted::New);
    assert!(store.get(&key(Space::Code, 1), then).await.unwrap().is_some());
    assert_eq!(store.rows(Space::Code), 2);
}

#[tokio::test]
async fn bytes_are_bounded_as_values_grow_and_shrink() {
    // Four bytes of key and six of value fit exactly.
    let store = limited(10, 10);
    let key = key(Space::Pending, 0);
    store.insert(&key, b"123456", LATER, NOW).await.unwrap();
    let row = store.get(&key, NOW).await.unwrap().unwrap();
    let refused = store.swap(&key, row.version, b"1234567", LATER, NOW).await;
    assert!(matches!(refused, Err(StoreError::Full { space: Space::Pending })));
    assert_eq!(store.get(&key, NOW).await.unwrap(), Some(row.clone()));

    assert!(matches!(store.swap(&key, row.version, b"", LATER, NOW).await.unwrap(), Swapped::Done(_)));
    let version = store.get(&key, NOW).await.unwrap().unwrap().version;
    assert!(matches!(store.swap(&key, version, b"123456", LATER, NOW).await.unwrap(), Swapped::Done(_)));
    store.take(&key, NOW).await.unwrap();
    assert_eq!(store.insert(&key, b"654321", LATER, NOW).await.unwrap(), Inserted::New);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_bound_holds_while_many_insert() {
    let store = Arc::new(limited(100, 1_000_000));
    let tasks = (0..8_u32).map(|task| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut new = 0_usize;
            for id in 0..50 {
                match store.insert(&key(Space::Attempts, task * 50 + id), b"", LATER, NOW).await {
                    Ok(Inserted::New) => new += 1,
                    Ok(Inserted::Exists) | Err(_) => {}
                }
            }
            new
        })
    });
    let mut new = 0;
    for task in tasks.collect::<Vec<_>>() {
        new += task.await.unwrap();
    }
    assert_eq!((new, store.rows(Space::Attempts)), (100, 100));
}

#[tokio::test]
async fn strangers_do_not_grow_a_full_space() {
    let store = limited(1_000, 1_000_000);
    for id in 0..50_000 {
        drop(store.insert(&key(Space::RequestReplay, id), b"", LATER, NOW).await);
    }
    assert_eq!(store.rows(Space::RequestReplay), 1_000);
    assert_eq!(store.purge(LATER).await.unwrap(), 1_000);
    assert_eq!(store.rows(Space::RequestReplay), 0);
}

#[test]
fn debug_shows_neither_key_nor_value() {
    let key = Key::new(Space::Session, "s3cret").unwrap();
    let row = Row { value: b"s3cret".to_vec(), version: 7, expires: LATER };
    assert_eq!(format!("{key:?}"), "Key(session, 6 bytes)");
    assert_eq!(format!("{row:?}"), "Row { value: 6 bytes, version: 7, expires: UnixTime(2000) }");
}

#[test]
fn each_error_has_its_name() {
    let lost = StoreError::Unavailable { doing: "swap a row", source: "connection reset".into() };
    assert_eq!(
        (lost.kind(), lost.to_string().as_str()),
        ("store_unavailable", "the store did not answer while it should swap a row")
    );
    assert_eq!(StoreError::Full { space: Space::Code }.to_string(), "no room for another row in space code");
    assert_eq!(
        StoreError::KeyTooLong { found: 2_000 }.to_string(),
        "a key of 2000 bytes, expected at most 1024"
    );
    assert_eq!(StoreError::ValueTooLong { found: 9 }.kind(), "value_too_long");
    assert_eq!(StoreError::Corrupt { what: "an unknown space" }.kind(), "store_corrupt");
}
