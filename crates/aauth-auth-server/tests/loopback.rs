//! An auth server and a resource behind real sockets, and clients that keep to no rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;
mod raw;

use std::net::SocketAddr;
use std::sync::Arc;

use aauth_auth_server::{AuthServer, Decide, Decision, Required, Settings, SigningKeys, TestUsers, router};
use aauth_discovery::StaticResolver;
use aauth_http::listen;
use aauth_jose::Jwks;
use aauth_resource::{Protection, Requirement, Resource, Verified};
use aauth_roles::SEED;
use aauth_store::Memory;
use aauth_testkit::FakeClock;
use aauth_types::{Network, Scope, Secret, ServerId};
use axum::Router;
use axum::routing::any;
use common::{Peer, error_body, key, public};
use raw::Message;
use tokio::sync::watch;

const AGENT: &str = "http://127.0.0.1:9";

/// Both servers, until it is dropped.
struct Servers {
    auth: SocketAddr,
    resource: SocketAddr,
    _stop: watch::Sender<()>,
}

fn id(address: SocketAddr) -> ServerId {
    ServerId::parse(&format!("http://{address}"), Network::InsecureLoopback).unwrap()
}

impl Servers {
    async fn start() -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let (auth, resource) = (listen(free).await.unwrap(), listen(free).await.unwrap());
        let (stop, stopped) = watch::channel(());
        let servers = Self { auth: auth.address(), resource: resource.address(), _stop: stop };
        let agent = ServerId::parse(AGENT, Network::InsecureLoopback).unwrap();
        let known = [(agent, "agent"), (id(servers.auth), "auth-server"), (id(servers.resource), "resource")];
        let resolver = known.into_iter().fold(StaticResolver::new(), |resolver, (id, name)| {
            resolver.with_jwks(id, Jwks::from_keys([public(name)]))
        });
        let routers = [servers.auth_router(&resolver), servers.resource_router(&resolver)];
        for (listening, router) in [auth, resource].into_iter().zip(routers) {
            let mut stopped = stopped.clone();
            tokio::spawn(listening.serve(router, async move {
                let _dropped = stopped.changed().await;
            }));
        }
        servers
    }

    fn auth_router(&self, resolver: &StaticResolver) -> Router {
        let policy = Decide(|input| Decision::Grant { subject: None, scope: input.access.scope().clone() });
        let mut settings = Settings::from(Required {
            role: AuthServer::new(id(self.auth), vec![&SEED], Network::InsecureLoopback),
            network: Network::InsecureLoopback,
            keys: SigningKeys::new(Arc::new(key("auth-server"))).unwrap(),
            secret: Secret::new([7; 32]),
            resolver: Arc::new(resolver.clone()),
            store: Arc::new(Memory::default()),
            policy: Arc::new(policy),
            sign_in: Arc::new(TestUsers::demonstration_only([("testuser", "testpass")]).unwrap()),
        });
        settings.clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        router(settings)
    }

    fn resource_router(&self, resolver: &StaticResolver) -> Router {
        let role = Resource::new(id(self.resource), id(self.auth), vec![&SEED], Network::InsecureLoopback);
        let (signer, resolver) = (Arc::new(key("resource")), Arc::new(resolver.clone()));
        let mut settings = aauth_resource::Settings::new(role, signer, resolver);
        settings.clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        let layer =
            Protection::new(settings).require(Requirement::AuthToken(Scope::parse("data.read").unwrap()));
        let handler = |caller: Verified| async move { caller.0.agent().unwrap().to_string() };
        Router::new().route("/data", any(handler).layer(layer))
    }

    /// A well-signed request to each server, and what it is answered with.
    fn good(&self) -> [(SocketAddr, Message, u16); 2] {
        let message = |to: SocketAddr, path| {
            let agent = Peer::published(AGENT, "key-1", "agent");
            Message::of(&agent.call("GET", id(to).as_str(), path))
        };
        [
            (self.auth, message(self.auth, "/pending/nothing"), 404),
            (self.resource, message(self.resource, "/data"), 401),
        ]
    }

    /// Both servers answer as ever.
    async fn assert_alive(&self) {
        for (to, message, status) in self.good() {
            assert_eq!(raw::send(to, &message).await.status, status);
        }
    }

    /// Both servers answer this to what `spoil` makes of a good request, and go on.
    async fn refuse(&self, status: u16, body: &str, spoil: impl Fn(Message) -> Message) {
        for (to, message, _) in self.good() {
            let answer = raw::send(to, &spoil(message)).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (status, body));
            assert!(!format!("{answer:?}").contains("resource-token"));
        }
        self.assert_alive().await;
    }
}

fn ambiguous() -> String {
    error_body("invalid_request", "Host is absent or ambiguous")
}

fn failed() -> String {
    error_body("invalid_signature", "Signature verification failed")
}

#[tokio::test]
async fn the_flow_runs_over_sockets() {
    let servers = Servers::start().await;
    let agent = Peer::published(AGENT, "key-1", "agent");
    let (auth, resource) = (id(servers.auth).to_string(), id(servers.resource).to_string());
    let call = agent.call("GET", &resource, "/data");
    let challenge = raw::send(servers.resource, &Message::of(&call)).await;
    assert_eq!((challenge.status.as_u16(), challenge.text.as_str()), (401, "Authorization required"));
    assert_eq!((challenge.field("content-length"), challenge.field("content-type")), (Some("22"), None));
    let field = challenge.field("aauth").unwrap();
    assert!(field.ends_with(&format!("\"; auth-server=\"{auth}\"")), "{field}");
    let token = field.split('"').nth(1).unwrap();
    let call = agent.post(&auth, "/token", &format!("{{\"resource_token\": \"{token}\"}}"));
    let granted = raw::send(servers.auth, &Message::of(&call)).await;
    assert_eq!(granted.status, 200);
    let again = raw::send(servers.auth, &Message::of(&call)).await;
    assert_eq!(again.error(), (400, "invalid_resource_token".to_owned()));
    let token = granted.json()["auth_token"].as_str().unwrap().to_owned();
    let call = Peer::presenting(&token, "agent").call("GET", &resource, "/data");
    let answer = raw::send(servers.resource, &Message::of(&call)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, AGENT));
}

#[tokio::test]
async fn a_second_host_line_is_malformed() {
    let servers = Servers::start().await;
    servers.refuse(400, &ambiguous(), |message| message.with("host", "evil.example")).await;
    for (to, message, _) in servers.good() {
        let answer = raw::send(to, &message.with("host", to.to_string())).await;
        assert_eq!((answer.status.as_u16(), answer.text), (400, ambiguous()));
    }
}

#[tokio::test]
async fn a_request_without_host_is_malformed() {
    let servers = Servers::start().await;
    servers.refuse(400, &ambiguous(), |message| message.without("host")).await;
    let old = |message: Message| Message { version: "HTTP/1.0", ..message.without("host") };
    servers.refuse(400, &ambiguous(), old).await;
}

#[tokio::test]
async fn another_host_is_a_bad_signature() {
    let servers = Servers::start().await;
    for host in ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:80", ""] {
        servers.refuse(401, &failed(), |message| message.without("host").with("host", host)).await;
    }
}

#[tokio::test]
async fn an_absolute_target_must_name_the_host_it_is_sent_to() {
    let servers = Servers::start().await;
    let elsewhere = |message: Message| {
        let target = format!("http://evil.example{}", message.target);
        Message { target, ..message }
    };
    servers.refuse(400, &ambiguous(), elsewhere).await;
    for (to, message, status) in servers.good() {
        let target = format!("http://{to}{}", message.target);
        assert_eq!(raw::send(to, &Message { target, ..message }).await.status, status);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_with_its_length_announced_or_not() {
    let servers = Servers::start().await;
    let auth = id(servers.auth).to_string();
    let body = "x".repeat(64 * 1024 + 1);
    let message = Message::of(&Peer::published(AGENT, "key-1", "agent").post(&auth, "/token", &body));
    let answer = raw::send(servers.auth, &message).await;
    let expected = error_body("invalid_request", "The body is too long");
    assert_eq!((answer.status.as_u16(), &answer.text), (413, &expected));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let mut chunked = message.without("content-length").with("transfer-encoding", "chunked");
    chunked.body = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).into_bytes();
    let answer = raw::send(servers.auth, &chunked).await;
    assert_eq!((answer.status.as_u16(), &answer.text), (413, &expected));
    servers.assert_alive().await;
}

#[tokio::test]
async fn a_header_section_over_the_limit_is_refused() {
    let servers = Servers::start().await;
    servers.refuse(431, "", |message| message.with("x-long", "x".repeat(33 * 1024))).await;
    let many = |message: Message| (0..200).fold(message, |message, _| message.with("x-many", "x"));
    servers.refuse(431, "", many).await;
}

#[tokio::test]
async fn what_is_no_http_is_refused() {
    let servers = Servers::start().await;
    servers.refuse(400, "", |message| message.with("x-null", "a\0b")).await;
    servers.refuse(400, "", |message| message.with("x folded", "a")).await;
    servers.refuse(400, "", |message| message.with("content-length", "1").with("content-length", "2")).await;
    servers.refuse(400, "", |message| Message { target: "/a b".to_owned(), ..message }).await;
    for to in [servers.auth, servers.resource] {
        for bytes in
            [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"GET\r\n\r\n", b"\r\n\r\n\0\0\0\0"]
        {
            let answer = raw::exchange(to, bytes).await;
            assert!(answer.is_none_or(|answer| answer.status == 400));
        }
    }
    servers.assert_alive().await;
}

/// A body with two lengths ends where the server says, and the connection with it: what stands behind is no request.
#[tokio::test]
async fn a_request_behind_a_body_of_two_lengths_is_not_answered() {
    let servers = Servers::start().await;
    let auth = id(servers.auth).to_string();
    let call = Peer::published(AGENT, "key-1", "agent").post(&auth, "/token", "");
    let behind = format!("GET /jwks.json HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", servers.auth);
    let body = format!("0\r\n\r\n{behind}");
    let length = ("content-length", body.len().to_string());
    for coding in ["chunked", "Chunked", "gzip, chunked", "identity", "chunked, identity", "xchunked"] {
        let coding = ("transfer-encoding", coding.to_owned());
        for fields in [[&length, &coding], [&coding, &length]] {
            let message = Message::of(&call).without("connection");
            let mut message =
                fields.into_iter().fold(message, |message, (name, value)| message.with(name, value));
            message.body = body.clone().into_bytes();
            let answer = raw::send(servers.auth, &message).await;
            assert_eq!((answer.status.as_u16(), answer.field("connection")), (400, Some("close")));
            assert!(!answer.text.contains("HTTP/1.1"), "{}", answer.text);
        }
    }
    servers.assert_alive().await;
}

#[tokio::test]
async fn a_signature_field_twice_on_the_wire_is_refused() {
    let servers = Servers::start().await;
    let invalid = error_body("invalid_signature", "Invalid signature");
    for name in ["signature", "signature-input", "signature-key"] {
        let twice = |message: Message| {
            let value = message.fields.iter().find(|(known, _)| known == name).unwrap().1.clone();
            message.with(name, value)
        };
        servers.refuse(401, &invalid, twice).await;
    }
}

#[tokio::test]
async fn a_body_that_ends_early_is_given_up() {
    let servers = Servers::start().await;
    let auth = id(servers.auth).to_string();
    let call = Peer::published(AGENT, "key-1", "agent").post(&auth, "/token", "{\"resource_token\": \"a\"}");
    let bytes = Message::of(&call).bytes();
    raw::abandon(servers.auth, &bytes[..bytes.len() - 5]).await;
    servers.assert_alive().await;
}

#[tokio::test]
async fn the_authority_of_http2_must_not_contradict_host() {
    let servers = Servers::start().await;
    for (to, message, _) in servers.good() {
        let authority = to.to_string();
        let fields: Vec<_> =
            message.fields.iter().filter(|(name, _)| name.starts_with("signature")).cloned().collect();
        let send = |authority: Option<&str>, host: Option<&str>| {
            let pseudo = [(":method", "GET"), (":scheme", "http"), (":path", &message.target)];
            let named = [(":authority", authority), ("host", host)];
            let named = named.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned())));
            let pseudo = pseudo.into_iter().map(|(name, value)| (name, value.to_owned()));
            let mut all: Vec<(String, String)> =
                pseudo.chain(named).map(|(name, value)| (name.to_owned(), value)).collect();
            all.extend(fields.clone());
            async move { raw::send_h2(to, &all).await }
        };
        for (authority, host) in
            [(Some("evil.example"), Some(&*authority)), (Some(&*authority), Some("evil.example"))]
        {
            assert_eq!(send(authority, host).await, (400, ambiguous()));
        }
        let (_, body) = send(Some("evil.example"), None).await;
        assert_eq!(body, failed());
        let expected =
            if to == servers.auth { "{\"error\":\"not_found\"}" } else { "Authorization required" };
        for host in [None, Some(&*authority)] {
            assert_eq!(send(Some(&*authority), host).await.1, expected);
        }
        assert_eq!(send(None, Some(&*authority)).await.1, expected);
    }
    servers.assert_alive().await;
}
