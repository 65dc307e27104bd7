#![no_main]
//! The server's state machine: any events at any times.
//!
//! At most one `jti` is ever delivered, to the owner alone, for what was granted; a request that was denied, expired or
//! cancelled yields nothing; a closed request never opens again; every row reads back from its stored form.

use std::time::Duration;

use aauth_deferred::{
    Clarification, Effect, Event, Grant, InteractionCode, Need, OpenArgs, Pending, Refused, State, Terms,
};
use aauth_fuzz::owner;
use aauth_types::{Scope, Secret, TokenId, UnixTime};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    life: u8,
    keep: u8,
    redelivery: u8,
    rounds: u8,
    has_code: bool,
    takes_questions: bool,
    steps: Vec<(i8, Op)>,
}

#[derive(Debug, Arbitrary)]
enum Op {
    Arrive,
    Approve { is_too_wide: bool, jti: u8 },
    Deny,
    Ask { question: u16 },
    CodeKilled,
    Answer { is_foreign: bool, text: u16 },
    Malformed { is_foreign: bool },
    Poll { is_foreign: bool, kid: u8 },
    Cancel { is_foreign: bool },
    Tick,
}

fuzz_target!(|input: Input| {
    let start = aauth_fuzz::now();
    let mut now = start;
    let mut row = opened(&input, now);
    let mut granted: Option<(TokenId, Scope)> = None;
    let mut delivered: Option<Grant> = None;
    let mut deliveries = 0_u32;
    let mut is_closed = false;
    let mut is_dead = false;
    for (seconds, op) in &input.steps {
        now = moved(now, *seconds);
        let event = op.event();
        let (next, effect) = match row.apply(&event, now) {
            Ok(done) => done,
            Err(refused) => {
                let is_foreign = event.owner().is_some_and(|one| one != row.owner());
                assert_eq!(refused == Refused::NotOwner, is_foreign);
                continue;
            }
        };
        assert!(event.owner().is_none_or(|one| one == row.owner()));
        assert_eq!(Pending::from_bytes(&next.to_bytes().expect("a form")).as_ref(), Ok(&next));
        is_closed |= !row.at(now).state().is_open();
        assert!(!(is_closed && next.state().is_open()), "a closed request opened again");
        if let (State::Granted, Event::Approve { scope, jti, .. }, Effect::Recorded) =
            (next.state(), &event, &effect)
        {
            assert!(granted.replace((jti.clone(), scope.clone())).is_none(), "granted twice");
        }
        match effect {
            Effect::Deliver(grant) => {
                assert!(!is_dead, "delivered after the end");
                assert!(matches!(op, Op::Poll { is_foreign: false, .. }));
                let (jti, scope) = granted.as_ref().expect("delivered without a grant");
                assert_eq!((&grant.jti, &grant.scope), (jti, scope));
                assert!(asked().covers(&grant.scope));
                assert_eq!(grant.request, b"request");
                deliveries += 1;
                let first = delivered.get_or_insert_with(|| grant.clone());
                assert_eq!(*first, grant, "another token");
                assert!(now.seconds_since(grant.iat) < i64::from(input.redelivery.min(60)).max(1));
                assert!(deliveries == 1 || input.redelivery > 0, "delivered again");
            }
            Effect::Refuse(_) | Effect::Cancelled => {}
            Effect::Recorded | Effect::Wait(_) => assert!(delivered.is_none() || matches!(op, Op::Tick)),
        }
        let state = next.state();
        is_dead |= matches!(
            state,
            State::Denied
                | State::Abandoned
                | State::Expired
                | State::CodeDead
                | State::Cancelled
                | State::Gone
        );
        if state.is_open() {
            assert!(next.expires() >= next.deadline());
        }
        row = next;
    }
});

fn opened(input: &Input, now: UnixTime) -> Pending {
    let code = InteractionCode::from_entropy([1, 2, 3, 4, 5]).hash(&Secret::new([7; 32]));
    Pending::open(OpenArgs {
        owner: owner(false),
        need: if input.has_code { Need::Interaction(code) } else { Need::Approval },
        scope: asked(),
        clarification: match input.takes_questions {
            true => Clarification::Supported,
            false => Clarification::Unsupported,
        },
        request: b"request".to_vec(),
        terms: Terms {
            life: input.life.into(),
            keep: input.keep.into(),
            redelivery: input.redelivery.into(),
            rounds: input.rounds,
            retry_after: 2,
        },
        now,
    })
}

fn asked() -> Scope {
    Scope::parse("data.read data.write").expect("a scope")
}

/// Clocks of several instances differ: time may also step back.
fn moved(now: UnixTime, seconds: i8) -> UnixTime {
    let by = Duration::from_secs(seconds.unsigned_abs().into());
    if seconds < 0 { now.saturating_sub(by) } else { now.saturating_add(by) }
}

impl Op {
    fn event(&self) -> Event {
        let words = |length: u16| "x".repeat(length.into());
        match *self {
            Self::Arrive => Event::Arrive,
            Self::Approve { is_too_wide, jti } => {
                let scope = if is_too_wide { "data.read admin" } else { "data.read" };
                let scope = Scope::parse(scope).expect("a scope");
                Event::Approve { subject: "alice".to_owned(), scope, jti: TokenId::from_entropy([jti; 16]) }
            }
            Self::Deny => Event::Deny,
            Self::Ask { question } => Event::Ask { question: words(question) },
            Self::CodeKilled => Event::CodeKilled,
            Self::Answer { is_foreign, text } => {
                Event::Answer { owner: owner(is_foreign), text: words(text) }
            }
            Self::Malformed { is_foreign } => Event::Malformed { owner: owner(is_foreign) },
            Self::Poll { is_foreign, kid } => {
                Event::Poll { owner: owner(is_foreign), kid: format!("key-{kid}") }
            }
            Self::Cancel { is_foreign } => Event::Cancel { owner: owner(is_foreign) },
            Self::Tick => Event::Tick,
        }
    }
}
