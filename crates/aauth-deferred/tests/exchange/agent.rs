//! An agent whose clock jumps to where a sleep ends.

use aauth_deferred::{
    Action, DeferredError, DeferredWire, Exchange, Outcome, Patience, Rejection, RequestUrl, SEED, Setup,
};
use aauth_types::{Network, UnixTime};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::common::NOW;

pub(crate) const TOKEN_URL: &str = "https://auth.example/token";
pub(crate) const PENDING_URL: &str = "https://auth.example/pending/1";

/// An exchange and its clock, which jumps to where a sleep ends.
pub(crate) struct Agent {
    pub(crate) exchange: Exchange,
    pub(crate) now: UnixTime,
}

pub(crate) fn setup(wire: &'static DeferredWire, patience: Patience) -> Setup {
    Setup { wire, network: Network::Public, patience, jitter: 1 }
}

pub(crate) fn fields(lines: &[(&str, &str)]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in lines {
        fields.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    fields
}

impl Agent {
    pub(crate) fn with(wire: &'static DeferredWire, patience: Patience) -> Self {
        let url = RequestUrl::parse(TOKEN_URL).unwrap();
        let exchange = Exchange::post(url, b"{}".to_vec(), setup(wire, patience), NOW);
        Self { exchange, now: NOW }
    }

    /// Has sent the first request.
    pub(crate) fn started() -> Self {
        let mut agent = Self::with(&SEED, Patience::default());
        assert_eq!(agent.step(), format!("POST {TOKEN_URL} {{}}"));
        agent
    }

    /// Has sent the first poll.
    pub(crate) fn polling() -> Self {
        let mut agent = Self::started();
        agent.pending("");
        assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
        agent
    }

    /// The next action in words.
    pub(crate) fn step(&mut self) -> String {
        match self.exchange.next(self.now) {
            Action::Post { url, body, .. } => format!("POST {url} {}", String::from_utf8(body).unwrap()),
            Action::Get { url, .. } => format!("GET {url}"),
            Action::Delete { url } => format!("DELETE {url}"),
            Action::Sleep { until } => {
                let seconds = until.seconds_since(self.now);
                self.now = until;
                format!("sleep {seconds}")
            }
            Action::Prompt { url, code } => {
                format!("prompt {code}{}", url.map_or(String::new(), |url| format!(" at {url}")))
            }
            Action::StopPrompt => "stop".to_owned(),
            Action::Answer { question } => format!("asked {question}"),
            Action::Finish(outcome) => format!("end {outcome:?}"),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn steps(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.step()).collect()
    }

    pub(crate) fn respond(&mut self, status: u16, lines: &[(&str, &str)], body: &str) {
        let status = StatusCode::from_u16(status).unwrap();
        self.exchange.on_response(status, &fields(lines), body.as_bytes(), self.now);
    }

    /// A `202` with `Retry-After: 0` and further members of the body.
    pub(crate) fn pending(&mut self, members: &str) {
        let body = format!(r#"{{"status":"pending","location":"{PENDING_URL}"{members}}}"#);
        self.respond(202, &[("location", PENDING_URL), ("retry-after", "0")], &body);
    }

    pub(crate) fn outcome(&mut self) -> Outcome {
        match self.exchange.next(self.now) {
            Action::Finish(outcome) => outcome,
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn rejected(status: u16, error: Option<&str>, text: Option<&str>) -> Outcome {
    Outcome::Rejected(Rejection {
        status: StatusCode::from_u16(status).unwrap(),
        error: error.map(ToOwned::to_owned),
        text: text.map(ToOwned::to_owned),
        challenge: None,
    })
}

pub(crate) fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

pub(crate) fn location_fault(found: &'static str) -> Outcome {
    Outcome::Broken { fault: DeferredError::Location { found } }
}
