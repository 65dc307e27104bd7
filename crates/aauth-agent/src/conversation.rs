//! A deferred exchange over HTTP: drives the state machine of `aauth-deferred`.

use std::time::Duration;

use aauth_deferred::{Action, Exchange, Outcome, Reached, Setup};
use aauth_signature::SignatureKey;
use aauth_types::EndpointUrl;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Response};

use crate::flight::Stop;
use crate::prompted::Prompted;
use crate::target::Target;
use crate::transport::Outgoing;
use crate::{AgentError, Chaining, Client, Interaction, Side, Step};

/// How long a server may take to be told that nobody waits any more.
const CANCEL_TIME: Duration = Duration::from_secs(5);

/// One exchange with one server.
pub(crate) struct Conversation<'a> {
    pub(crate) client: &'a Client,
    pub(crate) machine: Exchange,
    /// Who is at the other end.
    pub(crate) side: Side,
    /// The server's page, for codes that come without one.
    pub(crate) page: Option<EndpointUrl>,
    /// The last response, if the server answered at all.
    pub(crate) last: Option<Response<Bytes>>,
}

impl Client {
    /// What a deferred exchange of this client is made with.
    pub(crate) fn exchange_setup(&self) -> Result<Setup, AgentError> {
        let settings = self.settings();
        Ok(Setup {
            wire: settings.dialect.deferred,
            network: settings.network,
            patience: settings.patience.clone(),
            jitter: u64::from_be_bytes(aauth_runtime::random(&*settings.entropy)?),
        })
    }
}

impl Conversation<'_> {
    /// Goes on until the server has decided, or this side gives up.
    pub(crate) async fn run(
        &mut self,
        stop: &mut Stop,
        prompted: &mut Prompted,
    ) -> Result<Outcome, AgentError> {
        let clock = &self.client.settings().clock;
        loop {
            if self.machine.pending_url().is_some() {
                prompted.waiting(self.machine.deadline());
            }
            let action = match self.machine.next(clock.now()) {
                Action::Finish(outcome) => return Ok(outcome),
                action => action,
            };
            match stop.unless(self.act(action, prompted)).await {
                Ok(result) => result?,
                Err(stopped) => {
                    prompted.dismiss();
                    self.cancel_at_server().await;
                    return Err(stopped);
                }
            }
        }
    }

    async fn act(&mut self, action: Action, prompted: &mut Prompted) -> Result<(), AgentError> {
        let settings = self.client.settings();
        let clock = &settings.clock;
        match action {
            Action::Sleep { until } => {
                tokio::time::sleep(until.saturating_duration_since(clock.now())).await;
            }
            Action::Prompt { url, code } => {
                let endpoint = url.as_ref().or(self.page.as_ref()).ok_or(AgentError::NoPage)?;
                let (endpoint, callback) = (endpoint.to_string(), settings.callback.clone());
                prompted.show(Interaction { endpoint, code, callback });
            }
            Action::StopPrompt => prompted.arrived(),
            Action::Answer { question } => {
                let left = self.machine.deadline().saturating_duration_since(clock.now());
                match tokio::time::timeout(left, prompted.answer(&question)).await {
                    Ok(Some(text)) => self.machine.answer(text, clock.now()),
                    Ok(None) | Err(_) => self.machine.leave_unanswered(clock.now()),
                }
                prompted.answered();
            }
            request => self.send(request).await?,
        }
        Ok(())
    }

    async fn send(&mut self, action: Action) -> Result<(), AgentError> {
        let settings = self.client.settings();
        let first = self.machine.pending_url().is_none();
        let (step, method, url, body, wait) = match action {
            Action::Post { url, body, wait } if first => (Step::TokenRequest, Method::POST, url, body, wait),
            Action::Post { url, body, wait } => (Step::Clarification, Method::POST, url, body, wait),
            Action::Get { url, wait } => (Step::Poll, Method::GET, url, Vec::new(), wait),
            Action::Delete { url } => (Step::Cancel, Method::DELETE, url, Vec::new(), None),
            _ => return Ok(()),
        };
        let mut fields = HeaderMap::new();
        if !body.is_empty() {
            fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some((name, value)) = wait.map(|wait| wait.write()) {
            fields.insert(name, value);
        }
        let url = Target::parse(url.as_str(), settings.network)?;
        let hold = wait.map_or(Duration::ZERO, |wait| wait.as_duration());
        let outgoing = Outgoing { method, url, fields, body: Bytes::from(body), hold, side: self.side };
        let credential = match self.client.upstream() {
            Some(upstream) if step == Step::TokenRequest && settings.chaining == Chaining::ReferenceForm => {
                SignatureKey::Jwt(upstream.into())
            }
            _ => settings.identity.credential(settings).await?,
        };
        match self.client.request(step, outgoing, &credential).await {
            Ok(answer) => {
                let (status, fields) = (answer.status(), answer.headers());
                self.machine.on_response(status, fields, answer.body(), settings.clock.now());
                self.last = Some(answer);
            }
            Err(AgentError::Unreachable) => self.machine.on_failure(Reached::Nothing, settings.clock.now()),
            Err(AgentError::NoAnswer) => self.machine.on_failure(Reached::Perhaps, settings.clock.now()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Tells the server that nobody waits any more, if it knows that somebody did.
    async fn cancel_at_server(&mut self) {
        let now = self.client.settings().clock.now();
        self.machine.cancel(now);
        let action = self.machine.next(now);
        if matches!(action, Action::Delete { .. }) {
            // Without it the pending request lives out its time: a loss to nobody but the server.
            let _told = tokio::time::timeout(CANCEL_TIME, self.send(action)).await;
        }
    }
}
