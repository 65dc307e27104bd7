//! A resource and an auth server that are told what to answer, and the key of the agent that calls them.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aauth_jose::{Algorithm, Jwks, Signer as _, SigningKey};
use aauth_roles::SEED;
use aauth_runtime::{Clock as _, SystemClock};
use aauth_testkit::peer::{Log, Peer, Reply, Seen, answer};
use aauth_token::{AuthClaims, Issuance, ResourceClaims, mint};
use aauth_types::{Network, Scope, Secret, ServerId, TokenId};
use serde_json::json;

use super::Scratch;

/// Peers whose auth server defers with the code `7R6XKPRP` at `https://auth.example/interact`, and holds each poll until
/// the test says what to answer.
pub struct World {
    pub url: String,
    pub log: Arc<Log>,
    parties: Arc<Parties>,
    polls: Sender<Reply>,
    scratch: Scratch,
}

struct Parties {
    resource: ServerId,
    auth_server: ServerId,
    agent_key: SigningKey,
    resource_key: SigningKey,
    auth_key: SigningKey,
}

pub const AGENT: &str = "https://agent.example";
pub const LINK: &str = "https://auth.example/interact?code=7R6XKPRP";

fn key(kid: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, Secret::new([seed; 32]), Some(kid)).unwrap()
}

fn id(text: &str) -> ServerId {
    ServerId::parse(text, Network::InsecureLoopback).unwrap()
}

impl World {
    pub fn new() -> Self {
        let (resource, auth_server) = (Peer::bind(), Peer::bind());
        let parties = Arc::new(Parties {
            resource: id(&resource.origin()),
            auth_server: id(&auth_server.origin()),
            agent_key: key("key-1", 1),
            resource_key: key("resource-1", 2),
            auth_key: key("auth-1", 3),
        });
        let log = auth_server.log();
        let (polls, answers) = channel();
        let answers = Mutex::new(answers);
        let of_resource = parties.clone();
        resource.serve(move |seen| of_resource.resource(seen));
        let of_auth_server = parties.clone();
        auth_server.serve(move |seen| of_auth_server.auth_server(seen, &answers));
        let scratch = Scratch::new();
        scratch.write("key.json", parties.agent_key.to_private_jwk().expose());
        Self { url: format!("{}/data", parties.resource), log, parties, polls, scratch }
    }

    /// The arguments of a call as the agent, with others after them.
    pub fn args(&self, more: &[&str]) -> Vec<String> {
        let key = self.scratch.path().join("key.json");
        let own = ["fetch", "--allow-loopback", "--agent", AGENT, "--key", key.to_str().unwrap(), &self.url];
        own.iter().chain(more).map(|text| (*text).to_owned()).collect()
    }

    pub fn path(&self, name: &str) -> String {
        self.scratch.path().join(name).to_str().unwrap().to_owned()
    }

    /// Answers the poll that is held, or the next one.
    pub fn answer(&self, status: u16, body: &str) {
        self.polls.send(answer(status, &[("Location", "/pending/1"), ("Retry-After", "0")], body)).unwrap();
    }

    pub fn grant(&self) {
        self.polls.send(self.parties.grant()).unwrap();
    }

    /// Whether the auth server was asked this.
    pub fn heard(&self, line: &str) -> bool {
        self.log.lines().iter().any(|heard| heard == line)
    }
}

impl Parties {
    fn issuance(&self, issuer: &ServerId, life: u64) -> Issuance {
        let token = TokenId::from_entropy([7; 16]);
        Issuance::new(issuer.clone(), token, SystemClock.now(), Duration::from_secs(life))
    }

    fn documents(&self, seen: &Seen, own: &SigningKey) -> Option<Reply> {
        let (resource, auth_server) = (&self.resource, &self.auth_server);
        let body = match seen.target.as_str() {
            "/.well-known/aauth-resource.json" => {
                json!({ "resource": resource, "jwks_uri": format!("{resource}/jwks.json") }).to_string()
            }
            "/.well-known/aauth-issuer.json" => json!({
                "issuer": auth_server,
                "token_endpoint": format!("{auth_server}/token"),
                "interaction_endpoint": "https://auth.example/interact",
                "jwks_uri": format!("{auth_server}/jwks.json"),
            })
            .to_string(),
            "/jwks.json" => Jwks::from_keys([own.public_jwk()]).to_json(),
            _ => return None,
        };
        Some(answer(200, &[("Content-Type", "application/json")], &body))
    }

    fn resource(&self, seen: &Seen) -> Reply {
        if let Some(document) = self.documents(seen, &self.resource_key) {
            return document;
        }
        if seen.target == "/open" {
            let echo = format!("{} {}", seen.method, String::from_utf8_lossy(&seen.body));
            return answer(200, &[("X-Type", seen.field("content-type"))], &echo);
        }
        if seen.token().is_some() {
            return answer(200, &[("X-Note", "a\u{202e}b")], "the data");
        }
        let jkt = self.agent_key.public_jwk().key().thumbprint();
        let mut claims =
            ResourceClaims::new(self.issuance(&self.resource, 300), self.auth_server.clone(), jkt);
        claims.agent = Some(id(AGENT));
        claims.scope = Some(Scope::parse("data.read").unwrap());
        let token = mint(&claims, SEED.tokens, &self.resource_key).unwrap();
        let server = &self.auth_server;
        let field = format!("require=auth-token; resource-token=\"{token}\"; auth-server=\"{server}\"");
        answer(401, &[("AAuth", &field)], "Authorization required")
    }

    fn auth_server(&self, seen: &Seen, answers: &Mutex<Receiver<Reply>>) -> Reply {
        if let Some(document) = self.documents(seen, &self.auth_key) {
            return document;
        }
        match seen.method.as_str() {
            "GET" => answers.lock().unwrap().recv().unwrap_or(Reply::HangUp),
            "DELETE" => answer(204, &[], ""),
            _ => answer(
                202,
                &[
                    ("Location", "/pending/1"),
                    ("Retry-After", "0"),
                    ("AAuth", "require=interaction; code=\"7R6XKPRP\""),
                ],
                r#"{"status":"pending"}"#,
            ),
        }
    }

    fn grant(&self) -> Reply {
        let issuance = self.issuance(&self.auth_server, 3600);
        let mut claims = AuthClaims::new(issuance, self.resource.clone(), self.agent_key.public_jwk());
        claims.agent = Some(id(AGENT));
        claims.scope = Some(Scope::parse("data.read").unwrap());
        let token = mint(&claims, SEED.tokens, &self.auth_key).unwrap();
        answer(200, &[], &json!({ "auth_token": token, "expires_in": 3600 }).to_string())
    }
}
