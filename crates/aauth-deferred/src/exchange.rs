//! The agent's end: actions out, responses in, time and jitter as arguments.

mod accept;
mod action;
mod dialogue;
mod interval;
mod outcome;
mod patience;
mod prompt;
mod verdict;

use core::fmt;

use aauth_types::{Network, UnixTime};
use http::{HeaderMap, StatusCode};

pub use action::Action;
pub use outcome::{Answer, Outcome, Rejection};
pub use patience::Patience;

use crate::backoff::Backoff;
use crate::{AnswerBody, DeferredWire, PreferWait, RequestUrl};
use dialogue::Dialogue;
use interval::Interval;
use prompt::Prompt;
use verdict::{Verdict, judge};

/// What an exchange is made with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The dialect of the server.
    pub wire: &'static DeferredWire,
    /// Which URLs a challenge may name.
    pub network: Network,
    /// Times and numbers.
    pub patience: Patience,
    /// Any number, different for each exchange: it spreads retries of many agents. It need not be secret.
    pub jitter: u64,
}

/// How far a request came that got no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It surely never left: no connection was made.
    Nothing,
    /// The server may have acted on it.
    Perhaps,
}

/// One deferred exchange, seen from the agent.
///
/// Call [`Exchange::next`] and do what it says; report what came of a request with [`Exchange::on_response`] or
/// [`Exchange::on_failure`]; go on until [`Action::Finish`]. Each request is signed by the caller. Whatever the server
/// answers, the exchange ends: at the deadline, and after so many requests.
///
/// The first request is never sent again once it was answered by anything but `429` and `503`.
///
/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses"; draft-hardt-oauth-aauth-protocol-11 section 11.8.
pub struct Exchange {
    setup: Setup,
    first: RequestUrl,
    body: Vec<u8>,
    pending: Option<RequestUrl>,
    deadline: UnixTime,
    step: Step,
    prompt: Prompt,
    dialogue: Dialogue,
    interval: Interval,
    backoff: Backoff,
    requests: u32,
}

/// A request of this exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Send {
    First,
    Poll,
    Answer,
    Cancel,
}

#[derive(Debug)]
enum Step {
    /// To be sent, not before `at`.
    Due {
        send: Send,
        at: UnixTime,
    },
    /// Sent at `at`, not answered.
    Sent {
        send: Send,
        at: UnixTime,
    },
    /// The caller is to answer a question.
    Asking,
    Finished(Outcome),
}

impl Exchange {
    /// Begins with a `POST` of `body` to `url`, for instance to a token endpoint.
    #[must_use]
    pub fn post(url: RequestUrl, body: Vec<u8>, setup: Setup, now: UnixTime) -> Self {
        Self {
            first: url,
            body,
            pending: None,
            deadline: now.saturating_add(setup.patience.total),
            step: Step::Due { send: Send::First, at: now },
            prompt: Prompt::default(),
            dialogue: Dialogue::new(setup.patience.answers),
            interval: Interval::new(&setup.patience),
            backoff: Backoff::new(setup.jitter),
            requests: 0,
            setup,
        }
    }

    /// Begins with a `202` that the caller already has, to whatever request to `url`.
    #[must_use]
    pub fn adopt(url: RequestUrl, fields: &HeaderMap, body: &[u8], setup: Setup, now: UnixTime) -> Self {
        let mut exchange = Self::post(url, Vec::new(), setup, now);
        exchange.step = Step::Sent { send: Send::First, at: now };
        exchange.on_response(StatusCode::ACCEPTED, fields, body, now);
        exchange
    }

    /// What to do now.
    ///
    /// Asked again without a report, it repeats the request or the question; both count as requests.
    pub fn next(&mut self, now: UnixTime) -> Action {
        if let Step::Finished(outcome) = &self.step {
            return Action::Finish(outcome.clone());
        }
        if let Some(notice) = self.prompt.notice() {
            return notice;
        }
        let cancelling = self.is_cancelling();
        if now >= self.deadline && !cancelling {
            return self.finish(Outcome::DeadlinePassed);
        }
        if let Step::Due { at, .. } = self.step
            && now < at
        {
            return Action::Sleep { until: at.min(self.deadline) };
        }
        if self.requests >= self.setup.patience.requests && !cancelling {
            return self.finish(Outcome::TooManyRequests);
        }
        self.requests = self.requests.saturating_add(1);
        match self.step {
            Step::Sent { send: Send::Cancel, .. } => self.finish(Outcome::Cancelled),
            Step::Due { send, .. } | Step::Sent { send, .. } => {
                self.step = Step::Sent { send, at: now };
                self.request(send, now)
            }
            Step::Asking | Step::Finished(_) => Action::Answer { question: self.dialogue.open().to_owned() },
        }
    }

    /// Reports the response to the request that [`Exchange::next`] asked for. Without such a request it changes nothing.
    ///
    /// `body`: whole; of an answer that is no final success more than 64 KiB are refused.
    pub fn on_response(&mut self, status: StatusCode, fields: &HeaderMap, body: &[u8], now: UnixTime) {
        let Step::Sent { send, at } = self.step else {
            return;
        };
        if send == Send::Cancel {
            self.finish(Outcome::Cancelled);
            return;
        }
        match judge(send, status, fields, body, &self.setup) {
            Verdict::Pending => self.accept(send, status, fields, body, (at, now)),
            Verdict::SlowDown => {
                let wait = self.interval.slow_down(fields, now);
                self.step = Step::Due { send, at: now.saturating_add(wait) };
            }
            Verdict::Unavailable => {
                let wait = self.backoff.failed();
                if self.backoff.failures() > self.setup.patience.failures {
                    self.finish(Outcome::Unavailable { status });
                    return;
                }
                let wait = self.interval.announced(fields, now).unwrap_or(wait);
                self.step = Step::Due { send, at: now.saturating_add(wait) };
            }
            Verdict::End(outcome) => {
                self.finish(*outcome);
            }
        }
    }

    /// Reports that the request got no response.
    ///
    /// A poll is safe to repeat and is repeated; the first request only when it surely never left.
    pub fn on_failure(&mut self, reached: Reached, now: UnixTime) {
        let Step::Sent { send, .. } = self.step else {
            return;
        };
        let wait = self.backoff.failed();
        let exhausted = self.backoff.failures() > self.setup.patience.failures;
        let again = match send {
            Send::Cancel => {
                self.finish(Outcome::Cancelled);
                return;
            }
            Send::First if reached == Reached::Perhaps => None,
            // Whether the answer came through, the next poll tells: the question is still there or it is not.
            Send::Answer => Some(Send::Poll),
            Send::First | Send::Poll => Some(send),
        };
        match again {
            Some(send) if !exhausted => self.step = Step::Due { send, at: now.saturating_add(wait) },
            _ => {
                self.finish(Outcome::Unreachable);
            }
        }
    }

    /// Answers the question of [`Action::Answer`]. Without one it changes nothing.
    pub fn answer(&mut self, text: String, now: UnixTime) {
        if matches!(self.step, Step::Asking) {
            self.dialogue.answer(text);
            self.step = Step::Due { send: Send::Answer, at: now };
        }
    }

    /// Leaves the question of [`Action::Answer`] unanswered and goes on polling. Without one it changes nothing.
    pub fn leave_unanswered(&mut self, now: UnixTime) {
        if matches!(self.step, Step::Asking) {
            self.dialogue.leave();
            self.step = Step::Due { send: Send::Poll, at: now.saturating_add(self.interval.wait()) };
        }
    }

    /// Gives the exchange up, and tells the server if it has a pending URL.
    ///
    /// The next action is [`Action::Delete`] or the end; a response to it changes nothing any more.
    pub fn cancel(&mut self, now: UnixTime) {
        if matches!(self.step, Step::Finished(_)) || self.is_cancelling() {
            return;
        }
        self.prompt.silence();
        if self.pending.is_some() {
            self.step = Step::Due { send: Send::Cancel, at: now };
        } else {
            self.finish(Outcome::Cancelled);
        }
    }

    /// The pending URL, once there is one.
    #[must_use]
    pub const fn pending_url(&self) -> Option<&RequestUrl> {
        self.pending.as_ref()
    }

    /// When the exchange ends, whatever happens.
    #[must_use]
    pub const fn deadline(&self) -> UnixTime {
        self.deadline
    }

    const fn is_cancelling(&self) -> bool {
        matches!(self.step, Step::Due { send: Send::Cancel, .. } | Step::Sent { send: Send::Cancel, .. })
    }

    fn finish(&mut self, outcome: Outcome) -> Action {
        self.prompt.silence();
        self.step = Step::Finished(outcome.clone());
        Action::Finish(outcome)
    }

    fn request(&self, send: Send, now: UnixTime) -> Action {
        let url = self.pending.clone().unwrap_or_else(|| self.first.clone());
        let left = u32::try_from(self.deadline.saturating_duration_since(now).as_secs()).unwrap_or(u32::MAX);
        let wait = self.setup.patience.wait.map(|wait| wait.capped_at(PreferWait::from_secs(left)));
        match send {
            Send::First => Action::Post { url: self.first.clone(), body: self.body.clone(), wait },
            Send::Poll => Action::Get { url, wait },
            Send::Answer => {
                let body = AnswerBody { clarification_response: self.dialogue.given().to_owned() };
                Action::Post { url, body: body.write(self.setup.wire).into_bytes(), wait: None }
            }
            Send::Cancel => Action::Delete { url },
        }
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("step", &self.step)
            .field("requests", &self.requests)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
