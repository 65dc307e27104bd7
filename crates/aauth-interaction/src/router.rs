//! The page as an axum router.

use std::sync::Arc;
use std::time::Duration;

use aauth_types::{EndpointUrl, Network};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use http::header::{ALLOW, HeaderValue};

use crate::accent::Accent;
use crate::answer::Answers;
use crate::attempts::{AttemptLimits, Attempts};
use crate::event::{PersonObserver, Unobserved};
use crate::headers::Style;
use crate::session::Sessions;
use crate::source::AddressSource;
use crate::text::Language;
use crate::visit::Visit;
use crate::{Consents, Deferrals, SignIn};

/// How the page looks and where it stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PageSettings {
    /// The `interaction_endpoint` of the metadata: the page's public address. Forms of any other origin are refused.
    pub page: EndpointUrl,
    /// The server's name, shown on top; default: the host of `page`.
    pub name: String,
    /// The colour of the main button; default a dark blue.
    pub accent: Accent,
    /// Where client addresses are taken from; default the connection.
    pub addresses: AddressSource,
    /// Limits on wrong codes and passwords.
    pub attempts: AttemptLimits,
    /// How long a sign-in lasts; default 1,800 s.
    pub session_life: Duration,
    /// `InsecureLoopback` gives cookies without `Secure` and `__Host-`.
    pub network: Network,
    /// Path of the page where a person sees and takes back what is remembered; default `/grants` beside `page`. There only
    /// when `remember_up_to` is above zero: to end remembering, change the policy first and this setting a year later.
    pub consents_path: String,
    /// The longest time for which a person may have a decision remembered; the page offers 1, 30 and 365 days up to it.
    /// Default zero: nothing is offered. Set it when your policy uses [`AgentHistory`](crate::AgentHistory), or the page
    /// promises what the policy does not keep.
    pub remember_up_to: Duration,
    /// Is told what persons do; default nobody.
    pub observer: Arc<dyn PersonObserver>,
}

impl PageSettings {
    /// The defaults for a page at `page`.
    #[must_use]
    pub fn new(page: EndpointUrl, network: Network) -> Self {
        Self {
            name: page.authority().to_owned(),
            consents_path: beside(page.path()),
            page,
            accent: Accent::default(),
            addresses: AddressSource::default(),
            attempts: AttemptLimits::default(),
            session_life: Duration::from_secs(1800),
            network,
            remember_up_to: Duration::ZERO,
            observer: Arc::new(Unobserved),
        }
    }
}

/// The page behind `interaction_endpoint`: `GET`, `HEAD` and `POST` on the path of `settings.page`; beside it, on
/// `settings.consents_path`, the page where a person sees and takes back what is remembered, unless nothing can be.
///
/// How it decides:
///
/// 1. `GET` shows and changes no pending row, however often it is repeated or prefetched.
/// 2. A code is looked at only within [`AttemptLimits`]; unknown, expired and consumed codes give the same answer, 400.
/// 3. `POST` must come from this page (`Origin`, `Sec-Fetch-Site`), with the form token of this browser's session, of the
///    signed-in person and of the request: else 403 and nothing changes.
/// 4. The first `POST` with a valid code is the person's arrival; only `consent=grant` and `consent=deny` decide, and only
///    for what the person was shown: else 409 and the page again.
/// 5. After the decision 303 to the callback if the agent's metadata allows it, else a last page.
///
/// Give the service the client's address (`into_make_service_with_connect_info::<SocketAddr>()`), or all clients share one limit.
/// Behind a proxy, do not log query strings: they carry the code.
pub fn router(deferrals: Deferrals, sign_in: Arc<dyn SignIn>, settings: PageSettings) -> Router {
    let page = Arc::new(Page::new(deferrals, sign_in, settings));
    let (path, consents) = (page.answers.page.path().to_owned(), page.answers.consents.clone());
    let mut router = Router::new().route(&path, get(visit).post(submit).fallback(other));
    if consents != path && !page.remember_up_to.is_zero() {
        router = router.route(&consents, get(visit_consents).post(submit_consents).fallback(other));
    }
    router.with_state(page)
}

/// `/grants` in the place of the last segment.
fn beside(path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    format!("{folder}/grants")
}

/// What all requests share.
pub(crate) struct Page {
    pub(crate) deferrals: Deferrals,
    pub(crate) sign_in: Arc<dyn SignIn>,
    pub(crate) sessions: Sessions,
    pub(crate) attempts: Attempts,
    pub(crate) addresses: AddressSource,
    pub(crate) answers: Answers,
    pub(crate) observer: Arc<dyn PersonObserver>,
    pub(crate) consents: Consents,
    pub(crate) remember_up_to: Duration,
}

impl Page {
    fn new(deferrals: Deferrals, sign_in: Arc<dyn SignIn>, settings: PageSettings) -> Self {
        let style = Style::new(format!(
            "{}{}",
            settings.accent.style(),
            include_str!("../templates/style.css").trim_end()
        ));
        let (store, mac) = (deferrals.store(), deferrals.mac());
        Self {
            sign_in,
            sessions: Sessions {
                store: Arc::clone(store),
                entropy: Arc::clone(deferrals.entropy()),
                mac: mac.clone(),
                network: settings.network,
                life: settings.session_life,
            },
            attempts: Attempts { store: Arc::clone(store), mac: mac.clone(), limits: settings.attempts },
            addresses: settings.addresses,
            observer: settings.observer,
            answers: Answers {
                style,
                name: settings.name,
                page: settings.page,
                consents: settings.consents_path,
            },
            consents: deferrals.consents(),
            remember_up_to: settings.remember_up_to,
            deferrals,
        }
    }
}

async fn visit(State(page): State<Arc<Page>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let visit = Visit::new(&page, &parts);
    visit.show().await.unwrap_or_else(|error| visit.failed(&error))
}

async fn submit(State(page): State<Arc<Page>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::new(&page, &parts);
    visit.submit(body).await.unwrap_or_else(|error| visit.failed(&error))
}

async fn visit_consents(State(page): State<Arc<Page>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let visit = Visit::new(&page, &parts);
    visit.show_consents().await.unwrap_or_else(|error| visit.failed(&error))
}

async fn submit_consents(State(page): State<Arc<Page>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let visit = Visit::new(&page, &parts);
    visit.submit_consents(body).await.unwrap_or_else(|error| visit.failed(&error))
}

async fn other(State(page): State<Arc<Page>>, request: Request) -> Response {
    let language = Language::choose(request.headers());
    let text = language.text();
    let mut answer = page.answers.notice(
        StatusCode::METHOD_NOT_ALLOWED,
        language,
        &text.not_understood,
        page.answers.start_again(language),
    );
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    answer
}
