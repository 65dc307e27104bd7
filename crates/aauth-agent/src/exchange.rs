//! The exchange with an auth server, from a verified challenge to a verified token.

use aauth_deferred::{Answer, Exchange, Outcome, RequestUrl};
use aauth_discovery::IssuerMetadata;
use aauth_roles::{VerifiedChallenge, access_body, chain_body, refresh_body, self_access_body};
use aauth_token::AuthToken;
use aauth_types::{Scope, Secret, ServerId};

use crate::conversation::Conversation;
use crate::flight::{Landed, Stop};
use crate::held::HeldToken;
use crate::prompted::Prompted;
use crate::{AgentError, Client, Side};

impl Client {
    /// Gets, verifies and keeps the token that `challenge` leads to, and tells the prompt how it goes.
    pub(crate) async fn exchange(&self, challenge: &VerifiedChallenge, stop: Stop) -> Landed {
        let mut prompted = Prompted::new(self.prompt());
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
        let mut prompted = Prompted::new(self.prompt());
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
        let url = RequestUrl::parse(server.token_endpoint.as_str())
            .map_err(|fault| AgentError::from_outcome(Outcome::Broken { fault }))?;
        let now = self.settings().clock.now();
        let machine = Exchange::post(url, body.into_bytes(), self.exchange_setup()?, now);
        let page = Some(server.interaction_endpoint.clone());
        let mut conversation =
            Conversation { client: self, machine, side: Side::AuthServer, page, last: None };
        match conversation.run(stop, prompted).await? {
            Outcome::Done(answer) => token(&answer),
            other => Err(AgentError::from_outcome(other)),
        }
    }
}

fn token(answer: &Answer) -> Result<Secret<String>, AgentError> {
    answer.token().map(|body| Secret::new(body.auth_token)).map_err(AgentError::NoToken)
}
