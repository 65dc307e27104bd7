//! An agent that calls a protected URL and, when it has to, shows a person where to consent.
//!
//! Usage: `cargo run --bin call-with-agent [URL [LISTEN]]`, by default http://127.0.0.1:8002/calendar and
//! 127.0.0.1:8001
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::sync::Arc;

use aauth_agent::{Client, Identity, Settings, Show, publish};
use aauth_discovery::HttpResolver;
use aauth_jose::{Algorithm, SigningKey};
use aauth_runtime::{SystemClock, SystemEntropy, random};
use aauth_types::{Network, Secret, ServerId};

/// Loopback http is for this machine only. An agent on the internet has `Network::Public` and an https identifier.
const NETWORK: Network = Network::InsecureLoopback;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8002/calendar".to_owned());
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:8001".to_owned());

    // Who the agent is: an identifier under which its key can be fetched. Two static files on any web server do as well.
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let id = ServerId::parse(&format!("http://{}", listener.local_addr()?), NETWORK)?;
    let key = SigningKey::from_seed(Algorithm::Ed25519, Secret::new(random(&SystemEntropy)?), Some("key-1"))?;
    let identity = Identity::new(id, Arc::new(key));
    let documents = publish(&identity, |metadata| metadata.client_name = Some("Travel Planner".to_owned()));
    tokio::spawn(async { axum::serve(listener, documents).await });

    let discovery = aauth_discovery::Settings::resource(NETWORK);
    let resolver = HttpResolver::new(discovery, Arc::new(SystemClock))?;
    let mut settings = Settings::new(identity, Arc::new(resolver), NETWORK);
    settings.prompt = Arc::new(Show(|interaction| println!("please consent at {}", interaction.url())));
    let client = Client::new(settings)?;

    // Signs the request, understands the challenge, waits for the person, calls again with the token.
    let answer = client.get(&url).await?;
    println!("{} {}", answer.status(), String::from_utf8_lossy(answer.body()));
    Ok(())
}
