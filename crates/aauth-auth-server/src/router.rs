//! The auth server as an axum router.

use std::sync::Arc;

use aauth_http::{DocumentText, Published, documents};
use aauth_types::Document;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use http::StatusCode;
use http::header::ALLOW;

use crate::Settings;
use crate::pending::pending;
use crate::server::{JWKS_PATH, PENDING_PATH, Server, TOKEN_PATH, malformed};
use crate::token::token;

/// The whole auth server: `/token`, `/pending/{id}`, `/interact`, its metadata and its key set.
///
/// Mount it at the root of its identifier's origin. Give the service the client's address
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
    let server = Arc::new(Server::new(settings));
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
    Router::new()
        .route(TOKEN_PATH, post(token).fallback(|| refuse("POST")))
        .route(&format!("{PENDING_PATH}/{{id}}"), pending_methods())
        .with_state(server)
        .merge(page)
        .merge(published)
}

/// `HEAD` is refused: as a `GET` it would deliver the token and drop it.
fn pending_methods() -> MethodRouter<Arc<Server>> {
    let other = || refuse("GET, POST, DELETE");
    get(pending).post(pending).delete(pending).head(other).fallback(other)
}

async fn refuse(allow: &'static str) -> impl IntoResponse {
    ([(ALLOW, allow)], malformed(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed"))
}
