//! An agent that calls a protected route, and shows where to consent when it is asked to.
//!
//! Usage: `cargo run --bin agent -- [--listen 127.0.0.1:8001] [--url http://127.0.0.1:8002/data-auth] [--scheme hwk] [--json]`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use aauth_agent::{Client, Identity, Settings, publish};
use aauth_http::listen;
use aauth_types::Network;
use clap::{Parser, ValueEnum};
use examples::{Fault, Layout, Terminal, Transcript, failed, new_key, resolver, server_at, stopped};
use tokio::sync::oneshot;

#[derive(Parser)]
#[command(about = "An agent that calls a protected route")]
struct Flags {
    /// Where it publishes its metadata and key, on loopback; its identifier is http:// and this address
    #[arg(long, default_value = "127.0.0.1:8001")]
    listen: SocketAddr,
    /// What to call
    #[arg(long, default_value = "http://127.0.0.1:8002/data-auth")]
    url: String,
    /// How it says who it is: by its published key, or by a bare key as a pseudonym
    #[arg(long, default_value = "jwks_uri")]
    scheme: Scheme,
    /// One JSON object a message instead of the layout of the post
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Scheme {
    JwksUri,
    Hwk,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(flags: Flags) -> Result<(), Fault> {
    let server = listen(flags.listen).await?;
    let identity = Identity::new(server_at(server.address())?, Arc::new(new_key("key-1")?));
    let documents = publish(&identity, |metadata| metadata.client_name = Some("Example Agent".to_owned()));
    let (done, until_done) = oneshot::channel::<()>();
    let publishing = tokio::spawn(server.serve(documents, async { drop(until_done.await) }));

    let transcript = Arc::new(Transcript::new(if flags.json { Layout::JsonLines } else { Layout::Post }));
    let identity = match flags.scheme {
        Scheme::JwksUri => identity,
        Scheme::Hwk => Identity::pseudonym(Arc::new(new_key("key-1")?)),
    };
    let mut settings = Settings::new(identity, resolver()?, Network::InsecureLoopback);
    settings.prompt = Arc::new(Terminal { transcript: transcript.clone(), hint: "" });
    settings.observer = Some(transcript);
    settings.patience.wait = None;
    let client = Client::new(settings)?;
    let answer = tokio::select! {
        answer = client.get(&flags.url) => answer?,
        () = stopped() => {
            client.cancel().await;
            return Err("interrupted".into());
        }
    };

    drop(done);
    publishing.await?;
    match answer.status() {
        http::StatusCode::OK => Ok(()),
        status => Err(format!("the resource answered {status}").into()),
    }
}
