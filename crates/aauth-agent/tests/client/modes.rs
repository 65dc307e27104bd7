//! Calling on for a caller, and tokens about the agent itself.

use std::time::Duration;

use aauth_agent::{AgentError, Chaining};
use aauth_roles::{DistrustError, SEED};
use aauth_token::{TokenError, mint};
use aauth_types::Secret;
use http::StatusCode;

use crate::parties::{LIFE, Parties, World, scope};
use crate::peer::{Seen, answer};

fn member(seen: &Seen, name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    body[name].as_str().map(str::to_owned)
}

#[tokio::test]
async fn the_upstream_token_goes_to_the_auth_server_alone_and_its_tokens_to_no_other_caller() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    let ann = client.on_behalf_of(Secret::new("upstream-of-ann".to_owned()));
    let bob = client.on_behalf_of(Secret::new("upstream-of-bob".to_owned()));
    for caller in [&ann, &ann, &bob, &client] {
        assert_eq!(caller.get(&running.url("/read")).await.unwrap().status(), StatusCode::OK);
    }
    let upstream: Vec<_> =
        running.auth_server.all().iter().map(|seen| member(seen, "upstream_token")).collect();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(upstream, [text("upstream-of-ann"), text("upstream-of-bob"), None]);
    for seen in running.auth_server.all() {
        assert!(member(&seen, "resource_token").is_some());
        assert!(!seen.field("signature-key").contains("upstream"));
    }
    let told = format!("{:?}", running.resource.all());
    assert!(!told.contains("upstream"));
}

#[tokio::test]
async fn the_form_of_the_reference_implementation_is_written_where_it_is_asked_for() {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(Parties::grant);
    world.settings.chaining = Chaining::ReferenceForm;
    let (client, running) = world.client();
    for caller in [&client.on_behalf_of(Secret::new("eyJx.eyJ5.c2ln".to_owned())), &client] {
        assert_eq!(caller.get(&running.url("/read")).await.unwrap().status(), StatusCode::OK);
    }
    let keys: Vec<_> =
        running.auth_server.all().iter().map(|seen| seen.field("signature-key").to_owned()).collect();
    assert_eq!(keys[0], r#"sig=(scheme=jwt jwt="eyJx.eyJ5.c2ln")"#);
    assert!(keys[1].starts_with("sig=(scheme=jwks_uri "), "nothing is handed on without a caller");
    assert_eq!(member(&running.auth_server.all()[0], "upstream_token").as_deref(), Some("eyJx.eyJ5.c2ln"));
}

/// A server that delivers a token about the agent, changed.
async fn own(change: fn(&Parties, &mut aauth_token::AuthClaims)) -> Result<String, AgentError> {
    let mut world = World::new();
    world.auth_server(move |parties, seen| {
        assert_eq!(member(seen, "scope").as_deref(), Some("profile email"));
        let mut claims = parties.auth_claims("profile");
        claims.audience = parties.agent.clone();
        change(parties, &mut claims);
        parties.deliver(&mint(&claims, SEED.tokens, &parties.auth_key).unwrap())
    });
    let (client, running) = world.client();
    let token = client.self_access(&running.parties.auth_server, &scope("profile email")).await?;
    assert_eq!(token.audience(), &running.parties.agent);
    Ok(token.scope().to_string())
}

#[tokio::test]
async fn a_token_about_the_agent_itself_is_verified() {
    let distrust = |error| Err(AgentError::Distrust(DistrustError::AuthToken(error)));
    assert_eq!(own(|_, _| ()).await, Ok("profile".to_owned()));
    assert_eq!(own(|_, claims| claims.agent = None).await, Ok("profile".to_owned()));
    let elsewhere = own(|parties, claims| claims.audience = parties.resource.clone());
    assert_eq!(elsewhere.await, distrust(TokenError::AudienceMismatch));
    let foreign = own(|parties, claims| claims.agent = Some(parties.resource.clone()));
    assert_eq!(foreign.await, distrust(TokenError::AgentMismatch));
    let issuer = own(|parties, claims| claims.issuance.issuer = parties.resource.clone());
    assert_eq!(issuer.await, distrust(TokenError::IssuerUntrusted));
    let wider = own(|_, claims| claims.scope = Some(scope("profile admin"))).await;
    assert_eq!(wider, Err(AgentError::Distrust(DistrustError::ScopeWidened)));
}

/// Calls, lets the token expire by so many seconds, and calls again; what the auth server was asked with.
async fn refreshed(
    window: u64,
    late: u64,
    answer: fn(&Parties, &Seen) -> crate::peer::Reply,
) -> Vec<&'static str> {
    let mut world = World::new();
    world.settings.refresh_window = Duration::from_secs(window);
    world.ordinary_resource();
    world.auth_server(move |parties, seen| match member(seen, "auth_token") {
        Some(_) => answer(parties, seen),
        None => parties.grant(seen),
    });
    let (client, running) = world.client();
    for pause in [LIFE + Duration::from_secs(late), Duration::ZERO] {
        assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), StatusCode::OK);
        running.parties.clock.advance(pause);
    }
    let asked = |seen: &Seen| if member(seen, "auth_token").is_some() { "refresh" } else { "access" };
    running.auth_server.all().iter().map(asked).collect()
}

#[tokio::test]
async fn an_expired_token_is_replaced_within_the_window_and_asked_for_anew_beyond_it() {
    let grants = |parties: &Parties, _: &Seen| parties.deliver(&parties.token("data.read"));
    assert_eq!(refreshed(600, 0, grants).await, ["access", "refresh"]);
    assert_eq!(refreshed(600, 599, grants).await, ["access", "refresh"]);
    assert_eq!(refreshed(600, 600, grants).await, ["access", "access"]);
    assert_eq!(refreshed(0, 0, grants).await, ["access", "access"]);
}

#[tokio::test]
async fn a_refused_or_worthless_replacement_leads_to_the_whole_exchange() {
    let refuses = |_: &Parties, _: &Seen| answer(400, &[], "{\"error\":\"invalid_auth_token\"}");
    let wider = |parties: &Parties, _: &Seen| parties.deliver(&parties.token("data.read admin"));
    let less = |parties: &Parties, _: &Seen| parties.deliver(&parties.token("data.other"));
    for answer in [refuses, wider, less] {
        assert_eq!(refreshed(600, 0, answer).await, ["access", "refresh", "access"]);
    }
}
