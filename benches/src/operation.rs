//! The rows of the table: what is measured, against what, and how good it should be.

use std::hint::black_box;

use crate::request::parse_token;
use crate::{Floor, Request, Scheme};

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
            "sign a GET, jwks_uri",
            Scheme::JwksUri,
            |request| drop(black_box(request.sign())),
            1.10,
            |raw| {
                black_box(raw.sign());
            },
        ),
        row("verify jwks_uri, key cached", Scheme::JwksUri, verify, 1.06, Floor::verify),
        row("verify hwk", Scheme::Hwk, verify, 1.06, Floor::verify_from_bytes),
        row("verify jwt, auth token, first time", Scheme::Jwt, verify, 1.06, |raw| {
            raw.verify();
            raw.verify();
        }),
        row("verify jwt, auth token, seen before", Scheme::Jwt, verify_again, 1.08, Floor::verify),
    ];
    rows.extend([
        parse("parse three fields, jwks_uri", Scheme::JwksUri, Goal::Nanoseconds(1000.0)),
        parse("parse three fields, jwt", Scheme::Jwt, Goal::Nanoseconds(1000.0)),
        parse("parse three fields, hwk, key decoded", Scheme::Hwk, Goal::None),
        token(),
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
    }
}

fn verify(request: &Request) {
    drop(black_box(request.verify()));
}

fn verify_again(request: &Request) {
    drop(black_box(request.verify_again()));
}

fn parse(name: &'static str, scheme: Scheme, goal: Goal) -> Operation {
    let request = Request::signed(scheme);
    Operation { name, ours: Box::new(move || drop(black_box(request.parse()))), floor: None, goal }
}

fn token() -> Operation {
    let text = Request::signed(Scheme::Jwt).token().expect("the request has a token").to_owned();
    Operation {
        name: "read a token, not verified",
        ours: Box::new(move || drop(black_box(parse_token(&text)))),
        floor: None,
        goal: Goal::None,
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
        }
    }
}
