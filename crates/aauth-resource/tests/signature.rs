//! Requests whose signature is not good enough, at every kind of route.

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

const ROUTES: [(&str, &str); 5] = [
    ("/pseudonym", "require=pseudonym"),
    ("/identity", "require=identity"),
    ("/data", "require=identity"),
    ("/any", "require=identity"),
    ("/api/v1/data", "require=identity"),
];

/// Each route refuses the call that `spoil` changed with this error; no handler runs and no resource token is made.
async fn refuse(peer: &Peer, description: &str, spoil: impl Fn(Call) -> Request<Body>) {
    let world = World::new();
    for (path, challenge) in ROUTES {
        for method in ["GET", "POST"] {
            let answer = world.send(spoil(peer.call(method, RESOURCE, path))).await;
            assert_refused(&answer, "invalid_signature", description, challenge);
        }
    }
    assert_eq!(world.served(), 0);
}

fn tampered(call: &Call, name: &'static str, value: &str) -> Request<Body> {
    let mut request = call.signed();
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

/// The request `call` with the signature of `other`.
fn swapped(call: &Call, other: &Call) -> Request<Body> {
    let mut request = call.unsigned();
    for (name, value) in other.signature() {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

#[tokio::test]
async fn an_unsigned_request_is_told_the_least_that_is_required() {
    refuse(&Peer::agent(), MISSING, |call| call.unsigned()).await;
}

#[tokio::test]
async fn a_request_that_lacks_one_of_the_three_fields_is_refused() {
    for name in ["signature", "signature-input", "signature-key"] {
        let spoil = |call: Call| {
            let mut request = call.signed();
            request.headers_mut().remove(name);
            request
        };
        refuse(&Peer::agent(), INVALID, spoil).await;
    }
}

#[tokio::test]
async fn a_garbage_signature_with_a_known_key_gets_no_resource_token() {
    let garbage = format!("sig=:{}:", "A".repeat(86));
    refuse(&Peer::agent(), FAILED, |call| tampered(&call, "signature", &garbage)).await;
}

#[tokio::test]
async fn a_signature_of_another_key_is_refused() {
    for peer in [Peer::agent(), Peer::pseudonym("agent")] {
        let liar = Peer { key: Peer::pseudonym("stranger").key, ..peer };
        refuse(&liar, FAILED, |call| call.signed()).await;
    }
}

#[tokio::test]
async fn unknown_issuer_unknown_key_and_bad_signature_look_the_same() {
    let liar = Peer { key: Peer::pseudonym("stranger").key, ..Peer::agent() };
    let unknown = Peer::published(UNKNOWN, "key-1", "agent");
    for peer in [liar, unknown, Peer::published(AGENT, "key-9", "agent")] {
        refuse(&peer, FAILED, |call| call.signed()).await;
    }
}

#[tokio::test]
async fn created_passes_at_sixty_seconds_and_is_refused_at_sixty_one() {
    for created in [NOW - 61, NOW + 61] {
        refuse(&Peer::agent(), INVALID, |call| call.at(created).signed()).await;
    }
    let world = World::new();
    for created in [NOW - 60, NOW + 60] {
        let call = Peer::agent().call("GET", RESOURCE, "/identity");
        assert_eq!(world.send(call.at(created).signed()).await.status, 200);
    }
}

#[tokio::test]
async fn a_signature_without_created_is_refused() {
    let spoil = |mut call: Call| {
        call.created = None;
        call.signed()
    };
    refuse(&Peer::agent(), INVALID, spoil).await;
}

fn short(components: &str) -> String {
    let (error, description) = ("invalid_signature", "Required components are not covered");
    format!(
        "{{\"error\":\"{error}\",\"error_description\":\"{description}\",\"required_components\":[{components}]}}"
    )
}

async fn refuse_coverage(call: Call, challenge: &str, components: &str) {
    let world = World::new();
    let answer = world.send(call.signed()).await;
    assert_eq!((answer.status.as_u16(), answer.text), (401, short(components)));
    assert_eq!(answer.fields["aauth"], challenge);
    assert_eq!((world.served(), world.resolver.asked().len()), (0, 0));
}

#[tokio::test]
async fn each_uncovered_component_is_named_with_all_that_are_required() {
    let all = ["@method", "@authority", "@path", "signature-key"];
    for left_out in all {
        let covered: Vec<_> = all.into_iter().filter(|name| *name != left_out).collect();
        for (path, challenge) in ROUTES {
            let call = Peer::agent().call("GET", RESOURCE, path).covering(&covered);
            refuse_coverage(call, challenge, "\"@method\",\"@authority\",\"@path\",\"signature-key\"").await;
        }
    }
}

#[tokio::test]
async fn a_query_must_be_covered_even_when_it_is_empty() {
    let required = "\"@method\",\"@authority\",\"@path\",\"@query\",\"signature-key\"";
    for target in ["/identity?", "/identity?a=b", "/identity??"] {
        let call = Peer::agent().call("GET", RESOURCE, target);
        refuse_coverage(call.clone(), "require=identity", required).await;
        let covered = call.covering(&["@method", "@authority", "@path", "@query", "signature-key"]);
        assert_eq!(World::new().send(covered.signed()).await.status, 200, "{target}");
    }
}

#[tokio::test]
async fn components_that_the_resource_adds_are_required_where_there_is_a_body() {
    let world = World::with(|mut settings| {
        let coverage = aauth_signature::Coverage::default()
            .also([aauth_signature::Component::CONTENT_TYPE, aauth_signature::Component::CONTENT_DIGEST]);
        settings.resource = settings.resource.clone().requiring(coverage);
        settings
    });
    let call = Peer::agent().post(RESOURCE, "/identity", "{}").field("content-digest", digest(b"{}"));
    let call = call.field("content-length", "2");
    let answer = world.send(call.signed()).await;
    let required =
        "\"@method\",\"@authority\",\"@path\",\"content-type\",\"content-digest\",\"signature-key\"";
    assert_eq!((answer.status.as_u16(), answer.text), (401, short(required)));
    let covered = ["@method", "@authority", "@path", "content-type", "content-digest", "signature-key"];
    assert_eq!(world.send(call.covering(&covered).signed()).await.status, 200);
    let get = Peer::agent().call("GET", RESOURCE, "/identity");
    assert_eq!(world.send(get.signed()).await.status, 200);
}

#[tokio::test]
async fn a_label_that_differs_in_one_field_is_refused() {
    for position in 0..3 {
        let spoil = |mut call: Call| {
            call.labels[position] = "sig1";
            call.signed()
        };
        refuse(&Peer::agent(), INVALID, spoil).await;
    }
}

#[tokio::test]
async fn a_changed_method_is_refused() {
    let spoil = |call: Call| {
        let mut other = call.clone();
        other.method = "PUT".to_owned();
        swapped(&call, &other)
    };
    refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn a_changed_authority_is_refused() {
    for authority in
        ["second.resource.com", "important.resource.com:8443", "important.resource.com.evil.example"]
    {
        let spoil = |mut call: Call| {
            authority.clone_into(&mut call.authority);
            call.signed()
        };
        refuse(&Peer::agent(), FAILED, spoil).await;
        refuse(&Peer::agent(), FAILED, |call| tampered(&call, "host", authority)).await;
    }
}

#[tokio::test]
async fn the_authority_may_be_spelled_in_capitals_and_with_the_default_port() {
    let world = World::new();
    for authority in ["IMPORTANT.resource.com", "important.resource.com:443"] {
        let call = Peer::agent().call("GET", RESOURCE, "/identity");
        assert_eq!(world.send(tampered(&call, "host", authority)).await.status, 200, "{authority}");
    }
}

#[tokio::test]
async fn a_changed_path_is_refused() {
    let spoil = |call: Call| {
        let mut other = call.clone();
        other.target.push('/');
        swapped(&call, &other)
    };
    refuse(&Peer::agent(), FAILED, spoil).await;
}

#[tokio::test]
async fn a_changed_signature_key_is_refused() {
    let other = Peer::published(AGENT, "key-2", "agent-2").credential;
    refuse(&Peer::agent(), FAILED, |call| tampered(&call, "signature-key", &format!("sig={other}"))).await;
}

#[tokio::test]
async fn schemes_of_other_dialects_are_refused() {
    for scheme in ["x509", "jkt-jwt", "self-jwt", "jwks"] {
        let peer = Peer::saying(format!("(scheme={scheme} x=\"y\")"), "agent");
        refuse(&peer, "Signature scheme not accepted", |call| call.signed()).await;
    }
}

#[tokio::test]
async fn a_nested_route_is_signed_with_the_whole_path() {
    let world = World::new();
    let whole = Peer::agent().call("GET", RESOURCE, "/api/v1/identity");
    let inner = Peer::agent().call("GET", RESOURCE, "/identity");
    assert_eq!(world.send(whole.signed()).await.status, 200);
    let answer = world.send(swapped(&whole, &inner)).await;
    assert_refused(&answer, "invalid_signature", FAILED, "require=identity");
    let answer = world.send(swapped(&inner, &whole)).await;
    assert_refused(&answer, "invalid_signature", FAILED, "require=identity");
}

#[tokio::test]
async fn a_path_is_signed_as_it_was_sent_and_not_as_it_decodes() {
    let world = World::new();
    let sent = Peer::agent().call("GET", RESOURCE, "/api/v1/files/%61");
    let answer = world.send(sent.signed()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, "https://agent.supply-chain.com jwks_uri 0")
    );
    let decoded = Peer::agent().call("GET", RESOURCE, "/api/v1/files/a");
    let answer = world.send(swapped(&sent, &decoded)).await;
    assert_refused(&answer, "invalid_signature", FAILED, "require=identity");
}

#[tokio::test]
async fn a_covered_content_digest_binds_the_body() {
    let world = World::new();
    let covered = ["@method", "@authority", "@path", "content-digest", "signature-key"];
    let call =
        Peer::agent().post(RESOURCE, "/identity", "{\"a\":1}").field("content-digest", digest(b"{\"a\":1}"));
    let call = call.covering(&covered);
    for body in ["{\"a\":2}", "", "{\"a\":1} "] {
        let mut request = call.signed();
        *request.body_mut() = Body::from(body);
        let answer = world.send(request).await;
        assert_refused(&answer, "invalid_signature", INVALID, "require=identity");
    }
    assert_eq!(world.served(), 0);
    let answer = world.send(call.signed()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, "https://agent.supply-chain.com jwks_uri 7")
    );
}

#[tokio::test]
async fn a_bound_body_over_the_limit_is_refused() {
    let world = World::new();
    let covered = ["@method", "@authority", "@path", "content-digest", "signature-key"];
    let body = "x".repeat(64 * 1024 + 1);
    let call =
        Peer::agent().post(RESOURCE, "/identity", &body).field("content-digest", digest(body.as_bytes()));
    let answer = world.send(call.covering(&covered).signed()).await;
    let expected = error_body("invalid_request", "The body is too long");
    assert_eq!((answer.status.as_u16(), answer.text), (413, expected));
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn a_request_that_names_no_host_or_two_is_malformed() {
    let world = World::new();
    let call = Peer::agent().call("GET", RESOURCE, "/data");
    let mut without = call.signed();
    without.headers_mut().remove("host");
    let mut twice = call.signed();
    twice.headers_mut().append("host", "important.resource.com".parse().unwrap());
    let mut contradicting = call.signed();
    *contradicting.uri_mut() = "https://evil.example/data".parse().unwrap();
    for request in [without, twice, contradicting] {
        let answer = world.send(request).await;
        let body = error_body("invalid_request", "Host is absent or ambiguous");
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (400, &*body));
        assert_eq!(answer.field("aauth"), None);
    }
}

#[tokio::test]
async fn routes_without_the_layer_and_documents_are_open() {
    let world = World::new();
    for path in ["/open", "/jwks.json", "/.well-known/aauth-resource.json", "/.well-known/aauth-resource"] {
        let request = Peer::agent().call("GET", RESOURCE, path).unsigned();
        assert_eq!(world.send(request).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_resource_serves_its_document_under_both_names() {
    let world = World::new();
    let get = |path: &'static str| world.send(Peer::agent().call("GET", RESOURCE, path).unsigned());
    let named = get("/.well-known/aauth-resource.json").await;
    let short = get("/.well-known/aauth-resource").await;
    assert_eq!((named.status.as_u16(), named.field("content-type")), (200, Some("application/json")));
    assert_eq!(named.json()["resource"], RESOURCE);
    assert_eq!(short, named);
}
