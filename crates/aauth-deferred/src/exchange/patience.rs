//! How long an agent goes on.

use core::time::Duration;

use crate::PreferWait;

/// Times and numbers of one exchange. Whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// The whole exchange. Default 900 s.
    pub total: Duration,
    /// `Prefer: wait` of the first request and of polls; `None` sends none. Default 45 s.
    pub wait: Option<PreferWait>,
    /// The wait between polls when the server announces none. Default 5 s.
    pub unannounced: Duration,
    /// The longest wait that a server can impose. Default 300 s.
    pub longest: Duration,
    /// How many requests and questions there can be. Default 2,000.
    pub requests: u32,
    /// How many failures (no response, `503`) can follow each other. Default 10.
    pub failures: u32,
    /// How many questions are answered; later ones are left open. Default 5.
    pub answers: u8,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(900),
            wait: Some(PreferWait::CEILING),
            unannounced: Duration::from_secs(5),
            longest: Duration::from_secs(300),
            requests: 2000,
            failures: 10,
            answers: 5,
        }
    }
}
