#![no_main]
//! The agent's state machine against any server: it ends, in time and after so many requests; it stays on one origin;
//! it never repeats a first request that was answered; the end is the end.

use aauth_deferred::{Action, DRAFT_11, Exchange, Outcome, Patience, Reached, RequestUrl, SEED, Setup};
use aauth_fuzz::NETWORKS;
use aauth_types::UnixTime;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    is_draft: bool,
    is_adopted: bool,
    jitter: u64,
    steps: Vec<Step<'a>>,
}

#[derive(Debug, Arbitrary)]
struct Step<'a> {
    late: u8,
    what: What<'a>,
}

#[derive(Debug, Arbitrary)]
enum What<'a> {
    Respond {
        status: u8,
        retry_after: Option<&'a str>,
        location: Option<&'a str>,
        challenge: Option<&'a str>,
        body: Body<'a>,
    },
    Fail {
        is_certain: bool,
    },
    Answer(&'a str),
    Leave,
    Cancel,
}

#[derive(Debug, Arbitrary)]
enum Body<'a> {
    Empty,
    Pending,
    Question(u8),
    Raw(&'a [u8]),
}

const FIRST: &[u8] = br#"{"resource_token":"r"}"#;
const REQUESTS: u32 = 40;
const STATUSES: [u16; 16] = [200, 202, 429, 503, 202, 204, 302, 400, 403, 404, 408, 410, 500, 401, 202, 100];

fuzz_target!(|input: Input<'_>| {
    let mut run = Run::start(&input);
    let mut steps = input.steps.iter();
    for _ in 0..20 * REQUESTS {
        if run.act(&mut steps) {
            return;
        }
    }
    panic!("an exchange that does not end: {:?}", run.exchange);
});

struct Run {
    exchange: Exchange,
    first: RequestUrl,
    now: UnixTime,
    requests: u32,
    is_first_settled: bool,
    is_cancelled: bool,
    last: Option<StatusCode>,
}

impl Run {
    fn start(input: &Input<'_>) -> Self {
        let now = aauth_fuzz::now();
        let first = RequestUrl::parse("https://auth.example/token").expect("a fixed url");
        let setup = Setup {
            wire: if input.is_draft { &DRAFT_11 } else { &SEED },
            network: NETWORKS[0],
            patience: Patience { requests: REQUESTS, ..Patience::default() },
            jitter: input.jitter,
        };
        let exchange = match input.is_adopted {
            true => {
                let fields = fields(&[("location", Some("/pending/1")), ("retry-after", Some("0"))]);
                Exchange::adopt(first.clone(), &fields, b"", setup, now)
            }
            false => Exchange::post(first.clone(), FIRST.to_vec(), setup, now),
        };
        let is_first_settled = input.is_adopted;
        Self { exchange, first, now, requests: 0, is_first_settled, is_cancelled: false, last: None }
    }

    /// Does what the exchange says, and says whether it is over.
    fn act<'s>(&mut self, steps: &mut impl Iterator<Item = &'s Step<'s>>) -> bool {
        match self.exchange.next(self.now) {
            Action::Finish(outcome) => {
                self.check_end(&outcome);
                return true;
            }
            Action::Sleep { until } => {
                assert!(until > self.now && until <= self.exchange.deadline());
                self.now = until;
            }
            Action::Prompt { .. } | Action::StopPrompt => assert!(!self.is_cancelled),
            Action::Answer { question } => {
                assert!(!self.is_cancelled);
                let step = steps.next();
                self.answer(step, &question);
            }
            Action::Post { url, body, .. } => {
                let is_first = url == self.first && body == FIRST;
                assert!(!(is_first && self.is_first_settled), "the first request was sent again");
                self.send(&url, is_first, steps.next());
            }
            Action::Get { url, .. } => {
                assert_eq!(Some(&url), self.exchange.pending_url());
                self.send(&url, false, steps.next());
            }
            Action::Delete { url } => {
                assert!(self.is_cancelled);
                assert_eq!(Some(&url), self.exchange.pending_url());
            }
            other => panic!("an action without a rule: {other:?}"),
        }
        false
    }

    fn send(&mut self, url: &RequestUrl, is_first: bool, step: Option<&Step<'_>>) {
        self.requests += 1;
        assert!(self.requests <= REQUESTS && !self.is_cancelled);
        assert!(self.now < self.exchange.deadline());
        assert_eq!(url.origin(), self.first.origin());
        let Some(step) = step else { return self.respond(StatusCode::ACCEPTED, &pending(), b"", is_first) };
        self.now = self.now.saturating_add(Duration::from_secs(step.late.into()));
        match &step.what {
            What::Respond { status, retry_after, location, challenge, body } => {
                let status = STATUSES[usize::from(*status) % STATUSES.len()];
                let fields = fields(&[
                    ("retry-after", *retry_after),
                    ("location", *location),
                    ("aauth", *challenge),
                    ("aauth-requirement", *challenge),
                ]);
                self.respond(
                    StatusCode::from_u16(status).expect("a status"),
                    &fields,
                    &body.bytes(),
                    is_first,
                );
            }
            What::Fail { is_certain } => {
                let reached = if *is_certain { Reached::Nothing } else { Reached::Perhaps };
                self.is_first_settled |= is_first && reached == Reached::Perhaps;
                self.exchange.on_failure(reached, self.now);
            }
            What::Cancel => self.cancel(),
            // An answer to no question changes nothing.
            What::Answer(text) => self.exchange.answer((*text).to_owned(), self.now),
            What::Leave => self.exchange.leave_unanswered(self.now),
        }
    }

    fn respond(&mut self, status: StatusCode, fields: &HeaderMap, body: &[u8], is_first: bool) {
        let is_retried = status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE;
        self.is_first_settled |= is_first && !is_retried;
        self.last = Some(status);
        self.exchange.on_response(status, fields, body, self.now);
    }

    fn answer(&mut self, step: Option<&Step<'_>>, question: &str) {
        match step.map(|step| &step.what) {
            Some(What::Answer(text)) => self.exchange.answer((*text).to_owned(), self.now),
            Some(What::Cancel) => self.cancel(),
            Some(_) => self.exchange.leave_unanswered(self.now),
            None => self.exchange.answer(question.to_owned(), self.now),
        }
    }

    fn cancel(&mut self) {
        self.exchange.cancel(self.now);
        self.is_cancelled = true;
    }

    fn check_end(&mut self, outcome: &Outcome) {
        if let Outcome::Done(answer) = outcome {
            assert!(!self.is_cancelled);
            assert_eq!(Some(answer.status), self.last);
            assert!(answer.status.is_success() && answer.status != StatusCode::ACCEPTED);
            let _ = answer.token();
        }
        assert!(!self.is_cancelled || *outcome == Outcome::Cancelled);
        self.exchange.on_response(StatusCode::OK, &HeaderMap::new(), b"{}", self.now);
        self.exchange.on_failure(Reached::Nothing, self.now);
        self.exchange.cancel(self.now);
        assert_eq!(self.exchange.next(UnixTime::MAX), Action::Finish(outcome.clone()));
    }
}

impl Body<'_> {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Empty => Vec::new(),
            Self::Pending => br#"{"status":"pending"}"#.to_vec(),
            Self::Question(which) => {
                format!(r#"{{"status":"interacting","clarification":"{which}"}}"#).into_bytes()
            }
            Self::Raw(bytes) => bytes.to_vec(),
        }
    }
}

fn pending() -> HeaderMap {
    fields(&[("location", Some("/pending/1")), ("retry-after", Some("0"))])
}

fn fields(lines: &[(&'static str, Option<&str>)]) -> HeaderMap {
    let lines = lines.iter().filter_map(|(name, value)| {
        let value = HeaderValue::from_str((*value)?).ok()?;
        Some((HeaderName::from_static(name), value))
    });
    lines.collect()
}
