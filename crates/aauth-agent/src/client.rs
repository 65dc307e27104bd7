//! The client that a program calls.

use std::fmt;
use std::sync::Arc;

use aauth_challenge::{Challenge, ChallengeError};
use aauth_roles::{Agent, VerifiedChallenge, access_body};
use aauth_signature::SignatureKey;
use aauth_types::{Secret, ServerId};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};

use crate::held::Held;
use crate::transport::{Outgoing, Target, client, exchange};
use crate::{AgentError, Settings, Step};

/// An HTTP client that signs what it sends and gets the token that a resource asks for. Cheap to clone.
///
/// It follows no redirects, reads no proxies from the environment, and believes neither challenge nor token before it
/// has verified them: see [`Agent`].
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    http: reqwest::Client,
    held: Held,
}

/// What a resource answered to a call.
enum Answered {
    Finally(Response<Bytes>),
    /// It wants a token.
    Challenged(Challenge),
    /// It does not want the token that was presented, and says nothing more.
    TokenRefused,
}

impl Client {
    /// A client with these settings.
    ///
    /// # Errors
    /// `Setup`: the TLS library has no certificates or no entropy. `KeyWithoutKid`.
    pub fn new(settings: Settings) -> Result<Self, AgentError> {
        settings.identity.credential()?;
        let http = client(settings.request_time)?;
        Ok(Self(Arc::new(Inner { settings, http, held: Held::default() })))
    }

    /// Calls `url` with `GET`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get(&self, url: &str) -> Result<Response<Bytes>, AgentError> {
        let target = Target::parse(url, self.settings())?;
        self.call(Outgoing { method: Method::GET, url: target, fields: HeaderMap::new(), body: Bytes::new() })
            .await
    }

    /// Sends a request with an absolute URL: signed with the agent's own key, and again with an auth token if the
    /// resource asks for one and the auth server grants it.
    ///
    /// Returns the resource's last answer, whatever its status. Takes as long as a person takes to consent, within
    /// the patience of the settings.
    ///
    /// # Errors
    /// Everything that keeps the resource from answering: see [`AgentError`].
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AgentError> {
        let (parts, body) = request.into_parts();
        let url = Target::parse(&parts.uri.to_string(), self.settings())?;
        self.call(Outgoing { method: parts.method, url, fields: parts.headers, body }).await
    }

    async fn call(&self, outgoing: Outgoing) -> Result<Response<Bytes>, AgentError> {
        let resource = outgoing.url.server(self.settings())?;
        let challenge = match self.first_call(&outgoing, &resource).await? {
            Answered::Finally(answer) => return Ok(answer),
            Answered::Challenged(challenge) => challenge,
            Answered::TokenRefused => match self.call_as_agent(&outgoing).await? {
                Answered::Challenged(challenge) => challenge,
                Answered::Finally(answer) => return Ok(answer),
                Answered::TokenRefused => return Err(ChallengeError::BareAuthToken.into()),
            },
        };
        let verified = self.believe(&challenge, &resource).await?;
        let token = self.obtain(&verified, &resource).await?;
        self.request(Step::Call, outgoing, &SignatureKey::Jwt(token.expose().clone())).await
    }

    /// With a token that is still good, if there is one; otherwise as the agent.
    async fn first_call(&self, outgoing: &Outgoing, resource: &ServerId) -> Result<Answered, AgentError> {
        let Some(token) = self.0.held.get(resource, self.settings().clock.now()) else {
            return self.call_as_agent(outgoing).await;
        };
        let credential = SignatureKey::Jwt(token.expose().clone());
        let answer = self.request(Step::Call, outgoing.clone(), &credential).await?;
        let answered = self.understand(answer)?;
        match &answered {
            Answered::Finally(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
                self.0.held.drop(resource);
                Ok(Answered::TokenRefused)
            }
            Answered::TokenRefused => {
                self.0.held.drop(resource);
                Ok(answered)
            }
            _ => Ok(answered),
        }
    }

    async fn call_as_agent(&self, outgoing: &Outgoing) -> Result<Answered, AgentError> {
        let credential = self.settings().identity.credential()?;
        let answer = self.request(Step::Call, outgoing.clone(), &credential).await?;
        self.understand(answer)
    }

    fn understand(&self, answer: Response<Bytes>) -> Result<Answered, AgentError> {
        let Settings { dialect, network, .. } = self.settings();
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(Answered::Finally(answer));
        }
        match Challenge::read(answer.headers(), &[dialect.challenge], *network) {
            Ok(Some((challenge @ Challenge::AuthToken { .. }, _))) => Ok(Answered::Challenged(challenge)),
            Ok(_) => Ok(Answered::Finally(answer)),
            Err(ChallengeError::BareAuthToken) => Ok(Answered::TokenRefused),
            Err(error) => Err(error.into()),
        }
    }

    /// Verifies a challenge; what it names is not contacted before.
    async fn believe(
        &self,
        challenge: &Challenge,
        resource: &ServerId,
    ) -> Result<VerifiedChallenge, AgentError> {
        let (settings, agent) = (self.settings(), self.agent());
        let received = agent.receive(challenge, resource)?;
        let keys = settings.resolver.jwks(received.key_ref()).await?;
        Ok(agent.verify_challenge(&received, resource, &keys, settings.clock.now())?)
    }

    async fn obtain(
        &self,
        challenge: &VerifiedChallenge,
        resource: &ServerId,
    ) -> Result<Secret<String>, AgentError> {
        let (settings, agent) = (self.settings(), self.agent());
        let text = self.ask(challenge.auth_server(), access_body(challenge.resource_token())).await?;
        let received = agent.receive_token(text.expose(), challenge)?;
        let keys = settings.resolver.jwks(received.key_ref()).await?;
        let now = settings.clock.now();
        let token = agent.verify_token(&received, challenge, &keys, now)?;
        self.0.held.put(resource.clone(), &token, now);
        Ok(text)
    }

    async fn request(
        &self,
        step: Step,
        outgoing: Outgoing,
        credential: &SignatureKey,
    ) -> Result<Response<Bytes>, AgentError> {
        exchange(self.http(), self.settings(), step, outgoing, credential).await
    }

    fn agent(&self) -> Agent {
        let Settings { identity, dialect, network, .. } = self.settings();
        Agent { id: identity.id().clone(), key: identity.thumbprint(), dialect, network: *network }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.settings).finish()
    }
}
