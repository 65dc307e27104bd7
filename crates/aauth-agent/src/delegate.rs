//! The agent token of a delegate: where it comes from, and how long it is used.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use aauth_jose::Jws;
use aauth_token::{Claims, TokenError, TokenKind, Unverified};
use aauth_types::{Secret, ServerId, Thumbprint, UnixTime};
use tokio::sync::Mutex;

use crate::held::MARGIN;
use crate::{AgentError, Settings};

/// What [`AgentTokenSource::token`] returns.
pub type AgentTokenFuture<'a> = Pin<Box<dyn Future<Output = Result<Secret<String>, AgentError>> + Send + 'a>>;

/// Gets a delegate's agent token from its agent server, by whatever means the two have; [`AgentServer`](crate::AgentServer)
/// is one.
///
/// It is asked before the first request and again 30 s before a token expires, by one request at a time. It must not use a
/// client of the delegate itself: that would wait for its own token.
pub trait AgentTokenSource: fmt::Debug + Send + Sync + 'static {
    /// A new agent token, issued by the delegate's agent and bound to the delegate's key.
    fn token(&self) -> AgentTokenFuture<'_>;
}

/// A delegate's agent, and the token that says so. Clones of an identity share it.
pub(crate) struct Delegate {
    pub(crate) agent: ServerId,
    source: Box<dyn AgentTokenSource>,
    held: Mutex<Option<HeldAgentToken>>,
}

#[derive(Clone)]
struct HeldAgentToken {
    text: Secret<String>,
    expires: UnixTime,
}

impl Delegate {
    pub(crate) fn new(agent: ServerId, source: impl AgentTokenSource) -> Arc<Self> {
        Arc::new(Self { agent, source: Box::new(source), held: Mutex::default() })
    }

    /// The token that is held, or a new one where that is about to end. While the source fails, a token serves to its end.
    pub(crate) async fn token(&self, key: &Thumbprint, settings: &Settings) -> Result<String, AgentError> {
        let mut held = self.held.lock().await;
        let now = settings.clock.now();
        let lives = |token: &HeldAgentToken, margin| now.saturating_add(margin) < token.expires;
        if let Some(token) = held.as_ref().filter(|token| lives(token, MARGIN)) {
            return Ok(token.text.expose().clone());
        }
        let renewed = self.source.token().await.and_then(|text| self.check(text, key, settings));
        match (renewed, &*held) {
            (Ok(token), _) => Ok(held.insert(token).text.expose().clone()),
            (Err(error), Some(token)) if lives(token, std::time::Duration::ZERO) => {
                tracing::warn!(kind = error.kind(), "the agent token could not be renewed");
                Ok(token.text.expose().clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// What a verifier would refuse is not sent. The signature is for the verifier: this side has asked the issuer itself.
    fn check(
        &self,
        text: Secret<String>,
        key: &Thumbprint,
        settings: &Settings,
    ) -> Result<HeldAgentToken, AgentError> {
        let (profiles, network) = (settings.dialect.tokens, settings.network);
        let token = Unverified::parse(text.expose(), profiles, network)?;
        token.check_before_fetch(settings.clock.now())?;
        let payload = Jws::parse(text.expose()).map_err(TokenError::from)?;
        let claims = Claims::read(payload.payload(), token.kind(), profiles, network)?;
        let Claims::Agent(claims) = claims else {
            let expected = profiles.typ(TokenKind::Agent).unwrap_or_default();
            return Err(TokenError::TypMismatch { found: token.typ(), expected }.into());
        };
        if claims.issuance.issuer != self.agent {
            return Err(TokenError::IssuerUntrusted.into());
        }
        if claims.key.key().thumbprint() != *key {
            return Err(TokenError::BindingMismatch.into());
        }
        let expires = claims.issuance.expires;
        Ok(HeldAgentToken { text, expires })
    }
}
