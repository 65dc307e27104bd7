//! The router inside other applications, and what surrounds it: fallbacks, health, scripts of other origins, shutdown.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::{Cors, Health, Settings, app};
use aauth_store::{Inserted, Key, Row, Store, StoreFuture, Swapped};
use aauth_types::UnixTime;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use common::*;
use http::Request;
use tower::{Service, ServiceExt as _};

const PAGE: &str = "https://app.example";

fn plain(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).header("host", "auth-server.com").body(Body::empty()).unwrap()
}

/// A router with the settings of [`World`].
fn settings_of(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut taken = None;
    let _world = World::with(|settings| {
        change(settings);
        taken = Some(copy(settings));
    });
    taken.unwrap()
}

fn copy(settings: &Settings) -> Settings {
    let required = &settings.required;
    let mut copy = Settings::from(aauth_auth_server::Required {
        role: required.role.clone(),
        network: required.network,
        keys: required.keys.clone(),
        secret: required.secret.clone(),
        resolver: required.resolver.clone(),
        store: required.store.clone(),
        policy: required.policy.clone(),
        sign_in: required.sign_in.clone(),
    });
    copy.clock = settings.clock.clone();
    copy.entropy = settings.entropy.clone();
    copy.shutdown = settings.shutdown.clone();
    copy
}

#[tokio::test]
async fn the_router_leaves_the_routes_and_the_fallback_of_an_application_alone() {
    let world = World::new();
    let own = Router::new()
        .route("/account", get(async || "your account"))
        .merge(world.router.clone())
        .fallback(async || (http::StatusCode::IM_A_TEAPOT, "nothing here"));
    let account = Answer::of(&own, plain("GET", "/account")).await;
    assert_eq!((account.status.as_u16(), account.text.as_str()), (200, "your account"));
    let unknown = Answer::of(&own, plain("GET", "/nowhere")).await;
    assert_eq!((unknown.status.as_u16(), unknown.text.as_str()), (418, "nothing here"));
    let token = token_call(&Peer::agent(), &resource_token(&resource_claims("one")));
    assert_eq!(Answer::of(&own, token.signed()).await.status, 202);
    let behind = Router::new().route("/account", get(async || "")).fallback_service(world.router.clone());
    let token = token_call(&Peer::agent(), &resource_token(&resource_claims("two")));
    assert_eq!(Answer::of(&behind, token.signed()).await.status, 202);
}

#[tokio::test]
async fn the_router_is_a_tower_service() {
    async fn ask(mut service: impl Service<Request<Body>, Response = http::Response<Body>>) -> u16 {
        let token = token_call(&Peer::agent(), &resource_token(&resource_claims("one")));
        let Ok(service) = service.ready().await else { panic!("not ready") };
        service.call(token.signed()).await.map_or(0, |answer| answer.status().as_u16())
    }
    assert_eq!(ask(World::new().router).await, 202);
}

#[tokio::test]
async fn a_server_by_itself_answers_unknown_paths_and_methods_in_json() {
    let app = app(settings_of(|_| {}));
    let answer = Answer::of(&app, plain("GET", "/nowhere")).await;
    assert_json(&answer, 404, &error_body("invalid_request", "Not found"));
    for (method, path) in [("GET", "/token"), ("PUT", "/pending/a"), ("POST", "/jwks.json")] {
        let answer = Answer::of(&app, plain(method, path)).await;
        assert_json(&answer, 405, &error_body("invalid_request", "Method not allowed"));
    }
}

fn preflight(path: &str, origin: &str) -> Request<Body> {
    let mut request = plain("OPTIONS", path);
    for (name, value) in [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,signature,signature-input,signature-key"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn an_auth_server_serves_its_document_under_both_names() {
    let world = World::new();
    let get = |path: &'static str| world.send(Peer::agent().call("GET", AUTH, path).unsigned());
    let named = get("/.well-known/aauth-issuer.json").await;
    let short = get("/.well-known/aauth-issuer").await;
    assert_eq!((named.status.as_u16(), named.field("content-type")), (200, Some("application/json")));
    assert_eq!(named.json()["issuer"], AUTH);
    assert_eq!(short, named);
}

#[tokio::test]
async fn scripts_of_other_origins_are_told_nothing_unless_it_is_set() {
    let world = World::new();
    for path in ["/token", "/pending/a", "/jwks.json", "/interact"] {
        let answer = world.send(preflight(path, PAGE)).await;
        assert!(answer.fields.keys().all(|name| !name.as_str().starts_with("access-control")), "{path}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_without_a_signature_and_an_answer_shows_what_an_agent_reads() {
    let world = World::with(|settings| settings.cors = Some(Cors::origins([PAGE]).unwrap()));
    for path in ["/token", "/pending/a", "/jwks.json", "/.well-known/aauth-issuer.json"] {
        let answer = world.send(preflight(path, PAGE)).await;
        assert_eq!((answer.status.as_u16(), answer.field("access-control-allow-origin")), (200, Some(PAGE)));
        let allowed = answer.field("access-control-allow-headers").unwrap();
        assert_eq!(allowed, "content-type,content-digest,prefer,signature,signature-input,signature-key");
        assert_eq!(answer.field("access-control-allow-credentials"), None);
    }
    assert_eq!(world.decided(), 0);
    let token = token_call(&Peer::agent(), &resource_token(&resource_claims("one"))).field("origin", PAGE);
    let answer = world.send(token.signed()).await;
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.field("access-control-expose-headers"),
        Some("aauth,location,preference-applied,retry-after")
    );
    assert!(answer.field("vary").unwrap().contains("origin"));
}

#[tokio::test]
async fn another_origin_is_not_allowed_and_the_consent_page_never_is() {
    let exact = World::with(|settings| settings.cors = Some(Cors::origins([PAGE]).unwrap()));
    for origin in
        ["https://app.example.evil.example", "http://app.example", "https://app.example:8443", "null"]
    {
        let answer = exact.send(preflight("/token", origin)).await;
        assert_eq!(answer.field("access-control-allow-origin"), None, "{origin}");
    }
    let any = World::with(|settings| settings.cors = Some(Cors::any()));
    assert_eq!(any.send(preflight("/token", PAGE)).await.field("access-control-allow-origin"), Some("*"));
    for request in [preflight("/interact", PAGE), plain("GET", "/interact")] {
        let answer = any.send(request).await;
        assert!(answer.fields.keys().all(|name| !name.as_str().starts_with("access-control")));
    }
}

/// A store that never answers.
struct Silent;

impl Store for Silent {
    fn insert<'a>(&'a self, _: &'a Key, _: &'a [u8], _: UnixTime, _: UnixTime) -> StoreFuture<'a, Inserted> {
        Box::pin(std::future::pending())
    }
    fn get<'a>(&'a self, _: &'a Key, _: UnixTime) -> StoreFuture<'a, Option<Row>> {
        Box::pin(std::future::pending())
    }
    fn swap<'a>(
        &'a self,
        _: &'a Key,
        _: u64,
        _: &'a [u8],
        _: UnixTime,
        _: UnixTime,
    ) -> StoreFuture<'a, Swapped> {
        Box::pin(std::future::pending())
    }
    fn take<'a>(&'a self, _: &'a Key, _: UnixTime) -> StoreFuture<'a, Option<Row>> {
        Box::pin(std::future::pending())
    }
    fn purge(&self, _: UnixTime) -> StoreFuture<'_, u64> {
        Box::pin(std::future::pending())
    }
    fn changed<'a>(&'a self, _: &'a Key, _: u64) -> StoreFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}

async fn health(router: &Router, path: &str) -> (u16, String) {
    let answer = Answer::of(router, plain("GET", path)).await;
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    (answer.status.as_u16(), answer.json()["status"].as_str().unwrap().to_owned())
}

#[tokio::test(start_paused = true)]
async fn readiness_follows_the_store_and_shutdown_and_liveness_neither() {
    let settings = settings_of(|_| {});
    let router = Health::of(&settings).router();
    assert_eq!(health(&router, "/readyz").await, (200, "ready".to_owned()));
    settings.shutdown.begin();
    assert_eq!(health(&router, "/readyz").await, (503, "stopping".to_owned()));
    assert_eq!(health(&router, "/healthz").await, (200, "live".to_owned()));

    let silent = settings_of(|settings| settings.required.store = Arc::new(Silent));
    let mut health_of = Health::of(&silent);
    (health_of.live, health_of.ready) = ("/internal/live".to_owned(), "/internal/ready".to_owned());
    let router = health_of.router();
    assert_eq!(health(&router, "/internal/ready").await, (503, "store_unavailable".to_owned()));
    assert_eq!(health(&router, "/internal/live").await, (200, "live".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn shutdown_answers_held_polls_and_holds_no_more() {
    let shutdown = aauth_auth_server::Shutdown::new();
    let world = World::with(|settings| settings.shutdown = shutdown.clone());
    let open = world.open().await;
    let begun = tokio::time::Instant::now();
    let held = world.send(world.on(&open, "GET").field("prefer", "wait=30").signed());
    let stop = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        shutdown.begin();
    };
    let (answer, ()) = tokio::join!(held, stop);
    assert_eq!((answer.status.as_u16(), begun.elapsed()), (202, Duration::from_secs(3)));
    world.pass(3);
    let answer = world.send(world.on(&open, "GET").field("prefer", "wait=30").signed()).await;
    assert_eq!((answer.status.as_u16(), begun.elapsed()), (202, Duration::from_secs(3)));
    Browser::new(&world).decide(&open.code, "grant").await;
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn only_the_configured_identifier_is_the_authority_whatever_a_proxy_header_says() {
    let world = World::new();
    let call = |jti| token_call(&Peer::agent(), &resource_token(&resource_claims(jti)));
    let spoofed = call("one")
        .field("x-forwarded-host", "evil.example")
        .field("x-forwarded-proto", "http")
        .field("forwarded", "host=evil.example;proto=http");
    let answer = world.send(spoofed.signed()).await;
    assert_eq!(answer.status, 202);
    assert!(answer.field("location").unwrap().starts_with("https://auth-server.com/pending/"));
    let mut foreign = call("two").field("x-forwarded-host", "auth-server.com").signed();
    foreign.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(world.send(foreign).await.error(), (401, "invalid_signature".to_owned()));
}
