//! Waiting for a change.

use core::time::Duration;
use std::sync::Arc;

use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::{LATER, NOW, fresh, insert, read};
use crate::{Key, Row, Space, Store, Swapped};

/// How long a change may take to be noticed before the check fails; far above what any back end needs.
const LOST: Duration = Duration::from_secs(10);

/// A version that is not the row's, and no row at all, are changes already.
pub async fn a_row_that_differs_is_ready_at_once(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "ready").await;
    noticed(store, &key, 1).await;
    let old = insert(store, &key, b"old").await;
    swap(store, &key, &old).await;
    noticed(store, &key, old.version).await;
    let new = read(store, &key).await;
    store.take(&key, NOW).await.expect("a row is taken");
    noticed(store, &key, new.version).await;
}

/// Nothing is reported while nothing changes, not even when a neighbour does.
pub async fn waiting_lasts_while_nothing_changes(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "quiet").await;
    let row = insert(store, &key, b"row").await;
    let neighbour = fresh(store, Space::Session, "quiet").await;
    let other = insert(store, &neighbour, b"row").await;
    swap(store, &neighbour, &other).await;
    let waited = timeout(Duration::from_millis(50), store.changed(&key, row.version)).await;
    assert!(waited.is_err(), "an unchanged row keeps its waiter");
}

/// Everyone who waits for a row is woken by one swap.
pub async fn a_change_wakes_every_waiter(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "many").await;
    let row = insert(store, &key, b"row").await;
    let mut waiters = JoinSet::new();
    for _ in 0..100 {
        let (store, key) = (Arc::clone(store), key.clone());
        waiters.spawn(async move { noticed(&store, &key, row.version).await });
    }
    tokio::task::yield_now().await;
    swap(store, &key, &row).await;
    waiters.join_all().await;
}

/// A row that is taken has changed.
pub async fn taking_wakes_a_waiter(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Code, "taken").await;
    let row = insert(store, &key, b"row").await;
    let waiter = wait(store, &key, &row);
    tokio::task::yield_now().await;
    store.take(&key, NOW).await.expect("a row is taken");
    waiter.await.expect("the waiter is woken");
}

/// A row that is purged has changed.
pub async fn purging_wakes_a_waiter(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Code, "purged").await;
    let row = insert(store, &key, b"row").await;
    let waiter = wait(store, &key, &row);
    tokio::task::yield_now().await;
    while store.purge(LATER).await.expect("rows are purged") > 0 {}
    waiter.await.expect("the waiter is woken");
}

/// However a change falls between reading the version, asking and waiting, the waiter hears of it.
pub async fn a_change_is_never_missed(store: &Arc<dyn Store>) {
    let key = fresh(store, Space::Pending, "missed").await;
    let mut row = insert(store, &key, b"row").await;
    for round in 0..200 {
        // Asked but not yet polled when the change comes: the call alone must not be relied on to register.
        let asked = store.changed(&key, row.version);
        let waiter = wait(store, &key, &row);
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        swap(store, &key, &row).await;
        waiter.await.expect("the waiter is woken");
        timeout(LOST, asked)
            .await
            .expect("a change before the first poll is noticed")
            .expect("a row is watched");
        row = read(store, &key).await;
    }
}

fn wait(store: &Arc<dyn Store>, key: &Key, row: &Row) -> JoinHandle<()> {
    let (store, key, version) = (Arc::clone(store), key.clone(), row.version);
    tokio::spawn(async move { noticed(&store, &key, version).await })
}

async fn noticed(store: &Arc<dyn Store>, key: &Key, since: u64) {
    loop {
        timeout(LOST, store.changed(key, since))
            .await
            .expect("a change is noticed")
            .expect("a row is watched");
        // Ready without a change is allowed; then the wait goes on.
        if store.get(key, NOW).await.expect("a row is read").is_none_or(|row| row.version != since) {
            return;
        }
    }
}

async fn swap(store: &Arc<dyn Store>, key: &Key, row: &Row) {
    let swapped = store.swap(key, row.version, b"changed", LATER, NOW).await.expect("a row is swapped");
    assert!(matches!(swapped, Swapped::Done(_)), "an undisturbed swap is done, not {swapped:?}");
}
