//! A consent that is remembered spares the person the next question, and nobody else gets anything by it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::{Decision, PolicyInput, Rules, Seen, TestUsers, remembered};
use aauth_types::Scope;
use axum::extract::ConnectInfo;
use common::*;
use serde_json::{Value, json};

fn world() -> World {
    World::with(|settings| {
        settings.required.policy = Arc::new(Rules::new().then(remembered));
        let users = [("testuser", "testpass"), ("mallory", "malpass")];
        settings.required.sign_in = Arc::new(TestUsers::demonstration_only(users).unwrap());
        settings.remember_up_to = Duration::from_secs(365 * 24 * 3600);
    })
}

fn claims(world: &World, jti: &str, scope: &str) -> Value {
    let claims = with(resource_claims(jti), "iat", world.now().into());
    let claims = with(claims, "exp", (world.now() + 300).into());
    with(claims, "scope", scope.into())
}

async fn ask(world: &World, jti: &str, scope: &str) -> Answer {
    world.ask(&claims(world, jti, scope)).await
}

async fn decide(world: &World, jti: &str, name: &str, password: &str, form: &[(&str, &str)]) -> Answer {
    let answer = ask(world, jti, "data.read data.write").await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(world);
    let page = browser.visit(&code).await;
    browser.submit(&page, &[("username", name), ("password", password)]).await;
    let page = browser.visit(&code).await;
    browser.submit(&page, form).await
}

async fn remember(world: &World) -> Answer {
    decide(world, "first", "testuser", "testpass", &[("consent", "grant"), ("remember", "month")]).await
}

fn token_claims(answer: &Answer) -> Value {
    let token = answer.json()["auth_token"].as_str().unwrap().to_owned();
    payload(&token)
}

#[tokio::test]
async fn the_next_request_is_answered_at_once_in_the_persons_name() {
    let world = world();
    assert_eq!(remember(&world).await.status, 200);
    let answer = ask(&world, "second", "data.read data.write").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let claims = token_claims(&answer);
    assert_eq!((&claims["sub"], &claims["scope"]), (&json!("testuser"), &json!("data.read data.write")));
    let answer = ask(&world, "third", "data.write").await;
    assert_eq!((answer.status.as_u16(), &token_claims(&answer)["scope"]), (200, &json!("data.write")));
}

#[tokio::test]
async fn more_than_was_allowed_is_asked_for_again() {
    let world = world();
    remember(&world).await;
    assert_eq!(ask(&world, "second", "data.read admin").await.status, 202);
}

#[tokio::test]
async fn what_has_ended_or_was_taken_back_is_no_input_any_more() {
    let world = world();
    remember(&world).await;
    world.pass(30 * 24 * 3600 - 1);
    assert_eq!(ask(&world, "just before", "data.read").await.status, 200);
    world.pass(1);
    assert_eq!(ask(&world, "then", "data.read").await.status, 202);

    remember_again(&world).await;
    assert_eq!(ask(&world, "again", "data.read").await.status, 200);
    let mut browser = Browser::new(&world);
    let page = browser.open("/grants").await;
    browser.send_form("/grants", &page, &[("username", "testuser"), ("password", "testpass")]).await;
    let page = browser.open("/grants").await;
    let page = browser.send_form("/grants", &page, &[("action", "revoke")]).await;
    assert!(page.text.contains("Taken back"), "{}", page.text);
    assert_eq!(ask(&world, "after", "data.read").await.status, 202);
}

async fn remember_again(world: &World) {
    decide(world, "anew", "testuser", "testpass", &[("consent", "grant"), ("remember", "day")]).await;
}

#[tokio::test]
async fn without_the_tick_the_person_is_asked_again() {
    let world = world();
    decide(&world, "first", "testuser", "testpass", &[("consent", "grant")]).await;
    assert_eq!(ask(&world, "second", "data.read").await.status, 202);
}

#[tokio::test]
async fn an_agent_that_serves_two_persons_gets_neithers_token_unasked() {
    let world = world();
    remember(&world).await;
    // It asks for what nobody has remembered, so that a second person gets to decide.
    let early = claims(&world, "early", "admin");
    let answer = world.ask(&early).await;
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(&world);
    let page = browser.visit(&code).await;
    browser.submit(&page, &[("username", "mallory"), ("password", "malpass")]).await;
    let page = browser.visit(&code).await;
    browser.submit(&page, &[("consent", "grant"), ("remember", "year")]).await;
    assert_eq!(ask(&world, "second", "data.read").await.status, 202);
    assert_eq!(ask(&world, "third", "admin").await.status, 202);
}

#[tokio::test]
async fn a_hint_at_another_person_is_a_veto_and_never_a_choice() {
    let world = world();
    remember(&world).await;
    for (jti, hint, status) in [("a", "testuser", 200), ("b", "mallory", 202), ("c", "", 200)] {
        let token = resource_token(&claims(&world, jti, "data.read"));
        let body = format!("{{\"resource_token\": \"{token}\", \"login_hint\": \"{hint}\"}}");
        let answer = world.send(Peer::agent().post(AUTH, "/token", &body).at(world.now()).signed()).await;
        assert_eq!(answer.status, status, "{hint}");
    }
}

#[tokio::test]
async fn the_first_rule_that_decides_wins_and_the_last_word_is_to_ask() {
    let refuse = |input: &PolicyInput<'_>| {
        let evil = input.access.scope().contains("evil");
        evil.then_some(Decision::Refuse { reason: "Not this" })
    };
    let read = |input: &PolicyInput<'_>| {
        let scope = Scope::parse("data.read").unwrap();
        input.access.scope().contains("data.read").then_some(Decision::Grant { subject: None, scope })
    };
    let world =
        World::with(|settings| settings.required.policy = Arc::new(Rules::new().then(refuse).then(read)));
    assert_eq!(ask(&world, "a", "evil data.read").await.status, 403);
    let answer = ask(&world, "b", "data.write data.read").await;
    assert_eq!((answer.status.as_u16(), &token_claims(&answer)["scope"]), (200, &json!("data.read")));
    assert_eq!(ask(&world, "c", "data.write").await.status, 202);
}

#[tokio::test]
async fn a_policy_sees_whether_the_agent_is_new_and_where_it_calls_from() {
    let signal = |input: &PolicyInput<'_>| {
        let reason = match (input.history.seen, input.address) {
            (Seen::New, Some(_)) => "new, with address",
            (Seen::New, None) => "new",
            (Seen::Since(_), _) => return None,
            _ => "unknown",
        };
        (!input.access.scope().contains("data.write")).then_some(Decision::Refuse { reason })
    };
    let world = World::with(|settings| settings.required.policy = Arc::new(Rules::new().then(signal)));
    assert!(ask(&world, "a", "data.read").await.text.contains("\"new\""));
    let mut call = token_call(&Peer::agent(), &resource_token(&claims(&world, "b", "data.read")))
        .at(world.now())
        .signed();
    call.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
    assert!(world.send(call).await.text.contains("new, with address"));
    decide(&world, "c", "testuser", "testpass", &[("consent", "deny")]).await;
    assert_eq!(ask(&world, "d", "data.read").await.status, 202);
}
