//! The token endpoint: what it reads, and what the policy makes of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_auth_server::Decision;
use aauth_jose::b64;
use common::*;
use serde_json::{Value, json};

async fn post(world: &World, body: &str) -> Answer {
    world.send(Peer::agent().post(AUTH, "/token", body).signed()).await
}

#[tokio::test]
async fn with_a_guard_the_same_post_is_refused_before_its_body_is_read() {
    let store = std::sync::Arc::new(aauth_store::Memory::default());
    let world =
        World::with(|settings| settings.replay_guard = Some(aauth_auth_server::ReplayGuard::new(store)));
    let call = Peer::agent().post(AUTH, "/token", "{}");
    let first = world.send(call.signed()).await;
    assert_eq!((first.status.as_u16(), first.json()["error"].as_str()), (400, Some("invalid_request")));
    let again = world.send(call.signed()).await;
    assert_error(&again, 401, "invalid_signature", "Request was seen before");
}

/// The body is not covered and `created` counts seconds: one signature can stand under two requests.
#[tokio::test]
async fn two_honest_requests_of_one_second_both_pass_without_a_guard() {
    let world = World::new();
    let calls = ["one", "two"].map(|jti| token_call(&Peer::agent(), &resource_token(&resource_claims(jti))));
    assert_eq!(calls[0].signature(), calls[1].signature());
    for call in calls {
        assert_eq!(world.send(call.signed()).await.status, 202);
    }
}

#[tokio::test]
async fn a_grant_is_answered_with_the_token_and_its_life() {
    let world = World::new();
    world.grants("data.read data.write");
    let answer = world.ask(&with(resource_claims("r"), "txn", "txn-1".into())).await;
    let body = answer.json();
    let token = body["auth_token"].as_str().unwrap();
    assert_json(&answer, 200, &format!("{{\"auth_token\":\"{token}\",\"expires_in\":3600}}"));
    assert_eq!(answer.field("aauth"), None);
    let claims = payload(token);
    let expected = json!({
        "iss": AUTH, "aud": RESOURCE, "jti": claims["jti"], "cnf": {"jwk": jwk("agent")}, "iat": NOW,
        "exp": NOW + 3600, "agent": AGENT, "sub": "testuser", "scope": "data.read data.write", "txn": "txn-1",
    });
    assert_eq!(claims, expected);
    let header: Value =
        serde_json::from_slice(&b64::decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header, json!({"alg": "EdDSA", "kid": "auth-key-1", "typ": "auth+jwt"}));
}

#[tokio::test]
async fn a_grant_is_never_wider_than_the_resource_token() {
    let world = World::new();
    world.grants("admin data.write");
    let answer = world.ask(&resource_claims("r")).await;
    assert_eq!(payload(answer.json()["auth_token"].as_str().unwrap())["scope"], "data.write");
}

#[tokio::test]
async fn a_transaction_is_never_invented() {
    let world = World::new();
    world.grants("data.read");
    let answer = world.ask(&resource_claims("r")).await;
    assert_eq!(payload(answer.json()["auth_token"].as_str().unwrap()).get("txn"), None);
}

#[tokio::test]
async fn a_refusal_of_the_policy_is_denied() {
    let world = World::new();
    world.decides(Decision::Refuse { reason: "Agent not welcome" });
    assert_error(&world.ask(&resource_claims("r")).await, 403, "denied", "Agent not welcome");
}

#[tokio::test]
async fn consent_is_answered_with_a_pending_url_and_a_code() {
    let answer = World::new().ask(&resource_claims("r")).await;
    let location = answer.field("location").unwrap();
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let id = location.strip_prefix("https://auth-server.com/pending/").unwrap();
    assert!(id.len() >= 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    assert_eq!((code.len(), code.bytes().all(|byte| byte.is_ascii_alphanumeric())), (8, true));
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.text,
        format!(
            "{{\"status\": \"pending\", \"location\": \"{location}\", \"require\": \"interaction\", \"code\": \"{code}\"}}"
        )
    );
    assert_eq!(answer.field("aauth"), Some(format!("require=interaction; code=\"{code}\"").as_str()));
    assert_eq!(answer.field("retry-after"), Some("2"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    assert_eq!(answer.field("content-type"), Some("application/json"));
}

#[tokio::test]
async fn approval_is_answered_without_a_code() {
    let world = World::new();
    world.decides(Decision::Approval);
    let answer = world.ask(&resource_claims("r")).await;
    let location = answer.field("location").unwrap();
    assert_eq!(answer.status, 202);
    assert_eq!(
        answer.text,
        format!("{{\"status\": \"pending\", \"location\": \"{location}\", \"require\": \"approval\"}}")
    );
    assert_eq!(answer.field("aauth"), Some("require=approval"));
}

#[tokio::test]
async fn a_body_is_read_only_after_the_signature() {
    let world = World::new();
    for body in ["", "{", "[]", "{\"resource_token\":42}", "resource_token=a", "{}"] {
        let call = Peer::agent().post(AUTH, "/token", body);
        let unsigned = world.send(call.unsigned()).await;
        assert_error(&unsigned, 401, "invalid_signature", "Missing signature headers");
        let stale = world.send(call.clone().at(NOW - 61).signed()).await;
        assert_error(&stale, 401, "invalid_signature", "Invalid signature");
        assert_eq!(world.send(call.signed()).await.error(), (400, "invalid_request".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_request_are_refused_in_words_of_the_server() {
    let rows = [
        ("", "the body is not a json object: not json: fault at byte 0"),
        ("{\"resource_token\":\"a\",\"resource_token\":\"b\"}", ""),
        ("[\"resource_token\"]", "the body is not a json object: json holds an array, expected an object"),
        ("{\"resource_token\":42}", "member resource_token is a number, expected a string"),
        ("{\"resource_token\":null}", "member resource_token is null, expected a string"),
        ("{\"resource_token\":\"a\",\"purpose\":[]}", "member purpose is an array, expected a string"),
        ("{}", "request parameters do not match any token endpoint mode"),
        ("{\"resource_token\":\"\"}", "request parameters do not match any token endpoint mode"),
        ("{\"auth_token\":\"a\"}", "This token endpoint mode is not offered"),
        ("{\"scope\":\"profile email\"}", "This token endpoint mode is not offered"),
        ("{\"resource_token\":\"a\",\"upstream_token\":\"b\"}", "This token endpoint mode is not offered"),
    ];
    let world = World::new();
    for (body, description) in rows {
        let answer = post(&world, body).await;
        match description {
            "" => assert_eq!(answer.error(), (400, "invalid_request".to_owned())),
            _ => assert_error(&answer, 400, "invalid_request", description),
        }
    }
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn nothing_that_a_peer_writes_comes_back() {
    const MARK: &str = "PEERTEXT";
    let world = World::new();
    let marked = |name: &str| with(resource_claims("r"), name, MARK.into());
    let body = |token: String| format!("{{\"resource_token\": \"{token}\"}}");
    let mut bodies = vec![
        MARK.to_owned(),
        format!("{{\"{MARK}\": 1}}"),
        format!("{{\"{MARK}\":1,\"{MARK}\":1}}"),
        format!("{{\"scope\": \"{MARK}\\\"\"}}"),
        format!("{{\"resource_token\": \"{MARK}\"}}"),
        body(jwt(MARK, "resource", &resource_claims("r"))),
        body(jwt_with(
            &json!({"alg": MARK, "kid": MARK, "typ": "resource+jwt"}),
            "resource",
            &resource_claims("r"),
        )),
        body(jwt_with(
            &json!({"alg": "EdDSA", "kid": MARK, "typ": "resource+jwt"}),
            "resource",
            &resource_claims("r"),
        )),
        body(jwt_with(
            &json!({"alg": "EdDSA", "kid": "k", "typ": "resource+jwt", "crit": [MARK]}),
            "resource",
            &json!({}),
        )),
    ];
    for name in ["iss", "aud", "jti", "agent", "agent_jkt", "iat", "exp"] {
        bodies.push(body(resource_token(&marked(name))));
    }
    bodies.push(body(resource_token(&with(resource_claims("r"), "scope", format!("{MARK}\"").into()))));
    for text in bodies {
        let answer = post(&world, &text).await;
        if answer.status != 202 {
            assert_eq!(answer.status, 400, "{text}");
            assert!(!format!("{answer:?}").contains(MARK), "{text}: {answer:?}");
        }
    }
    for (name, value) in [
        ("signature-key", format!("sig=(scheme={} x=\"{MARK}\")", MARK.to_lowercase())),
        (
            "signature-key",
            format!("sig=(scheme=jwks_uri id=\"https://{}.example\" kid=\"{MARK}\")", MARK.to_lowercase()),
        ),
        ("signature-input", format!("sig=(\"{MARK}\");created=1")),
        ("signature", format!("{MARK}=::")),
        ("host", format!("{MARK}.example")),
    ] {
        let mut request = Peer::agent().post(AUTH, "/token", "{}").signed();
        request.headers_mut().insert(name, value.parse().unwrap());
        let answer = world.send(request).await;
        assert_eq!(answer.status, 401);
        assert!(!format!("{answer:?}").to_uppercase().contains(MARK), "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_the_one_that_is_allowed() {
    let world = World::new();
    for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"] {
        let answer = world.send(Peer::agent().call(method, AUTH, "/token").signed()).await;
        assert_eq!((answer.status.as_u16(), answer.field("allow")), (405, Some("POST")), "{method}");
        assert_eq!(answer.field("cache-control"), Some("no-store"));
        assert_eq!(answer.field("content-type"), Some("application/json"));
        let body = error_body("invalid_request", "Method not allowed");
        assert_eq!(answer.text, if method == "HEAD" { "" } else { &*body });
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_anything_else() {
    let world = World::new();
    for (bytes, status) in [(64 * 1024, 400), (64 * 1024 + 1, 413)] {
        let call = Peer::agent().post(AUTH, "/token", &"x".repeat(bytes));
        let answer = world.send(call.signed()).await;
        assert_eq!(answer.error(), (status, "invalid_request".to_owned()));
        assert_eq!(answer.field("cache-control"), Some("no-store"));
    }
    let answer = world.send(Peer::agent().post(AUTH, "/token", &"x".repeat(64 * 1024 + 1)).unsigned()).await;
    assert_error(&answer, 413, "invalid_request", "The body is too long");
}

#[tokio::test]
async fn a_request_that_names_no_host_or_two_is_malformed() {
    let world = World::new();
    let call = token_call(&Peer::agent(), &resource_token(&resource_claims("r")));
    let mut without = call.signed();
    without.headers_mut().remove("host");
    let mut twice = call.signed();
    twice.headers_mut().append("host", "auth-server.com".parse().unwrap());
    let mut contradicting = call.signed();
    *contradicting.uri_mut() = "https://auth-server.com/token".parse().unwrap();
    contradicting.headers_mut().insert("host", "evil.example".parse().unwrap());
    for request in [without, twice, contradicting] {
        let answer = world.send(request).await;
        assert_error(&answer, 400, "invalid_request", "Host is absent or ambiguous");
    }
    assert_eq!(world.decided(), 0);
    let mut both = call.signed();
    *both.uri_mut() = "https://AUTH-server.com:443/token".parse().unwrap();
    assert_eq!(world.send(both).await.status, 202, "the authority of the target and the host say the same");
}

#[derive(Debug)]
struct Dry;

impl aauth_runtime::Entropy for Dry {
    fn fill(&self, _: &mut [u8]) -> Result<(), aauth_runtime::EntropyError> {
        Err(aauth_runtime::EntropyError)
    }
}

#[tokio::test]
async fn a_fault_inside_is_a_server_error_and_issues_nothing() {
    let world = World::with(|settings| settings.entropy = std::sync::Arc::new(Dry));
    assert_error(&world.ask(&resource_claims("one")).await, 500, "server_error", "Internal error");
    world.grants("data.read");
    assert_error(&world.ask(&resource_claims("two")).await, 500, "server_error", "Internal error");
}

#[tokio::test]
async fn the_purpose_is_shown_and_no_hint_decides() {
    let world = World::new();
    let token = resource_token(&resource_claims("hinted"));
    let hints = "\"login_hint\": \"ada\", \"tenant\": \"example\", \"domain_hint\": \"example.com\"";
    let body = format!("{{\"resource_token\": \"{token}\", \"purpose\": \"To plan a trip\", {hints}}}");
    let open = Open::by(&world.token(&Peer::agent(), &body).await);
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&open.code).await;
    assert!(page.text.contains("To plan a trip"));
    browser.submit(&page, &[("consent", "grant")]).await;
    let token = world.poll(&open).await.json()["auth_token"].as_str().unwrap().to_owned();
    assert_eq!(payload(&token)["sub"], "testuser");
}
