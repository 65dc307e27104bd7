//! Rows that nobody will ask for again.

use std::sync::Arc;
use std::time::Duration;

use aauth_runtime::Clock;
use aauth_store::Store;

/// Purges expired rows from `store`, once in every `period`, until it is dropped. Run it beside the router:
/// `tokio::spawn(housekeeping(store, clock, Duration::from_secs(60)))`.
///
/// Expired rows count as absent anyway; this gives their space back. A store that does not answer is asked again in the
/// next period. Several instances on one store may all run it.
pub async fn housekeeping(store: Arc<dyn Store>, clock: Arc<dyn Clock>, period: Duration) {
    let mut ticks = tokio::time::interval(period.max(Duration::from_secs(1)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match store.purge(clock.now()).await {
            Ok(rows) => tracing::debug!(rows, "expired rows purged"),
            Err(error) => tracing::warn!(kind = error.kind(), "expired rows could not be purged"),
        }
    }
}
