//! The checks that every back end passes.
//!
//! Give [`run`] a store of its own: the checks purge far into the future and count what that removes. Keys are fixed,
//! so a store on disk may be used again, but not by two runs at once. The runtime needs time enabled, and several
//! threads for the races to be worth anything. A check panics with the fact that does not hold.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a check that fails must stop the test that called it"
)]

mod expiry;
mod race;
mod row;
mod wait;

use std::sync::Arc;

use aauth_types::UnixTime;

pub use self::expiry::{
    a_row_is_absent_from_the_second_of_its_expiry, a_swap_moves_the_expiry, an_expired_row_makes_room,
    purge_removes_what_expired_and_nothing_else,
};
pub use self::race::{
    a_purge_never_removes_a_row_that_was_prolonged, fifty_swaps_of_one_version_have_one_winner,
    no_increment_is_lost, of_fifty_inserts_one_is_new, of_fifty_takes_one_gets_the_row,
    swap_and_take_never_both_win,
};
pub use self::row::{
    a_lost_swap_writes_nothing, a_row_reads_back_as_written, a_value_above_the_limit_is_refused,
    a_version_is_never_used_twice, odd_keys_name_different_rows, what_is_absent_stays_absent,
};
pub use self::wait::{
    a_change_is_never_missed, a_change_wakes_every_waiter, a_row_that_differs_is_ready_at_once,
    purging_wakes_a_waiter, taking_wakes_a_waiter, waiting_lasts_while_nothing_changes,
};
use crate::{Inserted, Key, Row, Space, Store};

/// Runs every check, one after the other, on one store.
pub async fn run(store: Arc<dyn Store>) {
    a_row_reads_back_as_written(&store).await;
    odd_keys_name_different_rows(&store).await;
    a_value_above_the_limit_is_refused(&store).await;
    what_is_absent_stays_absent(&store).await;
    a_lost_swap_writes_nothing(&store).await;
    a_version_is_never_used_twice(&store).await;

    a_row_is_absent_from_the_second_of_its_expiry(&store).await;
    an_expired_row_makes_room(&store).await;
    a_swap_moves_the_expiry(&store).await;
    purge_removes_what_expired_and_nothing_else(&store).await;

    of_fifty_inserts_one_is_new(&store).await;
    fifty_swaps_of_one_version_have_one_winner(&store).await;
    of_fifty_takes_one_gets_the_row(&store).await;
    swap_and_take_never_both_win(&store).await;
    no_increment_is_lost(&store).await;
    a_purge_never_removes_a_row_that_was_prolonged(&store).await;

    a_row_that_differs_is_ready_at_once(&store).await;
    waiting_lasts_while_nothing_changes(&store).await;
    a_change_wakes_every_waiter(&store).await;
    taking_wakes_a_waiter(&store).await;
    purging_wakes_a_waiter(&store).await;
    a_change_is_never_missed(&store).await;
}

/// The time of most checks.
const NOW: UnixTime = UnixTime::from_secs(1_774_923_811);
/// When the rows of most checks expire.
const LATER: UnixTime = UnixTime::from_secs(1_774_924_411);

/// A key of a check, with no row: whatever an earlier run left is removed.
async fn fresh(store: &Arc<dyn Store>, space: Space, id: impl AsRef<[u8]>) -> Key {
    let key = Key::new(space, id).expect("keys of the suite are short enough");
    let before_all_expiry = UnixTime::from_secs(i64::MIN);
    store.take(&key, before_all_expiry).await.expect("a row is taken");
    key
}

async fn insert(store: &Arc<dyn Store>, key: &Key, value: &[u8]) -> Row {
    let inserted = store.insert(key, value, LATER, NOW).await.expect("a row is inserted");
    assert_eq!(inserted, Inserted::New, "a key without a row takes one");
    read(store, key).await
}

async fn read(store: &Arc<dyn Store>, key: &Key) -> Row {
    store.get(key, NOW).await.expect("a row is read").expect("the row is there")
}
