//! A person is asked by the auth server of a second resource, and the agent never learns of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::io::sink;
use std::sync::{Arc, Mutex};

use aauth_agent::{AgentError, Client, Exchanged, Identity, Observer, Step};
use aauth_auth_server::{Decide, Decision, PolicyInput, TestUsers};
use aauth_resource::{DeferringSettings, Verified};
use aauth_roles::Requirement;
use aauth_store::Memory;
use aauth_types::Scope;
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use examples::{Choice, Layout, Onward, Played, Policy, Stage, Transcript, agent_documents, play, protected};
use http::{Request, StatusCode};
use tokio::sync::mpsc;

/// All that the agent is told.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<(Step, u16, String)>>);

impl Observer for Told {
    fn exchanged(&self, seen: &Exchanged<'_>) {
        let text = format!("{:?} {}", seen.response_fields, String::from_utf8_lossy(seen.response_body));
        self.0.lock().unwrap().push((seen.step, seen.status.as_u16(), text));
    }
}

/// What the agent got, what it was told, and where its person was sent on to.
async fn played(choice: Choice) -> (Result<(StatusCode, String), AgentError>, Arc<Told>, String) {
    let transcript = Arc::new(Transcript::to(Layout::JsonLines, sink()));
    let stage = Stage::live(transcript.clone());
    let identity = stage.agent().await.unwrap();
    let (first, first_server) = stage.listen().await.unwrap();
    let (second, second_server) = stage.listen().await.unwrap();
    let (auth, other) = (stage.listen().await.unwrap(), stage.listen().await.unwrap());
    let upstream = auth.0.clone();

    let caller = Identity::new(first.clone(), Arc::new(stage.key("key-1").unwrap()));
    let client = Client::new(stage.client(caller.clone()).unwrap()).unwrap();
    let key = stage.key("resource-key-1").unwrap();
    let protection = stage.protection(first.clone(), auth.0.clone(), key, |role| role).unwrap();
    let users = Arc::new(TestUsers::demonstration_only([("testuser", "testpass")]).unwrap());
    let unused = |_| async { http::Response::default() };
    let settings =
        DeferringSettings::new(Arc::new(Memory::default()), stage.secret().unwrap(), users, unused);
    let onward = Onward::new(client, protection.clone(), settings);
    let page = onward.deferring().clone();
    let url = format!("{second}/data-auth");
    let report = async move |Verified(caller): Verified| {
        onward.call(&caller, Request::get(&url).body(Bytes::new()).unwrap()).await
    };
    let scope = Scope::parse("report.read").unwrap();
    let routes = Router::new()
        .route("/report", get(report))
        .layer(protection.require(Requirement::AuthToken(scope)))
        .merge(page.routes())
        .merge(protection.documents(|metadata| {
            metadata.interaction_endpoint = Some(page.interaction_endpoint());
        }))
        .merge(agent_documents(&caller).unwrap());
    stage.serve(first_server, routes);

    let key = stage.key("resource-key-2").unwrap();
    let protection = stage.protection(second, other.0.clone(), key, |role| role).unwrap();
    stage.serve(second_server, protected(protection, Scope::parse("data.read").unwrap()));
    let person = |settings: &mut aauth_auth_server::Settings| {
        settings.required.policy = Arc::new(Decide(|input: PolicyInput<'_>| Decision::Grant {
            subject: Some("testuser".to_owned()),
            scope: input.access.scope().clone(),
        }));
    };
    let _approvals = stage.auth_server(auth, Policy::Direct, person).unwrap();
    let _approvals = stage
        .auth_server(other, Policy::Consent, |settings| {
            settings.required.role = settings.required.role.clone().trusting_upstream(upstream);
        })
        .unwrap();

    let told = Arc::new(Told::default());
    let (prompted, mut links) = mpsc::unbounded_channel();
    let mut settings = stage.client(identity).unwrap();
    settings.observer = Some(told.clone());
    settings.prompt = Arc::new(Played::new(prompted));
    let client = Client::new(settings).unwrap();
    let report = format!("{first}/report");
    let call = tokio::spawn(async move { client.get(&report).await });
    let link = links.recv().await.unwrap();
    assert!(link.starts_with(&format!("{first}/interact?code=")), "{link}");
    let browser =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let sent = browser.get(&link).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let target = sent.headers()["location"].to_str().unwrap().to_owned();
    play(&target, choice, &transcript).await.unwrap();
    let answer = call.await.unwrap();
    stage.clear().await;
    let text = |body: &Bytes| String::from_utf8(body.to_vec()).unwrap();
    (answer.map(|answer| (answer.status(), text(answer.body()))), told, target)
}

fn never_told(told: &Told, target: &str) {
    let (page, code) = target.split_once("/interact?code=").unwrap();
    assert_eq!(code.len(), 8);
    for (_, _, text) in told.0.lock().unwrap().iter() {
        assert!(!text.contains(code) && !text.contains(page), "{text}");
    }
}

#[tokio::test]
async fn consent_at_the_second_auth_server_brings_the_agent_its_answer() {
    let (answer, told, target) = played(Choice::Approve).await;
    let (status, body) = answer.unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    assert!(body.contains("Access granted"), "{body}");
    never_told(&told, &target);
    let deferred = told
        .0
        .lock()
        .unwrap()
        .iter()
        .filter(|(step, status, _)| (*step, *status) == (Step::Call, 202))
        .count();
    assert_eq!(deferred, 1);
}

#[tokio::test]
async fn denial_at_the_second_auth_server_is_the_agents_denial() {
    let (answer, told, target) = played(Choice::Deny).await;
    assert_eq!(answer, Err(AgentError::Denied));
    never_told(&told, &target);
    let last = told.0.lock().unwrap().last().map(|(step, status, _)| (*step, *status));
    assert_eq!(last, Some((Step::Poll, 403)));
}
