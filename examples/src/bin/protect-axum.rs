//! An axum service with one protected route.
//!
//! Usage: `cargo run --bin protect-axum [LISTEN [AUTH-SERVER]]`, by default 127.0.0.1:8002 and http://127.0.0.1:8003
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::sync::Arc;

use aauth_discovery::HttpResolver;
use aauth_jose::{Algorithm, SigningKey};
use aauth_resource::{Protection, Requirement, Resource, Settings, Verified};
use aauth_roles::SEED;
use aauth_runtime::{SystemClock, SystemEntropy, random};
use aauth_types::{Network, Scope, Secret, ServerId};
use axum::Router;
use axum::routing::get;

/// Loopback http is for this machine only. A service on the internet has `Network::Public` and an https identifier.
const NETWORK: Network = Network::InsecureLoopback;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:8002".to_owned());
    let auth_server = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8003".to_owned());
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let id = ServerId::parse(&format!("http://{}", listener.local_addr()?), NETWORK)?;
    let auth_server = ServerId::parse(&auth_server, NETWORK)?;

    // A key of this run. Keep yours in a file: `SigningKey::from_jwk` reads what `aauth keygen` writes.
    let key = SigningKey::from_seed(
        Algorithm::Ed25519,
        Secret::new(random(&SystemEntropy)?),
        Some("resource-key-1"),
    )?;
    let discovery = aauth_discovery::Settings::resource(NETWORK);
    let resolver = HttpResolver::new(discovery, Arc::new(SystemClock))?;
    let resource = Resource::new(id.clone(), auth_server, vec![&SEED], NETWORK);
    let protection = Protection::new(Settings::new(resource, Arc::new(key), Arc::new(resolver)));

    let calendar =
        get(calendar).layer(protection.require(Requirement::AuthToken(Scope::parse("calendar.read")?)));
    let documents = protection.documents(|metadata| {
        metadata.client_name = Some("Calendar".to_owned());
        metadata.scope_descriptions = vec![("calendar.read".to_owned(), "Read your calendar".to_owned())];
    });
    let app = Router::new()
        .route("/", get(async || "Everybody may read this."))
        .route("/calendar", calendar)
        .merge(documents);
    println!("calendar {id}/calendar");
    axum::serve(listener, app).await?;
    Ok(())
}

/// Runs only for a caller with a token for `calendar.read`.
async fn calendar(Verified(caller): Verified) -> String {
    let agent = caller.agent().map_or_else(String::new, ToString::to_string);
    let person = caller.auth_token().and_then(|token| token.subject()).unwrap_or("nobody");
    format!("Monday: nothing. Shown to {agent}, for {person}.")
}
