//! A person decides in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_deferred::PollError;
use aauth_interaction::{Granted, Lookup, Polled};
use common::{Browser, World, assert_headers, code, id, owner, request};
use http::StatusCode;

async fn poll(world: &World, id: &str) -> Polled {
    world.deferrals.poll(id, &owner(), "auth-key-1", None).await.unwrap()
}

fn granted_scope(polled: &Polled) -> String {
    match polled {
        Polled::Delivered(delivery) => delivery.scope.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn four_requests_of_a_browser_grant_and_the_poll_delivers() {
    let world = World::new();
    let opened = world.open().await;
    let (code, id) = (code(&opened), id(&opened).to_owned());
    let mut browser = Browser::new(&world);

    let page = browser.get_code(&code).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_headers(&page);
    assert_eq!(world.state(&opened).await, "undecided");

    let answer = browser.post(&page.hidden(), &[("username", "testuser"), ("password", "testpass")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), format!("https://auth.example/interact?code={code}"));
    assert_headers(&answer);
    assert_eq!(world.state(&opened).await, "arrived");

    let page = browser.get(answer.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_headers(&page);
    for word in [
        "https://agent.example",
        "https://api.example",
        "Trip Planner",
        "Read your data",
        "data.write",
        "testuser",
    ] {
        assert!(page.text.contains(word), "{word}");
    }

    let page = browser.post(&page.hidden(), &[("consent", "grant")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Access allowed"));
    assert_headers(&page);

    match poll(&world, &id).await {
        Polled::Delivered(delivery) => {
            assert_eq!(delivery.payload, b"mint this");
            assert_eq!(delivery.subject, "testuser");
            assert_eq!(delivery.scope.to_string(), "data.read data.write");
            assert_eq!(delivery.kid, "auth-key-1");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(poll(&world, &id).await, Polled::Refused { error: PollError::Gone, retry_after: None });
}

#[tokio::test]
async fn a_denial_reaches_the_poll() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let page = browser.post(&page.hidden(), &[("consent", "deny")]).await;
    assert_eq!((page.status, page.text.contains("Access not allowed")), (StatusCode::OK, true));
    let denied = Polled::Refused { error: PollError::Denied, retry_after: None };
    assert_eq!(poll(&world, id(&opened)).await, denied);
}

#[tokio::test]
async fn a_report_denies_and_is_not_handed_to_the_callback() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(&code(&opened)).await;
    let target = format!("/interact?code={}&callback=https://agent.example/done", code(&opened));
    let page = browser.get(&target).await;
    let page = browser.post(&page.hidden(), &[("consent", "report")]).await;
    assert_eq!((page.status, page.text.contains("Refused and reported")), (StatusCode::OK, true));
    assert_eq!(world.state(&opened).await, "denied");
}

#[tokio::test]
async fn ticked_boxes_narrow_the_grant() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let more = [("ticked", "counts"), ("scope_1", "data.write"), ("scope_9", "admin"), ("consent", "grant")];
    let page = browser.post(&page.hidden(), &more).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(granted_scope(&poll(&world, id(&opened)).await), "data.write");
}

#[tokio::test]
async fn nothing_ticked_is_no_grant_at_all() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let page = browser.post(&page.hidden(), &[("ticked", "counts"), ("consent", "grant")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.text.contains("Nothing is ticked") && !page.text.contains(" checked>"));
    assert_eq!(world.state(&opened).await, "arrived");
}

#[tokio::test]
async fn a_wrong_password_shows_the_sign_in_again() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.get_code(&code(&opened)).await;
    let page = browser.post(&page.hidden(), &[("username", "testuser"), ("password", "wrong")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("is not right") && page.text.contains("name=\"password\""));
    assert!(!page.text.contains("agent.example"));
}

#[tokio::test]
async fn passwords_are_limited_like_codes() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.get_code(&code(&opened)).await;
    for _ in 0..10 {
        let page = browser.post(&page.hidden(), &[("username", "testuser"), ("password", "wrong")]).await;
        assert_eq!(page.status, StatusCode::OK);
    }
    let page = browser.post(&page.hidden(), &[("username", "testuser"), ("password", "testpass")]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.fields["retry-after"], "600");
}

#[tokio::test]
async fn an_allowed_callback_is_followed_unchanged() {
    let world = World::new();
    for (consent, state) in [("grant", "granted"), ("deny", "denied")] {
        let opened = world.open().await;
        let mut browser = Browser::new(&world);
        let callback = "https://agent.example/done?x=1&y=%20";
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code(&opened))
            .append_pair("callback", callback)
            .finish();
        let page = browser.get(&format!("/interact?{query}")).await;
        let answer =
            browser.post(&page.hidden(), &[("username", "testuser"), ("password", "testpass")]).await;
        let page = browser.get(answer.location()).await;
        let policy = page.fields["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://agent.example;"), "{policy}");
        let answer = browser.post(&page.hidden(), &[("consent", consent)]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, callback));
        assert_headers(&answer);
        assert_eq!(world.state(&opened).await, state);
    }
}

#[tokio::test]
async fn a_foreign_callback_ends_on_the_last_page() {
    let world = World::new();
    for evil in [
        "https://evil.example/",
        "javascript:alert(1)",
        "https://agent.example.evil.example/",
        "//evil.example",
    ] {
        let opened = world.open().await;
        let mut browser = Browser::new(&world);
        browser.sign_in(&code(&opened)).await;
        let page = browser.get(&format!("/interact?code={}&callback={evil}", code(&opened))).await;
        assert!(!page.text.contains("evil"), "{evil}");
        let more = [("consent", "grant"), ("callback", evil)];
        let page = browser.post(&page.hidden(), &more).await;
        assert_eq!((page.status, page.location()), (StatusCode::OK, ""), "{evil}");
    }
}

#[tokio::test]
async fn a_question_is_asked_answered_and_read() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let answer = browser.post(&page.hidden(), &[("action", "ask"), ("question", "Why <b>now</b>?")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    match poll(&world, id(&opened)).await {
        Polled::Waiting(wait) => assert_eq!(wait.question.as_deref(), Some("Why <b>now</b>?")),
        other => panic!("{other:?}"),
    }
    let waiting = browser.get(answer.location()).await;
    assert!(waiting.text.contains("No answer yet.") && !waiting.text.contains("name=\"question\""));
    let said = world.deferrals.answer(id(&opened), &owner(), Some("Because <i>".to_owned())).await.unwrap();
    assert!(matches!(said, Polled::Waiting(wait) if wait.question.is_none()));

    let stale = browser.post(&waiting.hidden(), &[("consent", "grant")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text.contains("Because &#60;i&#62;") && stale.text.contains("has changed"));
    assert_eq!(world.state(&opened).await, "arrived");
    let page = browser.post(&stale.hidden(), &[("consent", "grant")]).await;
    assert_eq!((page.status, world.state(&opened).await.as_str()), (StatusCode::OK, "granted"));
}

#[tokio::test]
async fn an_agent_that_takes_no_questions_is_not_asked() {
    let world = World::new();
    let mut new = request();
    new.clarification = aauth_deferred::Clarification::Unsupported;
    let opened = world.deferrals.open(new).await.unwrap();
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    assert!(!page.text.contains("name=\"question\""));
    let page = browser.post(&page.hidden(), &[("action", "ask"), ("question", "Why?")]).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.state(&opened).await, "arrived");
}

#[tokio::test]
async fn a_form_sent_twice_ends_as_it_did_the_first_time() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let (grant, deny) = ([("consent", "grant")], [("consent", "deny")]);
    let first = browser.post(&page.hidden(), &grant).await;
    let second = browser.post(&page.hidden(), &grant).await;
    assert_eq!((second.status, &second.text), (StatusCode::OK, &first.text));
    assert_eq!(granted_scope(&poll(&world, id(&opened)).await), "data.read data.write");
    let after_delivery = browser.post(&page.hidden(), &grant).await;
    assert_eq!((after_delivery.status, &after_delivery.text), (StatusCode::OK, &first.text));
    let other = browser.post(&page.hidden(), &deny).await;
    assert_eq!((other.status, other.text.contains("Already decided")), (StatusCode::CONFLICT, true));
}

#[tokio::test]
async fn of_approve_and_deny_at_once_one_counts() {
    let world = World::new();
    for _ in 0..20 {
        let opened = world.open().await;
        let mut browser = Browser::new(&world);
        let page = browser.sign_in(&code(&opened)).await;
        let (mut one, mut two) = (browser.clone(), browser.clone());
        let hidden = page.hidden();
        let (grant, deny) = tokio::join!(
            one.post(&hidden, &[("consent", "grant")]),
            two.post(&hidden, &[("consent", "deny")])
        );
        let mut statuses = [grant.status, deny.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
        let expected = if grant.status == StatusCode::OK { "granted" } else { "denied" };
        assert_eq!(world.state(&opened).await, expected);
    }
}

#[tokio::test]
async fn signing_out_forgets_the_person() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    let before = browser.cookie.clone();
    let answer = browser.post(&page.hidden(), &[("action", "logout")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookie, before);
    for cookie in [browser.cookie.clone(), before] {
        browser.cookie = cookie;
        assert!(browser.get_code(&code(&opened)).await.text.contains("name=\"password\""));
    }
}

#[tokio::test]
async fn the_page_speaks_german_to_whoever_asks_for_it() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.language = "de-DE,de;q=0.9,en;q=0.5";
    let page = browser.sign_in(&code(&opened)).await;
    assert_eq!(page.fields["content-language"], "de");
    assert!(page.text.contains("<html lang=\"de\">") && page.text.contains("Diesen Zugriff erlauben?"));
}

#[tokio::test]
async fn an_approval_is_decided_without_a_code() {
    let world = World::new();
    let mut new = request();
    new.waits_for = aauth_interaction::WaitsFor::Approval;
    let opened = world.deferrals.open(new).await.unwrap();
    assert!(opened.code.is_none());
    let found = world.deferrals.look(&opened.request).await.unwrap().unwrap();
    let verdict = aauth_interaction::Verdict::Approve {
        subject: aauth_interaction::Subject::new("boss").unwrap(),
        scope: found.facts.asked(),
        shown: found.shown,
    };
    let outcome = world.deferrals.decide(&opened.request, verdict).await.unwrap();
    assert!(matches!(outcome, aauth_interaction::Outcome::Done));
    assert!(matches!(poll(&world, id(&opened)).await, Polled::Delivered(d) if d.subject == "boss"));
}

#[tokio::test]
async fn a_decided_code_says_how_to_those_who_may_know() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&opened)).await;
    browser.post(&page.hidden(), &[("consent", "deny")]).await;
    let lookup = world.deferrals.find(&code(&opened)).await.unwrap();
    assert!(matches!(lookup, Lookup::Decided(decided) if decided.granted == Some(Granted::No)));
}
