//! Ctrl-C, and the system's request to stop.

use crate::failure::Failure;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The interruptions from now on.
#[derive(Debug)]
pub(crate) struct Interrupts {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
}

impl Interrupts {
    /// Takes them over from the default action, which would end the process at once.
    #[cfg(unix)]
    pub(crate) fn new() -> Result<Self, Failure> {
        let take = |kind| signal(kind).map_err(|error| Failure::usage("signal", error.kind().to_string()));
        Ok(Self { terminate: take(SignalKind::terminate())?, interrupt: take(SignalKind::interrupt())? })
    }

    #[cfg(not(unix))]
    pub(crate) fn new() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        drop(tokio::signal::ctrl_c().await);
    }
}
