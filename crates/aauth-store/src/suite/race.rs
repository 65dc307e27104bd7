//! Many writers, one row.

use core::future::Future;
use std::sync::Arc;

use aauth_types::UnixTime;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{LATER, NOW, fresh, insert, read};
use crate::{Inserted, Key, Row, Space, Store, Swapped};

/// How many tasks take part in a race.
const TASKS: u32 = 50;

/// Of many who present one token for the first time, one is the first.
pub async fn of_fifty_inserts_one_is_new(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::TokenReplay, "insert race").await;
    let results = race(TASKS, |index| {
        let (store, key) = (Arc::clone(store), key.clone());
        async move {
            let value = index.to_be_bytes();
            (index, store.insert(&key, &value, LATER, NOW).await.expect("a row is inserted"))
        }
    })
    .await;
    let winners: Vec<_> = results.into_iter().filter(|(_, inserted)| *inserted == Inserted::New).collect();
    let [(winner, _)] = winners.as_slice() else { panic!("one insert is new, not {}", winners.len()) };
    assert_eq!(read(store, &key).await.value, winner.to_be_bytes(), "the row is the winner's");
}

/// Of many who swap one version, one is done and all others have lost.
pub async fn fifty_swaps_of_one_version_have_one_winner(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "swap race").await;
    let version = insert(store, &key, b"start").await.version;
    let results = race(TASKS, |index| {
        let (store, key) = (Arc::clone(store), key.clone());
        async move {
            let value = index.to_be_bytes();
            (index, store.swap(&key, version, &value, LATER, NOW).await.expect("a row is swapped"))
        }
    })
    .await;
    let done = |result: &(u32, Swapped)| match result {
        (index, Swapped::Done(version)) => Some((*index, *version)),
        (_, Swapped::Lost) => None,
        (_, Swapped::Absent) => panic!("the row never goes away"),
    };
    let winners: Vec<_> = results.iter().filter_map(done).collect();
    let [(winner, version)] = *winners.as_slice() else { panic!("one swap is done, not {}", winners.len()) };
    let row = Row { value: winner.to_be_bytes().to_vec(), version, expires: LATER };
    assert_eq!(read(store, &key).await, row, "the row is the winner's");
}

/// Of many who take one row, one gets it.
pub async fn of_fifty_takes_one_gets_the_row(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Code, "take race").await;
    let row = insert(store, &key, b"code").await;
    let results = race(TASKS, |_| {
        let (store, key) = (Arc::clone(store), key.clone());
        async move { store.take(&key, NOW).await.expect("a row is taken") }
    })
    .await;
    let taken: Vec<_> = results.into_iter().flatten().collect();
    assert_eq!(taken, [row], "one take gets the row");
    assert_eq!(store.get(&key, NOW).await.expect("a row is read"), None);
}

/// A swap that is done is what the take returns; a swap after the take finds nothing.
pub async fn swap_and_take_never_both_win(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Code, "swap or take").await;
    for _ in 0..50 {
        let version = insert(store, &key, b"old").await.version;
        let results = race(2, |index| {
            let (store, key) = (Arc::clone(store), key.clone());
            async move {
                match index {
                    0 => Err(store.swap(&key, version, b"new", LATER, NOW).await.expect("a row is swapped")),
                    _ => Ok(store.take(&key, NOW).await.expect("a row is taken").map(|row| row.value)),
                }
            }
        })
        .await;
        let swap = results.iter().find_map(|result| result.as_ref().err());
        let take = results.iter().find_map(|result| result.as_ref().ok()).and_then(Option::as_deref);
        let in_order = match swap {
            Some(Swapped::Done(_)) => take == Some(b"new"),
            Some(Swapped::Absent) => take == Some(b"old"),
            _ => false,
        };
        assert!(in_order, "swap and take are one after the other, not {swap:?} with {take:?}");
    }
}

/// Read, decide, swap, again when lost: every writer's change survives every other's.
pub async fn no_increment_is_lost(store: &Arc<dyn Store>) {
    const EACH: u32 = 20;
    const WRITERS: u32 = 8;
    let key = fresh(store, Space::Attempts, "counter").await;
    insert(store, &key, &0_u32.to_be_bytes()).await;
    race(WRITERS, |_| {
        let (store, key) = (Arc::clone(store), key.clone());
        async move {
            for _ in 0..EACH {
                increment(&store, &key).await;
            }
        }
    })
    .await;
    let total = WRITERS.saturating_mul(EACH);
    assert_eq!(read(store, &key).await.value, total.to_be_bytes(), "every increment counts");
}

async fn increment(store: &Arc<dyn Store>, key: &Key) {
    loop {
        let row = read(store, key).await;
        let count = row.value.as_slice().try_into().map_or(0, u32::from_be_bytes);
        let next = count.saturating_add(1).to_be_bytes();
        match store.swap(key, row.version, &next, LATER, NOW).await.expect("a row is swapped") {
            Swapped::Done(_) => return,
            Swapped::Lost => tokio::task::yield_now().await,
            Swapped::Absent => panic!("the row never goes away"),
        }
    }
}

/// A row whose expiry a writer moved on in time is not purged by its old expiry.
///
/// The purger's clock is ahead of the writer's, as between two instances.
pub async fn a_purge_never_removes_a_row_that_was_prolonged(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Session, "swap or purge").await;
    for _ in 0..50 {
        let version = insert(store, &key, b"old").await.version;
        let results = race(2, |index| {
            let (store, key) = (Arc::clone(store), key.clone());
            async move {
                match index {
                    0 => Some(store.swap(&key, version, b"new", UnixTime::MAX, NOW).await.expect("a swap")),
                    _ => {
                        store.purge(LATER).await.expect("rows are purged");
                        None
                    }
                }
            }
        })
        .await;
        let swapped = results.into_iter().flatten().next();
        let left = store.take(&key, LATER).await.expect("a row is taken").map(|row| row.value);
        let in_order = match swapped {
            Some(Swapped::Done(_)) => left.as_deref() == Some(b"new"),
            Some(Swapped::Absent) => left.is_none(),
            _ => false,
        };
        assert!(in_order, "swap and purge are one after the other, not {swapped:?} with {left:?} left");
    }
}

/// Starts `count` tasks at one moment and returns what they return, in no order.
async fn race<T, F>(count: u32, task: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let gate = Arc::new(Barrier::new(usize::try_from(count).unwrap_or(usize::MAX)));
    let mut tasks = JoinSet::new();
    for index in 0..count {
        let (gate, work) = (Arc::clone(&gate), task(index));
        tasks.spawn(async move {
            gate.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}
