//! One guarded GET.

use std::net::IpAddr;
use std::sync::Arc;

use aauth_types::{Document, EndpointUrl, ServerId};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};

use crate::dns::{GuardedDns, Lookup};
use crate::{DiscoveryError, DocumentNames, HttpsUri, Limits, Settings, egress};

/// An HTTP client that can do nothing but fetch JSON from admitted addresses.
#[derive(Debug)]
pub(crate) struct Fetcher {
    client: Client,
    limits: Limits,
    network: aauth_types::Network,
    names: DocumentNames,
}

/// An answer that came whole, in time and as JSON by its header; the body is not parsed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Fetcher {
    pub(crate) fn new(settings: &Settings, lookup: Arc<dyn Lookup>) -> Result<Self, DiscoveryError> {
        let (limits, network) = (settings.limits, settings.network);
        let dns = Arc::new(GuardedDns::new(lookup, network));
        let builder = || {
            Client::builder()
                .dns_resolver(Arc::clone(&dns))
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .retry(reqwest::retry::never())
                .https_only(network == aauth_types::Network::Public)
                .connect_timeout(limits.connect)
                .timeout(limits.total)
                // A connection that is kept is a descriptor that a stranger holds.
                .pool_max_idle_per_host(0)
                .http2_max_header_list_size(16 * 1024)
                .user_agent(concat!("aauth-discovery/", env!("CARGO_PKG_VERSION")))
        };
        let client = match plain(builder()).build() {
            Ok(client) => client,
            // A machine without root certificates can still demonstrate on loopback; https then trusts nobody.
            Err(_) if network == aauth_types::Network::InsecureLoopback => {
                plain(builder()).tls_certs_only([]).build().map_err(|_| DiscoveryError::Client)?
            }
            Err(_) => return Err(DiscoveryError::Client),
        };
        Ok(Self { client, limits, network, names: settings.names })
    }

    /// Fetches a metadata document: with `.json`, and where that is not found and the settings say so under the short name.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Metadata Documents"; peers of that month serve either.
    pub(crate) async fn document(&self, id: &ServerId, document: Document) -> Result<Answer, DiscoveryError> {
        let get = async {
            match self.get(&well_known(id, document.file_name())).await {
                Err(DiscoveryError::Status { status: 404 })
                    if self.names == DocumentNames::WithJsonThenWithout =>
                {
                    self.get(&well_known(id, document.short_name())).await
                }
                other => other,
            }
        };
        self.in_time(get).await
    }

    pub(crate) async fn key_set(&self, uri: &HttpsUri) -> Result<Answer, DiscoveryError> {
        self.in_time(self.get(uri.as_str())).await
    }

    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, DiscoveryError>>,
    ) -> Result<T, DiscoveryError> {
        let limit = self.limits.total;
        tokio::time::timeout(limit, work).await.unwrap_or(Err(DiscoveryError::Timeout { limit }))
    }

    async fn get(&self, url: &str) -> Result<Answer, DiscoveryError> {
        self.admit_literal(url)?;
        let request =
            self.client.get(url).header(ACCEPT, "application/json").header(ACCEPT_ENCODING, "identity");
        let mut response = request.send().await.map_err(|error| self.explain(&error))?;
        check_head(&response)?;
        if response.content_length().is_some_and(|length| length > self.body_limit()) {
            return Err(DiscoveryError::TooLarge { limit: self.limits.body });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.explain(&error))? {
            if body.len().saturating_add(chunk.len()) > self.limits.body {
                return Err(DiscoveryError::TooLarge { limit: self.limits.body });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { fields: response.headers().clone(), body })
    }

    /// The client connects to an address in the URL without asking the guarded lookup.
    fn admit_literal(&self, url: &str) -> Result<(), DiscoveryError> {
        let end = url.find(['?', '#']).unwrap_or(url.len());
        let base = url.get(..end).unwrap_or(url);
        let url = EndpointUrl::parse(base, self.network).map_err(|_| DiscoveryError::Unreachable)?;
        let host = host(url.authority());
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        literal.map_or(Ok(()), |address| egress::admit(address, self.network))
    }

    fn body_limit(&self) -> u64 {
        u64::try_from(self.limits.body).unwrap_or(u64::MAX)
    }

    fn explain(&self, error: &reqwest::Error) -> DiscoveryError {
        if let Some(refused) = GuardedDns::refusal(error) {
            return refused;
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => DiscoveryError::Timeout { limit: self.limits.connect },
            (true, false) => DiscoveryError::Timeout { limit: self.limits.total },
            _ => DiscoveryError::Unreachable,
        }
    }
}

/// Nothing is decompressed, whatever features another crate of the build turns on.
fn plain(builder: ClientBuilder) -> ClientBuilder {
    builder.no_gzip().no_brotli().no_zstd().no_deflate()
}

fn well_known(id: &ServerId, name: &str) -> String {
    format!("{id}/.well-known/{name}")
}

/// The host of an authority, without its port.
pub(crate) fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn check_head(response: &Response) -> Result<(), DiscoveryError> {
    let status = response.status();
    if status.is_redirection() {
        return Err(DiscoveryError::Redirect { status: status.as_u16() });
    }
    if status != StatusCode::OK {
        return Err(DiscoveryError::Status { status: status.as_u16() });
    }
    if !text(response, CONTENT_ENCODING).is_none_or(|coding| coding.eq_ignore_ascii_case("identity")) {
        return Err(DiscoveryError::ContentEncoding);
    }
    if !text(response, CONTENT_TYPE).is_some_and(is_json) {
        return Err(DiscoveryError::ContentType);
    }
    Ok(())
}

/// A header's value; one that is not text counts as something unknown, not as absent.
fn text(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name).map(|value| value.to_str().unwrap_or("?").trim())
}

/// `application/json` and every `application/…+json`, parameters aside (RFC 8259 section 11, RFC 6839 section 3.1).
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}
