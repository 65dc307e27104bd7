//! What each kind of route asks for, and what its handler sees.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)]

mod common;

use aauth_resource::Transaction;
use axum::body::Body;
use common::{
    AGENT, NOW, Peer, RESOURCE, World, agent_claims, agent_token, assert_refused, auth_claims, auth_token,
    authorized, challenged, error_body, thumbprint, with,
};
use http::Request;

fn get(peer: &Peer, path: &str) -> Request<Body> {
    peer.call("GET", RESOURCE, path).signed()
}

fn unsigned(path: &str) -> Request<Body> {
    Peer::agent().call("GET", RESOURCE, path).unsigned()
}

#[tokio::test]
async fn an_unsigned_request_learns_what_the_route_wants() {
    let world = World::new();
    let missing = "Missing signature headers";
    for (path, challenge) in [
        ("/pseudonym", "require=pseudonym"),
        ("/identity", "require=identity"),
        ("/data", "require=identity"),
    ] {
        let answer = world.send(unsigned(path)).await;
        assert_refused(&answer, "invalid_signature", missing, challenge);
    }
    assert_eq!(world.send(unsigned("/public")).await.text, "nobody");
}

#[tokio::test]
async fn a_public_route_knows_who_signs_and_refuses_who_signs_badly() {
    let world = World::new();
    let agent = thumbprint("agent");
    let rows = [
        (Peer::pseudonym("agent"), format!("pseudonym - - {agent} seed")),
        (Peer::agent(), format!("{AGENT} - - {agent} seed")),
        (Peer::delegate(), format!("{AGENT} delegate-1 - {} seed", thumbprint("delegate"))),
        (authorized(), format!("{AGENT} - token {agent} seed")),
    ];
    for (peer, seen) in rows {
        let answer = world.send(get(&peer, "/public")).await;
        assert_eq!((answer.status.as_u16(), answer.text), (200, seen));
    }
    let stale = Peer::agent().call("GET", RESOURCE, "/public").at(NOW - 61).signed();
    let answer = world.send(stale).await;
    let body = error_body("invalid_signature", "Invalid signature");
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (401, body.as_str()));
    assert_eq!(answer.field("aauth"), None);
}

#[tokio::test]
async fn a_handler_that_asks_who_calls_does_not_run_without_the_layer() {
    let world = World::new();
    for request in [unsigned("/bare"), get(&Peer::agent(), "/bare")] {
        let answer = world.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (500, ""));
    }
}

#[tokio::test]
async fn a_pseudonym_is_known_by_its_thumbprint_and_is_no_identity() {
    let world = World::new();
    let seen = |peer: Peer| {
        let world = &world;
        async move { world.send(get(&peer, "/public")).await.text }
    };
    let (one, again) = (seen(Peer::pseudonym("agent")).await, seen(Peer::pseudonym("agent")).await);
    assert_eq!(one, again);
    assert_ne!(one, seen(Peer::pseudonym("delegate")).await);
    assert_eq!(world.send(get(&Peer::pseudonym("agent"), "/pseudonym")).await.status, 200);
    for path in ["/identity", "/data"] {
        let answer = world.send(get(&Peer::pseudonym("agent"), path)).await;
        assert_refused(&answer, "invalid_signature", "An agent identity is required", "require=identity");
    }
}

#[tokio::test]
async fn a_delegate_has_an_identity_and_no_access() {
    let world = World::new();
    assert_eq!(world.send(get(&Peer::delegate(), "/identity")).await.text, format!("{AGENT} jwt 0"));
    let claims = challenged(&world.send(get(&Peer::delegate(), "/data")).await);
    assert_eq!(
        (claims["agent"].as_str(), claims["agent_jkt"].as_str()),
        (Some(AGENT), Some(&*thumbprint("delegate")))
    );
}

#[tokio::test]
async fn a_token_of_a_delegate_is_worth_nothing_with_another_key() {
    let world = World::new();
    let stolen = Peer::presenting(&agent_token(&agent_claims()), "stranger");
    let answer = world.send(get(&stolen, "/identity")).await;
    assert_refused(&answer, "invalid_signature", "Signature verification failed", "require=identity");
    let elsewhere = with(agent_claims(), "aud", "https://second.resource.com".into());
    let answer = world.send(get(&Peer::presenting(&agent_token(&elsewhere), "delegate"), "/identity")).await;
    assert_refused(&answer, "invalid_agent_token", "Token verification failed", "require=identity");
}

#[tokio::test]
async fn a_transaction_goes_into_the_resource_token() {
    let world = World::new();
    let mut request = get(&Peer::agent(), "/data");
    request.extensions_mut().insert(Transaction::new("order-4711").unwrap());
    assert_eq!(challenged(&world.send(request).await)["txn"], "order-4711");
    assert_eq!(challenged(&world.send(get(&Peer::agent(), "/data")).await).get("txn"), None);
    assert_eq!(Transaction::new(""), None);
    assert_eq!(Transaction::new("a b"), None);
    assert_eq!(Transaction::new(&"x".repeat(129)), None);
}

#[tokio::test]
async fn one_resource_reads_both_spellings_of_march() {
    let world = World::new();
    let agent = Peer::published_in_a_dictionary(AGENT, "key-1", "agent");
    let (text, thumbprint) = (world.send(get(&agent, "/public")).await.text, thumbprint("agent"));
    assert_eq!(text, format!("{AGENT} - - {thumbprint} seed-dictionary"));
    let claims = challenged(&world.send(get(&agent, "/data")).await);
    assert_eq!(claims["agent"], AGENT);
    let token = auth_token(&auth_claims());
    let authorized = Peer::presenting_in_a_dictionary(&token, "agent");
    assert_eq!(world.send(get(&authorized, "/data")).await.text, format!("{AGENT} jwt 0"));
    let stolen = Peer::presenting_in_a_dictionary(&token, "stranger");
    let answer = world.send(get(&stolen, "/data")).await;
    assert_refused(&answer, "invalid_signature", "Signature verification failed", "require=identity");
    assert_eq!(world.send(get(&Peer::agent(), "/identity")).await.status, 200);
}
