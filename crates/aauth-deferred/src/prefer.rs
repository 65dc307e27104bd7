//! `Prefer: wait=N`: how long an agent is ready to wait for an answer.

use core::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

const PREFER: &str = "prefer";
const APPLIED: &str = "preference-applied";

/// Seconds that an agent is ready to wait for an answer, so that it need not poll so often.
///
/// `Retry-After` outranks it. A server caps it: 45 s is the default of this workspace.
///
/// Source: RFC 7240 section 4.3; draft-hardt-aauth (5 March 2026), "Initial Request".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreferWait(u32);

impl PreferWait {
    /// The longest wait that a server of this workspace grants by default: 45 s.
    pub const CEILING: Self = Self(45);

    /// Takes whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Reads `Prefer` of a request; `None` when there is no usable `wait`. What is malformed is no preference.
    ///
    /// The first `wait` counts (RFC 7240 section 2). More seconds than fit are read as the most that fit.
    #[must_use]
    pub fn read(fields: &HeaderMap) -> Option<Self> {
        let lines = fields.get_all(PREFER).iter().filter_map(|line| line.to_str().ok());
        let mut preferences = lines.flat_map(|line| line.split(','));
        preferences.find_map(|preference| {
            let value = preference.split(';').next()?;
            let (name, value) = value.split_once('=')?;
            name.trim().eq_ignore_ascii_case("wait").then(|| seconds(value.trim()))
        })?
    }

    /// The same or, if that is less, `ceiling`.
    #[must_use]
    pub fn capped_at(self, ceiling: Self) -> Self {
        self.min(ceiling)
    }

    /// Whole seconds.
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0
    }

    /// As a duration.
    #[must_use]
    pub fn as_duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0))
    }

    /// `Prefer: wait=N`, for the request.
    #[must_use]
    pub fn write(self) -> (HeaderName, HeaderValue) {
        (HeaderName::from_static(PREFER), self.value())
    }

    /// `Preference-Applied: wait=N`, for the answer.
    #[must_use]
    pub fn write_applied(self) -> (HeaderName, HeaderValue) {
        (HeaderName::from_static(APPLIED), self.value())
    }

    fn value(self) -> HeaderValue {
        // Digits and a fixed word are always a field value.
        HeaderValue::from_str(&format!("wait={}", self.0)).unwrap_or(HeaderValue::from_static("wait=0"))
    }
}

fn seconds(value: &str) -> Option<PreferWait> {
    let digits = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(PreferWait(digits.parse().unwrap_or(u32::MAX)))
}
