//! Asking an agent server for agent tokens.

use std::fmt;

use aauth_types::json::{Json, Object, quoted};
use aauth_types::{Secret, ServerId};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::delegate::{AgentTokenFuture, AgentTokenSource};
use crate::error::printable;
use crate::{AgentError, Client};

/// Where agent servers issue agent tokens.
pub(crate) const PATH: &str = "/delegate/token";

/// An agent server that issues agent tokens at `/delegate/token` to a delegate that signs its request with `scheme=hwk`.
#[derive(Clone)]
pub struct AgentServer {
    client: Client,
    url: String,
    body: String,
}

impl AgentServer {
    /// The server of `agent`, which knows the delegate as `subject`.
    ///
    /// `client`: one whose identity is [`Identity::pseudonym`](crate::Identity::pseudonym) with the delegate's own key; the
    /// token will be bound to that key. `audience`: the servers for which the token is to be meant; empty means any.
    #[must_use]
    pub fn new(client: Client, agent: &ServerId, subject: &str, audience: &[ServerId]) -> Self {
        let jwk = client.settings().identity.public_jwk().to_json();
        let mut body = format!("{{\"sub\":{},\"cnf_jwk\":{jwk}", quoted(subject));
        if !audience.is_empty() {
            let names: Vec<_> = audience.iter().map(|server| quoted(server.as_str())).collect();
            body.push_str(&format!(",\"aud\":[{}]", names.join(",")));
        }
        body.push('}');
        Self { client, url: format!("{agent}{PATH}"), body }
    }

    async fn ask(&self) -> Result<Secret<String>, AgentError> {
        let mut request = Request::new(Bytes::from(self.body.clone()));
        *request.method_mut() = Method::POST;
        let uri = self.url.parse().map_err(|_| AgentError::NoEndpoint)?;
        *request.uri_mut() = uri;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let answer = self.client.send(request).await?;
        let status = answer.status();
        let body = Object::parse(answer.body()).ok();
        let text = |name| body.as_ref().and_then(|body| body.get(name)).and_then(Json::as_str);
        match (status, text("agent_token")) {
            (StatusCode::OK, Some(token)) => Ok(Secret::new(token.to_owned())),
            _ => {
                let error = text("error").map_or_else(|| "unknown".to_owned(), printable);
                Err(AgentError::NotIssued { status, error })
            }
        }
    }
}

impl AgentTokenSource for AgentServer {
    fn token(&self) -> AgentTokenFuture<'_> {
        Box::pin(self.ask())
    }
}

impl fmt::Debug for AgentServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentServer").field("url", &self.url).finish_non_exhaustive()
    }
}
