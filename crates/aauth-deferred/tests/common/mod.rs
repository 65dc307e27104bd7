//! Rows in every state, for the tests of the server's end.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::time::Duration;

use aauth_deferred::{
    Clarification, Effect, Event, InteractionCode, Need, OpenArgs, Owner, Pending, State, Terms,
};
use aauth_testkit::FakeClock;
use aauth_types::{Scope, Secret, Thumbprint, TokenId, UnixTime};

/// 2026-03-31T02:23:31Z, a Tuesday.
pub const NOW: UnixTime = FakeClock::TRACE;

pub fn later(seconds: u64) -> UnixTime {
    NOW.saturating_add(Duration::from_secs(seconds))
}

pub fn secret() -> Secret<[u8; 32]> {
    Secret::new([7; 32])
}

pub fn code() -> InteractionCode {
    InteractionCode::from_entropy([1, 2, 3, 4, 5])
}

pub fn owner() -> Owner {
    Owner { agent: "https://agent.example".to_owned(), key: Thumbprint::from_bytes([1; 32]) }
}

pub fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub fn jti(byte: u8) -> TokenId {
    TokenId::from_entropy([byte; 16])
}

pub fn args(terms: Terms) -> OpenArgs {
    OpenArgs {
        owner: owner(),
        need: Need::Interaction(code().hash(&secret())),
        scope: scope("data.read data.write"),
        clarification: Clarification::Supported,
        request: b"request".to_vec(),
        terms,
        now: NOW,
    }
}

pub fn open(terms: Terms) -> Pending {
    Pending::open(args(terms))
}

pub fn approve() -> Event {
    Event::Approve { subject: "alice".to_owned(), scope: scope("data.read"), jti: jti(3) }
}

pub fn ask() -> Event {
    Event::Ask { question: "Why?".to_owned() }
}

pub fn answer() -> Event {
    Event::Answer { owner: owner(), text: "Because.".to_owned() }
}

pub fn poll() -> Event {
    Event::Poll { owner: owner(), kid: "auth-key-1".to_owned() }
}

/// One event of each kind, in the order of the table's columns.
pub fn events() -> [Event; 10] {
    [
        Event::Arrive,
        approve(),
        Event::Deny,
        ask(),
        Event::CodeKilled,
        answer(),
        Event::Malformed { owner: owner() },
        poll(),
        Event::Cancel { owner: owner() },
        Event::Tick,
    ]
}

pub fn step(row: &Pending, event: &Event, now: UnixTime) -> (Pending, Effect) {
    row.apply(event, now).unwrap()
}

pub fn run(row: &Pending, events: &[Event]) -> Pending {
    events.iter().fold(row.clone(), |row, event| step(&row, event, NOW).0)
}

/// A row in each state, with the time at which it is there.
pub fn row_in(state: State) -> (Pending, UnixTime) {
    let open = open(Terms { redelivery: 60, ..Terms::default() });
    let row = match state {
        State::Undecided => open,
        State::Arrived => run(&open, &[Event::Arrive]),
        State::Asking => run(&open, &[Event::Arrive, ask()]),
        State::Granted => run(&open, &[Event::Arrive, approve()]),
        State::Denied => run(&open, &[Event::Arrive, Event::Deny]),
        State::Abandoned => return (run(&open, &[Event::Arrive]).at(later(600)), later(600)),
        State::Expired => return (open.at(later(600)), later(600)),
        State::CodeDead => run(&open, &[Event::CodeKilled]),
        State::Delivered => run(&open, &[approve(), poll()]),
        State::Cancelled => run(&open, &[Event::Cancel { owner: owner() }]),
        State::Gone => run(&open, &[Event::Deny, poll()]),
    };
    (row, NOW)
}
