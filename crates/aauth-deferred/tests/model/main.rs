//! Every interleaving of two polls, persons, an agent, a clock and a crash over one row.
//!
//! Each client does what a server does for it: read the row, apply the event, swap by comparison, answer; the steps of
//! all clients are interleaved in every order. The search is complete within the bounds that each test names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

#[path = "../common/mod.rs"]
mod common;
mod moment;
mod search;
mod world;

use aauth_deferred::{State, Terms};
use search::{Found, search};
use world::{Client, Deed, Swap, World};

const TERMS: Terms = Terms { life: 1, keep: 1, redelivery: 0, rounds: 1, retry_after: 1 };
const REDELIVERED: Terms = Terms { redelivery: 1, ..TERMS };

const DECISIONS: &[Deed] = &[Deed::Arrive, Deed::ApproveAll, Deed::ApproveLess, Deed::Deny];

/// Two polls each of two pollers, one of them held; a person with all that a person can do, twice; an agent; a crash.
fn one_person(terms: Terms) -> World {
    let clients = vec![
        Client { deeds: &[Deed::Poll], times: 2, held: false },
        Client { deeds: &[Deed::Poll], times: 1, held: true },
        Client {
            deeds: &[
                Deed::Arrive,
                Deed::ApproveAll,
                Deed::ApproveLess,
                Deed::Deny,
                Deed::Ask,
                Deed::WrongCodes,
            ],
            times: 2,
            held: false,
        },
        Client { deeds: &[Deed::Answer, Deed::Cancel], times: 1, held: false },
    ];
    World::new(terms, clients, Swap::ByVersion)
}

/// Two pollers, one of them held, two persons who decide at once, an agent that cancels, a crash.
fn two_persons(terms: Terms, swap: Swap) -> World {
    let clients = vec![
        Client { deeds: &[Deed::Poll], times: 1, held: false },
        Client { deeds: &[Deed::Poll], times: 1, held: true },
        Client { deeds: DECISIONS, times: 1, held: false },
        Client { deeds: DECISIONS, times: 1, held: false },
        Client { deeds: &[Deed::Cancel], times: 1, held: false },
    ];
    World::new(terms, clients, swap)
}

fn sound(mut world: World) -> Found {
    let found = search(&mut world);
    assert_eq!(found.violation, None);
    assert!(
        found.states > 100_000 && found.steps > found.states,
        "{} states, {} steps",
        found.states,
        found.steps
    );
    found
}

#[test]
fn with_one_person_no_order_of_steps_breaks_the_promises() {
    let found = sound(one_person(TERMS));
    assert_eq!(found.seen, State::ALL.into_iter().collect(), "every state can be reached");
    assert_eq!(found.most_deliveries, 1);
}

#[test]
fn with_redelivery_no_order_of_steps_gives_a_second_token() {
    let found = sound(one_person(REDELIVERED));
    assert_eq!(found.seen, State::ALL.into_iter().collect(), "every state can be reached");
    assert_eq!(found.most_deliveries, 3, "each poll may get the same token");
}

#[test]
fn with_two_persons_at_once_one_decision_counts() {
    let found = sound(two_persons(TERMS, Swap::ByVersion));
    assert_eq!(found.most_deliveries, 1);
}

#[test]
fn a_store_that_swaps_without_comparing_is_found_out() {
    let violation = search(&mut two_persons(TERMS, Swap::Always)).violation.unwrap();
    assert!(violation.steps.len() > 4, "{violation:?}");
}
