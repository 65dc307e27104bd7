//! A shared cache in front of the server keeps the published documents and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::collections::BTreeSet;

use aauth_auth_server::Decision;
use common::*;
use http::Request;

/// Statuses that a cache may keep without being told for how long (RFC 9110 section 15.1).
const HEURISTIC: [u16; 11] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414];

/// What a shared cache makes of an answer (RFC 9111 section 3). It is told nothing of methods: it keeps what it may.
fn keeps(answer: &Answer) -> bool {
    let control = answer.field("cache-control").unwrap_or_default();
    let says = |word: &str| control.split(',').any(|part| part.trim().split('=').next() == Some(word));
    if says("no-store") || says("private") {
        return false;
    }
    let told = says("max-age") || says("s-maxage") || says("public") || answer.field("expires").is_some();
    told || HEURISTIC.contains(&answer.status.as_u16())
}

/// Everything the server said on one route.
#[derive(Default)]
struct Heard {
    statuses: BTreeSet<u16>,
}

impl Heard {
    fn hear(&mut self, answer: Answer) -> Answer {
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{answer:?}");
        assert!(!keeps(&answer), "{answer:?}");
        self.statuses.insert(answer.status.as_u16());
        answer
    }

    fn statuses(&self) -> Vec<u16> {
        self.statuses.iter().copied().collect()
    }
}

#[tokio::test]
async fn documents_are_kept_for_as_long_as_they_say() {
    let world = World::new();
    for path in ["/jwks.json", "/.well-known/aauth-issuer.json", "/.well-known/aauth-issuer"] {
        let answer = world.send(Request::get(path).body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.field("cache-control"), Some("public, max-age=300"));
        assert!(keeps(&answer), "{path}");
    }
}

#[tokio::test]
async fn nothing_of_the_token_endpoint_is_kept() {
    let world = World::new();
    let mut heard = Heard::default();
    let token = |jti: &str| token_call(&Peer::agent(), &resource_token(&resource_claims(jti)));
    heard.hear(world.send(token("waits").signed()).await);
    heard.hear(world.send(token("waits").signed()).await);
    heard.hear(world.send(token("unsigned").unsigned()).await);
    heard.hear(world.send(token_call(&Peer::pseudonym("agent"), "a.b.c").signed()).await);
    heard.hear(world.send(Peer::agent().post(AUTH, "/token", &"x".repeat(65_537)).signed()).await);
    heard.hear(world.send(Peer::agent().call("GET", AUTH, "/token").signed()).await);
    world.grants("data.read");
    heard.hear(world.send(token("granted").signed()).await);
    world.decides(Decision::Refuse { reason: "Agent not welcome" });
    heard.hear(world.send(token("refused").signed()).await);
    assert_eq!(heard.statuses(), [200, 202, 400, 401, 403, 405, 413]);
}

#[tokio::test]
async fn nothing_of_a_pending_url_is_kept() {
    let mut heard = Heard::default();

    let world = World::new();
    let open = world.open().await;
    heard.hear(world.poll(&open).await);
    heard.hear(world.poll(&open).await);
    heard.hear(world.poll(&open).await);
    heard.hear(world.reply(&open, "{}").await);
    heard.hear(world.send(world.on(&open, "GET").unsigned()).await);
    heard.hear(world.send(world.on(&open, "PUT").signed()).await);
    Browser::new(&world).decide(&open.code, "grant").await;
    heard.hear(world.poll(&open).await);
    heard.hear(world.poll(&open).await);

    let denied = world.open().await;
    Browser::new(&world).decide(&denied.code, "deny").await;
    heard.hear(world.poll(&denied).await);

    let cancelled = world.open().await;
    heard.hear(world.send(world.on(&cancelled, "DELETE").signed()).await);
    heard.hear(world.poll(&cancelled).await);

    let expired = world.open().await;
    world.pass(600);
    heard.hear(world.poll(&expired).await);
    assert_eq!(heard.statuses(), [200, 202, 204, 400, 401, 403, 404, 405, 408, 410, 429]);
}

#[tokio::test]
async fn nothing_of_the_consent_page_is_kept() {
    let world = World::new();
    let open = world.open().await;
    let mut heard = Heard::default();
    let mut browser = Browser::new(&world);
    heard.hear(browser.open("/interact").await);
    heard.hear(browser.visit("WRONGC0D").await);
    let page = heard.hear(browser.visit(&open.code).await);
    heard.hear(browser.submit(&page, &[("username", "testuser"), ("password", "wrong")]).await);
    heard.hear(browser.submit(&page, &[("username", "testuser"), ("password", "testpass")]).await);
    let page = heard.hear(browser.visit(&open.code).await);
    heard.hear(browser.submit(&page, &[("csrf", "foreign"), ("consent", "grant")]).await);
    heard.hear(browser.submit(&page, &[("consent", "grant")]).await);
    heard.hear(world.send(Request::put("/interact").body(axum::body::Body::empty()).unwrap()).await);
    assert_eq!(heard.statuses(), [200, 303, 400, 403, 405]);
}
