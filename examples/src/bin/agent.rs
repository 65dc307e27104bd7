//! An agent that calls a protected route, and shows where to consent when it is asked to.
//!
//! Usage: `cargo run --bin agent -- [--listen 127.0.0.1:8001] [--url http://127.0.0.1:8002/data-auth] [--scheme hwk]
//! [--delegate NAME] [--answer TEXT] [--json]`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use aauth_agent::{
    AgentServer, Client, DelegationSettings, Identity, RegisteredDelegates, Settings, delegation, publish,
};
use aauth_http::{Listening, listen};
use aauth_jose::SigningKey;
use aauth_types::{Network, ServerId};
use axum::Router;
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
    /// Call as a delegate of this name, with a key of its own and an agent token that the agent's server issues to it
    #[arg(long, value_name = "NAME", conflicts_with = "scheme")]
    delegate: Option<String>,
    /// What it answers when the person asks something before deciding; without it a question stays open
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
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
    let agent = Agent::new(&flags).await?;
    let (done, until_done) = oneshot::channel::<()>();
    let publishing = tokio::spawn(agent.server.serve(agent.documents, async { drop(until_done.await) }));

    let transcript = Arc::new(Transcript::new(if flags.json { Layout::JsonLines } else { Layout::Post }));
    let mut settings = settings(agent.identity)?;
    settings.prompt = Arc::new(Terminal { transcript: transcript.clone(), hint: "", answer: flags.answer });
    settings.observer = Some(transcript);
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

/// Who calls, and what others fetch to verify it.
struct Agent {
    identity: Identity,
    documents: Router,
    server: Listening,
}

impl Agent {
    async fn new(flags: &Flags) -> Result<Self, Fault> {
        let server = listen(flags.listen).await?;
        let id = server_at(server.address())?;
        let key = Arc::new(new_key("key-1")?);
        let published = Identity::new(id.clone(), key.clone());
        let documents = publish(&published, |metadata| {
            metadata.client_name = Some("Example Agent".to_owned());
            metadata.clarification_supported = flags.answer.is_some();
        });
        if let Some(name) = &flags.delegate {
            let (identity, issuing) = delegate(name, id, key)?;
            return Ok(Self { identity, documents: issuing.merge(documents), server });
        }
        let identity = match flags.scheme {
            Scheme::JwksUri => published,
            Scheme::Hwk => Identity::pseudonym(Arc::new(new_key("key-1")?)),
        };
        Ok(Self { identity, documents, server })
    }
}

/// A delegate of `agent`, and the route where the agent's server issues agent tokens to it.
fn delegate(name: &str, agent: ServerId, key: Arc<SigningKey>) -> Result<(Identity, Router), Fault> {
    let own_key = Arc::new(new_key("delegate-key-1")?);
    let known = own_key.verifying_key().thumbprint();
    let mut issuing = DelegationSettings::new(agent.clone(), key, Network::InsecureLoopback);
    issuing.policy = Arc::new(RegisteredDelegates::default().with(name, known));
    let asking = Client::new(settings(Identity::pseudonym(own_key.clone()))?)?;
    let source = AgentServer::new(asking, &agent, name, &[]);
    Ok((Identity::delegate(agent, own_key, source), delegation(issuing)?))
}

fn settings(identity: Identity) -> Result<Settings, Fault> {
    let mut settings = Settings::new(identity, resolver()?, Network::InsecureLoopback);
    settings.patience.wait = None;
    Ok(settings)
}
