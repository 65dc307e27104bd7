//! A resource that calls another one for its caller, also where a person is asked further on (interaction chaining).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aauth_agent::{AgentError, Client, Identity, Interaction, Prompt};
use aauth_discovery::AgentMetadata;
use aauth_http::{Published, documents};
use aauth_jose::Jwks;
use aauth_resource::{
    Allowed, Ask, Caller, Deferring, DeferringSettings, Protection, RequestRef, Subject, Verdict,
};
use aauth_runtime::{SystemEntropy, random};
use aauth_types::{Document, EndpointUrl, Secret};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::Fault;

/// Calls another resource on behalf of a caller. Where the other side's auth server wants a person, the caller gets `202` with
/// a pending URL and a code of this resource; the person who brings that code is sent on. The caller sees neither the page
/// nor the code of the other side.
///
/// The call that waits lives in this process: after a restart it is lost, and the caller's request expires.
///
/// Source: draft-hardt-aauth (5 March 2026), "Interaction Chaining".
#[derive(Clone)]
pub struct Onward {
    client: Client,
    deferring: Deferring,
    answers: Answers,
    /// How long an answer is kept for the caller.
    life: Duration,
}

/// A call under way.
type Call = JoinSet<Result<Response<Bytes>, AgentError>>;

impl Onward {
    /// `client`: the agent that this resource also is. `settings`: what its pending URL and page are made of; `finish` is
    /// replaced.
    #[must_use]
    pub fn new(client: Client, protection: Protection, mut settings: DeferringSettings) -> Self {
        let answers = Answers::default();
        let collected = answers.clone();
        let finish = move |allowed: Allowed| {
            let answer = collected.of(&allowed.call);
            async move { answer }
        };
        settings.finish = Arc::new(finish);
        let terms = settings.terms;
        let life = Duration::from_secs(u64::from(terms.life).saturating_add(u64::from(terms.keep)));
        Self { client, deferring: Deferring::new(protection, settings), answers, life }
    }

    /// The pending URL and the page, whose routes are to be served.
    #[must_use]
    pub fn deferring(&self) -> &Deferring {
        &self.deferring
    }

    /// Sends `request` for `caller`; what the other resource answers, or `202` while a person is asked.
    ///
    /// Without an auth token there is nobody to call on for: 403. A fault of the other side is 502. Where its auth server
    /// asks somebody by itself (`require=approval`), the answer comes when that is decided.
    pub async fn call(&self, caller: &Caller, request: Request<Bytes>) -> Response<Body> {
        let Some(token) = caller.auth_token() else { return plain(StatusCode::FORBIDDEN) };
        let (show, mut shown) = mpsc::channel(1);
        let client = self.client.on_behalf_of(Secret::new(token.text().to_owned())).with_prompt(Shown(show));
        let mut call = Call::new();
        call.spawn(async move { client.send(request).await });
        let interaction: Interaction = tokio::select! {
            Some(interaction) = shown.recv() => interaction,
            ended = call.join_next() => return match ended {
                Some(Ok(Ok(answer))) => passed(&answer),
                Some(Ok(Err(AgentError::Denied | AgentError::Abandoned))) => plain(StatusCode::FORBIDDEN),
                _ => plain(StatusCode::BAD_GATEWAY),
            },
        };
        let Ok(name) = random::<16>(&SystemEntropy) else { return plain(StatusCode::INTERNAL_SERVER_ERROR) };
        let mut ask = Ask::person("onward", "Use another service in your name", name.to_vec());
        ask.onward = Some(interaction.url());
        let opened = match self.deferring.open(caller, ask).await {
            Ok(opened) => opened,
            Err(refused) => return *refused,
        };
        let subject = Subject::new(token.subject().unwrap_or("unnamed")).ok();
        let (onward, request) = (self.clone(), opened.request);
        tokio::spawn(async move { onward.settle(call, request, name.to_vec(), subject).await });
        self.deferring.accepted(caller, &opened)
    }

    /// Waits for the end of the call, and decides the request of the caller as it ended.
    async fn settle(self, mut call: Call, request: RequestRef, name: Vec<u8>, subject: Option<Subject>) {
        let deferrals = self.deferring.deferrals();
        let answer = match call.join_next().await {
            Some(Ok(Ok(answer))) => answer,
            Some(Ok(Err(AgentError::Denied | AgentError::Abandoned))) => {
                // Where the store fails, the request expires.
                let _decided = deferrals.decide(&request, Verdict::Deny).await;
                return;
            }
            // The request of the caller expires too.
            Some(Ok(Err(AgentError::Expired))) => return,
            _ => Response::builder().status(StatusCode::BAD_GATEWAY).body(Bytes::new()).unwrap_or_default(),
        };
        let (Ok(Some(found)), Some(subject)) = (deferrals.look(&request).await, subject) else { return };
        self.answers.open().insert(name.clone(), answer);
        let (scope, shown) = (found.facts.asked(), found.shown);
        let _decided = deferrals.decide(&request, Verdict::Approve { subject, scope, shown }).await;
        tokio::time::sleep(self.life).await;
        self.answers.open().remove(&name);
    }
}

impl fmt::Debug for Onward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onward").field("deferring", &self.deferring).finish_non_exhaustive()
    }
}

/// Tells where the person must go.
#[derive(Debug)]
struct Shown(mpsc::Sender<Interaction>);

impl Prompt for Shown {
    fn show(&self, interaction: &Interaction) {
        // A second one of the same call leads nowhere: its page was not announced.
        let _full = self.0.try_send(interaction.clone());
    }
}

/// What the other side has answered; at most one for each open request.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<Vec<u8>, Response<Bytes>>>>);

impl Answers {
    fn open(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Response<Bytes>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, name: &[u8]) -> Response<Body> {
        self.open().get(name).map_or_else(|| plain(StatusCode::BAD_GATEWAY), passed)
    }
}

/// Status, type and body; the other fields are between the two resources, and so is what a 401 asks for.
fn passed(answer: &Response<Bytes>) -> Response<Body> {
    if matches!(answer.status(), StatusCode::UNAUTHORIZED | StatusCode::ACCEPTED) {
        return plain(StatusCode::BAD_GATEWAY);
    }
    let mut passed = Response::new(Body::from(answer.body().clone()));
    *passed.status_mut() = answer.status();
    if let Some(kind) = answer.headers().get(CONTENT_TYPE) {
        passed.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    passed
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// The documents of the agent that a resource also is, with a key set beside the resource's own.
///
/// # Errors
/// A pseudonym has none.
pub fn agent_documents(identity: &Identity) -> Result<Router, Fault> {
    let id = identity.id().ok_or("a pseudonym has no documents")?;
    let metadata = AgentMetadata::new(id.clone(), EndpointUrl::on(id, KEYS));
    Ok(documents(Published {
        document: Document::Agent,
        metadata: metadata.to_json(),
        jwks_path: KEYS.to_owned(),
        jwks: Jwks::from_keys([identity.public_jwk()]).to_json().into(),
    }))
}

const KEYS: &str = "/agent-jwks.json";
