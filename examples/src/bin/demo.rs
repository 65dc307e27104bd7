//! The user-consent flow on one machine: agent, resource and auth server, each its own HTTP server on loopback.
//!
//! Usage: `cargo run --bin demo -- [--approve | --deny] [--policy consent|direct|refuse] [--json]`, or
//! `cargo run --bin demo -- --flow NAME` for another flow

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use aauth_agent::{Client, Identity, Settings, publish};
use aauth_auth_server::router;
use aauth_http::{Listening, listen};
use aauth_types::{Network, Scope};
use axum::Router;
use clap::Parser;
use examples::{
    Choice, Fault, Kept, Layout, Played, Policy, Stage, Terminal, Transcript, auth_server, failed, flows,
    new_key, person, resolver, resource, server_at, stopped,
};
use tokio::sync::{mpsc, watch};

#[derive(Parser)]
#[command(about = "The user-consent flow on one machine; waits for you to consent unless told otherwise")]
struct Flags {
    /// Play a person who consents
    #[arg(long, conflicts_with = "deny")]
    approve: bool,
    /// Play a person who refuses
    #[arg(long)]
    deny: bool,
    /// What the auth server decides about every request
    #[arg(long, default_value = "consent")]
    policy: Policy,
    /// How long a request waits for a decision, in seconds
    #[arg(long, default_value_t = 600)]
    life: u32,
    /// Play another flow from beginning to end, persons included; `list` names them
    #[arg(long, conflicts_with_all = ["approve", "deny"])]
    flow: Option<String>,
    /// One JSON object a message instead of the layout of the post
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (stop, stopping) = watch::channel(());
    let outcome = run(Flags::parse(), stopping).await;
    drop(stop);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(flags: Flags, stop: watch::Receiver<()>) -> Result<(), Fault> {
    let layout = if flags.json { Layout::JsonLines } else { Layout::Post };
    let transcript = Arc::new(Transcript::new(layout));
    if let Some(name) = &flags.flow {
        return flow(name, transcript).await;
    }
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (for_agent, for_resource, for_auth_server) =
        (listen(any_port).await?, listen(any_port).await?, listen(any_port).await?);
    let resource_id = server_at(for_resource.address())?;
    let auth_server_id = server_at(for_auth_server.address())?;

    let identity = Identity::new(server_at(for_agent.address())?, Arc::new(new_key("key-1")?));
    let documents = publish(&identity, |metadata| metadata.client_name = Some("Supply Chain Agent".into()));
    serve(for_agent, documents, &stop);
    let scope = Scope::parse("data.read data.write")?;
    let key = new_key("resource-key-1")?;
    let protected = resource(resource_id.clone(), auth_server_id.clone(), scope, key, resolver()?);
    serve(for_resource, protected, &stop);
    let mut settings = auth_server(auth_server_id, flags.policy, Kept::in_memory()?, resolver()?)?;
    settings.terms.life = flags.life;
    serve(for_auth_server, router(settings), &stop);

    let (prompted, prompts) = mpsc::unbounded_channel();
    let mut settings = Settings::new(identity, resolver()?, Network::InsecureLoopback);
    settings.prompt = match (flags.approve, flags.deny) {
        (false, false) => Arc::new(Terminal {
            transcript: transcript.clone(),
            hint: "Sign in there as testuser with password testpass.\n",
            answer: None,
        }),
        _ => Arc::new(Played::new(prompted)),
    };
    settings.observer = Some(transcript.clone());
    // The recorded flow polls at the announced pace and asks for no long poll.
    settings.patience.wait = None;
    let client = Client::new(settings)?;
    let choice = if flags.deny { Choice::Deny } else { Choice::Approve };
    let url = format!("{resource_id}/data-auth");
    let answer = tokio::select! {
        answer = client.get(&url) => answer?,
        fault = person(prompts, choice, &transcript) => return Err(fault),
        () = stopped() => {
            client.cancel().await;
            return Err("interrupted".into());
        }
    };
    match answer.status() {
        http::StatusCode::OK => Ok(()),
        status => Err(format!("the resource answered {status}").into()),
    }
}

async fn flow(name: &str, transcript: Arc<Transcript>) -> Result<(), Fault> {
    match flows::ALL.iter().find(|flow| flow.name == name) {
        Some(flow) => flow.play(&Stage::live(transcript)).await,
        None if name == "list" => {
            flows::ALL.iter().for_each(|flow| transcript.remark(flow.name));
            Ok(())
        }
        None => Err(format!("no flow is called {name}; --flow list names them").into()),
    }
}

/// Serves until the demonstration is over.
fn serve(server: Listening, router: Router, stop: &watch::Receiver<()>) {
    let mut stop = stop.clone();
    tokio::spawn(server.serve(router, async move { drop(stop.changed().await) }));
}
