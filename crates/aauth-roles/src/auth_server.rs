//! The auth server's role: from a verified caller and a resource token to a token or a refusal.

use std::time::Duration;

use aauth_challenge::Challenge;
use aauth_jose::Jwks;
use aauth_signature::{Coverage, RequestHead};
use aauth_token::{
    IssuerRule, RefreshWants, ResourceWants, TokenError, TokenKind, Unverified, UpstreamWants,
};
use aauth_types::json::quoted;
use aauth_types::{Network, Scope, ServerId, UnixTime};
use http::StatusCode;

use crate::inbound::CallerWants;
use crate::resource::with_challenge;
use crate::{Accept, AccessRequest, Answer, Asked, Caller, Dialect, Inbound, Refusal, Rejection, answer};

/// An auth server: its name and what it reads.
#[derive(Debug, Clone)]
pub struct AuthServer {
    id: ServerId,
    dialects: Vec<&'static Dialect>,
    network: Network,
    coverage: Coverage,
    token_life: Duration,
    upstream: Vec<ServerId>,
    refresh_window: Option<Duration>,
    self_access: Offered,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offered {
    Yes,
    No,
}

impl AuthServer {
    /// An auth server `id` that offers access to resources and no other mode of the token endpoint.
    ///
    /// `dialects`: what it reads, in order of preference; at least one.
    #[must_use]
    pub fn new(id: ServerId, dialects: Vec<&'static Dialect>, network: Network) -> Self {
        Self {
            id,
            dialects,
            network,
            coverage: Coverage::default(),
            token_life: Duration::from_secs(3600),
            upstream: Vec::new(),
            refresh_window: None,
            self_access: Offered::No,
        }
    }

    /// Lets its auth tokens live this long; the default is 3600 s, the ceiling that verifiers apply is 24 h.
    #[must_use]
    pub fn with_token_life(mut self, life: Duration) -> Self {
        self.token_life = life;
        self
    }

    /// Requires this coverage of every request; the default is the four components of the seed dialect.
    #[must_use]
    pub fn requiring(mut self, coverage: Coverage) -> Self {
        self.coverage = coverage;
        self
    }

    /// Offers call chaining for upstream tokens of `issuer`; call it for each. The server itself is no exception: where its
    /// own tokens may be upstream tokens, name it.
    ///
    /// The person of the upstream token becomes the person of the new one, in whatever words `issuer` has for persons.
    #[must_use]
    pub fn trusting_upstream(mut self, issuer: ServerId) -> Self {
        if !self.upstream.contains(&issuer) {
            self.upstream.push(issuer);
        }
        self
    }

    /// Offers to replace its auth tokens until `window` after they expired. Whoever has agent key and token keeps access for
    /// as long as the policy agrees, however old the first token is.
    #[must_use]
    pub fn with_refresh_window(mut self, window: Duration) -> Self {
        self.refresh_window = Some(window);
        self
    }

    /// Offers tokens whose audience is the agent itself. A policy must know whom they tell about: nobody but the agent
    /// asks for their scope.
    #[must_use]
    pub fn offering_self_access(mut self) -> Self {
        self.self_access = Offered::Yes;
        self
    }

    /// The identifier of the auth server.
    #[must_use]
    pub fn id(&self) -> &ServerId {
        &self.id
    }

    /// The accepted dialect of this name.
    pub(crate) fn dialect(&self, name: &str) -> Option<&'static Dialect> {
        self.dialects.iter().copied().find(|dialect| dialect.name == name)
    }

    /// How long its auth tokens live.
    #[must_use]
    pub fn token_life(&self) -> Duration {
        self.token_life
    }

    /// What every signature must cover, and how old it may be.
    #[must_use]
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// What the auth server wants of the tokens in a request: agent tokens, no auth tokens.
    #[must_use]
    pub fn wants(&self) -> CallerWants<'_> {
        CallerWants { me: &self.id, auth_servers: &[] }
    }

    /// Reads a request as far as that needs no key: see [`Inbound::parse`].
    ///
    /// # Errors
    /// As [`Inbound::parse`].
    pub fn inbound<'a>(&self, head: &RequestHead<'a>, now: UnixTime) -> Result<Inbound<'a>, Rejection> {
        let accept = Accept { dialects: &self.dialects, network: self.network };
        Inbound::parse(head, accept, &self.coverage, now)
    }

    /// Reads the resource token of a request, to learn which key set verifies it.
    ///
    /// A token that is bad whatever its signature is refused here, so that it causes no fetch.
    ///
    /// # Errors
    /// `ResourceToken`: malformed, expired, or another kind of token.
    pub fn resource_token<'a>(
        &self,
        caller: &Caller,
        text: &'a str,
        now: UnixTime,
    ) -> Result<Unverified<'a>, Refusal> {
        self.in_body(caller, text, TokenKind::Resource)
            .and_then(|token| token.check_before_fetch(now).map(|()| token))
            .map_err(Refusal::ResourceToken)
    }

    /// Reads a token out of a body, of this kind and no other.
    fn in_body<'a>(
        &self,
        caller: &Caller,
        text: &'a str,
        kind: TokenKind,
    ) -> Result<Unverified<'a>, TokenError> {
        let profiles = caller.dialect().tokens;
        let token = Unverified::parse(text, profiles, self.network)?;
        match profiles.typ(kind) {
            Some(expected) if token.kind() != kind => {
                Err(TokenError::TypMismatch { found: token.typ(), expected })
            }
            _ => Ok(token),
        }
    }

    /// Verifies a resource token for `caller`: signature of the resource, audience, agent, key binding, times.
    ///
    /// Replay is not checked here: record [`ResourceToken::issuer`](aauth_token::ResourceToken::issuer) and [`ResourceToken::id`](aauth_token::ResourceToken::id) until it expires.
    ///
    /// # Errors
    /// `NoIdentity`: the caller is a pseudonym. `ResourceToken`: the check that failed.
    pub fn access(
        &self,
        caller: &Caller,
        token: &Unverified<'_>,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let agent = caller.agent().ok_or(Refusal::NoIdentity)?;
        let want = ResourceWants { issuer: None, audience: &self.id, agent, agent_jkt: &caller.key() };
        let token = token.clone().resource(keys, &want, now).map_err(Refusal::ResourceToken)?;
        let scope = token.scope().clone();
        AccessRequest::of(caller, Asked::Access(Box::new(token)), scope)
    }

    /// Reads the upstream token of a request, to learn which key set verifies it.
    ///
    /// A token that is bad whatever its signature, or of an issuer that is not trusted for this, is refused here.
    ///
    /// # Errors
    /// `ModeNotOffered`: no issuer is trusted for this. `UpstreamToken`: malformed, expired, another kind of token, or of
    /// another issuer.
    pub fn upstream_token<'a>(
        &self,
        caller: &Caller,
        text: &'a str,
        now: UnixTime,
    ) -> Result<Unverified<'a>, Refusal> {
        if self.upstream.is_empty() {
            return Err(Refusal::ModeNotOffered);
        }
        let token = self.in_body(caller, text, TokenKind::Auth).map_err(Refusal::UpstreamToken)?;
        if !IssuerRule::OneOf(&self.upstream).admits(&token.key_ref().issuer) {
            return Err(Refusal::UpstreamToken(TokenError::IssuerUntrusted));
        }
        token.check_before_fetch(now).map_err(Refusal::UpstreamToken)?;
        Ok(token)
    }

    /// Makes a request for access one on behalf of whom the upstream token names: its signature and times are good, its
    /// issuer is trusted, and its audience is the agent that now calls on. Its key is that of the first agent.
    ///
    /// # Errors
    /// `UpstreamToken`: the check that failed.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Call Chaining".
    pub fn chain(
        &self,
        access: AccessRequest,
        upstream: &Unverified<'_>,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let want = UpstreamWants { issuer: IssuerRule::OneOf(&self.upstream), audience: access.agent() };
        let verified =
            upstream.clone().upstream_ignoring_binding(keys, &want, now).map_err(Refusal::UpstreamToken)?;
        Ok(access.on_behalf(verified))
    }

    /// A request for a token whose audience is the caller itself.
    ///
    /// # Errors
    /// `ModeNotOffered`. `NoIdentity`: the caller is a pseudonym.
    pub fn self_access(&self, caller: &Caller, scope: &Scope) -> Result<AccessRequest, Refusal> {
        match self.self_access {
            Offered::Yes => AccessRequest::of(caller, Asked::SelfAccess, scope.clone()),
            Offered::No => Err(Refusal::ModeNotOffered),
        }
    }

    /// Verifies the auth token that is to be replaced: this server's own, this agent's, bound to the key of the request, and
    /// not expired for longer than the window.
    ///
    /// `keys`: the server's own.
    ///
    /// # Errors
    /// `ModeNotOffered`: there is no window. `NoIdentity`: the caller is a pseudonym. `AuthToken`: the check that failed.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Auth Token Refresh".
    pub fn refresh(
        &self,
        caller: &Caller,
        text: &str,
        keys: &Jwks,
        now: UnixTime,
    ) -> Result<AccessRequest, Refusal> {
        let window = self.refresh_window.ok_or(Refusal::ModeNotOffered)?;
        let agent = caller.agent().ok_or(Refusal::NoIdentity)?;
        let want = RefreshWants { issuer: &self.id, agent, key: &caller.key() };
        let token = self
            .in_body(caller, text, TokenKind::Auth)
            .and_then(|token| match token.key_ref().issuer == self.id {
                true => token.auth_ignoring_expiry_up_to(window, keys, &want, now),
                false => Err(TokenError::IssuerUntrusted),
            })
            .map_err(Refusal::AuthToken)?;
        let scope = token.scope().clone();
        AccessRequest::of(caller, Asked::Refresh(Box::new(token)), scope)
    }

    /// The answer `200 {"auth_token","expires_in"}`.
    #[must_use]
    pub fn granted(&self, auth_token: &str, expires_in: Duration) -> Answer {
        let body =
            format!("{{\"auth_token\":{},\"expires_in\":{}}}", quoted(auth_token), expires_in.as_secs());
        answer::no_store(answer::json(StatusCode::OK, body))
    }

    /// The answer to a request that is refused.
    #[must_use]
    pub fn refuse(&self, refusal: &Refusal) -> Answer {
        let (code, description) = refusal.wire();
        let required = match refusal {
            Refusal::Caller(rejection) => rejection.required_components(),
            _ => Vec::new(),
        };
        let mut answer = answer::no_store(answer::error(code, &description, &required));
        if let Refusal::TooManyOpen { retry_after }
        | Refusal::Overloaded { retry_after }
        | Refusal::Unavailable { retry_after } = refusal
        {
            answer.headers_mut().insert(http::header::RETRY_AFTER, retry_after.as_secs().max(1).into());
        }
        match (refusal, self.dialects.first()) {
            (Refusal::NoIdentity, Some(dialect)) => with_challenge(answer, &Challenge::Identity, dialect),
            _ => answer,
        }
    }
}
