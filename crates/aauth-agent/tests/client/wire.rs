//! What goes over the wire, and what does not.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use aauth_agent::{AgentError, Client, Hints, Step};
use aauth_discovery::{DiscoveryError, Lookup, LookupFuture};
use aauth_roles::TokenRequestError;
use aauth_types::EndpointUrl;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::Value;

use crate::parties::{LOOPBACK, Parties, World, id};
use crate::peer::{Peer, Reply, answer};
use crate::person::Looker;

fn target() -> (Peer, String) {
    let peer = Peer::bind();
    let origin = peer.origin();
    (peer, origin)
}

#[tokio::test]
async fn a_redirect_of_the_resource_is_returned_and_not_followed() {
    let (elsewhere, origin) = target();
    let log = elsewhere.log();
    elsewhere.serve(|_| answer(200, &[], ""));
    let mut world = World::new();
    world.resource(move |_, _| answer(302, &[("Location", &origin)], ""));
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/")).await.unwrap().status(), StatusCode::FOUND);
    assert_eq!(log.lines().len(), 0);
}

#[tokio::test]
async fn redirects_of_the_auth_server_end_the_exchange() {
    let (elsewhere, origin) = target();
    let log = elsewhere.log();
    elsewhere.serve(|_| answer(200, &[], ""));
    for redirecting in ["POST", "GET"] {
        let origin = origin.clone();
        let mut world = World::new();
        world.ordinary_resource();
        world.auth_server(move |parties, seen| match seen.method == redirecting {
            true => answer(307, &[("Location", &origin)], ""),
            false => parties.defer(),
        });
        let (client, running) = world.client();
        let error = client.get(&running.url("/read")).await.unwrap_err();
        assert_eq!(error, AgentError::BrokenOff { status: StatusCode::TEMPORARY_REDIRECT });
    }
    assert_eq!(log.lines().len(), 0);
}

#[tokio::test]
async fn other_requirements_are_returned_as_they_are() {
    for field in ["require=identity", "require=pseudonym", "require=something-new"] {
        let mut world = World::new();
        world.resource(move |_, _| answer(401, &[("AAuth", field)], ""));
        let (client, running) = world.client();
        assert_eq!(client.get(&running.url("/")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_challenge_under_the_later_name_is_understood() {
    let mut world = World::new();
    world.resource(|parties, seen| match (seen.token(), parties.challenge("data.read")) {
        (None, Reply::Answer { status, fields, body }) => {
            let fields = fields.into_iter().map(|(_, value)| ("AAuth-Challenge", value)).collect();
            Reply::Answer { status, fields, body }
        }
        _ => answer(200, &[], ""),
    });
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/")).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let mut world = World::new();
    world.resource(|_, _| Reply::Endless);
    world.settings.response_limit = 10_000;
    let (client, running) = world.client();
    let error = client.get(&running.url("/")).await.unwrap_err();
    assert_eq!(error, AgentError::TooLarge { limit: 10_000 });
}

#[tokio::test]
async fn an_answer_at_the_limit_is_read_and_one_above_is_not() {
    for (size, read) in [(1000, Ok(1000)), (1001, Err(AgentError::TooLarge { limit: 1000 }))] {
        let mut world = World::new();
        world.resource(move |_, _| answer(200, &[], &"x".repeat(size)));
        world.settings.response_limit = 1000;
        let (client, running) = world.client();
        assert_eq!(client.get(&running.url("/")).await.map(|answer| answer.body().len()), read);
    }
}

#[tokio::test]
async fn an_auth_server_that_never_stops_is_cut_off_at_64_kib() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(|_, _| Reply::Endless);
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::TooLarge { limit: 65_536 });
}

#[derive(Debug)]
struct Fixed(IpAddr);

impl Lookup for Fixed {
    fn lookup<'a>(&'a self, _host: &'a str) -> LookupFuture<'a> {
        Box::pin(async { Ok(vec![self.0]) })
    }
}

#[tokio::test]
async fn an_auth_server_inside_the_network_is_not_called() {
    let inside =
        [([10, 0, 0, 1], "private"), ([127, 0, 0, 1], "loopback"), ([169, 254, 169, 254], "link-local")];
    for (address, range) in inside {
        let mut world = World::new();
        world.ordinary_resource();
        let endpoint = EndpointUrl::parse("https://auth.example/token", LOOPBACK).unwrap();
        world.settings.resolver = Arc::new(world.parties.resolver(endpoint));
        world.settings.lookup = Arc::new(Fixed(IpAddr::V4(Ipv4Addr::from(address))));
        let (client, running) = world.client();
        let error = client.get(&running.url("/read")).await.unwrap_err();
        assert_eq!(error, AgentError::Discovery(DiscoveryError::AddressRefused { range }));
    }
}

/// A whole exchange, as a process with proxies in its environment.
#[test]
fn proxies_of_the_environment_are_not_asked() {
    aauth_testkit::assert_proxies_are_not_asked("flow::a_direct_grant_prompts_nobody");
}

#[tokio::test]
async fn an_unknown_auth_server_is_an_error_of_discovery() {
    let mut world = World::new();
    world.resource(|parties, _| {
        let mut claims = parties.resource_claims("data.read");
        claims.audience = id("https://auth.example");
        let token = aauth_token::mint(&claims, aauth_roles::SEED.tokens, &parties.resource_key).unwrap();
        let field =
            format!("require=auth-token; resource-token=\"{token}\"; auth-server=\"https://auth.example\"");
        answer(401, &[("AAuth", &field)], "")
    });
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::Discovery(DiscoveryError::Unknown));
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let (peer, origin) = target();
    drop(peer);
    let (client, _running) = World::new().client();
    assert_eq!(client.get(&origin).await.unwrap_err(), AgentError::Unreachable);
}

#[tokio::test]
async fn the_observer_sees_what_was_sent_and_what_came() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(|parties, seen| match seen.method.as_str() {
        "POST" => parties.defer(),
        _ => parties.deliver(&parties.token("data.read")),
    });
    let looker = Arc::new(Looker::default());
    world.settings.observer = Some(looker.clone());
    let (client, running) = world.client();
    client.get(&running.url("/read?x=1")).await.unwrap();
    let seen = looker.0.lock().unwrap().clone();
    let steps: Vec<_> = seen.iter().map(|message| (message.step, message.status.as_u16())).collect();
    let expected = [(Step::Call, 401), (Step::TokenRequest, 202), (Step::Poll, 200), (Step::Call, 200)];
    assert_eq!(steps, expected);
    let (mut resource, auth) = (running.resource.all(), running.auth_server.all());
    let last = resource.pop().unwrap();
    for (message, sent) in seen.iter().zip(resource.into_iter().chain(auth).chain([last])) {
        assert_eq!(message.path, sent.target);
        assert_eq!(message.body, sent.body);
        for (name, value) in &message.fields {
            assert_eq!(sent.fields.get(name), Some(value), "{name}");
        }
    }
    assert_eq!(seen[3].answer, b"data");
    assert_eq!(seen[0].request, format!("GET {}", running.url("/read?x=1")));
}

#[tokio::test]
async fn requests_are_signed_with_the_agents_key_until_there_is_a_token() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    client.get(&running.url("/read")).await.unwrap();
    let own = r#"sig=(scheme=jwks_uri id="https://agent.example" kid="agent-1")"#;
    let resource = running.resource.all();
    assert_eq!(resource[0].field("signature-key"), own);
    assert!(resource[1].field("signature-key").starts_with("sig=(scheme=jwt jwt=\""));
    let asked = &running.auth_server.all()[0];
    assert_eq!(asked.field("signature-key"), own);
    assert_eq!(asked.field("content-type"), "application/json");
    assert_eq!(asked.field("prefer"), "wait=45");
    assert!(asked.body.starts_with(br#"{"resource_token": "ey"#));
}

#[tokio::test]
async fn the_hints_are_in_the_token_request() {
    let text = |text: &str| Some(text.to_owned());
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    world.settings.hints = Hints {
        purpose: text("plan \"the\" trip"),
        login_hint: text("ada@example.com"),
        tenant: text("example"),
        domain_hint: text("example.com"),
    };
    let (client, running) = world.client();
    client.get(&running.url("/read")).await.unwrap();
    let body: Value = serde_json::from_slice(&running.auth_server.all()[0].body).unwrap();
    let members = ["purpose", "login_hint", "tenant", "domain_hint"].map(|name| body[name].as_str().unwrap());
    assert_eq!(members, ["plan \"the\" trip", "ada@example.com", "example", "example.com"]);
    assert_eq!(body.as_object().unwrap().len(), 5);
}

#[tokio::test]
async fn a_hint_that_is_too_long_makes_no_client() {
    let mut world = World::new();
    world.settings.hints.purpose = Some("x".repeat(2049));
    let long = TokenRequestError::TooLong { member: "purpose", limit: 2048 };
    assert_eq!(Client::new(world.settings).unwrap_err(), AgentError::Hints(long));
}

#[tokio::test]
async fn the_connection_decides_host_and_length() {
    let mut world = World::new();
    world.resource(|_, _| answer(200, &[], ""));
    let (client, running) = world.client();
    let request = Request::builder()
        .method(Method::POST)
        .uri(running.url("/"))
        .header("Host", "evil.example")
        .header("Content-Length", "1")
        .header("Signature", "sig=:AAAA:")
        .body("whole".into())
        .unwrap();
    client.send(request).await.unwrap();
    let seen = &running.resource.all()[0];
    assert_eq!(format!("http://{}", seen.field("host")), running.parties.resource.as_str());
    assert_eq!(seen.body, b"whole");
    let count = |fields: &HeaderMap| fields.get_all("signature").iter().count();
    assert_eq!(count(&seen.fields), 1);
}

#[tokio::test]
async fn the_query_is_sent_and_covered_and_the_fragment_is_not_sent() {
    let mut world = World::new();
    world.resource(|_, _| answer(200, &[], ""));
    let (client, running) = world.client();
    for (path, target, covered) in [("/x?", "/x?", true), ("/x?q=1#f", "/x?q=1", true), ("/x#f", "/x", false)]
    {
        client.get(&running.url(path)).await.unwrap();
        let seen = running.resource.all().pop().unwrap();
        assert_eq!(seen.target, target);
        assert_eq!(seen.field("signature-input").contains("\"@query\""), covered, "{path}");
    }
}
