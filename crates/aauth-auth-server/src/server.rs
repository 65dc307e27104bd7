//! What all requests of an auth server share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use aauth_deferred::PreferWait;
use aauth_discovery::IssuerMetadata;
use aauth_http::{BodyError, OwnedHead, collect};
use aauth_interaction::{Crowd, DeferralSettings, Deferrals, InteractionError, PageSettings};
use aauth_jose::Signer;
use aauth_roles::{
    Answer, Caller, ErrorCode, GrantBasis, Granted, Refusal, Rejection, VerifiedTokens, answer,
};
use aauth_token::mint;
use aauth_types::{EndpointUrl, TokenId, UnixTime};
use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};

use crate::audit::AuditAct;
use crate::measured_store::MeasuredStore;
use crate::tell::Tell;
use crate::{Approvals, Required, Settings};

pub(crate) const TOKEN_PATH: &str = "/token";
pub(crate) const PENDING_PATH: &str = "/pending";
pub(crate) const INTERACT_PATH: &str = "/interact";
pub(crate) const JWKS_PATH: &str = "/jwks.json";

/// Settings, and the pending requests they lead to.
pub(crate) struct Server {
    pub(crate) settings: Settings,
    pub(crate) deferrals: Deferrals,
    pub(crate) tell: Tell,
    pub(crate) approvals: Approvals,
    /// Agent tokens of delegates, who poll with them again and again.
    tokens: VerifiedTokens,
}

/// A signed request: who sent it, and what is still needed of it.
///
/// The head is not kept. Its fields share the memory that they were read into, so a request that waits for a person
/// would hold that memory as long as it waits.
pub(crate) struct Signed {
    pub(crate) caller: Caller,
    pub(crate) method: Method,
    pub(crate) body: Bytes,
    /// `Prefer: wait`.
    pub(crate) wait: Option<PreferWait>,
    /// The client's address, if it can be told.
    pub(crate) address: Option<IpAddr>,
}

impl Server {
    pub(crate) fn new(mut settings: Settings) -> Self {
        settings.required.store = Arc::new(MeasuredStore(settings.required.store));
        let tell = Tell::new(settings.audit.clone(), Arc::clone(&settings.clock));
        settings.required.keys.tell(tell.clone());
        let base = EndpointUrl::on(settings.required.role.id(), PENDING_PATH);
        let mut deferral = DeferralSettings::new(base, settings.required.secret.clone());
        deferral.terms = settings.terms;
        deferral.shutdown = settings.shutdown.clone();
        deferral.open_per_agent = settings.open_per_agent;
        deferral.open_in_all = settings.open_in_all;
        deferral.longest_wait = settings.longest_wait.as_duration();
        deferral.waiting_per_agent = settings.waiting_per_agent;
        deferral.waiting_in_all = settings.waiting_in_all;
        let (store, clock, entropy) =
            (settings.required.store.clone(), settings.clock.clone(), settings.entropy.clone());
        let deferrals = Deferrals::new(deferral, store, clock, entropy);
        let approvals = Approvals::new(deferrals.clone(), tell.clone(), settings.open_in_all);
        let tokens = VerifiedTokens::new(settings.remembered_tokens);
        Self { settings, deferrals, tell, approvals, tokens }
    }

    pub(crate) fn page(&self) -> PageSettings {
        let settings = &self.settings;
        let page = EndpointUrl::on(settings.required.role.id(), INTERACT_PATH);
        let mut page = PageSettings::new(page, settings.required.network);
        if let Some(name) = &settings.name {
            page.name.clone_from(name);
        }
        page.accent = settings.accent;
        page.addresses = settings.addresses.clone();
        page.attempts = settings.attempts;
        page.observer = Arc::new(self.tell.clone());
        page.remember_up_to = settings.remember_up_to;
        page
    }

    pub(crate) fn metadata(&self) -> IssuerMetadata {
        let id = self.settings.required.role.id();
        IssuerMetadata {
            issuer: id.clone(),
            token_endpoint: EndpointUrl::on(id, TOKEN_PATH),
            interaction_endpoint: EndpointUrl::on(id, INTERACT_PATH),
            jwks_uri: EndpointUrl::on(id, JWKS_PATH).into(),
        }
    }

    /// Reads the body up to the limit, verifies the signature, then binds the body if the signature covers its digest.
    /// Nothing in the body is interpreted before that.
    pub(crate) async fn signed(
        &self,
        endpoint: &'static str,
        request: Request<Body>,
    ) -> Result<Signed, Response<Body>> {
        let now = self.settings.clock.now();
        let (parts, body) = request.into_parts();
        let body = collect(body, self.settings.body_limit).await.map_err(|error| {
            let description = match error {
                BodyError::TooLong { .. } => "The body is too long",
                _ => "The body is incomplete",
            };
            malformed(error.status(), description)
        })?;
        let caller = match self.caller(&parts, now).await {
            Ok(caller) => caller,
            Err(rejection) => return Err(self.refuse(endpoint, &Refusal::Caller(rejection))),
        };
        if let Err(error) = caller.signature().body(&body) {
            return Err(self.refuse(endpoint, &Refusal::Caller(Rejection::Signature(error))));
        }
        if let Some(guard) = &self.settings.replay_guard {
            let window = self.settings.required.role.coverage().window();
            if let Err(rejection) = guard.admit(&parts.method, &caller, &body, window, now).await {
                return Err(self.refuse(endpoint, &Refusal::Caller(rejection)));
            }
        }
        let wait = PreferWait::read(&parts.headers);
        let address = self.settings.addresses.address(&parts);
        Ok(Signed { caller, method: parts.method, body, wait, address })
    }

    async fn caller(&self, parts: &Parts, now: UnixTime) -> Result<Caller, Rejection> {
        let Required { role, resolver, .. } = &self.settings.required;
        let owned = OwnedHead::new(parts, role.id())?;
        let inbound = role.inbound(&owned.head(), now)?;
        aauth_http::caller(&inbound, role.wants(), &**resolver, &self.tokens, now).await
    }

    /// Mints the auth token of a grant and answers with it.
    pub(crate) fn deliver(
        &self,
        basis: &GrantBasis,
        granted: &Granted,
        id: TokenId,
        issued: UnixTime,
        signer: &dyn Signer,
    ) -> Answer {
        let Settings { required: Required { role, .. }, clock, .. } = &self.settings;
        let minted =
            role.auth_claims(basis, granted, id, issued).map_err(|_| ()).and_then(|(claims, dialect)| {
                let expires = claims.issuance.expires;
                mint(&claims, dialect.tokens, signer).map(|token| (token, expires)).map_err(|_| ())
            });
        match minted {
            Ok((token, expires)) => role.granted(&token, expires.saturating_duration_since(clock.now())),
            Err(()) => {
                tracing::error!("a granted token could not be minted");
                role.refuse(&Refusal::ServerError)
            }
        }
    }

    pub(crate) fn refuse(&self, endpoint: &'static str, refusal: &Refusal) -> Response<Body> {
        self.tell.act(AuditAct::Refused { endpoint, kind: refusal.kind() });
        self.settings.required.role.refuse(refusal).map(Body::from)
    }
}

/// What `Retry-After` says while the store does not answer.
pub(crate) const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What a fault of this server's own parts means to the agent.
pub(crate) fn fault(error: &InteractionError) -> Refusal {
    match error {
        InteractionError::Full { whose: Crowd::Agent, retry_after } => {
            Refusal::TooManyOpen { retry_after: *retry_after }
        }
        InteractionError::Full { retry_after, .. } => Refusal::Overloaded { retry_after: *retry_after },
        InteractionError::Store { .. } | InteractionError::Contended => {
            tracing::error!(kind = error.kind(), "the store did not serve a request");
            Refusal::Unavailable { retry_after: STORE_PAUSE }
        }
        _ => {
            tracing::error!(kind = error.kind(), "a request could not be served");
            Refusal::ServerError
        }
    }
}

/// The answer to a request that is none, whoever sent it.
pub(crate) fn malformed(status: StatusCode, description: &str) -> Response<Body> {
    let mut answer = answer::no_store(answer::error(ErrorCode::InvalidRequest, description, &[]));
    *answer.status_mut() = status;
    answer.map(Body::from)
}
