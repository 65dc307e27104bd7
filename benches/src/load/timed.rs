//! Many requests at a time, and how long each took.

use std::time::{Duration, Instant};

use futures_util::{Future, StreamExt as _, stream};
use serde_json::{Value, json};

/// How long the requests of one kind took.
#[derive(Debug, Clone)]
pub struct Timed {
    took: Duration,
    each: Vec<Duration>,
    expected: usize,
}

/// Runs `request` with every number below `count`, `at_once` at a time; it says whether the answer was the expected one.
pub async fn timed<F: Future<Output = bool>>(
    count: usize,
    at_once: usize,
    request: impl Fn(usize) -> F,
) -> Timed {
    let begin = Instant::now();
    let request = &request;
    let mut each = Vec::with_capacity(count);
    let mut expected = 0;
    let mut answers = stream::iter(0..count)
        .map(|index| async move {
            let begin = Instant::now();
            (request(index).await, begin.elapsed())
        })
        .buffer_unordered(at_once);
    while let Some((good, took)) = answers.next().await {
        expected += usize::from(good);
        each.push(took);
    }
    Timed::new(begin.elapsed(), each, expected)
}

impl Timed {
    /// `each` in any order.
    pub(crate) fn new(took: Duration, mut each: Vec<Duration>, expected: usize) -> Self {
        each.sort_unstable();
        Self { took, each, expected }
    }

    /// How many answers were the expected ones.
    #[must_use]
    pub fn expected(&self) -> usize {
        self.expected
    }

    /// Requests a second.
    #[must_use]
    pub fn a_second(&self) -> f64 {
        self.each.len() as f64 / self.took.as_secs_f64()
    }

    /// As [`Timed::to_json`], with a name and the share that these requests a second are of those of `floor`.
    #[must_use]
    pub fn beside(&self, request: &str, floor: &Self) -> Value {
        let mut seen = self.to_json();
        seen["request"] = json!(request);
        seen["of_verification_only"] =
            json!((self.a_second() / floor.a_second() * 1_000.0).round() / 1_000.0);
        seen
    }

    /// Requests a second, median and 99th percentile in milliseconds, and how many answers were not the expected ones.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let at = |part: usize| {
            let index = (self.each.len() * part / 100).min(self.each.len().saturating_sub(1));
            self.each.get(index).map_or(0.0, |took| (took.as_secs_f64() * 10_000.0).round() / 10.0)
        };
        json!({
            "a_second": self.a_second().round(),
            "p50_ms": at(50),
            "p99_ms": at(99),
            "unexpected": self.each.len() - self.expected,
        })
    }
}
