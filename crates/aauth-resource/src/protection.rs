//! One resource, and what it needs to answer.

use std::fmt;
use std::sync::Arc;

use aauth_discovery::{Resolver, ResourceMetadata};
use aauth_http::{OwnedHead, Published, ReplayGuard, documents};
use aauth_jose::{Jwks, Signer};
use aauth_roles::{
    Answer, Caller, ErrorCode, Rejection, Requirement, Resource, Verdict, VerifiedTokens, answer,
};
use aauth_runtime::{Clock, Entropy, SystemClock, SystemEntropy, random};
use aauth_token::ResourceClaims;
use aauth_types::{Document, EndpointUrl, Scope, TokenId, UnixTime};
use axum::Router;
use http::request::Parts;

use crate::{RequireLayer, Transaction};

/// What protects the routes of one resource. Cheap to clone.
#[derive(Clone)]
pub struct Protection(pub(crate) Arc<Inner>);

/// What a [`Protection`] is made of.
pub struct Settings {
    /// The resource: its identifier, its auth server, whom it trusts.
    pub resource: Resource,
    /// Signs resource tokens; its public key is published.
    pub signer: Arc<dyn Signer>,
    /// Where the keys of agents and auth servers come from.
    pub resolver: Arc<dyn Resolver>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives token identifiers.
    pub entropy: Arc<dyn Entropy>,
    /// Refuses a `POST` that was seen before. Default none: a recorded request passes again while its signature is fresh.
    pub replay_guard: Option<ReplayGuard>,
    /// Largest body that is read to check a covered `Content-Digest` or for the replay guard, in bytes.
    pub body_limit: usize,
    /// How many verified tokens are remembered, so that one that comes again costs one signature check and not two; some
    /// 2 KiB each. Default 10,000; 0 remembers none.
    pub remembered_tokens: usize,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    tokens: VerifiedTokens,
}

const JWKS_PATH: &str = "/jwks.json";

impl Settings {
    /// The clock and the random source of the operating system, bodies of up to 64 KiB.
    #[must_use]
    pub fn new(resource: Resource, signer: Arc<dyn Signer>, resolver: Arc<dyn Resolver>) -> Self {
        Self {
            resource,
            signer,
            resolver,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            replay_guard: None,
            body_limit: 64 * 1024,
            remembered_tokens: 10_000,
        }
    }
}

impl Protection {
    /// Protects with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let tokens = VerifiedTokens::new(settings.remembered_tokens);
        Self(Arc::new(Inner { settings, tokens }))
    }

    /// The tokens that this resource has verified: [`VerifiedTokens::forget`] drops one that was revoked.
    #[must_use]
    pub fn verified_tokens(&self) -> &VerifiedTokens {
        &self.0.tokens
    }

    /// A layer that lets callers through who meet `requirement`.
    #[must_use]
    pub fn require(&self, requirement: Requirement) -> RequireLayer {
        RequireLayer::new(self.clone(), requirement)
    }

    /// The routes that publish the resource's metadata and key: `/.well-known/aauth-resource.json` (also without
    /// `.json`) and `/jwks.json`.
    ///
    /// `describe` fills in the optional members: name, scope descriptions, endpoints. What the coverage asks for beyond
    /// the dialect's own components stands in `additional_signature_components` already.
    pub fn documents(&self, describe: impl FnOnce(&mut ResourceMetadata)) -> Router {
        let settings = &self.0.settings;
        let id = settings.resource.id();
        let mut metadata = ResourceMetadata::new(id.clone(), EndpointUrl::on(id, JWKS_PATH));
        let additional = settings.resource.coverage().additional().iter();
        metadata.additional_signature_components =
            additional.map(|component| component.name().to_owned()).collect();
        describe(&mut metadata);
        documents(Published {
            document: Document::Resource,
            metadata: metadata.to_json(),
            jwks_path: JWKS_PATH.to_owned(),
            jwks: Jwks::from_keys([settings.signer.public_jwk()]).to_json().into(),
        })
    }

    /// The resource.
    #[cfg(feature = "deferring")]
    pub(crate) fn resource(&self) -> &Resource {
        &self.0.settings.resource
    }

    /// Verifies the sender of a request.
    pub(crate) async fn caller(&self, parts: &Parts, now: UnixTime) -> Result<Caller, Rejection> {
        let settings = &self.0.settings;
        let owned = OwnedHead::new(parts, settings.resource.id())?;
        let inbound = settings.resource.inbound(&owned.head(), now)?;
        let wants = settings.resource.wants();
        aauth_http::caller(&inbound, wants, &*settings.resolver, &self.0.tokens, now).await
    }

    /// The answer to a verified caller who does not meet `requirement`; `None` for one who does.
    pub(crate) fn objection(
        &self,
        caller: &Caller,
        requirement: &Requirement,
        transaction: Option<&Transaction>,
        now: UnixTime,
    ) -> Option<Answer> {
        let resource = &self.0.settings.resource;
        match resource.decide(caller, requirement) {
            Verdict::Allow => None,
            Verdict::NeedIdentity => Some(resource.refuse_scheme(caller)),
            Verdict::NeedAuthToken(scope) => Some(self.challenge(caller, scope, transaction, now)),
        }
    }

    fn challenge(
        &self,
        caller: &Caller,
        scope: Scope,
        transaction: Option<&Transaction>,
        now: UnixTime,
    ) -> Answer {
        let Settings { resource, signer, .. } = &self.0.settings;
        let claims = self.resource_claims(caller, scope, transaction, now);
        let challenge =
            claims.and_then(|claims| resource.challenge(caller.dialect(), &claims, &**signer).ok());
        challenge.unwrap_or_else(server_error)
    }

    /// The claims of a new resource token; `None` for a pseudonym, and without random bytes.
    pub(crate) fn resource_claims(
        &self,
        caller: &Caller,
        scope: Scope,
        transaction: Option<&Transaction>,
        now: UnixTime,
    ) -> Option<ResourceClaims> {
        let Settings { resource, entropy, .. } = &self.0.settings;
        let id = TokenId::from_entropy(random(&**entropy).ok()?);
        let mut claims = resource.resource_claims(caller, scope, id, now)?;
        claims.txn = transaction.map(|transaction| transaction.as_str().to_owned());
        Some(claims)
    }
}

impl fmt::Debug for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protection").field("resource", &self.0.settings.resource).finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("resource", &self.resource)
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

pub(crate) fn server_error() -> Answer {
    answer::error(ErrorCode::ServerError, "Internal error", &[])
}
