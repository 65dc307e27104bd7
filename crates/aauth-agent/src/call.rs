//! One call of a resource, from the first request to the answer.

use aauth_challenge::{Challenge, ChallengeError};
use aauth_roles::VerifiedChallenge;
use aauth_signature::SignatureKey;
use aauth_types::ServerId;
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::flight::{Errand, Landing, Place, Stop};
use crate::held::{HeldToken, SCOPES};
use crate::transport::Outgoing;
use crate::{AgentError, Client, Settings, Step};

/// What a resource answered.
enum Answered {
    Finally(Response<Bytes>),
    /// It wants a token, or a wider one.
    Challenged(Challenge),
    /// It does not accept the token that was presented.
    TokenRefused,
}

impl Client {
    /// Calls `resource`, to which the URL of `outgoing` leads.
    pub(crate) async fn call(
        &self,
        outgoing: &Outgoing,
        resource: &ServerId,
    ) -> Result<Response<Bytes>, AgentError> {
        let mut tried = Vec::new();
        let challenge = match self.first_request(outgoing, resource, &mut tried).await? {
            Answered::Finally(answer) => return Ok(answer),
            Answered::Challenged(challenge) => challenge,
            Answered::TokenRefused => return Err(ChallengeError::BareAuthToken.into()),
        };
        let challenge = self.believe(&challenge, resource).await?;
        loop {
            match self.place(&challenge, &tried) {
                Place::Held(token) => {
                    tried.push(token.serial);
                    if let Answered::Finally(answer) = self.present(outgoing, resource, &token).await? {
                        return Ok(answer);
                    }
                }
                Place::Flight(seat) => {
                    let token = seat.wait().await?;
                    return self.last_request(outgoing, resource, &token).await;
                }
            }
        }
    }

    /// With the token that served last, if there is one; otherwise as the agent.
    async fn first_request(
        &self,
        outgoing: &Outgoing,
        resource: &ServerId,
        tried: &mut Vec<u64>,
    ) -> Result<Answered, AgentError> {
        if let Some(token) = self.held().latest(resource, self.settings().clock.now()) {
            tried.push(token.serial);
            match self.present(outgoing, resource, &token).await? {
                Answered::TokenRefused => {}
                answered => return Ok(answered),
            }
        }
        let credential = self.settings().identity.credential(self.settings()).await?;
        let answer = self.request(Step::Call, outgoing.clone(), &credential).await?;
        self.understand(answer)
    }

    /// With a token of which the resource may think otherwise; one that it does not accept is forgotten.
    async fn present(
        &self,
        outgoing: &Outgoing,
        resource: &ServerId,
        token: &HeldToken,
    ) -> Result<Answered, AgentError> {
        let answer = self.request(Step::Call, outgoing.clone(), &credential(token)).await?;
        let answered = match self.understand(answer)? {
            Answered::Finally(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
                Answered::TokenRefused
            }
            answered => answered,
        };
        if matches!(answered, Answered::TokenRefused) {
            self.held().forget(resource, token);
        }
        Ok(answered)
    }

    /// With the token that was made for this call.
    async fn last_request(
        &self,
        outgoing: &Outgoing,
        resource: &ServerId,
        token: &HeldToken,
    ) -> Result<Response<Bytes>, AgentError> {
        let answer = self.request(Step::Call, outgoing.clone(), &credential(token)).await?;
        if answer.status() == StatusCode::UNAUTHORIZED && !matches!(self.read(&answer), Ok(Some(_))) {
            self.held().forget(resource, token);
        }
        Ok(answer)
    }

    fn understand(&self, answer: Response<Bytes>) -> Result<Answered, AgentError> {
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(Answered::Finally(answer));
        }
        match self.read(&answer) {
            Ok(Some(challenge)) => Ok(Answered::Challenged(challenge)),
            Ok(None) => Ok(Answered::Finally(answer)),
            Err(ChallengeError::BareAuthToken) => Ok(Answered::TokenRefused),
            Err(error) => Err(error.into()),
        }
    }

    /// The challenge of a 401, if it asks for an auth token.
    fn read(&self, answer: &Response<Bytes>) -> Result<Option<Challenge>, ChallengeError> {
        let Settings { dialect, network, .. } = self.settings();
        let read = Challenge::read(answer.headers(), &[dialect.challenge], *network)?;
        Ok(read.map(|(challenge, _)| challenge).filter(|read| matches!(read, Challenge::AuthToken { .. })))
    }

    /// Verifies a challenge; what it names is not contacted before.
    pub(crate) async fn believe(
        &self,
        challenge: &Challenge,
        resource: &ServerId,
    ) -> Result<VerifiedChallenge, AgentError> {
        let (settings, agent) = (self.settings(), self.agent()?);
        let received = agent.receive(challenge, resource)?;
        let keys = settings.resolver.jwks(received.key_ref()).await?;
        Ok(agent.verify_challenge(&received, resource, &keys, settings.clock.now())?)
    }

    /// Where the token for this challenge is, or will be.
    pub(crate) fn place(&self, challenge: &VerifiedChallenge, tried: &[u64]) -> Place {
        let errand = Errand::of(challenge);
        let Errand { resource, auth_server, scope } = errand.clone();
        let held = || {
            let now = self.settings().clock.now();
            let token = self.held().covering(&resource, &auth_server, &scope, tried, now);
            token.filter(|_| tried.len() <= SCOPES)
        };
        let (client, challenge) = (self.clone(), challenge.clone());
        let start = |stop: Stop, landing: Landing| {
            // A task of its own: the exchange serves all that wait, whoever of them stays to the end.
            tokio::spawn(async move {
                let landed = client.exchange(&challenge, stop).await;
                tracing::debug!(
                    auth_server = %challenge.auth_server(),
                    outcome = landed.as_ref().map_or_else(AgentError::kind, |_| "granted"),
                    "exchange ended"
                );
                landing.land(landed);
            });
        };
        self.flights().board(errand, held, start)
    }
}

fn credential(token: &HeldToken) -> SignatureKey<'_> {
    SignatureKey::Jwt(token.text.expose().into())
}
