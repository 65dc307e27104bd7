//! A decision that the person wants remembered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::time::Duration;

use aauth_interaction::{AgentHistory, NewPending, Persons, Seen};
use aauth_runtime::Clock;
use aauth_store::Space;
use aauth_types::{Network, Scope, ServerId, UnixTime};
use common::{Browser, Page, World, assert_headers, request};
use http::StatusCode;

const DAY: u64 = 24 * 3600;

fn world() -> World {
    World::with(|_| {}, |page| page.remember_up_to = Duration::from_secs(365 * DAY))
}

async fn history(world: &World) -> AgentHistory {
    let server = |text| ServerId::parse(text, Network::Public).unwrap();
    let (agent, resource) = (server("https://agent.example"), server("https://api.example"));
    world.deferrals.consents().history(&agent, None, &resource, world.clock.now()).await.unwrap()
}

fn scope(text: &str) -> Scope {
    if text.is_empty() { Scope::default() } else { Scope::parse(text).unwrap() }
}

async fn only_person(world: &World, asked: &str) -> Option<String> {
    history(world).await.only_person(&scope(asked)).map(|subject| subject.as_str().to_owned())
}

/// Opens a request, signs in and decides.
async fn decide(world: &World, name: &str, new: NewPending, form: &[(&str, &str)]) -> (Browser, Page) {
    let opened = world.deferrals.open(new).await.unwrap();
    let mut browser = Browser::new(world);
    let password = if name == "mallory" { "malpass" } else { "testpass" };
    let page = browser.sign_in_as(&common::code(&opened), name, password).await;
    let page = browser.post(&page.hidden(), form).await;
    (browser, page)
}

async fn remember(world: &World, time: &str) -> (Browser, Page) {
    decide(world, "testuser", request(), &[("consent", "grant"), ("remember", time)]).await
}

#[tokio::test]
async fn an_approval_with_a_time_is_remembered_for_the_agents_only_person() {
    let world = world();
    let (_, page) = remember(&world, "month").await;
    assert_eq!((page.status, page.text.contains("will not ask you again")), (StatusCode::OK, true));
    let history = history(&world).await;
    assert!(matches!(&history.persons, Persons::One(one) if one.as_str() == "testuser"));
    assert_eq!(history.seen, Seen::Since(FROM));
    assert_eq!(history.remembered.len(), 1);
    assert_eq!(history.remembered[0].until, FROM.saturating_add(Duration::from_secs(30 * DAY)));
    for asked in ["data.read", "data.write data.read", ""] {
        assert_eq!(only_person(&world, asked).await.as_deref(), Some("testuser"), "{asked}");
    }
    assert_eq!(only_person(&world, "data.read admin").await, None);
}

const FROM: UnixTime = aauth_testkit::FakeClock::TRACE;

#[tokio::test]
async fn only_an_approval_with_a_time_is_remembered() {
    for form in [
        &[("consent", "grant")][..],
        &[("consent", "grant"), ("remember", "")],
        &[("consent", "deny"), ("remember", "year")],
        &[("consent", "report"), ("remember", "year")],
        &[("action", "ask"), ("question", "Why?"), ("remember", "year")],
        &[("consent", "grant"), ("ticked", "counts"), ("remember", "year")],
    ] {
        let world = world();
        decide(&world, "testuser", request(), form).await;
        assert_eq!(history(&world).await.remembered, [], "{form:?}");
        assert_eq!(only_person(&world, "data.read").await, None, "{form:?}");
    }
}

#[tokio::test]
async fn an_unknown_time_decides_nothing() {
    let world = world();
    let (_, page) = remember(&world, "for ever").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(history(&world).await.persons, Persons::Nobody);
}

#[tokio::test]
async fn a_time_above_the_embedders_ceiling_is_neither_offered_nor_kept() {
    let world = World::with(|_| {}, |page| page.remember_up_to = Duration::from_secs(30 * DAY));
    let opened = world.open().await;
    let page = Browser::new(&world).sign_in(&common::code(&opened)).await;
    assert!(page.text.contains("value=\"month\"") && !page.text.contains("value=\"year\""));
    let (_, page) = remember(&world, "year").await;
    assert_eq!((page.status, page.text.contains("will not ask you again")), (StatusCode::OK, false));
    assert_eq!(history(&world).await.remembered, []);
}

#[tokio::test]
async fn by_default_nothing_is_offered() {
    let world = World::new();
    let opened = world.open().await;
    let page = Browser::new(&world).sign_in(&common::code(&opened)).await;
    assert!(!page.text.contains("name=\"remember\"") && !page.text.contains("/grants"));
}

#[tokio::test]
async fn only_what_was_granted_is_remembered() {
    let world = world();
    let form = [("consent", "grant"), ("ticked", "counts"), ("scope_0", "data.read"), ("remember", "day")];
    decide(&world, "testuser", request(), &form).await;
    assert_eq!(only_person(&world, "data.read").await.as_deref(), Some("testuser"));
    assert_eq!(only_person(&world, "data.read data.write").await, None);
}

#[tokio::test]
async fn a_remembered_consent_ends_in_the_second_it_names() {
    let world = world();
    remember(&world, "day").await;
    world.pass(DAY - 1);
    assert_eq!(only_person(&world, "data.read").await.as_deref(), Some("testuser"));
    world.pass(1);
    assert_eq!(only_person(&world, "data.read").await, None);
    assert_eq!(history(&world).await.remembered, []);
}

#[tokio::test]
async fn an_agent_that_a_second_person_decides_about_gets_nobodys_token_unasked() {
    for consent in ["grant", "deny", "report"] {
        let world = world();
        remember(&world, "year").await;
        decide(&world, "mallory", request(), &[("consent", consent)]).await;
        let history = history(&world).await;
        assert_eq!((history.persons.clone(), history.remembered.len()), (Persons::Several, 1), "{consent}");
        assert_eq!(history.only_person(&scope("data.read")), None, "{consent}");
    }
}

#[tokio::test]
async fn more_persons_than_there_is_room_for_are_still_several() {
    let world = world();
    remember(&world, "year").await;
    for number in 0..20 {
        let users = [(format!("person-{number}"), "testpass")];
        let users = aauth_interaction::TestUsers::demonstration_only(users).unwrap();
        let page = aauth_types::EndpointUrl::parse("https://auth.example/interact", Network::Public).unwrap();
        let settings = aauth_interaction::PageSettings::new(page, Network::Public);
        let mut of_one = World::new();
        of_one.router =
            aauth_interaction::router(world.deferrals.clone(), std::sync::Arc::new(users), settings);
        let opened = world.open().await;
        let mut browser = Browser::new(&of_one);
        let page = browser.sign_in_as(&common::code(&opened), &format!("person-{number}"), "testpass").await;
        browser.post(&page.hidden(), &[("consent", "deny")]).await;
    }
    let history = history(&world).await;
    assert_eq!((history.persons.clone(), history.remembered.len()), (Persons::Several, 0));
    assert_eq!(history.only_person(&scope("")), None);
}

#[tokio::test]
async fn a_delegate_is_another_than_its_agent() {
    let world = world();
    let mut new = request();
    new.facts.delegate = Some("laptop".to_owned());
    decide(&world, "testuser", new, &[("consent", "grant"), ("remember", "year")]).await;
    assert_eq!(only_person(&world, "data.read").await, None);
    let server = |text| ServerId::parse(text, Network::Public).unwrap();
    let (agent, resource) = (server("https://agent.example"), server("https://api.example"));
    let of = async |delegate: &str| {
        let consents = world.deferrals.consents();
        let history = consents.history(&agent, Some(delegate), &resource, world.clock.now()).await.unwrap();
        history.only_person(&scope("data.read")).is_some()
    };
    assert!(of("laptop").await);
    assert!(!of("phone").await && !of("").await);
}

#[tokio::test]
async fn another_resource_is_not_covered() {
    let world = world();
    remember(&world, "year").await;
    let server = |text| ServerId::parse(text, Network::Public).unwrap();
    let (agent, other) = (server("https://agent.example"), server("https://other.example"));
    let consents = world.deferrals.consents();
    let history = consents.history(&agent, None, &other, world.clock.now()).await.unwrap();
    assert_eq!((history.remembered.len(), history.only_person(&scope(""))), (0, None));
}

#[tokio::test]
async fn who_reports_an_agent_has_nothing_remembered_for_it_any_more() {
    let world = world();
    remember(&world, "year").await;
    decide(&world, "testuser", request(), &[("consent", "report")]).await;
    assert_eq!(history(&world).await.remembered, []);
}

#[tokio::test]
async fn the_page_says_whether_the_person_allowed_the_agent_something_before() {
    let world = world();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&common::code(&opened)).await;
    assert!(page.text.contains("You have never allowed this agent anything before."));
    browser.post(&page.hidden(), &[("consent", "grant")]).await;
    world.pass(40 * DAY);
    let opened = world.open().await;
    let page = browser.sign_in(&common::code(&opened)).await;
    assert!(page.text.contains("first on 2026-03-31."), "{}", page.text);
}

#[tokio::test]
async fn a_person_has_room_for_a_hundred_and_what_ends_first_makes_room() {
    let world = world();
    let mut first = request();
    first.facts.resource = ServerId::parse("https://first.example", Network::Public).unwrap();
    decide(&world, "testuser", first, &[("consent", "grant"), ("remember", "day")]).await;
    for number in 0..100 {
        let mut new = request();
        new.facts.resource =
            ServerId::parse(&format!("https://api{number}.example"), Network::Public).unwrap();
        decide(&world, "testuser", new, &[("consent", "grant"), ("remember", "month")]).await;
    }
    let person = aauth_interaction::Subject::new("testuser").unwrap();
    let kept = world.deferrals.consents().of(&person, world.clock.now()).await.unwrap();
    assert_eq!(kept.len(), 100);
    assert!(kept.iter().all(|one| one.resource.as_str() != "https://first.example"));
    assert_eq!(world.store.rows(Space::Grant), 2);
}

/// Signed in on the page of remembered consents.
async fn own_page(world: &World, name: &str, password: &str) -> (Browser, Page) {
    let mut browser = Browser::new(world);
    let page = browser.get("/grants").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_headers(&page);
    let more = [("username", name), ("password", password)];
    let answer = browser.post_to("/grants", &page.hidden(), &more).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "https://auth.example/grants"));
    let page = browser.get("/grants").await;
    assert_headers(&page);
    (browser, page)
}

#[tokio::test]
async fn a_person_sees_and_takes_back_what_is_remembered() {
    let world = world();
    remember(&world, "month").await;
    let (mut browser, page) = own_page(&world, "testuser", "testpass").await;
    for word in
        ["https://agent.example", "https://api.example", "Trip Planner", "Read your data", "data.write"]
    {
        assert!(page.text.contains(word), "{word}");
    }
    assert!(page.text.contains("Allowed on 2026-03-31, until 2026-04-30"), "{}", page.text);
    let page = browser.post_to("/grants", &page.hidden(), &[("action", "revoke")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_headers(&page);
    assert!(page.text.contains("Taken back") && page.text.contains("Every agent has to ask you"));
    assert_eq!(only_person(&world, "data.read").await, None);
}

#[tokio::test]
async fn one_revocation_leaves_the_others() {
    let world = world();
    remember(&world, "month").await;
    let mut new = request();
    new.facts.resource = ServerId::parse("https://other.example", Network::Public).unwrap();
    decide(&world, "testuser", new, &[("consent", "grant"), ("remember", "month")]).await;
    let (mut browser, page) = own_page(&world, "testuser", "testpass").await;
    let other =
        page.text.find("https://other.example").unwrap() < page.text.find("https://api.example").unwrap();
    let ids: Vec<String> = page.hidden().into_iter().filter(|m| m.0 == "consent_id").map(|m| m.1).collect();
    let id = if other { &ids[0] } else { &ids[1] };
    let csrf = ("csrf".to_owned(), page.member("csrf"));
    let page = browser.post_to("/grants", &[csrf], &[("action", "revoke"), ("consent_id", id)]).await;
    assert!(!page.text.contains("https://other.example") && page.text.contains("https://api.example"));
    assert_eq!(only_person(&world, "data.read").await.as_deref(), Some("testuser"));
}

#[tokio::test]
async fn nobody_sees_or_takes_back_what_is_another_persons() {
    let world = world();
    remember(&world, "year").await;
    let (_, own) = own_page(&world, "testuser", "testpass").await;
    let id = own.member("consent_id");
    let (mut mallory, page) = own_page(&world, "mallory", "malpass").await;
    assert!(!page.text.contains("agent.example"));
    let page = mallory.post_to("/grants", &page.hidden(), &[("action", "revoke"), ("consent_id", &id)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(only_person(&world, "data.read").await.as_deref(), Some("testuser"));
}

#[tokio::test]
async fn a_revocation_must_come_from_the_persons_own_page() {
    let world = world();
    let (mut consenting, _) = remember(&world, "year").await;
    let (mut browser, page) = own_page(&world, "testuser", "testpass").await;
    let (_, other) = own_page(&world, "mallory", "malpass").await;
    let id = page.member("consent_id");
    let revoke = |token: String| vec![("csrf".to_owned(), token), ("consent_id".to_owned(), id.clone())];
    let opened = world.open().await;
    let consent_form = consenting.get_code(&common::code(&opened)).await.member("csrf");
    for token in [String::new(), other.member("csrf"), consent_form.clone()] {
        let answer = browser.post_to("/grants", &revoke(token), &[("action", "revoke")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_headers(&answer);
    }
    for token in [consent_form, page.member("csrf")] {
        let answer = consenting.post_to("/grants", &revoke(token), &[("action", "revoke")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    browser.origin = Some("https://evil.example");
    let answer = browser.post_to("/grants", &revoke(page.member("csrf")), &[("action", "revoke")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(only_person(&world, "data.read").await.as_deref(), Some("testuser"));
}

#[tokio::test]
async fn the_persons_page_speaks_german_and_refuses_other_methods() {
    let world = world();
    let (mut browser, _) = remember(&world, "year").await;
    browser.language = "de";
    let page = browser.get("/grants").await;
    assert!(page.text.contains("Was Sie im Voraus erlaubt haben") && page.text.contains("Zurücknehmen"));
    let page = browser.send("PUT", "/grants", "").await;
    assert_eq!(
        (page.status, page.fields["allow"].to_str().unwrap()),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD, POST")
    );
    assert_headers(&page);
}
