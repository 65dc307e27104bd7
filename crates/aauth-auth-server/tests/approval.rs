//! Requests that somebody decides outside of the consent page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)]

mod common;

use std::sync::{Arc, Mutex};

use aauth_auth_server::{AuditEvent, Decision, RequestRef, Settled, Subject};
use aauth_types::Scope;
use common::{
    AGENT, Browser, Open, Peer, RESOURCE, World, assert_error, assert_not_found, resource_claims, with,
};
use serde_json::Value;

async fn opened() -> (World, Open) {
    let world = World::new();
    world.decides(Decision::Approval);
    let open = world.open().await;
    (world, open)
}

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

fn approver() -> Subject {
    Subject::new("approver").unwrap()
}

fn claims(answer: &common::Answer) -> Value {
    let token = answer.json()["auth_token"].as_str().unwrap().to_owned();
    let part = aauth_jose::b64::decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&part).unwrap()
}

#[tokio::test]
async fn the_agent_only_polls_and_gets_the_token_that_was_approved() {
    let (world, open) = opened().await;
    world.pass(2);
    let waiting = world.poll(&open).await;
    assert_eq!((waiting.status.as_u16(), waiting.json()["status"].as_str()), (202, Some("pending")));
    let [approval] = &world.approvals.waiting().await.unwrap()[..] else { panic!("one waits") };
    let done = world.approvals.approve(approval, approver(), &approval.scope()).await.unwrap();
    assert_eq!(done, Settled::Recorded);
    world.pass(2);
    let claims = claims(&world.poll(&open).await);
    let of = |name: &str| claims[name].as_str().unwrap().to_owned();
    assert_eq!(
        (of("sub"), of("scope"), of("agent")),
        ("approver".into(), "data.read data.write".into(), AGENT.into())
    );
    world.pass(2);
    assert_not_found(&world.poll(&open).await);
}

#[tokio::test]
async fn whoever_approves_sees_what_was_verified() {
    let (world, _open) = opened().await;
    let [approval] = &world.approvals.waiting().await.unwrap()[..] else { panic!("one waits") };
    let facts = approval.facts();
    assert_eq!((facts.agent.as_str(), facts.resource.as_str()), (AGENT, RESOURCE));
    assert_eq!(approval.scope(), scope("data.read data.write"));
    assert_eq!(approval.opened().as_secs() + 600, approval.expires().as_secs());
}

#[tokio::test]
async fn a_request_is_found_by_its_name_and_an_unknown_name_finds_nothing() {
    let (world, open) = opened().await;
    let name = world.approvals.waiting().await.unwrap()[0].request().to_string();
    let found = world.approvals.look(&RequestRef::parse(&name).unwrap()).await.unwrap().unwrap();
    assert_eq!(found.request().to_string(), name);
    let unknown = RequestRef::parse(&"A".repeat(43)).unwrap();
    assert!(world.approvals.look(&unknown).await.unwrap().is_none());
    assert!(!open.path.contains(&name));
}

#[tokio::test]
async fn a_smaller_scope_is_granted_and_a_wider_one_is_not() {
    let (world, open) = opened().await;
    let approval = world.approvals.waiting().await.unwrap().remove(0);
    let approve = |text| {
        let (approvals, approval) = (world.approvals.clone(), approval.clone());
        async move { approvals.approve(&approval, approver(), &scope(text)).await.unwrap() }
    };
    assert_eq!(approve("data.read admin").await, Settled::TooWide);
    assert_eq!(world.state(&open).await, "undecided");
    assert_eq!(approve("data.read").await, Settled::Recorded);
    assert_eq!(claims(&world.poll(&open).await)["scope"], "data.read");
}

#[tokio::test]
async fn a_refusal_is_final() {
    let (world, open) = opened().await;
    let approval = world.approvals.waiting().await.unwrap().remove(0);
    assert_eq!(world.approvals.deny(&approval).await.unwrap(), Settled::Recorded);
    let late = world.approvals.approve(&approval, approver(), &approval.scope()).await.unwrap();
    assert_eq!(late, Settled::Over);
    assert_error(&world.poll(&open).await, 403, "denied", "User denied consent");
    assert!(world.approvals.waiting().await.unwrap().is_empty());
}

#[tokio::test]
async fn of_two_approvals_the_first_counts() {
    let (world, open) = opened().await;
    let approval = world.approvals.waiting().await.unwrap().remove(0);
    let first = world.approvals.approve(&approval, approver(), &scope("data.read")).await.unwrap();
    let second = world
        .approvals
        .approve(&approval, Subject::new("somebody").unwrap(), &approval.scope())
        .await
        .unwrap();
    assert_eq!((first, second), (Settled::Recorded, Settled::Over));
    let claims = claims(&world.poll(&open).await);
    assert_eq!((&claims["sub"], &claims["scope"]), (&"approver".into(), &"data.read".into()));
}

#[tokio::test]
async fn what_was_cancelled_or_has_expired_cannot_be_approved() {
    let (world, open) = opened().await;
    let other = world.open().await;
    let [cancelled, expired] = &world.approvals.waiting().await.unwrap()[..] else { panic!("two wait") };
    assert_eq!(world.send(world.on(&open, "DELETE").signed()).await.status, 204);
    world.pass(600);
    for approval in [cancelled, expired] {
        let late = world.approvals.approve(approval, approver(), &approval.scope()).await.unwrap();
        assert_eq!(late, Settled::Over);
    }
    assert!(world.approvals.waiting().await.unwrap().is_empty());
    assert_eq!(world.poll(&other).await.error(), (408, "expired".to_owned()));
}

#[tokio::test]
async fn what_waits_for_a_person_with_a_code_is_not_approved_here() {
    let world = World::new();
    let open = world.open().await;
    assert!(world.approvals.waiting().await.unwrap().is_empty());
    let id = aauth_deferred::PendingId::parse(open.path.rsplit('/').next().unwrap()).unwrap();
    let name = RequestRef::parse(&aauth_jose::b64::encode(id.hash().as_bytes())).unwrap();
    assert!(world.approvals.look(&name).await.unwrap().is_none());
    Browser::new(&world).decide(&open.code, "grant").await;
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn another_agent_learns_nothing_of_it() {
    let (world, open) = opened().await;
    let approval = world.approvals.waiting().await.unwrap().remove(0);
    world.approvals.approve(&approval, approver(), &approval.scope()).await.unwrap();
    let other = Peer::published(common::OTHER_AGENT, "key-1", "other-agent");
    assert_not_found(&world.send(other.call("GET", common::AUTH, &open.path).signed()).await);
    assert_eq!(world.poll(&open).await.status, 200);
}

#[tokio::test]
async fn the_list_holds_as_many_as_may_be_open() {
    let world = World::with(|settings| settings.open_in_all = 2);
    world.decides(Decision::Approval);
    world.open().await;
    world.pass(600);
    world.open().await;
    let last = world.open().await;
    let claims = with(resource_claims("one-more"), "iat", world.now().into());
    let answer = world.ask(&with(claims, "exp", (world.now() + 300).into())).await;
    assert_eq!(answer.status, 503);
    assert_eq!(world.approvals.waiting().await.unwrap().len(), 2);
    assert_eq!(world.state(&last).await, "undecided");
}

#[tokio::test]
async fn the_audit_hook_is_told_who_approved_what() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let world = World::with(|settings| {
        settings.audit = Some(Arc::new(move |event: &AuditEvent<'_>| {
            kept.lock().unwrap().push(serde_json::to_value(event).unwrap());
        }));
    });
    world.decides(Decision::Approval);
    world.open().await;
    let approval = world.approvals.waiting().await.unwrap().remove(0);
    world.approvals.approve(&approval, approver(), &scope("data.read")).await.unwrap();
    world.approvals.approve(&approval, approver(), &scope("data.read")).await.unwrap();
    let lines = lines.lock().unwrap();
    let approved: Vec<_> = lines.iter().filter(|line| line["event"] == "approved").collect();
    assert_eq!(approved.len(), 1);
    let deferred = lines.iter().find(|line| line["event"] == "deferred").unwrap();
    assert_eq!(approved[0]["request"], deferred["request"]);
    assert_eq!((&approved[0]["subject"], &approved[0]["scope"]), (&"approver".into(), &"data.read".into()));
}
