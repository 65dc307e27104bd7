//! Agents in browsers, where the resource lets them in.
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

use aauth_resource::Cors;
use axum::body::Body;
use common::{Answer, Peer, RESOURCE, World};
use http::Request;

const PAGE: &str = "https://app.example";

fn preflight(path: &str) -> Request<Body> {
    let mut request = Peer::agent().call("OPTIONS", RESOURCE, path).unsigned();
    request.headers_mut().insert("origin", PAGE.parse().unwrap());
    request.headers_mut().insert("access-control-request-method", "GET".parse().unwrap());
    request
}

#[tokio::test]
async fn a_preflight_passes_the_protection_and_the_call_after_it_does_not() {
    let world = World::new();
    let routes = Cors::origins([PAGE]).unwrap().apply(world.router.clone());
    for path in ["/data", "/jwks.json"] {
        let answer = Answer::of(&routes, preflight(path)).await;
        assert_eq!((answer.status.as_u16(), answer.field("access-control-allow-origin")), (200, Some(PAGE)));
    }
    let mut call = Peer::agent().call("GET", RESOURCE, "/data").signed();
    call.headers_mut().insert("origin", PAGE.parse().unwrap());
    let challenge = Answer::of(&routes, call).await;
    assert_eq!(challenge.status, 401);
    assert!(challenge.field("aauth").unwrap().starts_with("require=auth-token;"));
    let exposed = challenge.field("access-control-expose-headers").unwrap();
    assert_eq!(exposed, "aauth,location,preference-applied,retry-after");
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn without_it_a_preflight_is_an_unsigned_request() {
    let answer = World::new().send(preflight("/data")).await;
    assert_eq!((answer.status.as_u16(), answer.field("access-control-allow-origin")), (401, None));
}
