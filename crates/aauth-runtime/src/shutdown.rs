//! The news that a server is about to stop.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells all parts of a server that it is about to stop. Cloning shares.
///
/// Whoever hears the signal calls [`begin`](Self::begin): readiness turns to 503, held polls are answered at once, and
/// a server that serves until [`begun`](Self::begun) lets open requests finish.
#[derive(Debug, Clone)]
pub struct Shutdown(Arc<watch::Sender<bool>>);

impl Shutdown {
    /// One that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Begins it. There is no way back.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it has begun.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it has begun; ready at once when it has.
    pub async fn begun(&self) {
        // This value holds the sender, so that waiting ends in no other way.
        let mut receiver = self.0.subscribe();
        let _begun = receiver.wait_for(|begun| *begun).await;
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_and_who_comes_later_both_learn_of_it() {
        let shutdown = Shutdown::new();
        let waiting = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.begun().await }
        });
        assert!(!shutdown.has_begun());
        shutdown.begin();
        waiting.await.unwrap();
        shutdown.begun().await;
        assert!(shutdown.has_begun());
    }
}
