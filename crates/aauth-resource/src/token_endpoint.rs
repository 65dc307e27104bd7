//! Resource tokens ahead of a challenge.

use aauth_http::collect;
use aauth_roles::{Answer, Caller, ErrorCode, Requirement, answer};
use aauth_types::json::{Json, Object, quoted};
use aauth_types::{EndpointUrl, Scope};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::header::ALLOW;
use http::{HeaderValue, StatusCode};

use crate::layer::{not_stored, unread};
use crate::protection::server_error;
use crate::{Protection, Transaction, Verified};

/// The path of the endpoint.
const PATH: &str = "/resource/token";
/// Largest body, in bytes.
const BODY_LIMIT: usize = 4 * 1024;

impl Protection {
    /// Where the routes of [`Protection::resource_tokens`] stand, for `resource_token_endpoint` in the metadata.
    #[must_use]
    pub fn resource_token_endpoint(&self) -> EndpointUrl {
        EndpointUrl::on(self.0.settings.resource.id(), PATH)
    }

    /// `POST /resource/token`: an identified agent gets a resource token before its first call, or a broader one later.
    ///
    /// `offered`: every scope name that the resource knows. What an agent asks for, it gets a token for: the person or
    /// the policy at the auth server grants it, not this token.
    ///
    /// How a request is treated, after rules 1 to 5 of [`RequireLayer`](crate::RequireLayer):
    ///
    /// 1. A body that is no JSON object with a string `scope`: 400 `invalid_request`; one over 4 KiB: 413.
    /// 2. A malformed scope, or one of which a name is not offered: 400 `invalid_scope`.
    /// 3. 200 `{"resource_token":"…","auth_server":"…","scope":"…"}`, never cached. The token is for the caller's key.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Resource Token Endpoint".
    pub fn resource_tokens(&self, offered: Scope) -> Router {
        let protection = self.clone();
        let handler = move |Verified(caller): Verified, request: Request| async move {
            protection.resource_token(&caller, &offered, request).await
        };
        let route = post(handler).layer(self.require(Requirement::Identity));
        Router::new().route(PATH, route.fallback(other_method).layer(map_response(not_stored)))
    }

    async fn resource_token(&self, caller: &Caller, offered: &Scope, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let body = match collect(body, BODY_LIMIT).await {
            Ok(body) => body,
            Err(error) => return unread(error),
        };
        let transaction = parts.extensions.get::<Transaction>();
        let made = asked(&body, offered).and_then(|scope| self.proactive(caller, scope, transaction));
        made.unwrap_or_else(|refused| *refused).map(Body::from)
    }

    fn proactive(
        &self,
        caller: &Caller,
        scope: Scope,
        transaction: Option<&Transaction>,
    ) -> Result<Answer, Box<Answer>> {
        let settings = &self.0.settings;
        let failed = || Box::new(server_error());
        let now = settings.clock.now();
        let claims = self.resource_claims(caller, scope.clone(), transaction, now).ok_or_else(failed)?;
        let minted = aauth_token::mint(&claims, caller.dialect().tokens, &*settings.signer);
        let token = minted.map_err(|_| failed())?;
        let body = format!(
            "{{\"resource_token\":{},\"auth_server\":{},\"scope\":{}}}",
            quoted(&token),
            quoted(settings.resource.auth_server().as_str()),
            quoted(&scope.to_string())
        );
        Ok(answer::json(StatusCode::OK, body))
    }
}

/// The scope of a request, all of it offered.
fn asked(body: &[u8], offered: &Scope) -> Result<Scope, Box<Answer>> {
    let refuse = |code, text: &str| Box::new(answer::error(code, text, &[]));
    let request = Object::parse(body)
        .map_err(|_| refuse(ErrorCode::InvalidRequest, "The body is not a JSON object"))?;
    let text = match request.get("scope") {
        Some(Json::String(text)) => text,
        Some(_) => return Err(refuse(ErrorCode::InvalidRequest, "Member scope is not a string")),
        None => return Err(refuse(ErrorCode::InvalidRequest, "Member scope is missing")),
    };
    let scope = Scope::parse(text).map_err(|_| refuse(ErrorCode::InvalidScope, "Malformed scope"))?;
    if let Some(unknown) = scope.iter().find(|name| !offered.contains(name)) {
        return Err(refuse(ErrorCode::InvalidScope, &format!("Unknown scope: {unknown}")));
    }
    Ok(scope)
}

async fn other_method() -> Response {
    let mut answer = answer::error(ErrorCode::InvalidRequest, "Method not allowed", &[]);
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    answer.map(Body::from).into_response()
}
