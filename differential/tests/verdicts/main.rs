//! The verdicts of three verifiers on the same requests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice,
    clippy::disallowed_methods,
    missing_docs
)]

mod chance;
mod change;
mod class;
mod expected;
mod page;
mod request;
mod verifiers;

use std::collections::BTreeMap;

use chance::Chance;
use change::{CHANGES, Change};
use expected::ROWS;
use request::{Draft, Request};
use verifiers::{Peer, ours};

/// Requests for each change.
const EACH: usize = 100;

/// A change, the peer that judges otherwise, and our error or none.
type Disagreement = (&'static str, Peer, Option<&'static str>);

#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    split: usize,
    disagreements: BTreeMap<Disagreement, usize>,
}

impl Tally {
    fn requests(&self) -> usize {
        self.accepted + self.refused + self.split
    }

    fn judge(&mut self, change: &'static str, request: &Request) {
        let verdict = ours(request);
        let differing: Vec<_> =
            Peer::ALL.into_iter().filter(|peer| peer.accepts(request) != verdict.is_none()).collect();
        for peer in &differing {
            *self.disagreements.entry((change, *peer, verdict)).or_default() += 1;
        }
        match (differing.is_empty(), verdict) {
            (true, None) => self.accepted += 1,
            (true, Some(_)) => self.refused += 1,
            (false, _) => self.split += 1,
        }
    }
}

fn made(change: &Change, chance: &mut Chance) -> Request {
    let mut draft = Draft::ordinary(chance);
    match change {
        Change::Signed(before) => {
            before(&mut draft, chance);
            draft.signed()
        }
        Change::Altered(after) => {
            let mut request = draft.signed();
            after(&mut request, chance);
            request
        }
    }
}

#[test]
fn every_disagreement_has_its_class() {
    let mut tally = Tally::default();
    for (seed, (name, change)) in (1..).zip(CHANGES) {
        let mut chance = Chance::seeded(seed);
        for _ in 0..EACH {
            tally.judge(name, &made(change, &mut chance));
        }
    }
    let expected: BTreeMap<Disagreement, usize> =
        ROWS.iter().map(|(change, peer, ours, count, _)| ((*change, *peer, *ours), *count)).collect();
    assert_eq!(tally.disagreements, expected);
    assert_eq!((tally.accepted, tally.refused, tally.split), (1279, 1499, 2622));

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/DIFFERENTIAL.md");
    let page = page::page(&tally);
    if std::env::var("AAUTH_WRITE_DOCS").is_ok() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept, page, "docs/DIFFERENTIAL.md is not what the table says: write it anew");
}

#[test]
fn names_of_changes_and_rows_are_there_once() {
    let mut names: Vec<_> = CHANGES.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CHANGES.len());
    let rows: BTreeMap<_, _> = ROWS.iter().map(|row| ((row.0, row.1, row.2), row.4)).collect();
    assert_eq!(rows.len(), ROWS.len());
    for class in class::Class::ALL {
        assert!(rows.values().any(|used| *used == class), "{class:?}");
    }
}
