//! Sending one signed request.

use std::time::Duration;

use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
use aauth_types::{EndpointUrl, ServerId, UnixTime};
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Response};
use reqwest::redirect::Policy;

use crate::{AgentError, Exchanged, Settings, Step};

/// A request before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Target,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Bytes,
}

/// A URL that is sent as it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    url: reqwest::Url,
    origin: String,
    authority: String,
    target: String,
}

impl Target {
    /// Reads a URL. Origin and path obey the rules of endpoint URLs; a query may follow.
    pub(crate) fn parse(text: &str, settings: &Settings) -> Result<Self, AgentError> {
        let base = text.split(['?', '#']).next().unwrap_or(text);
        let endpoint = EndpointUrl::parse(base, settings.network).map_err(AgentError::Url)?;
        let malformed = |_| AgentError::Url(aauth_types::TypeError::EndpointUrl { found: "no url", at: 0 });
        let mut url = reqwest::Url::parse(text).map_err(malformed)?;
        url.set_fragment(None);
        // What the client sends counts: it removes dot segments and escapes, and the signature must cover the result.
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let authority = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => String::new(),
        };
        Ok(Self { origin: endpoint.origin().to_owned(), authority, target, url })
    }

    /// The server that the URL leads to, where its origin is a server identifier.
    pub(crate) fn server(&self, settings: &Settings) -> Result<ServerId, AgentError> {
        ServerId::parse(&self.origin, settings.network).map_err(AgentError::Url)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    fn head<'a>(&'a self, method: &'a Method, fields: &'a HeaderMap) -> RequestHead<'a> {
        let scheme = if self.url.scheme() == "https" { UriScheme::Https } else { UriScheme::Http };
        RequestHead { method, scheme, authority: &self.authority, target: &self.target, fields }
    }
}

/// The HTTP client of an agent: no redirects, no proxies from the environment.
pub(crate) fn client(timeout: Duration) -> Result<reqwest::Client, AgentError> {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .timeout(timeout)
        .user_agent(concat!("aauth-agent/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| AgentError::Setup)
}

/// Signs and sends a request, and shows it to the observer with its answer.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    settings: &Settings,
    step: Step,
    mut outgoing: Outgoing,
    credential: &SignatureKey,
) -> Result<Response<Bytes>, AgentError> {
    add_signature(settings, &mut outgoing, credential, settings.clock.now())?;
    let Outgoing { method, url, fields, body } = outgoing;
    let request = http.request(method.clone(), url.url.clone()).headers(fields.clone()).body(body.clone());
    let response = request.send().await.map_err(|_| AgentError::Unreachable)?;
    let answer = read(response, settings.response_limit).await?;
    if let Some(observer) = &settings.observer {
        observer.exchanged(&Exchanged {
            step,
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

fn add_signature(
    settings: &Settings,
    outgoing: &mut Outgoing,
    credential: &SignatureKey,
    now: UnixTime,
) -> Result<(), AgentError> {
    let head = outgoing.url.head(&outgoing.method, &outgoing.fields);
    let identity = &settings.identity;
    let fields = sign(&head, credential, settings.dialect.fields, &Coverage::new(), now, identity.signer())?;
    for (name, value) in fields {
        outgoing.fields.insert(name, value);
    }
    Ok(())
}

async fn read(mut response: reqwest::Response, limit: usize) -> Result<Response<Bytes>, AgentError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| AgentError::Unreachable)? {
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(AgentError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(body.freeze());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}
