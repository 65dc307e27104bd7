//! Sending one signed request.

use std::sync::Arc;
use std::time::Duration;

use aauth_discovery::GuardedDns;
use aauth_signature::{Component, ContentDigest, Coverage, DigestAlgorithm, SignatureKey, sign};
use aauth_types::Network;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use crate::target::Target;
use crate::{AgentError, Exchanged, Settings, Side, Step};

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Target,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Bytes,
    /// How long the server was asked to hold the answer back.
    pub(crate) hold: Duration,
    pub(crate) side: Side,
}

/// Two HTTP clients without redirects, cookies and proxies from the environment.
#[derive(Debug)]
pub(crate) struct Transport {
    /// For resources, which the user of the agent has chosen.
    chosen: Client,
    /// For auth servers, which a resource has named: public addresses only.
    named: Client,
}

/// What binds a body to its signature (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// Name lookup, connection and TLS session together.
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// Largest answer of an auth server, in bytes.
const AUTH_SERVER_LIMIT: usize = 64 * 1024;

impl Transport {
    pub(crate) fn new(settings: &Settings) -> Result<Self, AgentError> {
        let dns = Arc::new(GuardedDns::new(settings.lookup.clone(), settings.network));
        Ok(Self {
            chosen: build(settings.network, plain)?,
            named: build(settings.network, || plain().dns_resolver(dns.clone()))?,
        })
    }

    /// Signs and sends a request, and shows it to the observer with its answer.
    pub(crate) async fn send(
        &self,
        settings: &Settings,
        step: Step,
        mut outgoing: Outgoing,
        credential: &SignatureKey<'_>,
        coverage: &Coverage,
    ) -> Result<Response<Bytes>, AgentError> {
        add_signature(settings, &mut outgoing, credential, coverage)?;
        let Outgoing { method, url, fields, body, hold, side } = outgoing;
        let (client, limit) = match side {
            Side::Resource => (&self.chosen, settings.response_limit),
            Side::AuthServer => (&self.named, settings.response_limit.min(AUTH_SERVER_LIMIT)),
        };
        let request = client
            .request(method.clone(), url.url().clone())
            .headers(fields.clone())
            .body(body.clone())
            .timeout(settings.request_time.saturating_add(hold));
        let response = request.send().await.map_err(|error| explain(&error))?;
        let answer = read(response, limit).await?;
        if let Some(observer) = &settings.observer {
            observer.exchanged(&Exchanged {
                step,
                side,
                method: &method,
                url: url.as_str(),
                request_fields: &fields,
                request_body: &body,
                status: answer.status(),
                response_fields: answer.headers(),
                response_body: answer.body(),
            });
        }
        Ok(answer)
    }
}

/// Nothing is decompressed, whatever features another crate of the build turns on.
fn plain() -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIME)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .user_agent(concat!("aauth-agent/", env!("CARGO_PKG_VERSION")))
}

fn build(network: Network, builder: impl Fn() -> ClientBuilder) -> Result<Client, AgentError> {
    match builder().build() {
        Ok(client) => Ok(client),
        // A machine without root certificates can still demonstrate on loopback; https then trusts nobody.
        Err(_) if network == Network::InsecureLoopback => {
            builder().tls_certs_only([]).build().map_err(|_| AgentError::Setup)
        }
        Err(_) => Err(AgentError::Setup),
    }
}

fn add_signature(
    settings: &Settings,
    outgoing: &mut Outgoing,
    credential: &SignatureKey<'_>,
    coverage: &Coverage,
) -> Result<(), AgentError> {
    // The client derives these from URL and body; a second opinion would be signed for one server and sent to another.
    for name in [HOST, CONTENT_LENGTH, TRANSFER_ENCODING] {
        outgoing.fields.remove(name);
    }
    if !outgoing.body.is_empty() {
        describe_body(outgoing, coverage)?;
    }
    let head = outgoing.url.head(&outgoing.method, &outgoing.fields);
    let (signer, now) = (settings.identity.signer(), settings.clock.now());
    let signed = sign(&head, credential, settings.dialect.fields, coverage, now, signer)?;
    for (name, value) in signed {
        outgoing.fields.insert(name, value);
    }
    Ok(())
}

/// The fields of the body that are to be covered: its digest, and a type where the caller gave none.
fn describe_body(outgoing: &mut Outgoing, coverage: &Coverage) -> Result<(), AgentError> {
    let wanted = coverage.additional();
    if wanted.contains(&Component::CONTENT_DIGEST) {
        let digest = ContentDigest::of(DigestAlgorithm::Sha256, &outgoing.body).to_value()?;
        outgoing.fields.insert(CONTENT_DIGEST, digest);
    }
    if wanted.contains(&Component::CONTENT_TYPE) && !outgoing.fields.contains_key(CONTENT_TYPE) {
        let unknown = HeaderValue::from_static("application/octet-stream");
        outgoing.fields.insert(CONTENT_TYPE, unknown);
    }
    Ok(())
}

async fn read(mut response: reqwest::Response, limit: usize) -> Result<Response<Bytes>, AgentError> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(AgentError::TooLarge { limit });
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(AgentError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(body.freeze());
    *answer.status_mut() = response.status();
    *answer.version_mut() = response.version();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

fn explain(error: &reqwest::Error) -> AgentError {
    match GuardedDns::refusal(error) {
        Some(refused) => AgentError::Discovery(refused),
        None if error.is_connect() => AgentError::Unreachable,
        None => AgentError::NoAnswer,
    }
}
