//! A server with a sign-in of its own, and servers that fail.

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

use aauth_interaction::{
    Begin, DeferralSettings, Deferrals, InteractionError, PageSettings, SignIn, SignInFuture, Subject, router,
};
use aauth_runtime::{Entropy, EntropyError};
use aauth_store::{Limits, Memory};
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_types::{EndpointUrl, Network, Secret};
use common::{Browser, World, assert_headers, code};
use http::StatusCode;
use http::request::Parts;

/// Knows people by a cookie of its own.
struct OwnSessions;

impl SignIn for OwnSessions {
    fn recognise<'a>(&'a self, request: &'a Parts) -> SignInFuture<'a, Option<Subject>> {
        Box::pin(async {
            let cookies =
                request.headers.get("cookie").map(|value| value.to_str().unwrap()).unwrap_or_default();
            match cookies.split("; ").find_map(|pair| pair.strip_prefix("own=")) {
                Some("broken") => Err(InteractionError::SignIn),
                name => name.map(Subject::new).transpose(),
            }
        })
    }

    fn begin(&self, return_to: &str) -> Begin {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", return_to).finish();
        Begin::Elsewhere(format!("https://login.example/?{query}"))
    }
}

fn own_sign_in() -> World {
    let mut world = World::new();
    let page = EndpointUrl::parse("https://auth.example/interact", Network::Public).unwrap();
    let settings = PageSettings::new(page, Network::Public);
    world.router = router(world.deferrals.clone(), Arc::new(OwnSessions), settings);
    world
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_servers_own_page_and_back() {
    let world = own_sign_in();
    let opened = world.open().await;
    let answer = Browser::new(&world).get_code(&code(&opened)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let back = format!("https%3A%2F%2Fauth.example%2Finteract%3Fcode%3D{}", code(&opened));
    assert_eq!(answer.location(), format!("https://login.example/?next={back}"));
    assert_headers(&answer);
    assert_eq!(world.state(&opened).await, "undecided");
}

#[tokio::test]
async fn a_person_whom_the_server_knows_decides_at_once() {
    let world = own_sign_in();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.cookie = Some("own=ada".to_owned());
    let page = browser.get_code(&code(&opened)).await;
    assert!(page.text.contains("Allow this access?") && !page.text.contains("Sign out"));
    browser.cookie = browser.cookie.map(|session| format!("own=ada; {session}"));
    let page = browser.post(&page.hidden(), &[("consent", "grant")]).await;
    assert_eq!((page.status, world.state(&opened).await.as_str()), (StatusCode::OK, "granted"));
}

#[tokio::test]
async fn a_change_of_account_between_page_and_form_is_noticed() {
    let world = own_sign_in();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.cookie = Some("own=ada".to_owned());
    let page = browser.get_code(&code(&opened)).await;
    browser.cookie = browser.cookie.map(|session| format!("own=bob; {session}"));
    let page = browser.post(&page.hidden(), &[("consent", "grant")]).await;
    assert_eq!((page.status, world.state(&opened).await.as_str()), (StatusCode::FORBIDDEN, "undecided"));
}

#[tokio::test]
async fn a_sign_in_that_fails_is_said_to_be_unavailable() {
    let world = own_sign_in();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.cookie = Some("own=broken".to_owned());
    let page = browser.get_code(&code(&opened)).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.fields["retry-after"], "5");
    assert_headers(&page);
}

#[derive(Debug)]
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

fn deferrals(store: Memory, entropy: impl Entropy) -> Deferrals {
    let base = EndpointUrl::parse("https://auth.example/pending", Network::Public).unwrap();
    let settings = DeferralSettings::new(base, Secret::new([7; 32]));
    Deferrals::new(settings, Arc::new(store), Arc::new(FakeClock::at(FakeClock::TRACE)), Arc::new(entropy))
}

#[tokio::test]
async fn without_random_bytes_nothing_is_opened() {
    let error = deferrals(Memory::default(), NoEntropy).open(common::request()).await.unwrap_err();
    assert_eq!(error.kind(), "entropy");
}

#[tokio::test]
async fn a_full_store_opens_nothing_and_keeps_no_place() {
    let full = Memory::new(Limits { rows: 0, bytes: 0 });
    let deferrals = deferrals(full, CountingEntropy::default());
    for _ in 0..1_001 {
        assert_eq!(deferrals.open(common::request()).await.unwrap_err().kind(), "store_full");
    }
}

#[tokio::test]
async fn a_page_on_a_full_store_says_unavailable() {
    let mut world = World::new();
    let full = deferrals(Memory::new(Limits { rows: 0, bytes: 0 }), CountingEntropy::default());
    let page = EndpointUrl::parse("https://auth.example/interact", Network::Public).unwrap();
    world.router = router(full, Arc::new(OwnSessions), PageSettings::new(page, Network::Public));
    let page = Browser::new(&world).get("/interact?code=AAAAAAAA").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_headers(&page);
}
