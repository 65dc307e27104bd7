//! The exchange with an auth server: drives the state machine of `aauth-deferred` over HTTP.

use std::time::Duration;

use aauth_deferred::{Action, Answer, Exchange, Outcome, Reached, RequestUrl, Setup};
use aauth_types::{Secret, ServerId};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::transport::{Outgoing, Target, exchange};
use crate::{AgentError, Client, Interaction, Step};

impl Client {
    /// Asks `auth_server` for a token and waits until it is granted or refused.
    pub(crate) async fn ask(
        &self,
        auth_server: &ServerId,
        body: String,
    ) -> Result<Secret<String>, AgentError> {
        let settings = self.settings();
        let metadata = settings.resolver.issuer(auth_server).await?;
        let url = RequestUrl::parse(metadata.token_endpoint.as_str()).map_err(|_| AgentError::NoToken)?;
        let setup = Setup {
            wire: settings.dialect.deferred,
            network: settings.network,
            patience: settings.patience.clone(),
            jitter: u64::from_be_bytes(aauth_runtime::random(&*settings.entropy)?),
        };
        let mut machine = Exchange::post(url, body.into_bytes(), setup, settings.clock.now());
        let endpoint = metadata.interaction_endpoint.as_str();
        let outcome = self.drive(&mut machine, endpoint).await?;
        settings.prompt.dismiss();
        match outcome {
            Outcome::Done(answer) => token(&answer),
            // Nobody was asked: the auth server itself refuses.
            Outcome::Denied if machine.pending_url().is_none() => {
                Err(AgentError::Refused { status: StatusCode::FORBIDDEN, error: "denied".to_owned() })
            }
            other => Err(AgentError::from_outcome(other)),
        }
    }

    async fn drive(&self, machine: &mut Exchange, endpoint: &str) -> Result<Outcome, AgentError> {
        let settings = self.settings();
        loop {
            match machine.next(settings.clock.now()) {
                Action::Finish(outcome) => return Ok(outcome),
                Action::Sleep { until } => {
                    let wait = until.saturating_duration_since(settings.clock.now());
                    // At least a moment: a clock of whole seconds can be due and not yet there.
                    tokio::time::sleep(wait.max(Duration::from_millis(50))).await;
                }
                Action::Prompt { url, code } => settings.prompt.show(&Interaction {
                    endpoint: url.map_or_else(|| endpoint.to_owned(), |url| url.to_string()),
                    code,
                }),
                Action::StopPrompt => settings.prompt.dismiss(),
                Action::Answer { question } => match settings.prompt.answer(&question) {
                    Some(text) => machine.answer(text, settings.clock.now()),
                    None => machine.leave_unanswered(settings.clock.now()),
                },
                request => self.send_for(machine, request).await?,
            }
        }
    }

    async fn send_for(&self, machine: &mut Exchange, action: Action) -> Result<(), AgentError> {
        let settings = self.settings();
        let first = machine.pending_url().is_none();
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
        let url = Target::parse(url.as_str(), settings)?;
        let outgoing = Outgoing { method, url, fields, body: Bytes::from(body) };
        let credential = settings.identity.credential()?;
        match exchange(self.http(), settings, step, outgoing, &credential).await {
            Ok(answer) => {
                let (status, fields) = (answer.status(), answer.headers());
                machine.on_response(status, fields, answer.body(), settings.clock.now());
            }
            Err(AgentError::Unreachable) => machine.on_failure(Reached::Perhaps, settings.clock.now()),
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn token(answer: &Answer) -> Result<Secret<String>, AgentError> {
    answer.token().map(|body| Secret::new(body.auth_token)).map_err(|_| AgentError::NoToken)
}
