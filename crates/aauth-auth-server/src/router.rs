//! The auth server as an axum router.

use std::sync::Arc;

use aauth_http::{DocumentText, Published, documents};
use aauth_types::Document;
use axum::Router;
use axum::middleware::from_fn;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use http::header::ALLOW;

use crate::metrics::measured;
use crate::pending::pending;
use crate::server::{JWKS_PATH, PENDING_PATH, Server, TOKEN_PATH, malformed};
use crate::token::token;
use crate::{Approvals, Settings};

/// The whole auth server: `/token`, `/pending/{id}`, `/interact`, `/grants`, its metadata and its key set.
///
/// Merge it into an application at the root of its identifier's origin; it brings no fallback, so unknown paths stay the
/// application's (see [`app`] for a server that does nothing else). As a `tower::Service` it goes wherever one is taken. Give the service the client's address
/// (`into_make_service_with_connect_info::<SocketAddr>()`), or all persons share one limit on wrong codes.
///
/// How a request is treated:
///
/// 1. Another method: 405; a body above the limit: 413; no `Host` or a contradicting one: 400. All before anything else.
/// 2. Signature, time, coverage and caller are verified: else 401 (`invalid_signature`, `invalid_agent_token`).
/// 3. Only then is the body read: 400 `invalid_request`; the resource token is verified and recorded as used: 400
///    `invalid_resource_token`.
/// 4. The policy decides: 200 with a token, 202 with a pending URL, 403 `denied`.
/// 5. On a pending URL everybody but the owner, agent and key, is told 404.
pub fn router(settings: Settings) -> Router {
    router_with_approvals(settings).0
}

/// [`router`], and what decides the requests for which its policy said [`Decision::Approval`](crate::Decision::Approval):
/// the agent gets no code for them, so nobody can decide them on the page.
pub fn router_with_approvals(settings: Settings) -> (Router, Approvals) {
    let server = Arc::new(Server::new(settings));
    let approvals = server.approvals.clone();
    let page = aauth_interaction::router(
        server.deferrals.clone(),
        server.settings.required.sign_in.clone(),
        server.page(),
    );
    let keys = server.settings.required.keys.clone();
    let published = documents(Published {
        document: Document::Issuer,
        metadata: server.metadata().to_json(),
        jwks_path: JWKS_PATH.to_owned(),
        jwks: DocumentText::current(move || keys.jwks()),
    });
    let cors = server.settings.cors.clone();
    let token = Router::new()
        .route(TOKEN_PATH, post(token).fallback(|| refuse("POST")))
        .route_layer(from_fn(|request, next| measured("token", request, next)));
    let pending = Router::new()
        .route(&format!("{PENDING_PATH}/{{id}}"), pending_methods())
        .route_layer(from_fn(|request, next| measured("pending", request, next)));
    let page = page.route_layer(from_fn(|request, next| measured("interact", request, next)));
    let for_agents = token.merge(pending).with_state(server).merge(published);
    let for_agents = cors.map_or(for_agents.clone(), |cors| cors.apply(for_agents));
    (for_agents.merge(page), approvals)
}

/// [`router`] for a server that does nothing else: what it does not know is answered in JSON and kept by no cache, 404 for
/// a path, 405 for a method.
///
/// `router` leaves both to the application that it is merged into.
pub fn app(settings: Settings) -> Router {
    router(settings)
        .fallback(async || malformed(StatusCode::NOT_FOUND, "Not found"))
        .method_not_allowed_fallback(async || malformed(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
}

/// `HEAD` is refused: as a `GET` it would deliver the token and drop it.
fn pending_methods() -> MethodRouter<Arc<Server>> {
    let other = || refuse("GET, POST, DELETE");
    get(pending).post(pending).delete(pending).head(other).fallback(other)
}

async fn refuse(allow: &'static str) -> impl IntoResponse {
    ([(ALLOW, allow)], malformed(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
}
