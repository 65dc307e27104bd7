//! Every pair of state and event of the server's end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use aauth_deferred::{DRAFT_11, DeferredWire, Effect, Refused, SEED, State};
use common::{events, row_in};

/// The next state and what is said: a status to the agent, `-` for nothing, `late` and `not now` to the person.
const SEED_TABLE: &str = "
          | arrive     | approve    | deny       | ask        | kill       | answer        | malformed     | poll           | cancel        | tick
undecided | arrived -  | granted -  | denied -   | asking -   | code dead - | undecided 202 | undecided 400 | undecided 202  | cancelled 204 | undecided -
arrived   | arrived -  | granted -  | denied -   | asking -   | code dead - | arrived 202   | arrived 400   | arrived 202    | cancelled 204 | arrived -
asking    | asking -   | granted -  | denied -   | not now    | not now    | arrived 202   | asking 400    | asking 202     | cancelled 204 | asking -
granted   | late       | late       | late       | late       | late       | granted 202   | granted 400   | delivered 200  | cancelled 204 | granted -
denied    | late       | late       | late       | late       | late       | denied 403    | denied 403    | gone 403       | cancelled 204 | denied -
abandoned | late       | late       | late       | late       | late       | abandoned 403 | abandoned 403 | gone 403       | cancelled 204 | abandoned -
expired   | late       | late       | late       | late       | late       | expired 408   | expired 408   | gone 408       | cancelled 204 | expired -
code dead | late       | late       | late       | late       | late       | code dead 410 | code dead 410 | gone 410       | cancelled 204 | code dead -
delivered | late       | late       | late       | late       | late       | delivered 404 | delivered 404 | delivered 200  | delivered 404 | delivered -
cancelled | late       | late       | late       | late       | late       | cancelled 410 | cancelled 410 | cancelled 410  | cancelled 410 | cancelled -
gone      | late       | late       | late       | late       | late       | gone 404      | gone 404      | gone 404       | gone 404      | gone -
";

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn observed(wire: &DeferredWire) -> Vec<Vec<String>> {
    State::ALL
        .iter()
        .map(|state| {
            let (row, now) = row_in(*state);
            assert_eq!(row.state(), *state);
            let mut line = vec![state.to_string()];
            line.extend(events().iter().map(|event| match row.apply(event, now) {
                Ok((next, effect)) => format!("{} {}", next.state(), said(&effect, wire)),
                Err(Refused::TooLate { state: named }) if named == *state => "late".to_owned(),
                Err(Refused::NotNow { state: named }) if named == *state => "not now".to_owned(),
                Err(other) => other.to_string(),
            }));
            line
        })
        .collect()
}

fn said(effect: &Effect, wire: &DeferredWire) -> String {
    match effect {
        Effect::Recorded => "-".to_owned(),
        Effect::Wait(_) => "202".to_owned(),
        Effect::Deliver(_) => "200".to_owned(),
        Effect::Refuse(error) => wire.status(*error).as_str().to_owned(),
        Effect::Cancelled => "204".to_owned(),
    }
}

#[test]
fn each_pair_of_state_and_event_does_what_the_table_says() {
    let expected: Vec<_> = SEED_TABLE.trim_matches('\n').lines().skip(1).map(cells).collect();
    assert_eq!(expected.len(), State::ALL.len());
    for (line, expected) in observed(&SEED).iter().zip(&expected) {
        assert_eq!(line, expected);
    }
}

#[test]
fn the_draft_answers_410_after_the_end_and_else_the_same() {
    for (draft, seed) in observed(&DRAFT_11).iter().zip(&observed(&SEED)) {
        let seed: Vec<String> = seed.iter().map(|cell| cell.replace(" 404", " 410")).collect();
        assert_eq!(*draft, seed);
    }
}

#[test]
fn somebody_else_changes_nothing_in_any_state() {
    for state in State::ALL {
        let (row, now) = row_in(state);
        for mut event in events() {
            let foreign_key = aauth_types::Thumbprint::from_bytes([2; 32]);
            let (aauth_deferred::Event::Answer { owner, .. }
            | aauth_deferred::Event::Malformed { owner }
            | aauth_deferred::Event::Poll { owner, .. }
            | aauth_deferred::Event::Cancel { owner }) = &mut event
            else {
                continue;
            };
            owner.key = foreign_key;
            assert_eq!(row.apply(&event, now), Err(Refused::NotOwner), "{state}");
        }
    }
}

/// The state that a cell names; `None` where nothing changes.
fn next(cell: &str) -> Option<&str> {
    (!["late", "not now"].contains(&cell))
        .then(|| cell.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').trim())
}

#[test]
fn each_pair_of_events_one_after_the_other_moves_along_the_table_only() {
    let table: Vec<_> = SEED_TABLE.trim_matches('\n').lines().skip(1).map(cells).collect();
    let moved = |from: &str, event: usize| {
        let line = table.iter().find(|line| line[0] == from).unwrap();
        next(&line[event + 1]).unwrap_or(from).to_owned()
    };
    let mut pairs = 0;
    for state in State::ALL {
        for (first, one) in events().iter().enumerate() {
            for (second, other) in events().iter().enumerate() {
                let (row, now) = row_in(state);
                let between = row.apply(one, now).map_or_else(|_| row.clone(), |(next, _)| next);
                let after = between.apply(other, now).map_or_else(|_| between.clone(), |(next, _)| next);
                let expected = moved(&moved(&state.to_string(), first), second);
                assert_eq!(after.state().to_string(), expected, "{state}: {one:?}, {other:?}");
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 11 * 10 * 10);
}
