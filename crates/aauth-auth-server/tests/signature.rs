//! Requests whose signature is not good enough, at every signed route.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use axum::body::Body;
use common::*;
use http::Request;

const FAILED: &str = "Signature verification failed";
const INVALID: &str = "Invalid signature";
const MISSING: &str = "Missing signature headers";

/// The four signed routes, each with a request that would be answered if it were signed well.
struct Routes {
    world: World,
    open: Open,
    row: Vec<u8>,
}

impl Routes {
    async fn new() -> Self {
        let world = World::new();
        let open = world.open().await;
        let row = world.row(&open).await;
        Self { world, open, row }
    }

    fn calls(&self, peer: &Peer) -> Vec<Call> {
        let pending = |method| peer.call(method, AUTH, &self.open.path);
        let token = resource_token(&resource_claims("unused"));
        vec![
            token_call(peer, &token),
            pending("GET"),
            peer.post(AUTH, &self.open.path, "{\"clarification_response\": \"because\"}"),
            pending("DELETE"),
        ]
    }

    /// Each of the calls, changed by `spoil`, is refused with this error, and leaves everything as it was.
    async fn refuse(&self, peer: &Peer, description: &str, spoil: impl Fn(Call) -> Request<Body>) {
        for call in self.calls(peer) {
            let what = format!("{} {}", call.method, call.target);
            let answer = self.world.send(spoil(call)).await;
            assert_error(&answer, 401, "invalid_signature", description);
            assert_eq!(self.world.row(&self.open).await, self.row, "{what}");
        }
        assert_eq!(self.world.decided(), 1);
        let unused = self.world.ask(&resource_claims("unused")).await;
        assert_eq!(unused.status, 202, "the resource token is not used up");
    }
}

/// A request with another value in one field, signed before.
fn tampered(call: &Call, name: &'static str, value: &str) -> Request<Body> {
    let mut request = call.signed();
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

#[tokio::test]
async fn an_unsigned_request_is_refused() {
    Routes::new().await.refuse(&Peer::agent(), MISSING, |call| call.unsigned()).await;
}

#[tokio::test]
async fn a_request_that_lacks_one_of_the_three_fields_is_refused() {
    for name in ["signature", "signature-input", "signature-key"] {
        let spoil = |call: Call| {
            let mut request = call.signed();
            request.headers_mut().remove(name);
            request
        };
        Routes::new().await.refuse(&Peer::agent(), INVALID, spoil).await;
    }
}

#[tokio::test]
async fn a_signature_of_another_key_is_refused() {
    let liar = Peer { key: Peer::pseudonym("stranger").key, ..Peer::agent() };
    Routes::new().await.refuse(&liar, FAILED, |call| call.signed()).await;
}

#[tokio::test]
async fn created_passes_at_sixty_seconds_and_is_refused_at_sixty_one() {
    for created in [NOW - 61, NOW + 61] {
        let routes = Routes::new().await;
        routes.refuse(&Peer::agent(), INVALID, |call| call.at(created).signed()).await;
        assert_eq!(routes.world.resolver.asked().len(), 4, "nothing is fetched for a stale request");
    }
    for created in [NOW - 60, NOW + 60] {
        let routes = Routes::new().await;
        for call in routes.calls(&Peer::agent()) {
            let answer = routes.world.send(call.at(created).signed()).await;
            assert!(answer.status.is_success(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_signature_without_created_is_refused() {
    let spoil = |mut call: Call| {
        call.created = None;
        call.signed()
    };
    Routes::new().await.refuse(&Peer::agent(), INVALID, spoil).await;
}

#[tokio::test]
async fn each_uncovered_component_is_named_with_all_that_are_required() {
    let all = ["@method", "@authority", "@path", "signature-key"];
    for left_out in all {
        let routes = Routes::new().await;
        let covered: Vec<_> = all.into_iter().filter(|name| *name != left_out).collect();
        for call in routes.calls(&Peer::agent()) {
            let answer = routes.world.send(call.covering(&covered).signed()).await;
            assert_json(&answer, 401, &short("\"@method\",\"@authority\",\"@path\",\"signature-key\""));
            assert_eq!(answer.field("aauth"), None);
        }
        assert_eq!(routes.world.row(&routes.open).await, routes.row);
        assert_eq!(routes.world.decided(), 1);
    }
}

fn short(components: &str) -> String {
    let (error, description) = ("invalid_signature", "Required components are not covered");
    format!(
        "{{\"error\":\"{error}\",\"error_description\":\"{description}\",\"required_components\":[{components}]}}"
    )
}

#[tokio::test]
async fn a_signature_over_the_method_alone_is_refused() {
    let routes = Routes::new().await;
    for call in routes.calls(&Peer::agent()) {
        let answer = routes.world.send(call.covering(&["@method"]).signed()).await;
        assert_json(&answer, 401, &short("\"@method\",\"@authority\",\"@path\",\"signature-key\""));
    }
}

#[tokio::test]
async fn a_query_must_be_covered_even_when_it_is_empty() {
    let with_query = ["@method", "@authority", "@path", "@query", "signature-key"];
    for query in ["?", "?x=1"] {
        let routes = Routes::new().await;
        for mut call in routes.calls(&Peer::agent()) {
            call.target.push_str(query);
            let answer = routes.world.send(call.signed()).await;
            let body = short("\"@method\",\"@authority\",\"@path\",\"@query\",\"signature-key\"");
            assert_json(&answer, 401, &body);
            let answer = routes.world.send(call.covering(&with_query).signed()).await;
            assert!(answer.status.is_success(), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_label_that_differs_in_one_field_is_refused() {
    for position in 0..3 {
        let spoil = |mut call: Call| {
            call.labels[position] = "sig1";
            call.signed()
        };
        Routes::new().await.refuse(&Peer::agent(), INVALID, spoil).await;
    }
}

#[tokio::test]
async fn another_label_in_all_three_fields_is_accepted() {
    let routes = Routes::new().await;
    for mut call in routes.calls(&Peer::agent()) {
        call.labels = ["sig1"; 3];
        assert!(routes.world.send(call.signed()).await.status.is_success());
    }
}

#[tokio::test]
async fn a_changed_method_is_refused() {
    let spoil = |call: Call| {
        let mut request = call.signed();
        let other = if call.method == "POST" { "GET" } else { "POST" };
        if call.target.starts_with("/pending/") {
            *request.method_mut() = other.parse().unwrap();
            return request;
        }
        let mut changed = call.clone();
        changed.method = "PUT".to_owned();
        *request.headers_mut() = changed.signed().headers().clone();
        request
    };
    Routes::new().await.refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn a_request_for_another_authority_is_refused_signed_for_it_or_not() {
    for authority in ["important.resource.com", "auth-server.com:8443", "auth-server.com.evil.example"] {
        let spoil = |mut call: Call| {
            authority.clone_into(&mut call.authority);
            call.signed()
        };
        Routes::new().await.refuse(&Peer::agent(), FAILED, spoil).await;
        Routes::new().await.refuse(&Peer::agent(), FAILED, |call| tampered(&call, "host", authority)).await;
    }
}

#[tokio::test]
async fn a_changed_path_is_refused() {
    let spoil = |call: Call| {
        let mut elsewhere = call.clone();
        elsewhere.target.push('0');
        let mut request = call.signed();
        *request.headers_mut() = elsewhere.signed().headers().clone();
        request
    };
    Routes::new().await.refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn a_changed_signature_key_is_refused() {
    let other = Peer::published(AGENT, "key-2", "agent-2").credential;
    let spoil = |call: Call| tampered(&call, "signature-key", &format!("sig={other}"));
    Routes::new().await.refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn a_signature_key_that_reads_the_same_but_is_spelled_otherwise_is_refused() {
    let spelled = "sig=(scheme=jwks_uri kid=\"key-1\" id=\"https://agent.supply-chain.com\")";
    let spoil = |call: Call| tampered(&call, "signature-key", spelled);
    Routes::new().await.refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn malformed_fields_are_refused_and_never_a_fault_of_the_server() {
    let rows = [
        ("signature", "sig=:AA:"),
        ("signature", "sig=:====:"),
        ("signature", "garbage"),
        ("signature", "sig=:+/-_:"),
        ("signature-input", "sig=();created=x"),
        ("signature-input", "sig=(\"@method\" \"@method\");created=1"),
        ("signature-input", "sig=(\"@foo\");created=-1"),
        ("signature-key", "sig=(scheme=jwks_uri id=https://agent.supply-chain.com kid=\"key-1\")"),
        (
            "signature-key",
            "sig=(scheme=jwks_uri id=\"https://a.example\" id=\"https://b.example\" kid=\"k\")",
        ),
        ("signature-key", "sig=(scheme=jwks_uri id=\"https://a.example\" kid=\"k\") trailing"),
        ("signature-key", "sig=(scheme=jwks_uri id=\"https://a.example\" kid=\"k\" x=\"y\")"),
        ("signature-key", "sig=(scheme=jwks_uri id=\"http://127.0.0.1:8001\" kid=\"key-1\")"),
        ("signature-key", "sig=(scheme=jwks_uri id=\"https://a.example/\" kid=\"key-1\")"),
        ("signature-key", "sig=jwks_uri;id=\"https://a.example\";kid=\"key-1\""),
        (
            "signature-key",
            "sig=(scheme=hwk kty=\"OKP\" crv=\"Ed25519\" x=\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\")",
        ),
    ];
    for (name, value) in rows {
        let routes = Routes::new().await;
        let asked = routes.world.resolver.asked().len();
        for call in routes.calls(&Peer::agent()) {
            let answer = routes.world.send(tampered(&call, name, value)).await;
            assert_error(&answer, 401, "invalid_signature", INVALID);
        }
        assert_eq!(routes.world.resolver.asked().len(), asked, "nothing is fetched for {value}");
    }
}

#[tokio::test]
async fn a_signature_field_twice_is_refused() {
    for name in ["signature", "signature-input", "signature-key"] {
        let spoil = |call: Call| {
            let mut request = call.signed();
            let value = request.headers()[name].clone();
            request.headers_mut().append(name, value);
            request
        };
        Routes::new().await.refuse(&Peer::agent(), INVALID, spoil).await;
    }
}

#[tokio::test]
async fn schemes_of_other_dialects_are_refused() {
    for scheme in ["x509", "jkt-jwt", "self-jwt", "jwks", "other"] {
        let peer = Peer::saying(format!("(scheme={scheme} x=\"y\")"), "agent");
        Routes::new().await.refuse(&peer, "Signature scheme not accepted", |call| call.signed()).await;
    }
}

#[tokio::test]
async fn unknown_issuer_unknown_key_and_bad_signature_look_the_same() {
    let liar = Peer { key: Peer::pseudonym("stranger").key, ..Peer::agent() };
    let peers = [
        liar,
        Peer::published(UNKNOWN, "key-1", "agent"),
        Peer::published(AGENT, "key-9", "agent"),
        Peer::published(OTHER_AGENT, "key-1", "agent"),
    ];
    for peer in peers {
        Routes::new().await.refuse(&peer, FAILED, |call| call.signed()).await;
    }
}

#[tokio::test]
async fn a_covered_content_digest_binds_the_body() {
    let covered = ["@method", "@authority", "@path", "content-type", "content-digest", "signature-key"];
    let world = World::new();
    let mut call = token_call(&Peer::agent(), &resource_token(&resource_claims("bound"))).covering(&covered);
    call = call.clone().field("content-digest", digest(&call.body));
    let mut changed = call.signed();
    *changed.body_mut() = Body::from(token_call(&Peer::agent(), &resource_token(&resource_claims("x"))).body);
    assert_error(&world.send(changed).await, 401, "invalid_signature", INVALID);
    assert_eq!(world.decided(), 0);
    assert_eq!(world.send(call.signed()).await.status, 202);
}
