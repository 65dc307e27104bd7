//! The client that a program calls.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aauth_roles::Agent;
use aauth_signature::{Coverage, SignatureKey};
use aauth_types::Secret;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};

use crate::flight::Flights;
use crate::held::Held;
use crate::learned::Learned;
use crate::target::Target;
use crate::transport::{Outgoing, Transport};
use crate::{AgentError, Prompt, Settings, Side, Step};

/// An HTTP client that signs what it sends and gets the token that a resource asks for. Cheap to clone; clones share
/// tokens, connections and exchanges. Needs a Tokio runtime with I/O and time.
///
/// How a call goes:
///
/// 1. The request is signed and sent: with the token that this resource accepted last, if one is held that lives 30 s
///    more, otherwise with the agent's own key. A held token that is refused is forgotten, and the request sent again
///    with the agent's key.
/// 2. An answer that is no 401 with `require=auth-token` is the result. So is a redirect, which is never followed. A
///    401 that lists more components to cover is met once, by signing those; they are remembered.
/// 3. The challenge is verified before anything it names is contacted: signed by the resource that was called, for
///    this agent and key, addressed to the auth server that it names.
/// 4. If a token is held that covers the scope, it is used. If another call is about to get one, this call waits for it.
/// 5. Otherwise the auth server is asked, at a public address only, and polled until it has decided; where the settings say
///    so, first to replace an ended token. The prompt shows the person where to consent, once.
/// 6. The token is verified before it is kept or sent: issued by that auth server, for that resource, agent and key,
///    and no wider than asked.
/// 7. The request is sent once more, with the token. Whatever comes back is the result.
/// 8. A result that is a `202` with `require=interaction` or `require=approval` is the resource asking by itself: the
///    prompt shows the resource's page, its pending URL is polled, on its own origin only, and the answer to the
///    original request is the result. See [`Deferral`](crate::Deferral).
///
/// A request is sent again only after a 401, so its body may reach the resource several times but is acted on once.
///
/// Dropping the future of a call gives its exchange up, unless other calls wait for it too: the prompt goes down and
/// the auth server is told with `DELETE`, in the background. [`Client::cancel`] does it for all calls and waits.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    held: Held,
    flights: Arc<Flights>,
    /// With what this agent was itself called, where it calls on.
    upstream: Option<Secret<String>>,
    /// In place of that of the settings.
    prompt: Option<Arc<dyn Prompt>>,
}

struct Shared {
    settings: Settings,
    transport: Transport,
    learned: Learned,
}

impl Client {
    /// A client with these settings, without tokens.
    ///
    /// # Errors
    /// `Setup`: the TLS library has no certificates. `KeyWithoutKid`. `Hints`: one is too long.
    pub fn new(settings: Settings) -> Result<Self, AgentError> {
        settings.hints.check().map_err(AgentError::Hints)?;
        settings.identity.check()?;
        let transport = Transport::new(&settings)?;
        let learned = Learned::default();
        Ok(Self::over(Arc::new(Shared { settings, transport, learned }), None, None))
    }

    fn over(shared: Arc<Shared>, upstream: Option<Secret<String>>, prompt: Option<Arc<dyn Prompt>>) -> Self {
        Self(Arc::new(Inner { shared, held: Held::default(), flights: Arc::default(), upstream, prompt }))
    }

    /// A client of the same agent that calls on for its own caller: it shows `upstream`, the auth token that this agent was
    /// called with, to the auth servers that it asks, and to nobody else (call chaining).
    ///
    /// It shares settings and connections with this client, but no tokens: what is granted for one caller is never used
    /// for another. Make one for each request that is served, and keep it no longer than for that caller.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Call Chaining".
    #[must_use]
    pub fn on_behalf_of(&self, upstream: Secret<String>) -> Self {
        Self::over(Arc::clone(&self.0.shared), Some(upstream), self.0.prompt.clone())
    }

    /// The same client with another prompt, for one caller or one call: whoever has it is shown what concerns it alone.
    ///
    /// It shares settings and connections with this client, but neither tokens nor exchanges.
    #[must_use]
    pub fn with_prompt(&self, prompt: impl Prompt) -> Self {
        Self::over(Arc::clone(&self.0.shared), self.0.upstream.clone(), Some(Arc::new(prompt)))
    }

    pub(crate) fn prompt(&self) -> Arc<dyn Prompt> {
        self.0.prompt.as_ref().unwrap_or(&self.settings().prompt).clone()
    }

    pub(crate) fn upstream(&self) -> Option<&str> {
        self.0.upstream.as_ref().map(|token| token.expose().as_str())
    }

    /// Calls `url` with `GET`.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get(&self, url: &str) -> Result<Response<Bytes>, AgentError> {
        self.send_to(Method::GET, url, HeaderMap::new(), Bytes::new()).await
    }

    /// Sends a request with an absolute URL: signed with the agent's own key, and again with an auth token if the
    /// resource asks for one and the auth server grants it.
    ///
    /// Of the fields, `Host`, `Content-Length` and `Transfer-Encoding` are replaced by those of the connection, and the
    /// three of the signature by its own. The URL is ASCII, escaped by the caller; its fragment is not sent.
    ///
    /// Returns the resource's last answer, whatever its status. Takes as long as a person takes to consent, within
    /// the patience of the settings.
    ///
    /// # Errors
    /// Everything that keeps the resource from answering: see [`AgentError`].
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, AgentError> {
        let (parts, body) = request.into_parts();
        self.send_to(parts.method, &parts.uri.to_string(), parts.headers, body).await
    }

    /// Gives up every exchange under way: takes the prompts down, tells the auth servers with `DELETE`, and waits for
    /// their answers, at most 5 s each. The calls that waited end with `Cancelled`. For Ctrl-C.
    pub async fn cancel(&self) {
        self.0.flights.cancel().await;
    }

    async fn send_to(
        &self,
        method: Method,
        url: &str,
        fields: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, AgentError> {
        let url = Target::parse(url, self.settings().network)?;
        let resource = url.server(self.settings().network)?;
        let outgoing = Outgoing { method, url, fields, body, hold: Duration::ZERO, side: Side::Resource };
        let answer = self.call(&outgoing, &resource).await?;
        self.settle(answer, &outgoing.url, &resource).await
    }

    /// Signs and sends. A resource that refuses because too little is covered is told again, once, with what it lists.
    pub(crate) async fn request(
        &self,
        step: Step,
        outgoing: Outgoing,
        credential: &SignatureKey<'_>,
    ) -> Result<Response<Bytes>, AgentError> {
        let Shared { settings, transport, learned } = &*self.0.shared;
        if outgoing.side == Side::AuthServer {
            return transport.send(settings, step, outgoing, credential, &Coverage::new()).await;
        }
        let resource = outgoing.url.server(settings.network)?;
        let coverage = learned.coverage(&resource, &outgoing.fields);
        let answer = transport.send(settings, step, outgoing.clone(), credential, &coverage).await?;
        let again = learned.learn_from(&resource, &answer);
        match learned.coverage(&resource, &outgoing.fields) {
            more if again && more != coverage => {
                transport.send(settings, step, outgoing, credential, &more).await
            }
            _ => Ok(answer),
        }
    }

    pub(crate) fn learned(&self) -> &Learned {
        &self.0.shared.learned
    }

    /// The agent as others see it; a pseudonym can be granted nothing.
    pub(crate) fn agent(&self) -> Result<Agent, AgentError> {
        let Settings { identity, dialect, network, .. } = self.settings();
        let id = identity.id().ok_or(AgentError::Pseudonym)?.clone();
        Ok(Agent { id, key: identity.thumbprint(), dialect, network: *network })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.shared.settings
    }

    pub(crate) fn held(&self) -> &Held {
        &self.0.held
    }

    pub(crate) fn flights(&self) -> &Arc<Flights> {
        &self.0.flights
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.0.shared.settings).finish()
    }
}
