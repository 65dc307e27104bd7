//! Calls that wait for a person, at the resource itself.

mod finish;
mod pending;
mod settings;

use std::fmt;
use std::sync::Arc;

use aauth_challenge::Challenge;
use aauth_deferred::{Accepted, Owner};
use aauth_interaction::{
    DeferralSettings, Deferrals, Facts, NewPending, Opened, PageSettings, ScopeLine, WaitsFor,
};
use aauth_roles::{Caller, ErrorCode, Requirement, answer};
use aauth_types::EndpointUrl;
use axum::Router;
use axum::body::Body;
use http::{Response, StatusCode};

pub use finish::{Allowed, Finish, FinishFuture};
pub use settings::DeferringSettings;

use crate::Protection;
use pending::fault;

/// Lets handlers answer `202` and finish the call once a person has decided. Cheap to clone.
///
/// A handler returns [`Deferring::ask`]. The person goes to the resource's own interaction page, the agent polls the
/// resource's own pending URL with signed requests, and [`Finish`] makes the answer to the call that was put off. What
/// that takes stands in the pending row, so it survives a restart where the store does.
///
/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses", "Resource Interaction".
#[derive(Clone)]
pub struct Deferring(Arc<Inner>);

struct Inner {
    protection: Protection,
    deferrals: Deferrals,
    settings: DeferringSettings,
}

/// What a person is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What the call needs, each as a name (of a scope's form) and a text for people; the person allows all or some.
    pub scopes: Vec<ScopeLine>,
    /// Words of the agent for the person: not verified, shown as such.
    pub purpose: Option<String>,
    /// Whom it waits for.
    pub waits_for: WaitsFor,
    /// All that [`Finish`] needs to carry the call out, at most [`CALL_LIMIT`] bytes. Never a token.
    pub call: Vec<u8>,
    /// Another page, with its code, to which the person is sent on at once: of the server that really asks. Its URL
    /// is shown to nobody but the person.
    pub onward: Option<String>,
}

/// Largest call that is put off: 16 KiB.
pub const CALL_LIMIT: usize = 16 * 1024;

impl Ask {
    /// Asks a person for one thing: a name of a scope's form, and a text for people.
    #[must_use]
    pub fn person(name: &str, description: &str, call: Vec<u8>) -> Self {
        let description = Some(description.to_owned());
        let scopes = vec![ScopeLine { name: name.to_owned(), description }];
        Self { scopes, purpose: None, waits_for: WaitsFor::Interaction, call, onward: None }
    }
}

impl Deferring {
    /// Puts calls of the resource behind `protection` off.
    #[must_use]
    pub fn new(protection: Protection, settings: DeferringSettings) -> Self {
        let id = protection.resource().id();
        let base = EndpointUrl::on(id, settings.pending_path);
        let mut deferral = DeferralSettings::new(base, settings.secret.clone());
        deferral.terms = settings.terms;
        deferral.open_per_agent = settings.open_per_agent;
        deferral.open_in_all = settings.open_in_all;
        let (clock, entropy) = (protection.0.settings.clock.clone(), protection.0.settings.entropy.clone());
        let deferrals = Deferrals::new(deferral, settings.store.clone(), clock, entropy);
        Self(Arc::new(Inner { protection, deferrals, settings }))
    }

    /// `202`: the person is asked, and the caller polls. Return it from a handler.
    ///
    /// A pseudonym is told to come with an identity (401): nobody else could be told apart from other pollers. A call
    /// over [`CALL_LIMIT`] is 413, too many open requests are 429 or 503 with `Retry-After`.
    pub async fn ask(&self, caller: &Caller, ask: Ask) -> Response<Body> {
        self.try_ask(caller, ask).await.unwrap_or_else(|refused| *refused)
    }

    /// As [`Deferring::ask`], for those who decide by themselves: the open request as well.
    ///
    /// # Errors
    /// The answer to give instead, as there.
    pub async fn open(&self, caller: &Caller, ask: Ask) -> Result<Opened, Box<Response<Body>>> {
        let protection = &self.0.protection;
        let refuse = |answer: aauth_roles::Answer| Box::new(answer.map(Body::from));
        let Some(agent) = caller.agent() else {
            return Err(refuse(protection.resource().refuse_scheme(caller)));
        };
        if ask.call.len() > CALL_LIMIT {
            let mut answer = answer::error(ErrorCode::InvalidRequest, "The body is too long", &[]);
            *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(refuse(answer));
        }
        let owner = Owner { agent: agent.to_string(), key: caller.key() };
        let mut facts = Facts::new(agent.clone(), protection.resource().id().clone(), caller.key());
        facts.delegate = caller.delegate().map(str::to_owned);
        facts.purpose = ask.purpose;
        facts.scopes = ask.scopes;
        facts.resource_name.clone_from(&self.0.settings.name);
        facts.onward = ask.onward;
        let metadata = protection.0.settings.resolver.agent(agent).await;
        let clarification = facts.describe_agent(metadata.ok().as_deref());
        let new = NewPending { owner, waits_for: ask.waits_for, facts, payload: ask.call, clarification };
        self.0.deferrals.open(new).await.map_err(|error| refuse(fault(&error)))
    }

    /// The `202` of a request that [`Deferring::open`] has opened for `caller`.
    #[must_use]
    pub fn accepted(&self, caller: &Caller, opened: &Opened) -> Response<Body> {
        let challenge = match &opened.code {
            Some(code) => Challenge::Interaction { url: None, code: code.expose().to_owned() },
            None => Challenge::Approval,
        };
        let accepted =
            Accepted { location: &opened.location, wait: &opened.wait, challenge: Some(&challenge) };
        let written = caller.dialect().deferred.accepted(&accepted);
        written.unwrap_or_else(|_| crate::protection::server_error()).map(Body::from)
    }

    async fn try_ask(&self, caller: &Caller, ask: Ask) -> Result<Response<Body>, Box<Response<Body>>> {
        let opened = self.open(caller, ask).await?;
        Ok(self.accepted(caller, &opened))
    }

    /// The pending URL and the interaction page. Merge them with the resource's routes.
    pub fn routes(&self) -> Router {
        let inner = &self.0;
        let mut page = PageSettings::new(self.interaction_endpoint(), inner.protection.resource().network());
        if let Some(name) = &inner.settings.name {
            page.name.clone_from(name);
        }
        page.addresses = inner.settings.addresses.clone();
        page.attempts = inner.settings.attempts;
        let pages = aauth_interaction::router(inner.deferrals.clone(), inner.settings.sign_in.clone(), page);
        let layer = inner.protection.require(Requirement::Identity);
        pending::routes(self.clone(), inner.settings.pending_path, layer).merge(pages)
    }

    /// For `interaction_endpoint` in the resource's metadata, where agents find it.
    #[must_use]
    pub fn interaction_endpoint(&self) -> EndpointUrl {
        EndpointUrl::on(self.0.protection.resource().id(), self.0.settings.interaction_path)
    }

    /// The requests that wait, for those who decide by themselves.
    #[must_use]
    pub fn deferrals(&self) -> &Deferrals {
        &self.0.deferrals
    }
}

impl fmt::Debug for Deferring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deferring").field("deferrals", &self.0.deferrals).finish_non_exhaustive()
    }
}
