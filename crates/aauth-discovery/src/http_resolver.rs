//! The resolver over HTTP.

use std::fmt;
use std::sync::Arc;

use aauth_jose::Jwks;
use aauth_runtime::Clock;
use aauth_types::{Document, KeyRef, ServerId};
use tokio::sync::Semaphore;

use crate::facts::Facts;
use crate::fetch::{Answer, Fetcher, host};
use crate::slot::Fetched;
use crate::slots::Slots;
use crate::{
    AgentMetadata, DiscoveryError, FLOOR, HttpsUri, IssuerMetadata, JwksHosts, Lookup, ResolveFuture,
    Resolver, ResourceMetadata, Settings, Strangers, SystemLookup, Wanted, lifetime,
};

/// Finds keys and metadata over HTTP, and keeps them.
///
/// For each document and each key set by itself:
///
/// 1. What is fresh is served. How long it is fresh its `Cache-Control` or `Expires` says, between 60 s and 24 h.
/// 2. What is stale is fetched; one fetch serves everybody who asks meanwhile.
/// 3. A key set that lacks the key is fetched again, once, if the last fetch is a minute ago.
/// 4. Nothing is fetched twice in a minute, failures and empty sets included; after repeated failures the pause grows
///    to five minutes.
/// 5. While a server is down, what is held is served on, up to 24 h after it was fetched.
/// 6. Otherwise everybody gets the error of the last attempt.
///
/// Needs a Tokio runtime with I/O and time. Use one resolver for the whole process; clones share everything.
#[derive(Clone)]
pub struct HttpResolver(Arc<Shared>);

struct Shared {
    settings: Settings,
    clock: Arc<dyn Clock>,
    fetcher: Fetcher,
    documents: Arc<Slots<DocumentKey, Facts>>,
    key_sets: Arc<Slots<KeySetKey, Jwks>>,
    strangers: Semaphore,
}

/// Structured, so that no two questions can share an answer by being written one after the other.
type DocumentKey = (ServerId, Document);
/// By address and not by document: all documents of a server that name one key set share its minute.
type KeySetKey = (ServerId, HttpsUri);

impl HttpResolver {
    /// A resolver with an empty cache, over the lookup of the operating system.
    ///
    /// # Errors
    /// `Client`: no TLS can be set up, for want of root certificates.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, DiscoveryError> {
        Self::with_lookup(settings, clock, Arc::new(SystemLookup))
    }

    /// The same over another lookup.
    ///
    /// # Errors
    /// As [`HttpResolver::new`].
    pub fn with_lookup(
        settings: Settings,
        clock: Arc<dyn Clock>,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, DiscoveryError> {
        let fetcher = Fetcher::new(&settings, lookup)?;
        Ok(Self(Arc::new(Shared {
            documents: Arc::new(Slots::new(settings.entries, settings.bytes)),
            key_sets: Arc::new(Slots::new(settings.entries, settings.bytes)),
            strangers: Semaphore::new(settings.fetches.min(Semaphore::MAX_PERMITS)),
            fetcher,
            clock,
            settings,
        })))
    }

    async fn facts(&self, id: &ServerId, document: Document) -> Result<Arc<Facts>, DiscoveryError> {
        let trusted = self.0.check_issuer(id)?;
        let key = (id.clone(), document);
        let slot = self.0.documents.slot(&key, id, trusted);
        let after = key.clone();
        let (shared, documents) = (Arc::clone(&self.0), Arc::clone(&self.0.documents));
        let fetch = async move {
            let (id, document) = key;
            let _permit = shared.permit(trusted).await?;
            let answer = shared.fetcher.document(&id, document).await;
            shared
                .read_document(&id, document, answer)
                .inspect_err(|error| log(&id, document.file_name(), error))
        };
        slot.get(&self.0.clock, |_| Wanted::Held, fetch, move || documents.trim(&after)).await
    }

    async fn key_set(&self, key: &KeyRef) -> Result<Arc<Jwks>, DiscoveryError> {
        let facts = self.facts(&key.issuer, key.document).await?;
        let source = facts.keys.as_ref().map_err(Clone::clone)?;
        self.0.check_jwks_uri(&key.issuer, &source.jwks_uri)?;
        let trusted = self.0.check_issuer(&key.issuer)?;
        let place = (key.issuer.clone(), source.jwks_uri.clone());
        let slot = self.0.key_sets.slot(&place, &key.issuer, trusted);
        let after = place.clone();
        let (shared, key_sets, document) = (Arc::clone(&self.0), Arc::clone(&self.0.key_sets), key.document);
        let fetch = async move {
            let (id, uri) = place;
            let _permit = shared.permit(trusted).await?;
            let answer = shared.fetcher.key_set(&uri).await;
            shared.read_key_set(answer).inspect_err(|error| {
                log(&id, "key set", error);
                // The keys may have moved: look into the document again before the next attempt.
                if let Some(slot) = shared.documents.find(&(id.clone(), document)) {
                    slot.doubt(&*shared.clock);
                }
            })
        };
        let wanted = |keys: &Jwks| match keys.kids().any(|kid| kid == key.kid) {
            true => Wanted::Held,
            false => Wanted::Missing,
        };
        slot.get(&self.0.clock, wanted, fetch, move || key_sets.trim(&after)).await
    }
}

impl Shared {
    /// Whether the issuer is trusted; an error when it is not and has to be.
    fn check_issuer(&self, id: &ServerId) -> Result<bool, DiscoveryError> {
        let trusted = self.settings.trusted.contains(id);
        match self.settings.strangers {
            Strangers::Refuse if !trusted => Err(DiscoveryError::IssuerRefused),
            _ => Ok(trusted),
        }
    }

    /// The same host and port, on loopback the same host, or one that the settings name.
    fn check_jwks_uri(&self, issuer: &ServerId, uri: &HttpsUri) -> Result<(), DiscoveryError> {
        let (own, other) = (issuer.authority(), uri.endpoint().authority());
        let local = ["127.0.0.1", "[::1]", "localhost"].contains(&host(own));
        let other = if local { other } else { other.strip_suffix(":443").unwrap_or(other) };
        let same = own == other || (local && host(own) == host(other));
        let permitted = match &self.settings.jwks_hosts {
            JwksHosts::Issuer => false,
            JwksHosts::IssuerAnd(hosts) => hosts.iter().any(|host| host == other),
        };
        if same || permitted { Ok(()) } else { Err(DiscoveryError::JwksElsewhere) }
    }

    /// Room for one more fetch; the trusted need none.
    async fn permit(
        &self,
        trusted: bool,
    ) -> Result<Option<tokio::sync::SemaphorePermit<'_>>, DiscoveryError> {
        if trusted {
            return Ok(None);
        }
        let waited = tokio::time::timeout(self.settings.limits.total, self.strangers.acquire()).await;
        waited.ok().and_then(Result::ok).map(Some).ok_or(DiscoveryError::Busy)
    }

    fn read_document(
        &self,
        id: &ServerId,
        document: Document,
        answer: Result<Answer, DiscoveryError>,
    ) -> Result<Fetched<Facts>, DiscoveryError> {
        let answer = answer?;
        let facts = Facts::read(&answer.body, document, id, self.settings.network)?;
        // A document with a mistake in it is about to be mended.
        let life = if facts.is_sound() { self.life(&answer) } else { FLOOR };
        Ok(Fetched { value: facts, life, weight: answer.body.len() })
    }

    fn read_key_set(&self, answer: Result<Answer, DiscoveryError>) -> Result<Fetched<Jwks>, DiscoveryError> {
        let answer = answer?;
        let keys = Jwks::parse(&answer.body).map_err(|source| DiscoveryError::KeySet { source })?;
        let limit = self.settings.limits.keys;
        if keys.len() > limit {
            return Err(DiscoveryError::TooManyKeys { found: keys.len(), limit });
        }
        Ok(Fetched { value: keys, life: self.life(&answer), weight: answer.body.len() })
    }

    fn life(&self, answer: &Answer) -> std::time::Duration {
        lifetime(&answer.fields, self.clock.now(), self.settings.default_age)
    }
}

impl Resolver for HttpResolver {
    fn jwks<'a>(&'a self, key: &'a KeyRef) -> ResolveFuture<'a, Arc<Jwks>> {
        Box::pin(self.key_set(key))
    }

    fn agent<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<AgentMetadata>> {
        Box::pin(async move { self.facts(id, Document::Agent).await?.agent() })
    }

    fn issuer<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<IssuerMetadata>> {
        Box::pin(async move { self.facts(id, Document::Issuer).await?.issuer() })
    }

    fn resource<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<ResourceMetadata>> {
        Box::pin(async move { self.facts(id, Document::Resource).await?.resource() })
    }
}

impl fmt::Debug for HttpResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResolver").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// At debug level, because strangers choose how often it happens.
fn log(issuer: &ServerId, what: &str, error: &DiscoveryError) {
    tracing::debug!(%issuer, what, kind = error.kind(), %error, "fetch failed");
}

#[cfg(test)]
mod tests {
    use aauth_types::Network;

    use super::*;
    use crate::LookupFuture;

    /// No name has an address.
    #[derive(Debug)]
    struct Nowhere;

    impl Lookup for Nowhere {
        fn lookup<'a>(&'a self, _: &'a str) -> LookupFuture<'a> {
            Box::pin(std::future::ready(Ok(Vec::new())))
        }
    }

    #[tokio::test]
    async fn twenty_thousand_issuers_that_nobody_serves_leave_no_more_than_the_bound() {
        let mut settings = Settings::auth_server(Network::Public);
        settings.entries = 16;
        let clock = Arc::new(aauth_testkit::FakeClock::at(aauth_testkit::FakeClock::TRACE));
        let resolver = HttpResolver::with_lookup(settings, clock, Arc::new(Nowhere)).unwrap();
        for index in 0..20_000 {
            let issuer = ServerId::parse(&format!("https://a.host{index}.test"), Network::Public).unwrap();
            let key = KeyRef { issuer, document: Document::Agent, kid: format!("key-{index}") };
            assert_eq!(resolver.jwks(&key).await.err(), Some(DiscoveryError::NoAddress));
        }
        assert_eq!((resolver.0.documents.count(), resolver.0.key_sets.count()), (16, 0));
    }
}
