//! The rows of the table: what is measured, against what, and how good it should be.

use std::hint::black_box;

use crate::request::parse_token;
use crate::{Floor, Peer, Request, Scheme, over_loopback, peers};

/// One row.
pub struct Operation {
    /// Its name in the table.
    pub name: &'static str,
    /// What this workspace does.
    pub ours: Box<dyn Fn()>,
    /// What the cryptography alone would take; `None` where there is none.
    pub floor: Option<Box<dyn Fn()>>,
    /// What it should cost.
    pub goal: Goal,
    /// Other published crates that do the same.
    pub peers: Vec<Peer>,
}

/// What an operation should cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// At most so many times the floor.
    Ratio(f64),
    /// At most so many nanoseconds.
    Nanoseconds(f64),
    /// Reported only.
    None,
}

/// Every row, in the order of the table.
#[must_use]
pub fn operations() -> Vec<Operation> {
    let mut rows = vec![
        row(
            peers::SIGN,
            Scheme::JwksUri,
            |request| drop(black_box(request.sign())),
            1.10,
            |raw| {
                black_box(raw.sign());
            },
        ),
        row(peers::VERIFY, Scheme::JwksUri, verify, 1.06, Floor::verify),
        row(peers::VERIFY_INLINE, Scheme::Hwk, verify, 1.06, Floor::verify_from_bytes),
        row("verify jwt, auth token, first time", Scheme::Jwt, verify, 1.06, |raw| {
            raw.verify();
            raw.verify();
        }),
        // The key that the token is bound to comes with the token, so that nobody has it ready.
        reported("verify jwt, first time, bound key decoded", Scheme::Jwt, verify, |raw| {
            raw.verify();
            raw.verify_from_bytes();
        }),
        row("verify jwt, auth token, seen before", Scheme::Jwt, verify_again, 1.08, Floor::verify),
    ];
    rows.extend([
        parse(peers::PARSE, Scheme::JwksUri, Goal::Nanoseconds(1000.0)),
        parse("parse three fields, jwt", Scheme::Jwt, Goal::Nanoseconds(1000.0)),
        parse("parse three fields, hwk, key decoded", Scheme::Hwk, Goal::None),
        token(),
        over_loopback::row(),
    ]);
    rows
}

fn row(name: &'static str, scheme: Scheme, ours: fn(&Request), goal: f64, floor: fn(&Floor)) -> Operation {
    let request = Request::signed(scheme);
    let raw = Floor::new(request.base());
    Operation {
        name,
        ours: Box::new(move || ours(&request)),
        floor: Some(Box::new(move || floor(&raw))),
        goal: Goal::Ratio(goal),
        peers: peers::of(name),
    }
}

fn reported(name: &'static str, scheme: Scheme, ours: fn(&Request), floor: fn(&Floor)) -> Operation {
    Operation { goal: Goal::None, ..row(name, scheme, ours, 0.0, floor) }
}

fn verify(request: &Request) {
    drop(black_box(request.verify()));
}

fn verify_again(request: &Request) {
    drop(black_box(request.verify_again()));
}

fn parse(name: &'static str, scheme: Scheme, goal: Goal) -> Operation {
    let request = Request::signed(scheme);
    Operation {
        name,
        ours: Box::new(move || drop(black_box(request.parse()))),
        floor: None,
        goal,
        peers: peers::of(name),
    }
}

fn token() -> Operation {
    let text = Request::signed(Scheme::Jwt).token().expect("the request has a token").to_owned();
    Operation {
        name: "read a token, not verified",
        ours: Box::new(move || drop(black_box(parse_token(&text)))),
        floor: None,
        goal: Goal::None,
        peers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_every_floor_runs() {
        for row in operations() {
            (row.ours)();
            row.floor.iter().for_each(|floor| floor());
            row.peers.iter().for_each(|peer| (peer.run)());
        }
    }
}
