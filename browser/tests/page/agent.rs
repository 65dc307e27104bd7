//! The agent at the auth server: signed requests, one by one, so that a test sees every answer.

use std::time::Duration;

use aauth_jose::{Jws, Signer as _};
use aauth_roles::SEED;
use aauth_runtime::{Clock as _, SystemEntropy, random};
use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
use aauth_token::{Issuance, ResourceClaims, mint};
use aauth_types::{Document, Scope, TokenId};
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use crate::world::{AGENT, RESOURCE, World, server};

/// What a request asks for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) scope: String,
    pub(crate) purpose: Option<String>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            scope: "calendar.read calendar.write".to_owned(),
            purpose: Some(
                "Find a free week in May and put the trip to Lisbon into your calendar.".to_owned(),
            ),
        }
    }
}

/// A request that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) location: String,
    pub(crate) code: String,
    /// What the person follows.
    pub(crate) link: String,
}

impl World {
    pub(crate) async fn open(&self) -> Open {
        self.open_for(Asked::default()).await
    }

    pub(crate) async fn open_for(&self, asked: Asked) -> Open {
        let (status, body) = self.token(&asked).await;
        assert_eq!(status, 202, "{body}");
        let text = |member: &str| body[member].as_str().unwrap().to_owned();
        let code = text("code");
        Open { location: text("location"), link: format!("{}?code={code}", self.page()), code }
    }

    /// Asks and gives the status alone: 200 for a token, 202 when a person is asked.
    pub(crate) async fn ask(&self, asked: &Asked) -> u16 {
        self.token(asked).await.0
    }

    async fn token(&self, asked: &Asked) -> (u16, Value) {
        let mut body = json!({"resource_token": self.resource_token(&asked.scope)});
        if let Some(purpose) = &asked.purpose {
            body["purpose"] = purpose.as_str().into();
        }
        self.send(Method::POST, &format!("{}/token", self.id), body.to_string()).await
    }

    /// Status and body of a poll.
    pub(crate) async fn poll(&self, open: &Open) -> (u16, Value) {
        self.send(Method::GET, &open.location, String::new()).await
    }

    /// The agent answers a question.
    pub(crate) async fn answer(&self, open: &Open, text: &str) {
        let body = json!({"clarification_response": text}).to_string();
        assert_eq!(self.send(Method::POST, &open.location, body).await.0, 202);
    }

    /// What is delivered: the token and the scope in it.
    pub(crate) async fn delivered(&self, open: &Open) -> (String, String) {
        let (status, body) = self.poll(open).await;
        assert_eq!(status, 200, "{body}");
        let token = body["auth_token"].as_str().unwrap().to_owned();
        let claims: Value = serde_json::from_slice(Jws::parse(&token).unwrap().payload()).unwrap();
        (token, claims["scope"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) async fn still_waits(&self, open: &Open) {
        assert_eq!(self.poll(open).await.0, 202);
    }

    pub(crate) async fn is_denied(&self, open: &Open) {
        let (status, body) = self.poll(open).await;
        assert_eq!((status, body["error"].as_str()), (403, Some("denied")));
    }

    fn resource_token(&self, scope: &str) -> String {
        let id = TokenId::from_entropy(random(&SystemEntropy).unwrap());
        let issuance = Issuance::new(server(RESOURCE), id, self.clock.now(), Duration::from_secs(300));
        let key = self.agent_key.verifying_key().thumbprint();
        let mut claims = ResourceClaims::new(issuance, self.id.clone(), key);
        claims.agent = Some(server(AGENT));
        claims.scope = Some(Scope::parse(scope).unwrap());
        mint(&claims, SEED.tokens, &*self.resource_key).unwrap()
    }

    async fn send(&self, method: Method, url: &str, body: String) -> (u16, Value) {
        let target = url.strip_prefix(self.origin()).unwrap();
        let authority = self.origin().strip_prefix("http://").unwrap();
        let mut fields = HeaderMap::new();
        fields.insert("content-type", "application/json".parse().unwrap());
        let kid = self.agent_key.kid().unwrap().to_owned();
        let key = SignatureKey::JwksUri { id: server(AGENT), document: Document::Agent, kid: kid.into() };
        let head =
            RequestHead { method: &method, scheme: UriScheme::Http, authority, target, fields: &fields };
        let signed =
            sign(&head, &key, SEED.fields, &Coverage::new(), self.clock.now(), &*self.agent_key).unwrap();
        let mut request = self.http.request(method.clone(), url).headers(fields.clone()).body(body);
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }
}
