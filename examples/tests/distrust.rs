//! Peers over sockets that do not play by the rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::io::sink;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aauth_agent::{AgentError, Client, Identity, publish};
use aauth_roles::DistrustError;
use aauth_token::TokenError;
use aauth_types::{Scope, ServerId};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use examples::{Layout, Policy, Stage, Transcript, protected};
use http::{HeaderValue, StatusCode};

fn stage() -> Stage {
    Stage::live(Arc::new(Transcript::to(Layout::Post, sink())))
}

/// A resource whose every answer is changed on its way out.
async fn resource(stage: &Stage, auth_server: &ServerId, from: &ServerId, to: &ServerId) -> ServerId {
    let (id, server) = stage.listen().await.unwrap();
    let key = stage.key("resource-key-1").unwrap();
    let protection = stage.protection(id.clone(), auth_server.clone(), key, |role| role).unwrap();
    let (from, to) = (from.to_string(), to.to_string());
    let changed = map_response(move |mut answer: Response| {
        let (from, to) = (from.clone(), to.clone());
        async move {
            if let Some(field) = answer.headers_mut().get_mut("aauth") {
                let text = field.to_str().unwrap().replace(&from, &to);
                *field = HeaderValue::from_str(&text).unwrap();
            }
            answer
        }
    });
    stage.serve(server, protected(protection, Scope::parse("data.read").unwrap()).layer(changed));
    id
}

/// A server that counts who comes.
async fn counting(stage: &Stage) -> (ServerId, Arc<AtomicUsize>) {
    let (id, server) = stage.listen().await.unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let layer = from_fn(move |request: Request, next: axum::middleware::Next| {
        counted.fetch_add(1, Ordering::SeqCst);
        next.run(request)
    });
    stage.serve(server, Router::new().fallback(async || StatusCode::NOT_FOUND).layer(layer));
    (id, count)
}

#[tokio::test]
async fn a_challenge_that_names_another_auth_server_than_its_token_leads_nowhere() {
    let stage = stage();
    let auth = stage.listen().await.unwrap();
    let named = auth.0.clone();
    stage.auth_server(auth, Policy::Direct, |_| {}).unwrap();
    let (elsewhere, visits) = counting(&stage).await;
    let honest = resource(&stage, &named, &named, &named).await;
    let astray = resource(&stage, &named, &named, &elsewhere).await;
    let client = Client::new(stage.client(stage.agent().await.unwrap()).unwrap()).unwrap();
    assert_eq!(client.get(&format!("{honest}/data-auth")).await.unwrap().status(), StatusCode::OK);
    let refused = client.get(&format!("{astray}/data-auth")).await.map(|answer| answer.status());
    let another = DistrustError::ResourceToken(TokenError::AudienceMismatch);
    assert_eq!(refused, Err(AgentError::Distrust(another)));
    assert_eq!(visits.load(Ordering::SeqCst), 0);
    stage.clear().await;
}

#[tokio::test]
async fn an_agent_server_whose_metadata_names_another_agent_proves_nothing() {
    let stage = stage();
    let (id, server) = stage.listen().await.unwrap();
    let (other, _unused) = stage.listen().await.unwrap();
    let key = Arc::new(stage.key("key-1").unwrap());
    let published = publish(&Identity::new(other.clone(), key.clone()), |_| {});
    stage.serve(server, published);
    let resource = resource(&stage, &other, &other, &other).await;
    let client = Client::new(stage.client(Identity::new(id, key)).unwrap()).unwrap();
    let answer = client.get(&format!("{resource}/data-jwks")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.body(),
        r#"{"error":"invalid_signature","error_description":"Signature verification failed"}"#
    );
    let honest = Client::new(stage.client(stage.agent().await.unwrap()).unwrap()).unwrap();
    let answer = honest.get(&format!("{resource}/data-jwks")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    stage.clear().await;
}
