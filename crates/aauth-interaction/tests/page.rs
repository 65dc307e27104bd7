//! What stands on the consent page, and where it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use aauth_interaction::{Loopback, Seen};
use aauth_types::{EndpointUrl, Network};
use common::{Browser, World, assert_headers, code, request};
use http::StatusCode;

#[tokio::test]
async fn the_age_of_the_request_stands_beside_the_code_to_compare() {
    let world = World::new();
    let opened = world.open().await;
    world.pass(130);
    let page = Browser::new(&world).sign_in(&code(&opened)).await;
    let caution = page.text.split("class=\"caution\"").nth(1).unwrap().split("</section>").next().unwrap();
    let code = code(&opened);
    let (left, right) = code.split_at(4);
    assert!(caution.contains("Asked 2 minutes ago.") && caution.contains(&format!("{left}-{right}")));
    assert!(caution.contains("just now, on a device in front of you?"));
}

#[tokio::test]
async fn links_of_the_agent_show_their_host_and_are_https_only() {
    let world = World::new();
    let mut new = request();
    let url = |text| EndpointUrl::parse(text, Network::InsecureLoopback).unwrap();
    new.facts.agent_terms = Some(url("https://legal.example/terms"));
    new.facts.agent_policy = Some(url("http://127.0.0.1:8000/privacy"));
    let opened = world.deferrals.open(new).await.unwrap();
    let page = Browser::new(&world).sign_in(&code(&opened)).await;
    let link = "<a href=\"https://legal.example/terms\" target=\"_blank\" rel=\"noopener noreferrer\">\
        Terms of use (legal.example)</a>";
    assert!(page.text.contains(link), "{}", page.text);
    assert!(!page.text.contains("127.0.0.1"));
}

#[tokio::test]
async fn the_page_says_since_when_the_agent_is_known() {
    let world = World::new();
    for (seen, text) in [
        (Seen::New, "Nobody here has decided about this agent before."),
        (Seen::Since(aauth_testkit::FakeClock::TRACE), "about this agent since 2026-03-31."),
    ] {
        let mut new = request();
        new.facts.agent_seen = seen;
        let opened = world.deferrals.open(new).await.unwrap();
        assert!(Browser::new(&world).sign_in(&code(&opened)).await.text.contains(text), "{text}");
    }
}

#[tokio::test]
async fn a_callback_that_no_content_policy_can_name_is_a_link() {
    let world = World::new();
    let mut new = request();
    new.facts.callbacks.loopback = Loopback::Allowed;
    let opened = world.deferrals.open(new).await.unwrap();
    let mut browser = Browser::new(&world);
    browser.sign_in(&code(&opened)).await;
    let callback = "http://[::1]:8080/done";
    let page = browser.get(&format!("/interact?code={}&callback={callback}", code(&opened))).await;
    let policy = page.fields["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self';"), "{policy}");
    let page = browser.post(&page.hidden(), &[("consent", "grant")]).await;
    assert_eq!((page.status, page.location()), (StatusCode::OK, ""));
    assert!(page.text.contains(&format!("<a href=\"{callback}\" rel=\"noreferrer\">Back to the agent</a>")));
    assert_headers(&page);
}
