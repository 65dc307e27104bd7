//! The pending URL: who may use it, and what each end of a request answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use aauth_discovery::{AgentMetadata, StaticResolver};
use aauth_jose::Jwks;
use aauth_types::{EndpointUrl, Network};
use common::*;

const DENIED: &str = "User denied consent";

fn waiting(open: &Open) -> String {
    format!("{{\"status\": \"pending\", \"location\": \"{}\"}}", open.location)
}

/// A 202: exact body and fields.
fn assert_waiting(answer: &Answer, open: &Open, body: &str) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, body));
    assert_eq!(answer.field("location"), Some(open.location.as_str()));
    assert_eq!(answer.field("retry-after"), Some("2"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!(answer.field("aauth"), None);
}

/// Every method answers as if there had never been such a URL.
async fn assert_gone(world: &World, open: &Open) {
    for method in ["GET", "POST", "DELETE", "GET"] {
        assert_not_found(&world.send(world.on(open, method).signed()).await);
    }
}

#[tokio::test]
async fn an_undecided_request_waits_without_code_or_challenge() {
    let world = World::new();
    let open = world.open().await;
    world.pass(2);
    assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
    Browser::new(&world).sign_in(&open.code).await;
    assert_eq!(world.state(&open).await, "arrived");
    world.pass(2);
    assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
}

#[tokio::test]
async fn another_agent_or_key_is_told_what_an_unknown_url_tells() {
    let world = World::new();
    let open = world.open().await;
    let row = world.row(&open).await;
    let strangers = [
        Peer::published(OTHER_AGENT, "key-1", "other-agent"),
        Peer::published(AGENT, "key-2", "agent-2"),
        Peer::delegate(),
        Peer::pseudonym("agent"),
    ];
    let body = "{\"clarification_response\": \"mine\"}";
    for stranger in &strangers {
        for method in ["GET", "POST", "DELETE"] {
            let mut call = stranger.post(AUTH, &open.path, body);
            call.method = method.to_owned();
            let foreign = world.send(call.signed()).await;
            assert_not_found(&foreign);
            call.target = "/pending/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
            assert_eq!(foreign, world.send(call.signed()).await, "{method}");
        }
    }
    assert_eq!(world.row(&open).await, row);
    assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
}

#[tokio::test]
async fn a_granted_request_gives_strangers_nothing_and_its_owner_the_token() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    for stranger in
        [Peer::published(OTHER_AGENT, "key-1", "other-agent"), Peer::published(AGENT, "key-2", "agent-2")]
    {
        assert_not_found(&world.send(stranger.call("GET", AUTH, &open.path).signed()).await);
    }
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn an_unknown_url_is_told_only_to_the_verified() {
    let world = World::new();
    for path in ["/pending/x", "/pending/%ff", "/pending/%2f", "/pending/0123456789abcdef0123456789abcdef"] {
        for method in ["GET", "POST", "DELETE"] {
            let call = Peer::agent().call(method, AUTH, path);
            let unsigned = world.send(call.unsigned()).await;
            assert_error(&unsigned, 401, "invalid_signature", "Missing signature headers");
            assert_not_found(&world.send(call.signed()).await);
        }
    }
}

#[tokio::test]
async fn a_token_is_delivered_once_with_the_granted_claims() {
    let world = World::new();
    let open = world.open().await;
    let page = Browser::new(&world).decide(&open.code, "grant").await;
    assert_eq!(page.status, 200);
    world.pass(7);
    let answer = world.poll(&open).await;
    let token = answer.json()["auth_token"].as_str().unwrap().to_owned();
    assert_json(&answer, 200, &format!("{{\"auth_token\":\"{token}\",\"expires_in\":3600}}"));
    assert_eq!((answer.field("aauth"), answer.field("retry-after")), (None, None));
    let payload = aauth_jose::b64::decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    let expected = serde_json::json!({
        "iss": AUTH, "aud": RESOURCE, "jti": claims["jti"], "cnf": {"jwk": jwk("agent")}, "iat": NOW + 7,
        "exp": NOW + 7 + 3600, "agent": AGENT, "sub": "testuser", "scope": "data.read data.write",
    });
    assert_eq!(claims, expected);
    assert_gone(&world, &open).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_polls_at_once_after_the_grant_one_gets_the_token() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    let mut polls = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (router, request) = (world.router.clone(), world.on(&open, "GET").signed());
        polls.spawn(async move { Answer::of(&router, request).await });
    }
    let mut statuses = BTreeMap::new();
    for answer in polls.join_all().await {
        *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
        if answer.status != 200 {
            assert_not_found(&answer);
        }
    }
    assert_eq!(statuses, BTreeMap::from([(200, 1), (404, 99)]));
}

#[tokio::test]
async fn with_redelivery_the_same_token_comes_again_for_that_long() {
    let world = World::with(|settings| settings.terms.redelivery = 60);
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    let first = world.poll(&open).await.json();
    world.pass(59);
    let again = world.poll(&open).await.json();
    assert_eq!((&again["auth_token"], again["expires_in"].as_i64()), (&first["auth_token"], Some(3541)));
    world.pass(1);
    assert_not_found(&world.poll(&open).await);
}

#[tokio::test]
async fn head_is_refused_and_takes_no_token_away() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    for method in ["HEAD", "PUT", "PATCH", "OPTIONS"] {
        let answer = world.send(world.on(&open, method).signed()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.field("allow")),
            (405, Some("GET, POST, DELETE")),
            "{method}"
        );
        assert_eq!(answer.field("cache-control"), Some("no-store"));
        let body = error_body("invalid_request", "Method not allowed");
        assert_eq!(answer.text, if method == "HEAD" { "" } else { &*body });
    }
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn a_denial_is_told_once() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "deny").await;
    assert_error(&world.poll(&open).await, 403, "denied", DENIED);
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn a_request_that_nobody_came_for_expires_after_ten_minutes() {
    let world = World::new();
    let open = world.open().await;
    world.pass(599);
    assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
    world.pass(1);
    assert_error(&world.poll(&open).await, 408, "expired", "Request expired");
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn a_request_that_somebody_came_for_is_abandoned_after_ten_minutes() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).sign_in(&open.code).await;
    world.pass(600);
    assert_error(&world.poll(&open).await, 403, "abandoned", "The person did not finish");
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn a_grant_that_is_not_fetched_for_ten_minutes_is_gone() {
    let world = World::new();
    let (kept, lost) = (world.open().await, world.open().await);
    for open in [&kept, &lost] {
        Browser::new(&world).decide(&open.code, "grant").await;
    }
    world.pass(599);
    assert_eq!(world.poll(&kept).await.status, 200);
    world.pass(1);
    assert_gone(&world, &lost).await;
}

#[tokio::test]
async fn a_cancelled_request_says_so_for_ten_minutes() {
    let world = World::new();
    let open = world.open().await;
    let answer = world.send(world.on(&open, "DELETE").signed()).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!((answer.field("cache-control"), answer.field("content-type")), (Some("no-store"), None));
    world.pass(599);
    for method in ["GET", "POST", "DELETE"] {
        let answer = world.send(world.on(&open, method).signed()).await;
        assert_json(&answer, 410, "{\"error\":\"invalid_code\"}");
    }
    world.pass(1);
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn a_cancelled_request_can_not_be_granted() {
    let world = World::new();
    let open = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&open.code).await;
    assert_eq!(world.send(world.on(&open, "DELETE").signed()).await.status, 204);
    browser.submit(&page, &[("consent", "grant")]).await;
    assert_eq!(world.poll(&open).await.status, 410);
}

#[tokio::test]
async fn a_question_is_asked_in_the_next_answers_until_it_is_answered() {
    let world = World::new();
    let open = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.ask(&open.code, "Why my \"calendar\"?").await;
    assert!(page.status.is_success() || page.status.is_redirection(), "{page:?}");
    let asking = format!(
        "{{\"status\": \"pending\", \"location\": \"{}\", \"clarification\": \"Why my \\\"calendar\\\"?\"}}",
        open.location
    );
    world.pass(2);
    assert_waiting(&world.poll(&open).await, &open, &asking);
    let answer = world.reply(&open, "{\"clarification_response\": \"To find a time\"}").await;
    assert_waiting(&answer, &open, &waiting(&open));
    let page = browser.visit(&open.code).await;
    assert!(page.text.contains("To find a time"));
    browser.submit(&page, &[("consent", "grant")]).await;
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn a_reply_without_an_answer_changes_nothing() {
    let world = World::new();
    let open = world.open().await;
    let row = world.row(&open).await;
    for body in
        ["", "{", "{}", "[]", "{\"clarification_response\": 42}", "{\"clarification_response\": null}"]
    {
        let answer = world.reply(&open, body).await;
        assert_error(&answer, 400, "invalid_request", "Missing clarification_response");
    }
    assert_eq!(world.row(&open).await, row);
}

#[tokio::test]
async fn a_reply_of_64_kib_is_read_and_one_byte_more_is_not() {
    let world = World::new();
    let open = world.open().await;
    let reply = |bytes: usize| "x".repeat(bytes);
    let read = world.reply(&open, &reply(64 * 1024)).await;
    assert_error(&read, 400, "invalid_request", "Missing clarification_response");
    let long = world.reply(&open, &reply(64 * 1024 + 1)).await;
    assert_error(&long, 413, "invalid_request", "The body is too long");
}

#[tokio::test]
async fn the_sixth_answer_denies_the_request() {
    let world = World::new();
    let open = world.open().await;
    let body = "{\"clarification_response\": \"because\"}";
    for _ in 0..5 {
        assert_waiting(&world.reply(&open, body).await, &open, &waiting(&open));
    }
    let sixth = world.reply(&open, body).await;
    assert_error(&sixth, 403, "denied", "Clarification round limit exceeded");
    assert_error(&world.poll(&open).await, 403, "denied", DENIED);
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn wrong_expired_and_consumed_codes_look_the_same_and_harm_nobody() {
    let world = World::new();
    let (consumed, expired) = (world.open().await, world.open().await);
    Browser::new(&world).decide(&consumed.code, "grant").await;
    world.pass(600);
    let open = world.open().await;
    let row = world.row(&open).await;
    let mut pages = Vec::new();
    for code in [&*consumed.code, &*expired.code, "ZZZZ9999", "%22x%22"] {
        let page = Browser::new(&world).visit(code).await;
        assert_eq!((page.status.as_u16(), page.field("cache-control")), (400, Some("no-store")), "{code}");
        assert!(!page.text.contains(code), "{code}");
        pages.push(page.text);
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(world.row(&open).await, row);
    assert_eq!(Browser::new(&world).visit(&open.code).await.status, 200);
}

#[tokio::test]
async fn the_interaction_page_without_a_code_asks_for_it() {
    let world = World::new();
    let request = http::Request::get("/interact").body(axum::body::Body::empty()).unwrap();
    let page = world.send(request).await;
    assert_eq!((page.status.as_u16(), page.field("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.text.contains("name=\"code\""));
}

#[tokio::test]
async fn a_visit_is_no_arrival() {
    let world = World::new();
    let open = world.open().await;
    let row = world.row(&open).await;
    for _ in 0..3 {
        assert_eq!(Browser::new(&world).visit(&open.code).await.status, 200);
    }
    assert_eq!(world.row(&open).await, row);
}

#[tokio::test]
async fn a_form_with_five_wrong_codes_kills_the_code_of_its_request() {
    let world = World::new();
    let open = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&open.code).await;
    for _ in 0..5 {
        browser.submit(&page, &[("code", "ZZZZ9999"), ("consent", "grant")]).await;
    }
    let text = "The interaction code is no longer valid";
    assert_error(&world.poll(&open).await, 410, "invalid_code", text);
    assert_gone(&world, &open).await;
}

#[tokio::test]
async fn two_hasty_polls_running_are_told_to_slow_down() {
    let world = World::new();
    let open = world.open().await;
    for _ in 0..2 {
        assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
    }
    let third = world.poll(&open).await;
    assert_json(&third, 429, &error_body("slow_down", "Polled faster than Retry-After allows"));
    assert_eq!(third.field("retry-after"), Some("7"));
    world.pass(7);
    assert_waiting(&world.poll(&open).await, &open, &waiting(&open));
}

#[tokio::test]
async fn a_preference_to_wait_is_confirmed_up_to_the_limit() {
    let world = World::new();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    let answer = world.send(world.on(&open, "GET").field("prefer", "wait=90").signed()).await;
    assert_eq!((answer.status.as_u16(), answer.field("preference-applied")), (200, Some("wait=45")));
}

/// A server that knows this document of the agent.
fn knowing(describe: impl FnOnce(&mut AgentMetadata)) -> World {
    let mut agent = AgentMetadata::new(server(AGENT), EndpointUrl::on(&server(AGENT), "/jwks.json"));
    describe(&mut agent);
    let known = StaticResolver::new()
        .with_agent(agent)
        .with_jwks(server(AGENT), Jwks::from_keys([public("agent")]))
        .with_jwks(server(RESOURCE), Jwks::from_keys([public("resource")]));
    World::with(|settings| settings.required.resolver = Arc::new(known))
}

/// Where a decision sends a person who came with this callback.
async fn sent_to(world: &World, callback: &str) -> Option<String> {
    let open = world.open().await;
    let mut browser = Browser::new(world);
    browser.sign_in(&open.code).await;
    let page = browser.open(&format!("/interact?code={}&callback={callback}", open.code)).await;
    let end = browser.submit(&page, &[("consent", "grant")]).await;
    let location = end.field("location").map(str::to_owned);
    assert_eq!(end.status.as_u16(), if location.is_some() { 303 } else { 200 });
    location
}

#[tokio::test]
async fn the_agents_document_says_which_callbacks_are_followed() {
    let (own, loopback) = ("https://agent.supply-chain.com/done", "http://127.0.0.1:8080/done");
    let some = |text: &str| Some(text.to_owned());
    let endpoint = EndpointUrl::parse("https://agent.supply-chain.com/callback", Network::Public).unwrap();
    let silent = knowing(|_| {});
    assert_eq!((sent_to(&silent, own).await, sent_to(&silent, loopback).await), (None, None));
    let registered = knowing(|agent| agent.callback_endpoint = Some(endpoint));
    assert_eq!((sent_to(&registered, own).await, sent_to(&registered, loopback).await), (some(own), None));
    let local = knowing(|agent| agent.localhost_callback_allowed = true);
    assert_eq!((sent_to(&local, own).await, sent_to(&local, loopback).await), (None, some(loopback)));
}

#[tokio::test]
async fn the_agents_document_says_whether_it_takes_questions() {
    for (supported, question) in [(false, false), (true, true)] {
        let world = knowing(|agent| agent.clarification_supported = supported);
        let open = world.open().await;
        Browser::new(&world).ask(&open.code, "Why?").await;
        world.pass(2);
        assert_eq!(world.poll(&open).await.json().get("clarification").is_some(), question);
    }
}
