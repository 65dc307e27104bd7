//! Asking a resource for its token before the first call.

use aauth_challenge::Challenge;
use aauth_deferred::ErrorBody;
use aauth_roles::DistrustError;
use aauth_types::json::{Json, Object, quoted};
use aauth_types::{Scope, ServerId};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

use crate::error::printable;
use crate::flight::Place;
use crate::target::Target;
use crate::transport::Outgoing;
use crate::{AgentError, Client, Side, Step};

impl Client {
    /// Gets a token for `scope` at `resource` before it is needed, from the resource token endpoint that the resource's
    /// metadata names; later calls use it. Ask again with more names for a broader one.
    ///
    /// `resource`: its identifier, `https://api.example`. `scope`: names separated by single spaces. Takes as long as a
    /// person takes to consent. Returns what was granted, which can be less.
    ///
    /// # Errors
    /// `Url`: no identifier, or no scope. `NoEndpoint`: the resource has no such endpoint on its own origin.
    /// `NotOffered`: it refuses, for instance with `invalid_scope`. Otherwise as [`Client::send`].
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Resource Token Endpoint".
    pub async fn authorize(&self, resource: &str, scope: &str) -> Result<Scope, AgentError> {
        let settings = self.settings();
        let resource = ServerId::parse(resource, settings.network).map_err(AgentError::Url)?;
        let scope = Scope::parse(scope).map_err(AgentError::Url)?;
        let metadata = settings.resolver.resource(&resource).await?;
        let wanted = metadata.additional_signature_components.iter().map(String::as_str);
        self.learned().add(&resource, wanted);
        // The agent's user chose the resource, not whoever it names.
        let endpoint = metadata.resource_token_endpoint.as_ref();
        let endpoint = endpoint.filter(|endpoint| endpoint.origin() == resource.as_str());
        let url = Target::parse(endpoint.ok_or(AgentError::NoEndpoint)?.as_str(), settings.network)?;
        let answer = self.ask_resource(url, &resource, &scope).await?;
        let challenge = self.believe(&offer(&answer, settings.network)?, &resource).await?;
        if !scope.covers(challenge.token().scope()) {
            return Err(DistrustError::ScopeWidened.into());
        }
        let token = match self.place(&challenge, &[]) {
            Place::Held(token) => token,
            Place::Flight(seat) => seat.wait().await?,
        };
        Ok(token.scope)
    }

    async fn ask_resource(
        &self,
        url: Target,
        resource: &ServerId,
        scope: &Scope,
    ) -> Result<Response<Bytes>, AgentError> {
        let body = Bytes::from(format!("{{\"scope\":{}}}", quoted(&scope.to_string())));
        let mut fields = HeaderMap::new();
        fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let (method, hold) = (Method::POST, std::time::Duration::ZERO);
        let outgoing = Outgoing { method, url: url.clone(), fields, body, hold, side: Side::Resource };
        let credential = self.settings().identity.credential(self.settings()).await?;
        let answer = self.request(Step::ResourceToken, outgoing, &credential).await?;
        let answer = self.settle(answer, &url, resource).await?;
        if answer.status() == StatusCode::OK {
            return Ok(answer);
        }
        let body = ErrorBody::read(answer.body(), self.settings().dialect.deferred).ok();
        let error = body.map_or_else(|| "unknown".to_owned(), |body| printable(&body.error));
        Err(AgentError::NotOffered { status: answer.status(), error })
    }
}

/// The answer of the endpoint, which says what a challenge would; `scope` and what else is in it stands in the token.
fn offer(answer: &Response<Bytes>, network: aauth_types::Network) -> Result<Challenge, AgentError> {
    let missing = || AgentError::Distrust(DistrustError::NoChallenge);
    let body = Object::parse(answer.body()).map_err(|_| missing())?;
    let text = |name| body.get(name).and_then(Json::as_str).ok_or_else(missing);
    let auth_server = ServerId::parse(text("auth_server")?, network).map_err(|_| missing())?;
    let resource_token = text("resource_token")?.to_owned();
    Ok(Challenge::AuthToken { resource_token, auth_server: Some(auth_server) })
}
