//! The exchange with an auth server: drives the state machine of `aauth-deferred` over HTTP.

use std::time::Duration;

use aauth_deferred::{Action, Answer, Exchange, Outcome, Reached, RequestUrl, Setup};
use aauth_discovery::IssuerMetadata;
use aauth_roles::{VerifiedChallenge, access_body, chain_body, refresh_body, self_access_body};
use aauth_token::AuthToken;
use aauth_types::{Scope, Secret, ServerId};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method};

use crate::flight::{Landed, Stop};
use crate::held::HeldToken;
use crate::prompted::Prompted;
use crate::target::Target;
use crate::transport::Outgoing;
use crate::{AgentError, Client, Interaction, Step};

/// How long a server may take to be told that nobody waits any more.
const CANCEL_TIME: Duration = Duration::from_secs(5);

impl Client {
    /// Gets, verifies and keeps the token that `challenge` leads to, and tells the prompt how it goes.
    pub(crate) async fn exchange(&self, challenge: &VerifiedChallenge, stop: Stop) -> Landed {
        let mut prompted = Prompted::new(self.settings().prompt.clone());
        let landed = self.fetch(challenge, stop, &mut prompted).await;
        prompted.ended(&landed);
        landed
    }

    async fn fetch(&self, challenge: &VerifiedChallenge, mut stop: Stop, prompted: &mut Prompted) -> Landed {
        let (settings, agent) = (self.settings(), self.agent()?);
        let server = stop.unless(settings.resolver.issuer(challenge.auth_server())).await??;
        if let Some(token) = self.refresh(challenge, &server, &mut stop, prompted).await? {
            return Ok(token);
        }
        let body = match self.upstream() {
            Some(upstream) => chain_body(challenge.resource_token(), upstream, &settings.hints),
            None => access_body(challenge.resource_token(), &settings.hints),
        };
        let text = self.converse(&server, body, &mut stop, prompted).await?;
        let received = agent.receive_token(text.expose(), challenge)?;
        let keys = stop.unless(settings.resolver.jwks(received.key_ref())).await??;
        let now = settings.clock.now();
        let token = agent.verify_token(&received, challenge, &keys, now)?;
        Ok(self.held().put(&token, now))
    }

    /// Replaces a token that has ended. `None` where there is none, or the server does not: then it is forgotten.
    async fn refresh(
        &self,
        challenge: &VerifiedChallenge,
        server: &IssuerMetadata,
        stop: &mut Stop,
        prompted: &mut Prompted,
    ) -> Result<Option<HeldToken>, AgentError> {
        let settings = self.settings();
        let (resource, auth_server) = (challenge.token().issuer(), challenge.auth_server());
        let (wanted, now) = (challenge.token().scope(), settings.clock.now());
        let ended = self.held().ended(resource, auth_server, wanted, settings.refresh_window, now);
        let Some((ended, scope)) = ended else { return Ok(None) };
        match self.replace(challenge, server, &ended, &scope, stop, prompted).await {
            Ok(token) if token.scope().covers(wanted) => {
                Ok(Some(self.held().put(&token, settings.clock.now())))
            }
            // A decision is not asked for twice.
            Err(
                error @ (AgentError::Denied
                | AgentError::Abandoned
                | AgentError::Expired
                | AgentError::Cancelled),
            ) => Err(error),
            Ok(_) | Err(_) => {
                self.held().forget(resource, &ended);
                Ok(None)
            }
        }
    }

    /// Asks for a token in place of `ended`, and verifies it: same server, resource, agent and key, and no more scope.
    async fn replace(
        &self,
        challenge: &VerifiedChallenge,
        server: &IssuerMetadata,
        ended: &HeldToken,
        scope: &Scope,
        stop: &mut Stop,
        prompted: &mut Prompted,
    ) -> Result<AuthToken, AgentError> {
        let (settings, agent) = (self.settings(), self.agent()?);
        let body = refresh_body(ended.text.expose());
        let text = self.converse(server, body, stop, prompted).await?;
        let (resource, auth_server) = (challenge.token().issuer(), challenge.auth_server());
        let received = agent.receive_token_of(text.expose(), auth_server)?;
        let keys = stop.unless(settings.resolver.jwks(received.key_ref())).await??;
        let now = settings.clock.now();
        Ok(agent.verify_token_of(&received, auth_server, resource, scope, &keys, now)?)
    }

    /// Gets and verifies a token whose audience is this agent itself: `scope` of `auth_server`, which the caller has
    /// chosen. It is kept nowhere. A future that is dropped leaves the pending request to its end.
    ///
    /// # Errors
    /// As [`Client::send`], as far as they concern an auth server.
    pub async fn self_access(&self, auth_server: &ServerId, scope: &Scope) -> Result<AuthToken, AgentError> {
        let (settings, agent) = (self.settings(), self.agent()?);
        let (_goes_on, mut stop) = Stop::channel();
        let mut prompted = Prompted::new(settings.prompt.clone());
        let server = settings.resolver.issuer(auth_server).await?;
        let body = self_access_body(scope, &settings.hints);
        let text = self.converse(&server, body, &mut stop, &mut prompted).await?;
        let received = agent.receive_token_of(text.expose(), auth_server)?;
        let keys = settings.resolver.jwks(received.key_ref()).await?;
        let now = settings.clock.now();
        Ok(agent.verify_token_of(&received, auth_server, &agent.id, scope, &keys, now)?)
    }

    /// Asks for a token and waits until it is granted or refused.
    async fn converse(
        &self,
        server: &IssuerMetadata,
        body: String,
        stop: &mut Stop,
        prompted: &mut Prompted,
    ) -> Result<Secret<String>, AgentError> {
        let settings = self.settings();
        let url = RequestUrl::parse(server.token_endpoint.as_str())
            .map_err(|fault| AgentError::from_outcome(Outcome::Broken { fault }))?;
        let setup = Setup {
            wire: settings.dialect.deferred,
            network: settings.network,
            patience: settings.patience.clone(),
            jitter: u64::from_be_bytes(aauth_runtime::random(&*settings.entropy)?),
        };
        let mut machine = Exchange::post(url, body.into_bytes(), setup, settings.clock.now());
        let outcome = loop {
            let action = match machine.next(settings.clock.now()) {
                Action::Finish(outcome) => break outcome,
                action => action,
            };
            let done = stop.unless(self.act(&mut machine, action, server, prompted)).await;
            match done {
                Ok(result) => {
                    result?;
                    if machine.pending_url().is_some() {
                        prompted.waiting(machine.deadline());
                    }
                }
                Err(stopped) => {
                    prompted.dismiss();
                    self.cancel_at_server(&mut machine).await;
                    return Err(stopped);
                }
            }
        };
        match outcome {
            Outcome::Done(answer) => token(&answer),
            other => Err(AgentError::from_outcome(other)),
        }
    }

    async fn act(
        &self,
        machine: &mut Exchange,
        action: Action,
        server: &IssuerMetadata,
        prompted: &mut Prompted,
    ) -> Result<(), AgentError> {
        let clock = &self.settings().clock;
        match action {
            Action::Sleep { until } => {
                tokio::time::sleep(until.saturating_duration_since(clock.now())).await;
            }
            Action::Prompt { url, code } => {
                let endpoint = url.as_ref().unwrap_or(&server.interaction_endpoint);
                let (endpoint, callback) = (endpoint.to_string(), self.settings().callback.clone());
                prompted.show(Interaction { endpoint, code, callback });
            }
            Action::StopPrompt => prompted.arrived(),
            Action::Answer { question } => {
                let left = machine.deadline().saturating_duration_since(clock.now());
                match tokio::time::timeout(left, prompted.answer(&question)).await {
                    Ok(Some(text)) => machine.answer(text, clock.now()),
                    Ok(None) | Err(_) => machine.leave_unanswered(clock.now()),
                }
                prompted.answered();
            }
            request => self.send_for(machine, request).await?,
        }
        Ok(())
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
        let url = Target::parse(url.as_str(), settings.network)?;
        let hold = wait.map_or(Duration::ZERO, |wait| wait.as_duration());
        let outgoing = Outgoing { method, url, fields, body: Bytes::from(body), hold };
        let credential = settings.identity.credential()?;
        match self.request(step, outgoing, &credential).await {
            Ok(answer) => {
                let (status, fields) = (answer.status(), answer.headers());
                machine.on_response(status, fields, answer.body(), settings.clock.now());
            }
            Err(AgentError::Unreachable) => machine.on_failure(Reached::Nothing, settings.clock.now()),
            Err(AgentError::NoAnswer) => machine.on_failure(Reached::Perhaps, settings.clock.now()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Tells the auth server that nobody waits any more, if it knows that somebody did.
    async fn cancel_at_server(&self, machine: &mut Exchange) {
        machine.cancel(self.settings().clock.now());
        let action = machine.next(self.settings().clock.now());
        if matches!(action, Action::Delete { .. }) {
            // Without it the pending request lives out its time: a loss to nobody but the server.
            let _told = tokio::time::timeout(CANCEL_TIME, self.send_for(machine, action)).await;
        }
    }
}

fn token(answer: &Answer) -> Result<Secret<String>, AgentError> {
    answer.token().map(|body| Secret::new(body.auth_token)).map_err(AgentError::NoToken)
}
