//! Agent tokens for the delegates of an agent, at its server.

mod body;
mod policy;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aauth_discovery::StaticResolver;
use aauth_http::{OwnedHead, collect};
use aauth_jose::{Jwks, Signer};
use aauth_roles::{
    Accept, Answer, Caller, CallerWants, Dialect, ErrorCode, Inbound, Rejection, Requirement, Resource, SEED,
    VerifiedTokens, answer,
};
use aauth_runtime::{Clock, Entropy, SystemClock, SystemEntropy, random};
use aauth_signature::{Component, Coverage};
use aauth_token::{AgentClaims, Issuance, mint};
use aauth_types::json::quoted;
use aauth_types::{Network, ServerId, TokenId, UnixTime};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;
use http::header::{ALLOW, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderValue, StatusCode};

pub use policy::{
    DelegateDecision, DelegateFuture, DelegateGrant, DelegatePolicy, DelegateRequest, RefuseDelegates,
    RegisteredDelegates,
};

use crate::AgentError;
use crate::agent_server::PATH;
use body::Asked;

/// Largest body, in bytes.
const BODY_LIMIT: usize = 16 * 1024;

/// What issues agent tokens is made of.
#[non_exhaustive]
pub struct DelegationSettings {
    /// The agent, `iss` of its delegates' tokens.
    pub agent: ServerId,
    /// Signs them; its public key is published under the agent's identifier, as `publish` does.
    pub signer: Arc<dyn Signer>,
    /// Whether loopback http identifiers are read.
    pub network: Network,
    /// The dialect of the requests and the tokens. Default `SEED`.
    pub dialect: &'static Dialect,
    /// Who gets one. Default [`RefuseDelegates`].
    pub policy: Arc<dyn DelegatePolicy>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives token identifiers.
    pub entropy: Arc<dyn Entropy>,
}

impl DelegationSettings {
    /// The defaults, by which nobody gets a token.
    #[must_use]
    pub fn new(agent: ServerId, signer: Arc<dyn Signer>, network: Network) -> Self {
        Self {
            agent,
            signer,
            network,
            dialect: &SEED,
            policy: Arc::new(RefuseDelegates),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// `POST /delegate/token`: a delegate gets an agent token. Serve it beside [`publish`](crate::publish).
///
/// The body: `{"sub":"delegate-1","cnf_jwk":{…}}`, optionally with `aud`, one server or an array of at most 8.
///
/// How a request is treated:
///
/// 1. Signature fields malformed, stale, a bad signature, or a `content-digest` that is not covered or not the body's: 401
///    `invalid_signature`. Known are the keys of `hwk` and the agent's own; nothing is fetched. Without any signature field
///    a request goes on: the policy may know the delegate by other means.
/// 2. A body over 16 KiB: 413. One that is not what it should be, or a key with a private member: 400 `invalid_request`.
/// 3. What the policy says: 401 `invalid_signature`, 403 `denied`, 503 `temporarily_unavailable`, or
/// 4. 200 `{"agent_token":"…","expires_in":3600}`. No answer is to be cached.
///
/// # Errors
/// `KeyWithoutKid`: nobody could find the key that signs the tokens.
///
/// Source: draft-hardt-aauth (5 March 2026), "Agent Token"; how a delegate gets one is out of its scope.
pub fn delegation(settings: DelegationSettings) -> Result<Router, AgentError> {
    if settings.signer.kid().is_none() {
        return Err(AgentError::KeyWithoutKid);
    }
    let own = Jwks::from_keys([settings.signer.public_jwk()]);
    let resolver = StaticResolver::new().with_jwks(settings.agent.clone(), own);
    let coverage = Coverage::new().also([Component::CONTENT_DIGEST]);
    let id = settings.agent.clone();
    let words = Resource::new(id.clone(), id, vec![settings.dialect], settings.network);
    let issuer = Issuer { settings, resolver, coverage, words, tokens: VerifiedTokens::new(0) };
    let route = post(issue).fallback(other_method);
    Ok(Router::new().route(PATH, route).with_state(Arc::new(issuer)))
}

struct Issuer {
    settings: DelegationSettings,
    resolver: StaticResolver,
    coverage: Coverage,
    /// Answers to bad signatures as any server of the dialect does.
    words: Resource,
    tokens: VerifiedTokens,
}

async fn issue(State(issuer): State<Arc<Issuer>>, request: Request) -> Response {
    let now = issuer.settings.clock.now();
    let answer = issuer.answer(request, now).await.unwrap_or_else(|refused| *refused);
    answer::no_store(answer).map(Body::from)
}

impl Issuer {
    async fn answer(&self, request: Request, now: UnixTime) -> Result<Answer, Box<Answer>> {
        let (head, body) = request.into_parts();
        let refused = |rejection: &Rejection| {
            tracing::debug!(kind = rejection.kind(), "a request for an agent token was refused");
            Box::new(self.words.refuse(rejection, &Requirement::Public))
        };
        let caller = self.caller(&head, now).await.map_err(|rejection| refused(&rejection))?;
        let body = collect(body, BODY_LIMIT).await.map_err(|error| {
            let mut answer = answer::error(ErrorCode::InvalidRequest, "The body cannot be read", &[]);
            *answer.status_mut() = error.status();
            Box::new(answer)
        })?;
        if let Some(caller) = &caller {
            caller.signature().body(&body).map_err(|error| refused(&Rejection::Signature(error)))?;
        }
        let Asked { subject, key, audience } =
            Asked::read(&body, self.settings.dialect.tokens.algs, self.settings.network)
                .map_err(|text| Box::new(answer::error(ErrorCode::InvalidRequest, text, &[])))?;
        let asks = DelegateRequest {
            head: &head,
            caller: caller.as_ref(),
            subject: &subject,
            key: &key,
            audience: &audience,
        };
        let grant = decided(self.settings.policy.decide(&asks).await)?;
        let id = random(&*self.settings.entropy).map_err(|_| server_error())?;
        let issuance = Issuance::new(self.settings.agent.clone(), TokenId::from_entropy(id), now, grant.life);
        let mut claims = AgentClaims::new(issuance, subject, key);
        claims.audience = audience;
        claims.aud_sub = grant.aud_sub;
        self.minted(&claims, grant.life)
    }

    /// The signer, if there is one.
    async fn caller(&self, head: &Parts, now: UnixTime) -> Result<Option<Caller>, Rejection> {
        let DelegationSettings { agent, dialect, network, .. } = &self.settings;
        let owned = OwnedHead::new(head, agent)?;
        let accept = Accept { dialects: &[dialect], network: *network };
        let inbound = match Inbound::parse(&owned.head(), accept, &self.coverage, now) {
            Err(rejection) if rejection.is_unsigned() => return Ok(None),
            other => other?,
        };
        let wants = CallerWants { me: agent, auth_servers: &[] };
        aauth_http::caller(&inbound, wants, &self.resolver, &self.tokens, now).await.map(Some)
    }

    fn minted(&self, claims: &AgentClaims, life: Duration) -> Result<Answer, Box<Answer>> {
        let DelegationSettings { dialect, signer, .. } = &self.settings;
        let token = mint(claims, dialect.tokens, &**signer).map_err(|error| {
            tracing::error!(kind = error.kind(), "an agent token could not be minted");
            server_error()
        })?;
        tracing::info!(agent = %self.settings.agent, "an agent token was issued");
        let body = format!("{{\"agent_token\":{},\"expires_in\":{}}}", quoted(&token), life.as_secs());
        Ok(answer::json(StatusCode::OK, body))
    }
}

fn decided(decision: DelegateDecision) -> Result<DelegateGrant, Box<Answer>> {
    let refuse = |code, text| Err(Box::new(answer::error(code, text, &[])));
    match decision {
        DelegateDecision::Issue(grant) => Ok(grant),
        DelegateDecision::Unauthenticated => {
            refuse(ErrorCode::InvalidSignature, "The delegate must prove who it is")
        }
        DelegateDecision::Refuse => refuse(ErrorCode::Denied, "No agent token for this delegate"),
        DelegateDecision::Unavailable { retry_after } => {
            let mut answer = answer::error(ErrorCode::TemporarilyUnavailable, "Try again later", &[]);
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
            Err(Box::new(answer))
        }
    }
}

fn server_error() -> Box<Answer> {
    Box::new(answer::error(ErrorCode::ServerError, "Internal error", &[]))
}

async fn other_method() -> Response {
    let mut answer = answer::error(ErrorCode::InvalidRequest, "Method not allowed", &[]);
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    answer::no_store(answer).map(Body::from)
}

impl fmt::Debug for DelegationSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelegationSettings")
            .field("agent", &self.agent)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
