//! One party of the runs against another implementation, for the flows that the programs `agent`, `resource` and
//! `auth-server` do not play by themselves.
//!
//! Usage: `party agent FLOW PORT URL`, `party resource FLOW PORT AUTH_SERVER [ONWARD]`, `party auth-server POLICY PORT`.
//! It says `ready` when it listens; an agent says `{"status":…,"body":…}` at its end. `examples/interop/play.py` starts it.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use aauth_agent::{Client, Identity, Interaction, Show};
use aauth_auth_server::{Approvals, Decide, Decision, PolicyInput, TestUsers};
use aauth_resource::{Allowed, Ask, Deferring, DeferringSettings, Protection, Requirement, Verified};
use aauth_roles::Asked;
use aauth_runtime::{SystemClock, SystemEntropy};
use aauth_signature::{Component, Coverage};
use aauth_store::Memory;
use aauth_types::{Scope, ServerId};
use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use bytes::Bytes;
use clap::{Parser, Subcommand, ValueEnum};
use examples::{
    Fault, Layout, Onward, Policy, Stage, Time, Transcript, agent_documents, failed, protected, server_id,
    stopped,
};
use http::header::CONTENT_TYPE;
use http::{Request, Response};
use serde_json::{Value, json};

#[derive(Parser)]
#[command(about = "One party of the runs against another implementation")]
struct Flags {
    #[command(subcommand)]
    party: Party,
}

#[derive(Subcommand)]
enum Party {
    /// An agent, which calls URL
    Agent { flow: AgentFlow, port: u16, url: String },
    /// A resource of AUTH_SERVER; ONWARD: what it calls for its caller
    Resource {
        flow: ResourceFlow,
        port: u16,
        #[arg(value_parser = server_id)]
        auth_server: ServerId,
        onward: Option<String>,
    },
    /// An auth server, which offers self access and trusts its own tokens as upstream tokens
    AuthServer { policy: Rule, port: u16 },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AgentFlow {
    /// Takes a token for itself; URL is the auth server
    SelfAccess,
    /// Asks the resource for a resource token before it calls
    Ahead,
    /// Calls, waits until its token has ended, calls again
    Refresh,
    /// Posts a body
    Post,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ResourceFlow {
    /// Wants the body covered
    Components,
    /// Asks a person before it carries an order out
    Orders,
    /// Calls another resource for its caller
    Report,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rule {
    /// Somebody else decides, and approves
    Approval,
    /// A person consents, where the token is for a resource that calls on
    ConsentOnward,
    /// Grants
    Direct,
    /// Grants one token of two seconds, and from then on only refreshes
    Refresh,
}

/// How long the tokens of [`Rule::Refresh`] live.
const LIFE: Duration = Duration::from_secs(2);
/// How long after its end a token is replaced.
const WINDOW: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() -> ExitCode {
    match run(Flags::parse().party).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

async fn run(party: Party) -> Result<(), Fault> {
    let on = |port| {
        let nowhere = Arc::new(Transcript::to(Layout::JsonLines, std::io::sink()));
        Stage::new(Arc::new(SystemClock), Arc::new(SystemEntropy), Time::Real, port, nowhere)
    };
    match party {
        Party::Agent { flow, port, url } => agent(&on(port), flow, &url).await,
        Party::Resource { flow, port, auth_server, onward } => {
            resource(&on(port), flow, auth_server, onward).await
        }
        Party::AuthServer { policy, port } => auth_server(&on(port), policy).await,
    }
}

async fn agent(stage: &Stage, flow: AgentFlow, url: &str) -> Result<(), Fault> {
    let mut settings = stage.client(stage.agent().await?)?;
    settings.refresh_window = WINDOW;
    settings.prompt = Arc::new(Show(|interaction: &Interaction| {
        say(&json!({"interaction": interaction.url()}));
    }));
    let client = Client::new(settings)?;
    let answer = match flow {
        AgentFlow::SelfAccess => {
            let token = client.self_access(&server_id(url)?, &Scope::parse("profile email")?).await?;
            say(&json!({"status": 200, "body": token.scope().to_string()}));
            return Ok(());
        }
        AgentFlow::Ahead => {
            let origin = url.strip_suffix("/data-auth").ok_or("not the URL of a protected route")?;
            client.authorize(origin, "data.read data.write").await?;
            client.get(url).await?
        }
        AgentFlow::Refresh => {
            client.get(url).await?;
            tokio::time::sleep(LIFE.saturating_add(Duration::from_secs(1))).await;
            client.get(url).await?
        }
        AgentFlow::Post => {
            let request = Request::post(url).header(CONTENT_TYPE, "application/json");
            client.send(request.body(Bytes::from_static(br#"{"parts":12}"#))?).await?
        }
    };
    say(&json!({"status": answer.status().as_u16(), "body": String::from_utf8_lossy(answer.body())}));
    Ok(())
}

async fn resource(
    stage: &Stage,
    flow: ResourceFlow,
    auth_server: ServerId,
    onward: Option<String>,
) -> Result<(), Fault> {
    let (id, server) = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth_server, stage.key("resource-key-1")?, |role| match flow {
            ResourceFlow::Components => {
                role.requiring(Coverage::new().also([Component::CONTENT_TYPE, Component::CONTENT_DIGEST]))
            }
            ResourceFlow::Orders | ResourceFlow::Report => role,
        })?;
    let routes = match flow {
        ResourceFlow::Components => protected(protection, Scope::default()),
        ResourceFlow::Orders => orders(stage, &protection)?,
        ResourceFlow::Report => report(stage, id, &protection, onward.ok_or("nothing to call")?)?,
    };
    stage.serve(server, routes);
    ready().await
}

/// What the pages and pending URLs of a resource are made of.
fn deferring(stage: &Stage) -> Result<DeferringSettings, Fault> {
    let users = TestUsers::demonstration_only([("testuser", "testpass")])?;
    let mut settings =
        DeferringSettings::new(Arc::new(Memory::default()), stage.secret()?, Arc::new(users), ordered);
    settings.terms.retry_after = 1;
    Ok(settings)
}

fn orders(stage: &Stage, protection: &Protection) -> Result<Router, Fault> {
    let deferring = Deferring::new(protection.clone(), deferring(stage)?);
    let published = protection.documents(|metadata| {
        metadata.interaction_endpoint = Some(deferring.interaction_endpoint());
    });
    let routes = deferring.routes().merge(published);
    let order = async move |Verified(caller): Verified, order: String| {
        deferring.ask(&caller, Ask::person("order", "Order parts in your name", order.into_bytes())).await
    };
    let order = Router::new().route("/orders", post(order));
    Ok(routes.merge(order.layer(protection.require(Requirement::Identity))))
}

/// JSON, because the reference implementation's poller reads nothing else.
async fn ordered(allowed: Allowed) -> Response<Body> {
    Response::new(Body::from(json!({"for": allowed.subject.to_string()}).to_string()))
}

fn report(stage: &Stage, id: ServerId, protection: &Protection, url: String) -> Result<Router, Fault> {
    let caller = Identity::new(id, Arc::new(stage.key("key-1")?));
    let client = Client::new(stage.client(caller.clone())?)?;
    let onward = Onward::new(client, protection.clone(), deferring(stage)?);
    let page = onward.deferring().clone();
    let published = protection.documents(|metadata| {
        metadata.interaction_endpoint = Some(page.interaction_endpoint());
    });
    let report = async move |Verified(caller): Verified| match Request::get(&url).body(Bytes::new()) {
        Ok(request) => onward.call(&caller, request).await,
        Err(_) => Response::default(),
    };
    let report = Router::new()
        .route("/report", get(report))
        .layer(protection.require(Requirement::AuthToken(Scope::parse("data.read")?)));
    Ok(report.merge(page.routes()).merge(published).merge(agent_documents(&caller)?))
}

async fn auth_server(stage: &Stage, rule: Rule) -> Result<(), Fault> {
    let auth = stage.listen().await?;
    let id = auth.0.clone();
    let approvals = stage.auth_server(auth, Policy::Direct, |settings| {
        let role = settings.required.role.clone().offering_self_access().trusting_upstream(id);
        settings.required.role = match rule {
            Rule::Refresh => role.with_token_life(LIFE).with_refresh_window(WINDOW),
            Rule::Approval | Rule::ConsentOnward | Rule::Direct => role,
        };
        settings.terms.retry_after = 1;
        settings.required.policy = Arc::new(Decide(decides(rule)));
    })?;
    if rule == Rule::Approval {
        tokio::spawn(async move { approve(&approvals).await });
    }
    ready().await
}

/// The person that a request granted at once is for.
const SUBJECT: &str = "testuser";

fn decides(rule: Rule) -> impl Fn(PolicyInput<'_>) -> Decision {
    let granted = std::sync::atomic::AtomicBool::new(false);
    move |input| {
        let first = || !granted.swap(true, std::sync::atomic::Ordering::SeqCst);
        match (rule, input.access.asked()) {
            (Rule::Approval, _) => Decision::Approval,
            (Rule::ConsentOnward, Asked::Chain { .. }) => Decision::Consent,
            (Rule::Refresh, Asked::Access(_)) if !first() => Decision::Refuse { reason: "Refresh it" },
            _ => Decision::Grant { subject: Some(SUBJECT.to_owned()), scope: input.access.scope().clone() },
        }
    }
}

/// Approves whatever waits.
async fn approve(approvals: &Approvals) -> Result<(), Fault> {
    loop {
        for waiting in approvals.waiting().await? {
            approvals.approve(&waiting, aauth_auth_server::Subject::new(SUBJECT)?, &waiting.scope()).await?;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn say(words: &Value) {
    // The runner that reads this is gone only when the run is over.
    let _over = writeln!(std::io::stdout(), "{words}");
}

async fn ready() -> Result<(), Fault> {
    writeln!(std::io::stdout(), "ready")?;
    stopped().await;
    Ok(())
}
