//! Both ends against each other, on a clock that jumps to the next thing that happens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod common;

use std::time::Duration;

use aauth_challenge::Challenge;
use aauth_deferred::{
    Accepted, Action, AnswerBody, DRAFT_11, DeferredWire, Effect, Event, Exchange, Outcome, Patience,
    Pending, PollError, Reached, RequestUrl, SEED, Setup, State, Terms, TokenBody,
};
use aauth_types::{EndpointUrl, Network, UnixTime};
use common::{NOW, approve, ask, code, jti, later, open, owner, poll};
use http::{Method, Response};
use proptest::prelude::*;

const LOCATION: &str = "https://auth.example/pending/1";

/// A server with one request, and the people who will decide about it.
struct Server {
    wire: &'static DeferredWire,
    row: Pending,
    /// What people do, and when; the earliest last.
    people: Vec<(UnixTime, Event)>,
    tokens: Vec<String>,
}

impl Server {
    fn new(wire: &'static DeferredWire, terms: Terms, mut people: Vec<(u64, Event)>) -> Self {
        people.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let people = people.into_iter().map(|(at, event)| (later(at), event)).collect();
        Self { wire, row: open(terms), people, tokens: Vec::new() }
    }

    fn handle(&mut self, method: &Method, body: &[u8], first: bool, now: UnixTime) -> Response<Vec<u8>> {
        while self.people.last().is_some_and(|(at, _)| *at <= now) {
            let (at, event) = self.people.pop().unwrap();
            // People come too late, or ask once too often: that is refused and changes nothing.
            if let Ok((row, _)) = self.row.apply(&event, at) {
                self.row = row;
            }
        }
        if first {
            return self.accepted(&self.row.wait(), Some(self.challenge()));
        }
        let event = match *method {
            Method::GET => poll(),
            Method::DELETE => Event::Cancel { owner: owner() },
            _ => match AnswerBody::read(body, self.wire) {
                Ok(answer) => Event::Answer { owner: owner(), text: answer.clarification_response },
                Err(_) => Event::Malformed { owner: owner() },
            },
        };
        let (row, effect) = self.row.apply(&event, now).unwrap();
        // What a store would do between the two.
        self.row = Pending::from_bytes(&row.to_bytes().unwrap()).unwrap();
        self.say(effect)
    }

    fn say(&mut self, effect: Effect) -> Response<Vec<u8>> {
        match effect {
            Effect::Wait(wait) => self.accepted(&wait, None),
            Effect::Deliver(grant) => {
                let auth_token = format!("{}.{}.{}", grant.jti, grant.iat, grant.kid);
                self.tokens.push(auth_token.clone());
                self.wire.delivered(&TokenBody { auth_token, expires_in: Some(3600) })
            }
            Effect::Refuse(error) => self.wire.refused(error, None),
            Effect::Cancelled => self.wire.cancelled(),
            Effect::Recorded => panic!("an agent's event is answered"),
        }
    }

    fn accepted(&self, wait: &aauth_deferred::Wait, challenge: Option<Challenge>) -> Response<Vec<u8>> {
        let accepted = Accepted { location: LOCATION, wait, challenge: challenge.as_ref() };
        self.wire.accepted(&accepted).unwrap()
    }

    fn challenge(&self) -> Challenge {
        let url = EndpointUrl::parse("https://auth.example/interact", Network::Public).unwrap();
        Challenge::Interaction { url: Some(url), code: code().expose().to_owned() }
    }
}

/// What the agent saw besides the outcome.
#[derive(Debug, Default)]
struct Seen {
    prompts: usize,
    stops: usize,
    questions: Vec<String>,
    requests: usize,
    end: Option<UnixTime>,
}

/// `lost`: which responses, counted from 0, never arrive.
fn run(server: &mut Server, lost: &[usize], cancel_at: Option<u64>) -> (Outcome, Seen) {
    let wire = server.wire;
    let setup = Setup { wire, network: Network::Public, patience: Patience::default(), jitter: 7 };
    let url = RequestUrl::parse("https://auth.example/token").unwrap();
    let mut exchange = Exchange::post(url, b"{\"resource_token\": \"a.b.c\"}".to_vec(), setup, NOW);
    let (mut now, mut seen, mut first) = (NOW, Seen::default(), true);
    for _ in 0..10_000 {
        if cancel_at.is_some_and(|at| now >= later(at)) {
            exchange.cancel(now);
        }
        let (method, url, body) = match exchange.next(now) {
            Action::Post { url, body, .. } => (Method::POST, url, body),
            Action::Get { url, .. } => (Method::GET, url, Vec::new()),
            Action::Delete { url } => (Method::DELETE, url, Vec::new()),
            Action::Sleep { until } => {
                assert!(until > now, "a sleep moves on");
                now = until;
                continue;
            }
            Action::Prompt { .. } => {
                seen.prompts += 1;
                continue;
            }
            Action::StopPrompt => {
                seen.stops += 1;
                continue;
            }
            Action::Answer { question } => {
                seen.questions.push(question);
                exchange.answer("Because.".to_owned(), now);
                continue;
            }
            Action::Finish(outcome) => {
                seen.end = Some(now);
                return (outcome, seen);
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(url.origin(), "https://auth.example");
        let response = server.handle(&method, &body, first, now);
        let is_lost = lost.contains(&seen.requests) && !first;
        (first, seen.requests) = (false, seen.requests + 1);
        if is_lost {
            exchange.on_failure(Reached::Perhaps, now);
        } else {
            exchange.on_response(response.status(), response.headers(), response.body(), now);
        }
    }
    panic!("the exchange did not end");
}

fn token(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Done(answer) => Some(answer.token().unwrap().auth_token),
        _ => None,
    }
}

#[test]
fn a_grant_reaches_the_agent_in_both_dialects() {
    for wire in [&SEED, &DRAFT_11] {
        let mut server = Server::new(wire, Terms::default(), vec![(5, Event::Arrive), (30, approve())]);
        let (outcome, seen) = run(&mut server, &[], None);
        assert_eq!(token(&outcome), Some(format!("{}.{}.auth-key-1", jti(3), later(30))));
        assert_eq!(seen.prompts, 1);
        assert_eq!(seen.stops, usize::from(wire.name() == "draft-11"));
        assert_eq!(seen.requests, 16);
        assert_eq!(server.row.at(later(30)).state(), State::Gone);
    }
}

#[test]
fn each_end_of_a_request_reaches_the_agent() {
    for wire in [&SEED, &DRAFT_11] {
        for (people, outcome, end) in [
            (vec![(5, Event::Arrive), (9, Event::Deny)], Outcome::Denied, 10),
            (vec![(5, Event::Arrive)], Outcome::Abandoned, 600),
            (vec![], Outcome::Expired, 600),
            (vec![(20, Event::CodeKilled)], Outcome::InvalidCode, 20),
        ] {
            let mut server = Server::new(wire, Terms::default(), people);
            let (found, seen) = run(&mut server, &[], None);
            assert_eq!((found, seen.end), (outcome, Some(later(end))));
            assert_eq!(server.tokens.len(), 0);
        }
    }
}

#[test]
fn a_question_is_answered_and_the_grant_follows() {
    for wire in [&SEED, &DRAFT_11] {
        let people = vec![(4, Event::Arrive), (6, ask()), (20, ask()), (40, approve())];
        let mut server = Server::new(wire, Terms::default(), people);
        let (outcome, seen) = run(&mut server, &[], None);
        assert_eq!(seen.questions, ["Why?", "Why?"]);
        assert!(token(&outcome).is_some());
    }
}

#[test]
fn a_lost_token_is_lost_without_redelivery() {
    let mut server = Server::new(&SEED, Terms::default(), vec![(1, approve())]);
    let (outcome, _) = run(&mut server, &[1], None);
    assert_eq!(outcome, Outcome::Gone { status: http::StatusCode::NOT_FOUND });
    assert_eq!(server.tokens.len(), 1);
}

#[test]
fn a_lost_token_is_the_same_token_with_redelivery() {
    let terms = Terms { redelivery: 60, ..Terms::default() };
    let mut server = Server::new(&SEED, terms, vec![(1, approve())]);
    let (outcome, _) = run(&mut server, &[1, 2, 3], None);
    assert_eq!(token(&outcome).as_ref(), server.tokens.first());
    assert_eq!(server.tokens.len(), 4);
    assert!(server.tokens.iter().all(|token| Some(token) == server.tokens.first()));
}

#[test]
fn a_cancelled_request_is_over_at_both_ends() {
    for wire in [&SEED, &DRAFT_11] {
        let mut server = Server::new(wire, Terms::default(), vec![(100, approve())]);
        let (outcome, _) = run(&mut server, &[], Some(50));
        assert_eq!(outcome, Outcome::Cancelled);
        let after = server.handle(&Method::GET, b"", false, later(101));
        assert_eq!(after.status(), wire.status(PollError::Cancelled));
        assert_eq!(server.tokens.len(), 0);
    }
}

fn person() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => Just(Event::Arrive),
        2 => Just(approve()),
        1 => Just(Event::Deny),
        3 => Just(ask()),
        1 => Just(Event::CodeKilled),
    ]
}

proptest! {
    #[test]
    fn whatever_people_do_and_whatever_is_lost_both_ends_agree(
        draft in any::<bool>(),
        redelivery in prop_oneof![Just(0_u32), Just(60)],
        people in proptest::collection::vec((0_u64..700, person()), 0..8),
        lost in proptest::collection::vec(0_usize..40, 0..6),
        cancel_at in proptest::option::weighted(0.2, 0_u64..700),
    ) {
        let wire = if draft { &DRAFT_11 } else { &SEED };
        let terms = Terms { redelivery, ..Terms::default() };
        let mut server = Server::new(wire, terms, people);
        let (outcome, seen) = run(&mut server, &lost, cancel_at);
        // One token at most, and the agent has that one or none.
        let made: std::collections::BTreeSet<&String> = server.tokens.iter().collect();
        prop_assert!(made.len() <= 1);
        if let Some(token) = token(&outcome) {
            prop_assert_eq!(Some(&token), server.tokens.first());
        }
        if redelivery > 0 && lost.len() < 4 && cancel_at.is_none() && !server.tokens.is_empty() {
            prop_assert!(token(&outcome).is_some(), "{outcome:?}");
        }
        // The draft answers 410 also after a delivery: then the token existed, and its response was lost.
        let given_up = outcome == Outcome::InvalidCode && !draft;
        if given_up || matches!(outcome, Outcome::Denied | Outcome::Abandoned | Outcome::Expired) {
            prop_assert_eq!(server.tokens.len(), 0);
        }
        prop_assert!(seen.end.unwrap() <= NOW.saturating_add(Duration::from_secs(900)));
        let state = server.row.at(later(5000)).state();
        prop_assert!(matches!(state, State::Gone | State::Cancelled), "{state}");
    }
}
