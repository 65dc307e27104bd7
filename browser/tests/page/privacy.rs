//! What the browser holds, and what it tells others.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::response::Html;
use axum::routing::get;
use http::header::REFERER;
use serde_json::json;

use crate::browse;
use crate::driver::Kind;
use crate::person::{control, heading};
use crate::world::{World, serve};

/// Target and `Referer` of each request to the agent's callback.
type Calls = Arc<Mutex<Vec<(String, Option<String>)>>>;

async fn callback() -> (String, Calls) {
    let calls = Calls::default();
    let seen = calls.clone();
    let handler = async move |request: Request| {
        let referer = request.headers().get(REFERER).map(|value| value.to_str().unwrap().to_owned());
        seen.lock().unwrap().push((request.uri().to_string(), referer));
        Html("<!doctype html><title>agent</title><h1>Back at the agent</h1>")
    };
    let port = serve(Router::new().route("/done/{id}", get(handler))).await;
    (format!("http://localhost:{port}/done/1"), calls)
}

#[tokio::test]
async fn the_callback_learns_neither_code_nor_token() {
    for decision in [control::ALLOW, control::DENY] {
        browse(Kind::Ordinary, async |browser| {
            let world = World::start().await;
            let open = world.open().await;
            let (url, calls) = callback().await;
            browser.go(&format!("{}&callback={url}", open.link)).await;
            browser.sign_in("ada", "a password").await;
            browser.send(decision).await;
            browser.reaches("Back at the agent").await;
            assert_eq!(browser.url().await, url);
            let calls = calls.lock().unwrap().clone();
            let unasked = |target: &str| target == "/favicon.ico";
            let calls: Vec<_> = calls.into_iter().filter(|(target, _)| !unasked(target)).collect();
            assert_eq!(calls, [("/done/1".to_owned(), None)]);
        })
        .await;
    }
}

#[tokio::test]
async fn a_callback_that_the_agent_did_not_register_is_not_followed() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&format!("{}&callback=https://evil.example/", open.link)).await;
        browser.sign_in("ada", "a password").await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        assert!(browser.url().await.starts_with(world.origin()));
    })
    .await;
}

#[tokio::test]
async fn the_browser_never_holds_a_token() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&open.link).await;
        let mut seen = vec![browser.source().await];
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        seen.push(browser.source().await);
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        let (token, _) = world.delivered(&open).await;
        seen.extend([browser.source().await, browser.url().await]);
        for cookie in browser.client().get_all_cookies().await.unwrap() {
            seen.push(cookie.to_string());
        }
        let kept = "const done = arguments[arguments.length - 1]; \
            indexedDB.databases().then(known => done([localStorage.length, sessionStorage.length, known.length]))";
        assert_eq!(browser.run_async(kept).await, json!([0, 0, 0]));
        let pending = open.location.rsplit('/').next().unwrap();
        for (at, text) in seen.iter().enumerate() {
            // The first part of every compact JWT, the token's signature, and the agent's pending URL.
            for secret in ["eyJ", token.rsplit('.').next().unwrap(), pending] {
                assert!(!text.contains(secret), "{at}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn links_of_the_agent_are_followed_without_a_trace() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        for link in browser.client().find_all(fantoccini::Locator::Css(".links a")).await.unwrap() {
            let rel = link.attr("rel").await.unwrap();
            assert_eq!(rel.as_deref(), Some("noopener noreferrer"));
            assert_eq!(link.attr("target").await.unwrap().as_deref(), Some("_blank"));
        }
        assert_eq!(browser.count(".links a").await, 2);
    })
    .await;
}
