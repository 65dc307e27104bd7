//! How full each space is.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Limits;
use crate::{Space, StoreError};

/// Rows and bytes in use, over all shards.
#[derive(Debug)]
pub(super) struct Usage {
    limits: Limits,
    spaces: [(AtomicUsize, AtomicUsize); Space::ALL.len()],
}

impl Usage {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, spaces: Default::default() }
    }

    pub(super) fn rows(&self, space: Space) -> usize {
        self.counters(space).0.load(Ordering::Relaxed)
    }

    /// Books `rows` and `bytes`, or nothing when either would pass its limit.
    pub(super) fn reserve(&self, space: Space, rows: usize, bytes: usize) -> Result<(), StoreError> {
        let (row_count, byte_count) = self.counters(space);
        if !raise(row_count, rows, self.limits.rows) {
            return Err(StoreError::Full { space });
        }
        if !raise(byte_count, bytes, self.limits.bytes) {
            lower(row_count, rows);
            return Err(StoreError::Full { space });
        }
        Ok(())
    }

    /// Gives back what was booked.
    pub(super) fn release(&self, space: Space, rows: usize, bytes: usize) {
        let (row_count, byte_count) = self.counters(space);
        lower(row_count, rows);
        lower(byte_count, bytes);
    }

    fn counters(&self, space: Space) -> &(AtomicUsize, AtomicUsize) {
        let [pending, code, token_replay, request_replay, session, attempts, grant] = &self.spaces;
        match space {
            Space::Pending => pending,
            Space::Code => code,
            Space::TokenReplay => token_replay,
            Space::RequestReplay => request_replay,
            Space::Session => session,
            Space::Attempts => attempts,
            Space::Grant => grant,
        }
    }
}

fn raise(count: &AtomicUsize, by: usize, limit: usize) -> bool {
    let raised = |used: usize| used.checked_add(by).filter(|sum| *sum <= limit);
    by == 0 || count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, raised).is_ok()
}

fn lower(count: &AtomicUsize, by: usize) {
    let lowered = |used: usize| Some(used.saturating_sub(by));
    let _ = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lowered);
}
