//! Measuring rows against their floors, in turns.

use std::time::{Duration, Instant};

use crate::{Goal, Operation};

/// What came out for one row; the times are medians over the rounds, in nanoseconds a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// What this workspace takes.
    pub ours: f64,
    /// What the floor takes.
    pub floor: Option<f64>,
    /// The median of the rounds' ratios.
    pub ratio: Option<f64>,
}

impl Measured {
    /// Whether the goal is met; `None` when there is none.
    #[must_use]
    pub fn meets(&self, goal: Goal) -> Option<bool> {
        match goal {
            Goal::Ratio(most) => self.ratio.map(|ratio| ratio <= most),
            Goal::Nanoseconds(most) => Some(self.ours <= most),
            Goal::None => None,
        }
    }
}

/// Measures every row in each of `rounds` rounds, ours and floor by turns, so that whatever slows the machine down
/// slows down both.
#[must_use]
pub fn measure(rows: &[Operation], rounds: usize) -> Vec<Measured> {
    let mut times: Vec<Vec<(f64, Option<f64>)>> = rows.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for _ in 0..rounds {
        for (row, times) in rows.iter().zip(&mut times) {
            times.push(round(row));
        }
    }
    times.iter().map(|times| summary(times)).collect()
}

/// How many turns a round has.
const TURNS: u32 = 16;
/// How long a turn should be, so that reading the clock does not count; one run may be longer.
const TURN: Duration = Duration::from_micros(20);

fn round(row: &Operation) -> (f64, Option<f64>) {
    // One run tells how many make a turn, and warms the caches after the row before.
    let once = time(&row.ours, 1);
    let fits = |runs: &u32| once.saturating_mul(*runs) >= TURN;
    let runs = [1, 4, 16, 64].into_iter().find(fits).unwrap_or(128);
    let (mut ours, mut floor) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..TURNS {
        ours = ours.saturating_add(time(&row.ours, runs));
        if let Some(raw) = &row.floor {
            floor = floor.saturating_add(time(raw, runs));
        }
    }
    let each = |total: Duration| total.as_secs_f64() * 1e9 / f64::from(TURNS.saturating_mul(runs));
    (each(ours), row.floor.as_ref().map(|_| each(floor)))
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn time(run: &dyn Fn(), runs: u32) -> Duration {
    let start = Instant::now();
    (0..runs).for_each(|_| run());
    start.elapsed()
}

fn summary(times: &[(f64, Option<f64>)]) -> Measured {
    Measured {
        ours: median(times.iter().map(|(ours, _)| *ours)).unwrap_or(f64::NAN),
        floor: median(times.iter().filter_map(|(_, floor)| *floor)),
        ratio: median(times.iter().filter_map(|(ours, floor)| floor.map(|floor| ours / floor))),
    }
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_round() {
        let times = [(11.0, Some(10.0)), (500.0, Some(10.0)), (12.0, Some(10.0))];
        assert_eq!(summary(&times), Measured { ours: 12.0, floor: Some(10.0), ratio: Some(1.2) });
    }
}
