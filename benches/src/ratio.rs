//! Measuring rows against their floors, in turns.

use std::time::{Duration, Instant};

use crate::{Goal, Operation};

/// What came out for one row; the times are medians over the rounds, in nanoseconds a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// What this workspace takes.
    pub ours: f64,
    /// What the floor takes.
    pub floor: Option<f64>,
    /// The median of the rounds' ratios.
    pub ratio: Option<f64>,
    /// What each peer takes, in their order.
    pub peers: Vec<f64>,
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
    let mut times: Vec<Vec<Round>> = rows.iter().map(|_| Vec::with_capacity(rounds)).collect();
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

/// What one round says, in nanoseconds a run.
#[derive(Debug, Clone, PartialEq)]
struct Round {
    ours: f64,
    floor: Option<f64>,
    peers: Vec<f64>,
}

fn round(row: &Operation) -> Round {
    // One run tells how many make a turn, and warms the caches after the row before.
    let once = time(&row.ours, 1);
    let fits = |runs: &u32| once.saturating_mul(*runs) >= TURN;
    let runs = [1, 4, 16, 64].into_iter().find(fits).unwrap_or(128);
    let (mut ours, mut floor) = (Duration::ZERO, Duration::ZERO);
    let mut peers = vec![Duration::ZERO; row.peers.len()];
    for _ in 0..TURNS {
        ours = ours.saturating_add(time(&row.ours, runs));
        if let Some(raw) = &row.floor {
            floor = floor.saturating_add(time(raw, runs));
        }
    }
    let each = |total: Duration| total.as_secs_f64() * 1e9 / f64::from(TURNS.saturating_mul(runs));
    // By themselves, so that they do not leave cold caches to one side of the ratio.
    for (peer, total) in row.peers.iter().zip(&mut peers) {
        time(&peer.run, 1);
        (0..TURNS).for_each(|_| *total = total.saturating_add(time(&peer.run, runs)));
    }
    Round {
        ours: each(ours),
        floor: row.floor.as_ref().map(|_| each(floor)),
        peers: peers.into_iter().map(each).collect(),
    }
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn time(run: &dyn Fn(), runs: u32) -> Duration {
    let start = Instant::now();
    (0..runs).for_each(|_| run());
    start.elapsed()
}

fn summary(rounds: &[Round]) -> Measured {
    let peers = rounds.first().map_or(0, |round| round.peers.len());
    let peer = |index: usize| median(rounds.iter().filter_map(|round| round.peers.get(index).copied()));
    Measured {
        ours: median(rounds.iter().map(|round| round.ours)).unwrap_or(f64::NAN),
        floor: median(rounds.iter().filter_map(|round| round.floor)),
        ratio: median(rounds.iter().filter_map(|round| round.floor.map(|floor| round.ours / floor))),
        peers: (0..peers).filter_map(peer).collect(),
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
        let rounds = [(11.0, 30.0), (500.0, 20.0), (12.0, 40.0)];
        let rounds = rounds.map(|(ours, peer)| Round { ours, floor: Some(10.0), peers: vec![peer] });
        let expected = Measured { ours: 12.0, floor: Some(10.0), ratio: Some(1.2), peers: vec![30.0] };
        assert_eq!(summary(&rounds), expected);
    }
}
