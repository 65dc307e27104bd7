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
use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::Decision;
use axum::body::Body;
use common::*;
use http::Request;

/// Statuses that a cache may keep without being told for how long (RFC 9110 section 15.1).
const HEURISTIC: [u16; 11] = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414];

/// Whether a shared cache may store an answer (RFC 9111 section 3). It is told nothing of methods: it stores what it may.
fn may_store(answer: &Answer) -> bool {
    let control = answer.field("cache-control").unwrap_or_default();
    let says = |word: &str| control.split(',').any(|part| part.trim().split('=').next() == Some(word));
    if says("no-store") || says("private") {
        return false;
    }
    let told = says("max-age") || says("s-maxage") || says("public") || answer.field("expires").is_some();
    told || HEURISTIC.contains(&answer.status.as_u16())
}

/// A shared cache on the way of everything that the server says.
#[derive(Default)]
struct Cache {
    passed: BTreeSet<u16>,
    stored: Vec<Answer>,
}

impl Cache {
    /// An answer of a route of which nothing may be stored.
    fn pass(&mut self, answer: Answer) -> Answer {
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{answer:?}");
        self.take(answer)
    }

    fn take(&mut self, answer: Answer) -> Answer {
        self.passed.insert(answer.status.as_u16());
        if may_store(&answer) {
            self.stored.push(answer.clone());
        }
        answer
    }

    /// Answers of all these statuses went by, and not one was stored.
    fn holds_nothing_of(&self, statuses: &[u16]) {
        assert_eq!(self.passed.iter().copied().collect::<Vec<_>>(), statuses);
        assert_eq!(self.stored, []);
    }
}

fn empty(method: &str, path: &str) -> Request<Body> {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

fn form(path: &str, kind: &str, body: String) -> Request<Body> {
    let form = Request::post(path).header("content-type", kind).header("origin", AUTH);
    form.body(Body::from(body)).unwrap()
}

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn documents_are_kept_for_as_long_as_they_say() {
    let world = World::new();
    let mut cache = Cache::default();
    // What may be stored is, so that an empty cache says something.
    for path in ["/jwks.json", "/.well-known/aauth-issuer.json", "/.well-known/aauth-issuer"] {
        let answer = cache.take(world.send(empty("GET", path)).await);
        assert_eq!(answer.field("cache-control"), Some("public, max-age=300"));
        assert_eq!(cache.stored.last(), Some(&answer), "{path}");
    }
}

#[tokio::test]
async fn nothing_of_the_token_endpoint_is_kept() {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| {
        settings.required.store = store.clone();
        settings.open_per_agent = 1;
    });
    let mut cache = Cache::default();
    let token = |jti: &str| token_call(&Peer::agent(), &resource_token(&resource_claims(jti)));
    cache.pass(world.send(token("waits").signed()).await);
    cache.pass(world.send(token("waits").signed()).await);
    cache.pass(world.send(token("one-more").signed()).await);
    cache.pass(world.send(token("unsigned").unsigned()).await);
    cache.pass(world.send(token_call(&Peer::pseudonym("agent"), "a.b.c").signed()).await);
    cache.pass(world.send(Peer::agent().post(AUTH, "/token", &"x".repeat(65_537)).signed()).await);
    cache.pass(world.send(Peer::agent().call("GET", AUTH, "/token").signed()).await);
    world.grants("data.read");
    cache.pass(world.send(token("granted").signed()).await);
    world.decides(Decision::Refuse { reason: "Agent not welcome" });
    cache.pass(world.send(token("refused").signed()).await);
    store.set_down(true);
    cache.pass(world.send(token("store-down").signed()).await);
    cache.holds_nothing_of(&[200, 202, 400, 401, 403, 405, 413, 429, 503]);
}

#[tokio::test]
async fn nothing_of_a_pending_url_is_kept() {
    let mut cache = Cache::default();
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| settings.required.store = store.clone());
    let open = world.open().await;
    cache.pass(world.poll(&open).await);
    cache.pass(world.poll(&open).await);
    cache.pass(world.poll(&open).await);
    cache.pass(world.reply(&open, "{}").await);
    cache.pass(world.reply(&open, &"x".repeat(65_537)).await);
    cache.pass(world.send(world.on(&open, "GET").unsigned()).await);
    cache.pass(world.send(world.on(&open, "PUT").signed()).await);
    Browser::new(&world).decide(&open.code, "grant").await;
    cache.pass(world.poll(&open).await);
    cache.pass(world.poll(&open).await);

    let denied = world.open().await;
    Browser::new(&world).decide(&denied.code, "deny").await;
    cache.pass(world.poll(&denied).await);

    let cancelled = world.open().await;
    cache.pass(world.send(world.on(&cancelled, "DELETE").signed()).await);
    cache.pass(world.poll(&cancelled).await);

    let expired = world.open().await;
    world.pass(600);
    cache.pass(world.poll(&expired).await);
    store.set_down(true);
    cache.pass(world.poll(&expired).await);
    cache.holds_nothing_of(&[200, 202, 204, 400, 401, 403, 404, 405, 408, 410, 413, 429, 503]);
}

/// Everything that a person is ever answered by the consent page, and by that of remembered consents.
async fn answers_to_a_person() -> [Vec<Answer>; 2] {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| {
        settings.required.store = store.clone();
        settings.remember_up_to = Duration::from_secs(3600);
    });
    let open = world.open().await;
    let mut browser = Browser::new(&world);
    let mut consent = vec![
        browser.open("/interact").await,
        browser.visit("WRONGC0D").await,
        browser.visit(&open.code).await,
    ];
    let page = consent[2].clone();
    consent.push(browser.submit(&page, &[("username", "testuser"), ("password", "wrong")]).await);
    consent.push(browser.submit(&page, &[("username", "testuser"), ("password", "testpass")]).await);
    let page = browser.visit(&open.code).await;
    consent.push(page.clone());
    consent.push(browser.submit(&page, &[("csrf", "foreign"), ("consent", "grant")]).await);
    consent.push(browser.submit(&page, &[("shown", "something else"), ("consent", "grant")]).await);
    consent.push(browser.submit(&page, &[("consent", "grant")]).await);

    let mut browser = Browser::new(&world);
    let page = browser.open("/grants").await;
    let signed_in =
        browser.send_form("/grants", &page, &[("username", "testuser"), ("password", "testpass")]).await;
    let mut grants = vec![page, signed_in, browser.open("/grants").await];
    let page = grants[2].clone();
    grants.push(browser.send_form("/grants", &page, &[("csrf", "foreign")]).await);

    for (path, answers) in [("/interact", &mut consent), ("/grants", &mut grants)] {
        answers.push(world.send(empty("PUT", path)).await);
        answers.push(world.send(form(path, "text/plain", String::new())).await);
        answers.push(world.send(form(path, FORM, "x".repeat(65_537))).await);
        answers.push(world.send(form(path, FORM, "csrf=a&csrf=b".to_owned())).await);
    }
    for _ in 0..30 {
        consent.push(Browser::new(&world).visit("WRONGC0D").await);
    }
    store.set_down(true);
    consent.push(browser.visit(&open.code).await);
    grants.push(browser.open("/grants").await);
    [consent, grants]
}

const STATUSES: [&[u16]; 2] =
    [&[200, 303, 400, 403, 405, 409, 413, 415, 429, 503], &[200, 303, 400, 403, 405, 413, 415, 503]];

#[tokio::test]
async fn nothing_of_the_consent_page_is_kept() {
    for (answers, statuses) in answers_to_a_person().await.into_iter().zip(STATUSES) {
        let mut cache = Cache::default();
        for answer in answers {
            cache.pass(answer);
        }
        cache.holds_nothing_of(statuses);
    }
}

#[tokio::test]
async fn nothing_of_the_consent_page_is_shown_in_a_frame() {
    for (answers, statuses) in answers_to_a_person().await.into_iter().zip(STATUSES) {
        let mut seen = BTreeSet::new();
        for answer in answers {
            seen.insert(answer.status.as_u16());
            assert_eq!(answer.field("x-frame-options"), Some("DENY"), "{answer:?}");
            let policy = answer.field("content-security-policy").unwrap_or_default();
            // A redirect shows nothing.
            assert!(answer.status == 303 || policy.contains("; frame-ancestors 'none'"), "{answer:?}");
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), statuses);
    }
}
