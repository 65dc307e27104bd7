//! The times and numbers of one pending request.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// Times and numbers that a request is opened with and keeps, all times in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long a decision may take. Default 600.
    pub life: u32,
    /// How long a final answer waits for its poll, and how long it is then known that there was one. Default 600 each.
    pub keep: u32,
    /// How long after delivery the very same token is given out again to its owner. Default 0: never. At most 60.
    ///
    /// With 0 a token is lost when the response that carries it is; with more, who steals the agent's key can fetch it again.
    pub redelivery: u32,
    /// How many answers an agent may give. Default 5.
    pub rounds: u8,
    /// `Retry-After` of ordinary answers. Default 2.
    pub retry_after: u32,
}

impl Default for Terms {
    fn default() -> Self {
        Self { life: 600, keep: 600, redelivery: 0, rounds: 5, retry_after: 2 }
    }
}

impl Terms {
    /// The longest time of redelivery.
    pub const MAX_REDELIVERY: u32 = 60;

    pub(crate) fn life(&self) -> Duration {
        seconds(self.life)
    }

    pub(crate) fn keep(&self) -> Duration {
        seconds(self.keep)
    }

    pub(crate) fn redelivery(&self) -> Duration {
        seconds(self.redelivery.min(Self::MAX_REDELIVERY))
    }

    pub(crate) fn retry_after(&self) -> Duration {
        seconds(self.retry_after)
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(u64::from(seconds))
}
