//! An auth server. Sign in on its consent page as `testuser` with password `testpass`.
//!
//! Usage: `cargo run --bin auth-server -- [--listen 127.0.0.1:8003] [--policy consent|direct|refuse]
//! [--store auth-server.sqlite | --store postgres://… | --store memory] [--tls-cert cert.pem --tls-key key.pem]`
//!
//! What it must not forget is in the store and, with the same name and `.secrets`, in a file beside it; both are made at the
//! first start. In memory everything is gone with the process. Instances that share a PostgreSQL database share `--id` and
//! `--secrets`, too.
//!
//! `/healthz` and `/readyz` say how it is. When it is asked to stop it answers held polls, finishes what is open and ends with 0.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::{AuditEvent, Health, app, housekeeping};
use aauth_http::listen;
use aauth_types::ServerId;
use clap::Parser;
use examples::{Fault, Kept, Policy, TlsFiles, auth_server, failed, resolver, server_id, stopped};

#[derive(Parser)]
#[command(about = "An auth server; sign in as testuser with password testpass")]
struct Flags {
    /// Where to listen, on loopback
    #[arg(long, default_value = "127.0.0.1:8003")]
    listen: SocketAddr,
    /// Its identifier, when that is not http:// and where it listens
    #[arg(long, value_parser = server_id)]
    id: Option<ServerId>,
    /// What it decides about every request
    #[arg(long, default_value = "consent")]
    policy: Policy,
    /// How long a request waits for a decision, in seconds
    #[arg(long, default_value_t = 600)]
    life: u32,
    /// How long a delivered token is given again to its owner, in seconds, at most 60
    #[arg(long, default_value_t = 0)]
    redelivery: u32,
    /// How many polls are held at a time, over all agents
    #[arg(long, default_value_t = 10_000)]
    held: usize,
    /// Where requests are kept: an SQLite file, made if it is missing, postgres://… for several instances, or memory
    #[arg(long, default_value = "auth-server.sqlite")]
    store: String,
    /// Where the signing key and the secret are kept [default: the store's name and .secrets]
    #[arg(long)]
    secrets: Option<PathBuf>,
    /// Where to write one line of JSON for each decision
    #[arg(long)]
    audit: Option<PathBuf>,
    /// How long to go on accepting connections after it was asked to stop, in seconds: what a load balancer takes to notice
    #[arg(long, default_value_t = 0)]
    notice: u64,
    #[command(flatten)]
    tls: TlsFiles,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(flags: Flags) -> Result<(), Fault> {
    let server = flags.tls.on(listen(flags.listen).await?)?.with_notice(Duration::from_secs(flags.notice));
    let own = || server_id(&format!("{}://{}", flags.tls.scheme(), server.address()));
    let id = flags.id.map_or_else(own, Ok)?;
    let kept = Kept::in_store(&flags.store, flags.secrets).await?;
    let store = Arc::clone(&kept.store);
    let mut settings = auth_server(id.clone(), flags.policy, kept, resolver()?)?;
    settings.terms.life = flags.life;
    settings.terms.redelivery = flags.redelivery;
    settings.waiting_in_all = flags.held;
    tokio::spawn(housekeeping(store, Arc::clone(&settings.clock), Duration::from_secs(60)));
    writeln!(std::io::stdout(), "auth server {id}; test user \"testuser\", password \"testpass\"")?;
    if let Some(path) = flags.audit {
        settings.audit = Some(Arc::new(log(&path)?));
    }
    let shutdown = settings.shutdown.clone();
    tokio::spawn({
        let shutdown = shutdown.clone();
        async move {
            stopped().await;
            shutdown.begin();
        }
    });
    let health = Health::of(&settings).router();
    server.serve(app(settings).merge(health), shutdown.begun()).await;
    Ok(())
}

/// Appends events to a file. A disk that is full stops no request; a service that must not lose an event would.
fn log(path: &Path) -> Result<impl Fn(&AuditEvent<'_>) + Send + Sync + use<>, Fault> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    Ok(move |event: &AuditEvent<'_>| {
        // One write a line, so that lines of two requests do not mix.
        let _full = (&file).write_all(format!("{event}\n").as_bytes());
    })
}
