//! What holds for every sequence of events and every sequence of responses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod common;

use std::collections::BTreeSet;

use aauth_deferred::{
    Action, AnswerBody, DRAFT_11, Effect, ErrorBody, Event, Exchange, Grant, InteractionCode, Outcome,
    Patience, Pending, PendingBody, PreferWait, Reached, RequestUrl, SEED, Setup, State, Terms, TokenBody,
    retry_after,
};
use aauth_types::{Network, Thumbprint, UnixTime};
use common::{NOW, events, jti, later, open, owner, poll, scope};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use proptest::prelude::*;

fn event() -> impl Strategy<Value = Event> {
    (0_usize..12, any::<u8>()).prop_map(|(kind, byte)| match kind {
        10 => Event::Approve { subject: "bob".to_owned(), scope: scope("data.write"), jti: jti(byte) },
        11 => {
            let stranger = aauth_deferred::Owner { key: Thumbprint::from_bytes([byte | 2; 32]), ..owner() };
            Event::Poll { owner: stranger, kid: format!("key-{byte}") }
        }
        kind => events()[kind].clone(),
    })
}

/// A final answer that was given or is waiting to be.
const fn is_refusal(state: State) -> bool {
    matches!(
        state,
        State::Denied | State::Abandoned | State::Expired | State::CodeDead | State::Cancelled | State::Gone
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_request_yields_one_token_at_most_and_none_after_a_refusal(
        redelivery in prop_oneof![Just(0_u32), 0_u32..120],
        rounds in 0_u8..6,
        steps in proptest::collection::vec((event(), 0_u64..90), 0..60),
    ) {
        let mut row = open(Terms { redelivery, rounds, ..Terms::default() });
        let (mut now, mut grants, mut refused) = (0, Vec::<Grant>::new(), false);
        let mut decided = None;
        for (event, seconds) in steps {
            now += seconds;
            let Ok((next, effect)) = row.apply(&event, later(now)) else { continue };
            prop_assert_eq!(&Pending::from_bytes(&next.to_bytes().unwrap()).unwrap(), &next);
            if let Effect::Deliver(grant) = effect {
                prop_assert!(!refused, "a token after a refusal");
                grants.push(grant);
            }
            if let Some(decision) = next.decision() {
                decided.get_or_insert_with(|| decision.clone());
                prop_assert_eq!(decided.as_ref(), Some(decision), "the first decision stands");
            }
            refused |= is_refusal(next.state());
            row = next;
        }
        let tokens: BTreeSet<String> =
            grants.iter().map(|grant| format!("{} {} {}", grant.jti, grant.iat, grant.kid)).collect();
        prop_assert!(tokens.len() <= 1, "{tokens:?}");
        prop_assert!(redelivery > 0 || grants.len() <= 1);
    }

    #[test]
    fn every_request_ends_by_itself(steps in proptest::collection::vec((event(), 0_u64..90), 0..30)) {
        let mut row = open(Terms { redelivery: 60, ..Terms::default() });
        let mut now = 0;
        for (event, seconds) in steps {
            now += seconds;
            if let Ok((next, _)) = row.apply(&event, later(now)) {
                row = next;
            }
            prop_assert!(row.expires() <= later(now.max(600) + 1200));
        }
        let end = row.at(row.expires());
        prop_assert!(matches!(end.state(), State::Gone | State::Cancelled), "{}", end.state());
        prop_assert!(!matches!(end.apply(&poll(), row.expires()).unwrap().1, Effect::Deliver(_) | Effect::Wait(_)));
    }

    #[test]
    fn time_passes_the_same_in_one_step_or_in_many(
        steps in proptest::collection::vec((event(), 0_u64..90), 0..12),
        first in 0_u64..2000,
        second in 0_u64..2000,
    ) {
        let mut row = open(Terms { redelivery: 60, ..Terms::default() });
        let mut now = 0;
        for (event, seconds) in steps {
            now += seconds;
            if let Ok((next, _)) = row.apply(&event, later(now)) {
                row = next;
            }
        }
        let (middle, end) = (later(now + first), later(now + first + second));
        prop_assert_eq!(row.at(middle).at(end), row.at(end));
    }

    #[test]
    fn a_code_reads_back_however_it_is_typed(entropy: [u8; 5], lower: bool, hyphens in proptest::collection::vec(0_usize..8, 0..6)) {
        let code = InteractionCode::from_entropy(entropy);
        let mut typed = code.expose().to_owned();
        for at in hyphens {
            typed.insert(at, '-');
        }
        if lower {
            typed.make_ascii_lowercase();
        }
        let read = InteractionCode::read(&typed).unwrap();
        prop_assert_eq!(read.expose(), code.expose());
    }
}

#[derive(Debug, Clone)]
enum Report {
    Response { status: u16, fields: Vec<(&'static str, String)>, body: String },
    Failure(Reached),
    Cancel,
    Silence,
}

fn status() -> impl Strategy<Value = u16> {
    prop_oneof![
        20 => Just(202_u16),
        4 => Just(429),
        4 => Just(503),
        2 => prop::sample::select(vec![200_u16, 204, 301, 400, 401, 403, 404, 408, 410, 500, 502]),
    ]
}

fn fields() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let location = prop::sample::select(vec![
        "/p",
        "p/../q",
        "https://auth.example/p",
        "https://evil.example/p",
        "?x=1",
        "",
        "//x",
    ]);
    let retry = prop::sample::select(vec![
        "0",
        "1",
        "2",
        "300",
        "99999999999999999999",
        "Tue, 31 Mar 2026 02:23:41 GMT",
        "x",
        "-1",
    ]);
    let challenge = prop::sample::select(vec![
        "require=interaction; code=\"ABCD1234\"",
        "require=interaction; code=\"WXYZ6789\"",
        "require=approval",
        "require=x",
        "require",
    ]);
    (
        proptest::option::weighted(0.8, location),
        proptest::option::weighted(0.8, retry),
        proptest::option::weighted(0.3, challenge),
    )
        .prop_map(|(location, retry, challenge)| {
            let lines = [("location", location), ("retry-after", retry), ("aauth", challenge)];
            lines.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect()
        })
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just(r#"{"status":"pending"}"#.to_owned()),
        2 => Just(r#"{"status":"interacting"}"#.to_owned()),
        3 => "[a-c]".prop_map(|text| format!(r#"{{"status":"pending","clarification":"{text}?"}}"#)),
        1 => Just(r#"{"error":"denied"}"#.to_owned()),
        1 => Just(r#"{"auth_token":"a.b.c"}"#.to_owned()),
        1 => ".{0,20}",
        2 => Just(String::new()),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let response = (status(), fields(), body()).prop_map(|(status, fields, body)| Report::Response {
        status,
        fields,
        body,
    });
    prop_oneof![
        40 => response,
        2 => Just(Report::Failure(Reached::Perhaps)),
        2 => Just(Report::Failure(Reached::Nothing)),
        1 => Just(Report::Silence),
        1 => prop_oneof![9 => Just(Report::Silence), 1 => Just(Report::Cancel)],
    ]
}

/// What a server may do again and again without an end of its own.
fn lingering() -> impl Strategy<Value = Report> {
    let members = prop::sample::select(vec!["", r#","clarification":"a?""#, r#","clarification":"b?""#]);
    let retry = prop::sample::select(vec!["0", "1", "Thu, 01 Jan 1970 00:00:00 GMT", "x"]);
    let codes = prop_oneof![8 => Just(202_u16), 1 => Just(429), 1 => Just(503)];
    (codes, retry, members).prop_map(|(status, retry, members)| Report::Response {
        status,
        fields: vec![("location", "/p".to_owned()), ("retry-after", retry.to_owned())],
        body: format!(r#"{{"status":"pending"{members}}}"#),
    })
}

fn map(lines: &[(&'static str, String)]) -> HeaderMap {
    lines
        .iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?)))
        .collect()
}

/// Runs until the end; `reports` are used in turn, over and over.
fn run(reports: &[Report], draft: bool, answers: bool) -> (Outcome, usize) {
    let wire = if draft { &DRAFT_11 } else { &SEED };
    let patience = Patience { requests: 200, ..Patience::default() };
    let setup = Setup { wire, network: Network::Public, patience, jitter: 3 };
    let url = RequestUrl::parse("https://auth.example/token").unwrap();
    let mut exchange = Exchange::post(url, b"first".to_vec(), setup, NOW);
    let mut now: UnixTime = NOW;
    let mut reports = reports.iter().cycle();
    let mut accepted = false;
    for turn in 0..5000 {
        let (url, body) = match exchange.next(now) {
            Action::Post { url, body, .. } => (url, body),
            Action::Get { url, .. } | Action::Delete { url } => (url, Vec::new()),
            Action::Sleep { until } => {
                assert!(until > now);
                now = until;
                continue;
            }
            Action::Answer { .. } if answers => {
                exchange.answer("x".to_owned(), now);
                continue;
            }
            Action::Answer { .. } => {
                exchange.leave_unanswered(now);
                continue;
            }
            Action::Finish(outcome) => return (outcome, turn),
            _ => continue,
        };
        assert_eq!(url.origin(), "https://auth.example");
        assert!(!accepted || body != b"first", "the first request is never sent again after a 202");
        match reports.next().unwrap() {
            Report::Response { status, fields, body } => {
                accepted |= *status == 202;
                let status = StatusCode::from_u16(*status).unwrap();
                exchange.on_response(status, &map(fields), body.as_bytes(), now);
            }
            Report::Failure(reached) => exchange.on_failure(*reached, now),
            Report::Cancel => exchange.cancel(now),
            Report::Silence => {}
        }
    }
    panic!("the exchange does not end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_the_server_answers_the_exchange_ends(
        reports in proptest::collection::vec(report(), 1..40),
        draft: bool,
        answers: bool,
    ) {
        run(&reports, draft, answers);
    }

    #[test]
    fn a_server_that_never_decides_cannot_hold_the_agent(
        reports in proptest::collection::vec(lingering(), 1..10),
        draft: bool,
        answers: bool,
    ) {
        let (outcome, _) = run(&reports, draft, answers);
        let given_up = matches!(
            outcome,
            Outcome::DeadlinePassed | Outcome::TooManyRequests | Outcome::Unavailable { .. }
        );
        prop_assert!(given_up, "{outcome:?}");
    }

    #[test]
    fn no_reader_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,80}") {
        let _ = (PendingBody::read(&bytes, &SEED), TokenBody::read(&bytes), ErrorBody::read(&bytes, &DRAFT_11));
        let _ = (AnswerBody::read(&bytes, &DRAFT_11), Pending::from_bytes(&bytes), InteractionCode::read(&text));
        let _ = RequestUrl::parse("https://auth.example/a").unwrap().resolve(&text);
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            let fields = HeaderMap::from_iter([
                (HeaderName::from_static("retry-after"), value.clone()),
                (HeaderName::from_static("prefer"), value),
            ]);
            let _ = (retry_after(&fields, NOW), PreferWait::read(&fields));
        }
    }

    #[test]
    fn a_resolved_url_stays_on_its_origin_and_resolves_to_itself(reference in "[a-z0-9./:?=@-]{0,40}") {
        let base = RequestUrl::parse("https://auth.example/a/b").unwrap();
        if let Ok(url) = base.resolve(&reference) {
            prop_assert_eq!(url.origin(), base.origin());
            let again = RequestUrl::parse(url.as_str()).unwrap();
            prop_assert_eq!(base.resolve(url.as_str()).unwrap(), again);
        }
    }
}
