//! Forms: whose they are, and what must not get through.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_interaction::PageSettings;
use aauth_types::Network;
use common::{Browser, World, assert_headers, code, request};
use http::StatusCode;

fn without(members: &[(String, String)], name: &str) -> Vec<(String, String)> {
    members.iter().filter(|(known, _)| known != name).cloned().collect()
}

fn with(members: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut changed = without(members, name);
    changed.push((name.to_owned(), value.to_owned()));
    changed
}

#[tokio::test]
async fn a_form_that_is_not_this_browsers_own_changes_nothing() {
    let world = World::new();
    let (opened, other) = (world.open().await, world.open().await);
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let hidden = page.hidden();
    let mut mallory = Browser::new(&world);
    let foreign = mallory.sign_in_as(&code(&opened), "mallory", "malpass").await;
    let of_other_request = browser.get_code(&code(&other)).await;
    let before = world.row(&opened).await;

    let forged = [
        without(&hidden, "csrf"),
        without(&hidden, "pending_id"),
        with(&hidden, "csrf", "AAAA"),
        with(&hidden, "csrf", &foreign.member("csrf")),
        with(&hidden, "csrf", &of_other_request.member("csrf")),
        with(&hidden, "pending_id", &of_other_request.member("pending_id")),
        with(&hidden, "pending_id", common::id(&opened)),
        foreign.hidden(),
        Vec::new(),
    ];
    for (number, members) in forged.iter().enumerate() {
        let page = browser.post(members, &[("consent", "grant")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{number}");
        assert_headers(&page);
    }
    for origin in ["https://evil.example", "null", "https://auth.example:8443", "http://auth.example"] {
        browser.origin = Some(origin);
        let page = browser.post(&hidden, &[("consent", "grant")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{origin}");
    }
    browser.origin = Some(common::ORIGIN);
    let cookie = browser.cookie.take();
    assert_eq!(browser.post(&hidden, &[("consent", "grant")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.row(&opened).await, before);

    browser.cookie = cookie;
    browser.origin = None;
    assert_eq!(browser.post(&hidden, &[("consent", "grant")]).await.status, StatusCode::OK);
    assert_eq!(world.state(&opened).await, "granted");
}

#[tokio::test]
async fn a_code_of_another_request_does_not_fit_the_form() {
    let world = World::new();
    let (opened, other) = (world.open().await, world.open().await);
    let mut browser = Browser::new(&world);
    let hidden = browser.sign_in(&code(&opened)).await.hidden();
    let mixed = with(&hidden, "code", &code(&other));
    let before = world.row(&other).await;
    assert_eq!(browser.post(&mixed, &[("consent", "grant")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!((world.row(&other).await, world.state(&opened).await), (before, "arrived".to_owned()));
}

#[tokio::test]
async fn nobody_decides_without_signing_in() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.get_code(&code(&opened)).await;
    let before = world.row(&opened).await;
    let hidden = without(&page.hidden(), "action");
    for wish in [("consent", "grant"), ("consent", "deny"), ("action", "ask")] {
        assert_eq!(browser.post(&hidden, &[wish]).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(world.row(&opened).await, before);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_the_old_one_is_worth_nothing() {
    let world = World::new();
    let opened = world.open().await;
    let mut victim = Browser::new(&world);
    victim.cookie = Some(format!("__Host-aauth={}", "A".repeat(43)));
    let planted = victim.cookie.clone();
    victim.sign_in(&code(&opened)).await;
    assert_ne!(victim.cookie, planted);
    let mut attacker = Browser::new(&world);
    attacker.cookie = planted;
    assert!(attacker.get_code(&code(&opened)).await.text.contains("name=\"password\""));
}

#[tokio::test]
async fn a_sign_in_ends_with_its_life() {
    let world = World::with(|deferral| deferral.terms.life = 7200, |_| {});
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    world.pass(1800);
    assert_eq!(browser.post(&page.hidden(), &[("consent", "grant")]).await.status, StatusCode::FORBIDDEN);
    assert!(browser.get_code(&code(&opened)).await.text.contains("name=\"password\""));
    assert_eq!(world.state(&opened).await, "arrived");
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_and_to_tls() {
    let world = World::new();
    let opened = world.open().await;
    let page = Browser::new(&world).get_code(&code(&opened)).await;
    let cookie = page.fields["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-aauth="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{cookie}");

    let loopback = World::with(|_| {}, |page: &mut PageSettings| page.network = Network::InsecureLoopback);
    let opened = loopback.open().await;
    let page = Browser::new(&loopback).get_code(&code(&opened)).await;
    let cookie = page.fields["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("aauth-insecure=") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn an_approval_of_something_else_than_was_shown_is_a_conflict() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    for shown in [without(&page.hidden(), "shown"), with(&page.hidden(), "shown", "AAAA")] {
        let again = browser.post(&shown, &[("consent", "grant")]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert_headers(&again);
    }
    assert_eq!(world.state(&opened).await, "arrived");
}

#[tokio::test]
async fn bodies_have_a_limit_a_type_and_one_meaning() {
    let world = World::new();
    let mut browser = Browser::new(&world);
    let at_limit = browser.send("POST", "/interact", &"a".repeat(64 * 1024)).await;
    assert_eq!(at_limit.status, StatusCode::FORBIDDEN);
    let above = browser.send("POST", "/interact", &"a".repeat(64 * 1024 + 1)).await;
    assert_eq!(above.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_headers(&above);
    let twice = browser.send("POST", "/interact", "consent=grant&consent=deny").await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
    assert_headers(&twice);
}

#[tokio::test]
async fn other_methods_and_types_are_refused_with_a_page() {
    let world = World::new();
    for method in ["PUT", "DELETE", "OPTIONS", "PATCH"] {
        let page = Browser::new(&world).send(method, "/interact", "").await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(page.fields["allow"], "GET, HEAD, POST");
        assert_headers(&page);
    }
    let request = http::Request::post("/interact")
        .header("content-type", "text/plain")
        .body(axum::body::Body::from("consent=grant"))
        .unwrap();
    let response = tower::ServiceExt::oneshot(world.router.clone(), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(response.headers()["x-frame-options"], "DENY");
}

#[tokio::test]
async fn hostile_texts_stay_texts() {
    let world = World::new();
    let mut new = request();
    let markup =
        "</blockquote></style><script>alert(1)</script><img src=x onerror=alert(1)>\" autofocus onfocus=\"x";
    new.facts.agent_name = Some(markup.to_owned());
    new.facts.resource_name = Some(markup.to_owned());
    new.facts.delegate = Some(markup.to_owned());
    new.facts.purpose = Some(format!("{markup}\u{202e}{}", "A".repeat(10_000)));
    new.facts.scopes[0].description = Some(markup.to_owned());
    new.facts.scopes[1].name = "a'b><c&#34;".to_owned();
    let opened = world.deferrals.open(new).await.unwrap();
    let page = Browser::new(&world).sign_in(&code(&opened)).await;
    assert_headers(&page);
    assert!(!page.text.contains("<img") && !page.text.contains('\u{202e}'));
    assert!(!page.text.contains("\" autofocus") && !page.text.contains("b><c"));
    assert!(page.text.len() < 40_000);
}

#[tokio::test]
async fn a_look_alike_name_is_shown_in_both_forms() {
    let world = World::new();
    let mut new = request();
    new.facts.agent = aauth_types::ServerId::parse("https://xn--pypal-4ve.example", Network::Public).unwrap();
    let opened = world.deferrals.open(new).await.unwrap();
    let page = Browser::new(&world).sign_in(&code(&opened)).await;
    assert!(page.text.contains("https://xn--pypal-4ve.example") && page.text.contains("pаypal.example"));
}

#[tokio::test]
async fn the_page_does_not_know_the_pending_url() {
    let world = World::new();
    let opened = world.open().await;
    let page = Browser::new(&world).sign_in(&code(&opened)).await;
    assert!(!page.text.contains(common::id(&opened)) && !page.text.contains("/pending/"));
}
