//! Breadth first, every moment once; then whether every path ends.

use std::collections::{BTreeSet, HashMap};

use aauth_deferred::State;

use crate::moment::Moment;
use crate::world::{Taken, World};

#[derive(Debug)]
pub(crate) struct Found {
    pub states: usize,
    pub steps: usize,
    pub seen: BTreeSet<State>,
    pub most_deliveries: u8,
    pub violation: Option<Violation>,
}

/// What went wrong, and the shortest way there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub what: &'static str,
    pub steps: Vec<Taken>,
}

pub(crate) fn search(world: &mut World) -> Found {
    let mut numbers = HashMap::from([(world.start(), 0_usize)]);
    let mut moments = vec![world.start()];
    let mut edges: Vec<Vec<usize>> = Vec::new();
    let mut cause: Vec<usize> = vec![0];
    let (mut steps, mut most_deliveries, mut violation) = (0, 0, None);
    while edges.len() < moments.len() && violation.is_none() {
        let at = edges.len();
        let moment = moments[at].clone();
        most_deliveries = most_deliveries.max(moment.past.deliveries);
        let next = world.steps(&moment);
        let stuck = (next.is_empty() && !world.finished(&moment)).then_some("stuck");
        if let Some(what) = world.wrong(&moment).or(stuck) {
            violation = Some(Violation { what, steps: way(world, &moments, &cause, at) });
        }
        let mut to = Vec::with_capacity(next.len());
        for (_, moment) in next {
            steps += 1;
            let number = *numbers.entry(moment.clone()).or_insert_with(|| {
                moments.push(moment);
                cause.push(at);
                moments.len() - 1
            });
            to.push(number);
        }
        edges.push(to);
    }
    if violation.is_none() && goes_in_circles(&edges) {
        violation = Some(Violation { what: "a path without end", steps: Vec::new() });
    }
    Found { states: moments.len(), steps, seen: world.seen.clone(), most_deliveries, violation }
}

/// The names of the steps from the start to `at`.
fn way(world: &mut World, moments: &[Moment], cause: &[usize], mut at: usize) -> Vec<Taken> {
    let mut way = Vec::new();
    while at != 0 {
        let from = cause[at];
        let named = world.steps(&moments[from]).into_iter().find(|(_, to)| *to == moments[at]);
        way.push(named.unwrap().0);
        at = from;
    }
    way.reverse();
    way
}

/// Takes away what nothing leads to, until nothing is left; in a circle something always is.
fn goes_in_circles(edges: &[Vec<usize>]) -> bool {
    let mut incoming = vec![0_u32; edges.len()];
    for to in edges.iter().flatten() {
        incoming[*to] += 1;
    }
    let (mut free, mut taken) = (vec![0_usize], 0);
    while let Some(at) = free.pop() {
        taken += 1;
        for to in edges[at].iter().copied() {
            incoming[to] -= 1;
            if incoming[to] == 0 {
                free.push(to);
            }
        }
    }
    taken < edges.len()
}
