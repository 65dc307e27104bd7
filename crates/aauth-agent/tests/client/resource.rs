//! Resources that ask a person, want more covered, or give tokens ahead of a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aauth_agent::{AgentError, Deferral, Interaction};
use aauth_deferred::DeferredError;
use aauth_roles::{DistrustError, SEED};
use aauth_signature::{ContentDigest, DigestAlgorithm};
use aauth_token::{TokenError, mint};
use aauth_types::EndpointUrl;
use bytes::Bytes;
use http::{Request, StatusCode};

use crate::parties::{Parties, World, id, scope};
use crate::peer::{Reply, Seen, answer};
use crate::person::{Event, Person};

fn later(location: &str, challenge: &str) -> Reply {
    answer(202, &[("Location", location), ("Retry-After", "0"), ("AAuth", challenge)], "")
}

fn wait(_: &Parties, _: &Seen) -> Reply {
    answer(202, &[("Location", "/pending/1"), ("Retry-After", "0")], r#"{"status":"pending"}"#)
}

const ASK: &str = "require=interaction; code=\"RSRC2345\"";

/// A resource that defers and then answers its pending URL by `polls`, which gets the number of the request from 0 on.
fn deferring(
    location: &'static str,
    challenge: &'static str,
    polls: impl Fn(&Parties, &Seen, usize) -> Reply + Send + Sync + 'static,
) -> World {
    let mut world = World::new();
    let count = AtomicUsize::new(0);
    world.resource(move |parties, seen| match seen.target.as_str() {
        "/pay" => later(location, challenge),
        _ => polls(parties, seen, count.fetch_add(1, Ordering::SeqCst)),
    });
    world
}

fn page(parties: &Parties) -> Interaction {
    let endpoint = format!("{}/ask", parties.resource);
    Interaction { endpoint, code: "RSRC2345".to_owned(), callback: None }
}

#[tokio::test]
async fn the_answer_is_what_the_resource_says_once_the_person_has_decided() {
    let world = deferring("/pending/1", ASK, |parties, seen, poll| match poll {
        0 => wait(parties, seen),
        _ => answer(201, &[("X-Receipt", "7")], "paid"),
    });
    let (client, mut running) = world.client();
    let paid = client.get(&running.url("/pay")).await.unwrap();
    assert_eq!((paid.status(), &paid.body()[..]), (StatusCode::CREATED, &b"paid"[..]));
    assert_eq!(paid.headers()["x-receipt"], "7");
    assert_eq!(running.resource.lines(), ["GET /pay", "GET /pending/1", "GET /pending/1"]);
    assert!(
        running.resource.all().iter().all(|seen| seen.field("signature-key").contains("scheme=jwks_uri"))
    );
    let page = page(&running.parties);
    assert_eq!(running.events(), [Event::Shown(page.clone()), Event::Dismissed(page)]);
    assert_eq!(running.auth_server.lines().len(), 0);
}

#[tokio::test]
async fn an_approval_shows_nothing() {
    let world = deferring("/pending/1", "require=approval", |_, _, _| answer(200, &[], "paid"));
    let (client, mut running) = world.client();
    assert_eq!(&client.get(&running.url("/pay")).await.unwrap().body()[..], b"paid");
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn the_end_is_the_resources_word_or_its_answer() {
    let ends = async |status, body| {
        let world = deferring("/pending/1", ASK, move |_, _, _| answer(status, &[], body));
        let (client, running) = world.client();
        client.get(&running.url("/pay")).await.map(|answer| (answer.status().as_u16(), answer.into_body()))
    };
    assert_eq!(ends(403, r#"{"error":"denied"}"#).await, Err(AgentError::Denied));
    assert_eq!(ends(408, r#"{"error":"expired"}"#).await, Err(AgentError::Expired));
    let gone = AgentError::BrokenOff { status: StatusCode::NOT_FOUND };
    assert_eq!(ends(404, r#"{"error":"not_found"}"#).await, Err(gone));
    assert_eq!(ends(422, "no such bill").await, Ok((422, Bytes::from("no such bill"))));
    assert_eq!(ends(500, "oops").await, Ok((500, Bytes::from("oops"))));
}

#[tokio::test]
async fn a_pending_url_on_another_origin_is_not_polled() {
    let world = deferring("https://evil.example/pending/1", ASK, |_, _, _| answer(200, &[], "paid"));
    let (client, mut running) = world.client();
    let fault = DeferredError::Location { found: "another origin" };
    assert_eq!(client.get(&running.url("/pay")).await.unwrap_err(), AgentError::Unfollowable(fault));
    assert_eq!((running.resource.lines(), running.events()), (vec!["GET /pay".to_owned()], vec![]));
}

#[tokio::test]
async fn a_202_of_another_protocol_and_one_that_nobody_awaits_are_answers() {
    let mut world = World::new();
    world.resource(|_, _| answer(202, &[("Location", "/jobs/1")], r#"{"status":"pending","job":1}"#));
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/x")).await.unwrap().status(), 202);
    assert_eq!(running.resource.lines(), ["GET /x"]);
    let mut world = deferring("/pending/1", ASK, wait_for_ever);
    world.settings.deferral = Deferral::Return;
    let (client, running) = world.client();
    assert_eq!(client.get(&running.url("/pay")).await.unwrap().status(), 202);
    assert_eq!(running.resource.lines(), ["GET /pay"]);
}

fn wait_for_ever(parties: &Parties, seen: &Seen, _: usize) -> Reply {
    wait(parties, seen)
}

#[tokio::test]
async fn a_code_without_a_page_cannot_be_shown() {
    let mut world = deferring("/pending/1", ASK, wait_for_ever);
    world.settings.resolver = Arc::new(aauth_discovery::StaticResolver::new());
    let (client, mut running) = world.client();
    assert_eq!(client.get(&running.url("/pay")).await.unwrap_err(), AgentError::NoPage);
    assert_eq!(running.events(), []);
}

#[tokio::test]
async fn a_question_of_the_person_is_answered() {
    let mut world =
        deferring("/pending/1", ASK, |parties, seen, count| match (seen.method.as_str(), count) {
            ("POST", _) => wait(parties, seen),
            (_, 0) => {
                let body = r#"{"status":"pending","clarification":"What for?"}"#;
                answer(202, &[("Location", "/pending/1"), ("Retry-After", "0")], body)
            }
            _ => answer(200, &[], "paid"),
        });
    let sender = tokio::sync::mpsc::unbounded_channel().0;
    world.settings.prompt = Arc::new(Person { events: sender, says: Some("lunch") });
    let (client, running) = world.client();
    assert_eq!(&client.get(&running.url("/pay")).await.unwrap().body()[..], b"paid");
    let seen = running.resource.all();
    assert_eq!(running.resource.lines()[2], "POST /pending/1");
    assert_eq!(seen[2].body, br#"{"clarification_response": "lunch"}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_tells_the_resource() {
    let script = |parties: &Parties, seen: &Seen, _| match seen.method.as_str() {
        "DELETE" => answer(204, &[], ""),
        _ => wait(parties, seen),
    };
    let (client, running) = deferring("/pending/1", ASK, script).client();
    let call = tokio::spawn({
        let (client, url) = (client.clone(), running.url("/pay"));
        async move { client.get(&url).await.unwrap_err() }
    });
    running.resource.wait_for_line("GET /pending/1");
    client.cancel().await;
    assert_eq!(call.await.unwrap(), AgentError::Cancelled);
    running.resource.wait_for_line("DELETE /pending/1");

    let (client, running) = deferring("/pending/1", ASK, script).client();
    let call = tokio::spawn({
        let url = running.url("/pay");
        async move { client.get(&url).await }
    });
    running.resource.wait_for_line("GET /pending/1");
    call.abort();
    running.resource.wait_for_line("DELETE /pending/1");
}

fn wanting(names: &'static str) -> World {
    let mut world = World::new();
    world.resource(move |_, seen| {
        let covered =
            names.split(' ').all(|name| seen.field("signature-input").contains(&format!("\"{name}\"")));
        let list = names.split(' ').map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(",");
        let body =
            format!("{{\"error\":\"invalid_signature\",\"required_components\":[\"@method\",{list}]}}");
        match covered {
            true => answer(200, &[], "done"),
            false => answer(401, &[("AAuth", "require=identity")], &body),
        }
    });
    world
}

fn post(url: String) -> Request<Bytes> {
    Request::post(url).body(Bytes::from_static(b"body")).unwrap()
}

#[tokio::test]
async fn what_a_resource_wants_covered_is_learned_once() {
    let (client, running) = wanting("content-digest content-type").client();
    for _ in 0..2 {
        assert_eq!(client.send(post(running.url("/x"))).await.unwrap().status(), 200);
    }
    let seen = running.resource.all();
    assert_eq!(seen.len(), 3);
    let digest = ContentDigest::of(DigestAlgorithm::Sha256, b"body").to_value().unwrap();
    for seen in &seen[1..] {
        let covered =
            "(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\" \"signature-key\")";
        assert!(seen.field("signature-input").starts_with(&format!("sig={covered}")));
        assert_eq!(seen.field("content-digest"), digest);
        assert_eq!(seen.field("content-type"), "application/octet-stream");
    }
}

#[tokio::test]
async fn what_a_resource_says_it_wants_covered_is_covered_from_the_first_request_on() {
    let mut world = wanting("content-digest");
    let mut metadata = world.parties.resource_metadata();
    metadata.additional_signature_components = vec!["content-digest".to_owned()];
    world.settings.resolver = Arc::new(aauth_discovery::StaticResolver::new().with_resource(metadata));
    let (client, running) = world.client();
    let resource = running.parties.resource.to_string();
    // The answer is no token; how it was asked for is what counts.
    assert!(client.authorize(&resource, "data.read").await.is_err());
    let [asked] = &running.resource.all()[..] else { panic!("one request") };
    let covered = "sig=(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"signature-key\")";
    assert!(asked.field("signature-input").starts_with(covered));
}

#[tokio::test]
async fn a_resource_that_wants_what_the_request_has_not_is_asked_no_third_time() {
    let (client, running) = wanting("content-digest x-never").client();
    assert_eq!(client.send(post(running.url("/x"))).await.unwrap().status(), 401);
    assert_eq!(running.resource.lines().len(), 2);
    assert_eq!(client.send(post(running.url("/x"))).await.unwrap().status(), 401);
    assert_eq!(running.resource.lines().len(), 3);
}

#[tokio::test]
async fn nothing_is_learned_from_a_list_that_is_too_long_or_from_names_that_are_none() {
    let (client, running) = wanting("a b c d e f g h i j k l m n o p q").client();
    assert_eq!(client.send(post(running.url("/x"))).await.unwrap().status(), 401);
    assert_eq!(running.resource.lines().len(), 1);
    let (client, running) = wanting("signature @status X-Upper").client();
    assert_eq!(client.send(post(running.url("/x"))).await.unwrap().status(), 401);
    assert_eq!(running.resource.lines().len(), 1);
}

/// A resource whose endpoint answers with a token of these claims, and an auth server that grants.
fn offering(change: impl Fn(&Parties, &mut aauth_token::ResourceClaims) + Send + Sync + 'static) -> World {
    let mut world = World::new();
    world.resource(move |parties, seen| match seen.line().as_str() {
        "POST /resource/token" => {
            let mut claims = parties.resource_claims("data.read");
            change(parties, &mut claims);
            let token = mint(&claims, SEED.tokens, &parties.resource_key).unwrap();
            let server = &parties.auth_server;
            answer(
                200,
                &[],
                &format!(
                    "{{\"resource_token\":\"{token}\",\"auth_server\":\"{server}\",\"expires_in\":300}}"
                ),
            )
        }
        _ => parties.protect(seen),
    });
    world.auth_server(Parties::grant);
    world
}

#[tokio::test]
async fn a_token_that_was_asked_for_serves_the_first_call() {
    let (client, running) = offering(|_, _| {}).client();
    let resource = running.parties.resource.to_string();
    assert_eq!(client.authorize(&resource, "data.read data.write").await, Ok(scope("data.read")));
    assert_eq!(running.resource.all()[0].body, br#"{"scope":"data.read data.write"}"#);
    assert_eq!(client.get(&running.url("/read")).await.unwrap().status(), 200);
    assert_eq!(running.resource.lines(), ["POST /resource/token", "GET /read"]);
    assert_eq!(running.auth_server.lines(), ["POST /token"]);
    // A route that wants more is stepped up to by its challenge.
    assert_eq!(client.get(&running.url("/write")).await.unwrap().status(), 200);
    assert_eq!(running.auth_server.lines().len(), 2);
}

#[tokio::test]
async fn a_token_that_was_not_asked_for_goes_to_no_auth_server() {
    let refused = async |world: World| {
        let (client, running) = world.client();
        let resource = running.parties.resource.to_string();
        let error = client.authorize(&resource, "data.read").await.unwrap_err();
        assert_eq!(running.auth_server.lines().len(), 0);
        error
    };
    let wider = offering(|_, claims| claims.scope = Some(scope("data.read admin")));
    assert_eq!(refused(wider).await, AgentError::Distrust(DistrustError::ScopeWidened));
    let foreign = offering(|_, claims| claims.issuance.issuer = id("https://other.example"));
    let untrusted = DistrustError::ResourceToken(TokenError::IssuerUntrusted);
    assert_eq!(refused(foreign).await, AgentError::Distrust(untrusted));
    let others = offering(|_, claims| claims.agent = Some(id("https://other.example")));
    let mismatch = DistrustError::ResourceToken(TokenError::AgentMismatch);
    assert_eq!(refused(others).await, AgentError::Distrust(mismatch));
    let mut refusing = World::new();
    refusing.resource(|_, _| answer(400, &[], r#"{"error":"invalid_scope"}"#));
    let error = "invalid_scope".to_owned();
    assert_eq!(refused(refusing).await, AgentError::NotOffered { status: StatusCode::BAD_REQUEST, error });
}

#[tokio::test]
async fn an_endpoint_on_another_origin_is_none() {
    for endpoint in [None, Some(EndpointUrl::on(&id("https://evil.example"), "/resource/token"))] {
        let mut world = World::new();
        let mut metadata = world.parties.resource_metadata();
        metadata.resource_token_endpoint = endpoint;
        world.settings.resolver = Arc::new(aauth_discovery::StaticResolver::new().with_resource(metadata));
        let (client, running) = world.client();
        let resource = running.parties.resource.to_string();
        assert_eq!(client.authorize(&resource, "data.read").await, Err(AgentError::NoEndpoint));
        assert_eq!(running.resource.lines().len(), 0);
    }
}
