//! Which token a request carries.

use std::sync::Mutex;
use std::time::Duration;

use aauth_agent::{AgentError, Client};
use http::{Method, Request, StatusCode};

use crate::parties::{LIFE, Parties, Running, World, asked};
use crate::peer::{Seen, answer};

fn ordinary() -> (Client, Running) {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    world.client()
}

async fn get(client: &Client, running: &Running, path: &str) -> StatusCode {
    client.get(&running.url(path)).await.unwrap().status()
}

#[tokio::test]
async fn a_token_is_used_again() {
    let (client, running) = ordinary();
    for _ in 0..3 {
        assert_eq!(get(&client, &running, "/read").await, StatusCode::OK);
    }
    assert_eq!(running.auth_server.lines(), ["POST /token"]);
    let tokens = running.resource.tokens();
    assert_eq!((tokens.len(), &tokens[0]), (4, &None));
    assert!(tokens[1..].iter().all(|token| token.is_some() && *token == tokens[1]));
}

#[tokio::test]
async fn a_token_is_renewed_half_a_minute_before_it_expires() {
    let (client, running) = ordinary();
    get(&client, &running, "/read").await;
    running.parties.clock.advance(LIFE - Duration::from_secs(31));
    get(&client, &running, "/read").await;
    assert_eq!(running.auth_server.lines().len(), 1);
    running.parties.clock.advance(Duration::from_secs(1));
    assert_eq!(get(&client, &running, "/read").await, StatusCode::OK);
    assert_eq!(running.auth_server.lines().len(), 2);
    let tokens = running.resource.tokens();
    assert_eq!((tokens.len(), &tokens[3]), (5, &None));
}

#[tokio::test]
async fn a_refused_token_is_forgotten_and_the_request_repeated_as_the_agent() {
    let refusals = [
        (&[("AAuth", "require=identity")][..], r#"{"error":"invalid_auth_token"}"#),
        (&[("AAuth", "require=auth-token")], "Invalid or expired auth token"),
        (&[], ""),
    ];
    for (fields, body) in refusals {
        let mut world = World::new();
        let first = Mutex::new(None);
        world.resource(move |parties, seen| {
            let mut first = first.lock().unwrap();
            match seen.token() {
                Some(token) if first.get_or_insert(token.to_owned()) != token => answer(200, &[], ""),
                // Good once, then revoked.
                Some(_) if seen.target == "/first" => answer(200, &[], ""),
                Some(_) => answer(401, fields, body),
                None => parties.challenge("data.read"),
            }
        });
        world.auth_server(Parties::grant);
        let (client, running) = world.client();
        assert_eq!(get(&client, &running, "/first").await, StatusCode::OK);
        assert_eq!(get(&client, &running, "/again").await, StatusCode::OK);
        let tokens: Vec<_> = running.resource.tokens().iter().map(Option::is_some).collect();
        assert_eq!(tokens, [false, true, true, false, true]);
        assert_eq!(running.auth_server.lines().len(), 2);
    }
}

#[tokio::test]
async fn a_new_token_that_is_refused_ends_the_call_and_is_forgotten() {
    let mut world = World::new();
    world.resource(|parties, seen| match seen.token() {
        Some(_) => answer(401, &[("AAuth", "require=identity")], ""),
        None => parties.challenge("data.read"),
    });
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    assert_eq!(get(&client, &running, "/read").await, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&client, &running, "/read").await, StatusCode::UNAUTHORIZED);
    let tokens: Vec<_> = running.resource.tokens().iter().map(Option::is_some).collect();
    assert_eq!(tokens, [false, true, false, true]);
}

#[tokio::test]
async fn a_resource_that_asks_for_more_gets_a_token_for_that() {
    let (client, running) = ordinary();
    get(&client, &running, "/read").await;
    assert_eq!(get(&client, &running, "/write").await, StatusCode::OK);
    let asked: Vec<_> = running.auth_server.all().iter().map(|seen| asked(seen).to_string()).collect();
    assert_eq!(asked, ["data.read", "data.write"]);
    // The first request of the second call tried what was there.
    assert_eq!(running.resource.lines(), ["GET /read", "GET /read", "GET /write", "GET /write"]);
}

#[tokio::test]
async fn tokens_for_other_scopes_are_kept_beside_each_other() {
    let (client, running) = ordinary();
    for path in ["/read", "/write", "/read", "/write", "/read"] {
        assert_eq!(get(&client, &running, path).await, StatusCode::OK);
    }
    assert_eq!(running.auth_server.lines().len(), 2);
}

#[tokio::test]
async fn a_grant_narrower_than_asked_is_used_and_the_answer_returned() {
    let mut world = World::new();
    world.resource(|parties, seen| match seen.token() {
        Some(_) if seen.target == "/part" => answer(200, &[], ""),
        _ => parties.challenge("data.read data.write"),
    });
    world.auth_server(|parties, _| parties.deliver(&parties.token("data.read")));
    let (client, running) = world.client();
    assert_eq!(get(&client, &running, "/part").await, StatusCode::OK);
    assert_eq!(get(&client, &running, "/all").await, StatusCode::UNAUTHORIZED);
    assert_eq!(running.auth_server.lines().len(), 2);
}

#[tokio::test]
async fn a_body_is_sent_again_after_a_challenge_and_only_then() {
    let mut world = World::new();
    world.resource(|parties, seen| match seen.token() {
        Some(_) => answer(500, &[], ""),
        None => parties.challenge("data.read"),
    });
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    let request = || {
        let builder = Request::builder().method(Method::POST).uri(running.url("/orders"));
        builder.header("X-Order", "7").body("order".into()).unwrap()
    };
    assert_eq!(client.send(request()).await.unwrap().status(), StatusCode::INTERNAL_SERVER_ERROR);
    let whole = |seen: &Seen| (seen.line(), seen.body.clone(), seen.field("x-order").to_owned());
    let seen: Vec<_> = running.resource.all().iter().map(whole).collect();
    let order = ("POST /orders".to_owned(), b"order".to_vec(), "7".to_owned());
    assert_eq!(seen, [order.clone(), order]);
}

#[tokio::test]
async fn a_request_without_answer_is_not_sent_again() {
    let mut world = World::new();
    world.resource(|_, _| crate::peer::Reply::HangUp);
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), AgentError::NoAnswer);
    assert_eq!(running.resource.lines(), ["GET /read"]);
}
