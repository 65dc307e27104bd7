//! From the `202` to the answer.

use aauth_interaction::{Outcome, Subject, Verdict};
use serde_json::json;

use crate::{AGENT, Answer, Browser, OTHER_AUTH, Peer, RESOURCE, World, error_body};

#[tokio::test]
async fn the_first_answer_says_where_to_poll_and_what_to_show_the_person() {
    let (answer, path, code) = World::new().pay().await;
    let location = format!("{RESOURCE}{path}");
    let challenge = format!("require=interaction; code=\"{code}\"");
    assert_eq!(answer.field("location"), Some(&*location));
    assert_eq!(answer.field("aauth"), Some(&*challenge));
    assert_eq!(answer.field("retry-after"), Some("2"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let body = json!({"status": "pending", "location": location, "require": "interaction", "code": code});
    assert_eq!(answer.json(), body);
    assert_eq!(path.strip_prefix("/pending/").map(str::len), Some(32));
}

#[tokio::test]
async fn the_call_is_carried_out_once_when_the_agent_collects_what_the_person_allowed() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    let waiting = world.poll(&Peer::agent(), &path).await;
    let body = json!({"status": "pending", "location": format!("{RESOURCE}{path}")});
    assert_eq!((waiting.status.as_u16(), waiting.json()), (202, body));
    let end = Browser::new(&world).decide(&code, "grant").await;
    assert_eq!((end.status.as_u16(), world.done()), (200, 0));
    world.clock.advance(std::time::Duration::from_secs(2));
    let paid = world.poll(&Peer::agent(), &path).await;
    assert_eq!((paid.status.as_u16(), &*paid.text, paid.field("x-receipt")), (201, "paid 12 EUR", Some("7")));
    let allowed = world.done.lock().unwrap()[0].clone();
    assert_eq!((allowed.agent.as_str(), &*allowed.subject, allowed.delegate), (AGENT, "testuser", None));
    assert_eq!((allowed.scope.to_string(), &*allowed.call), ("payment".to_owned(), &b"12 EUR"[..]));
    let again = world.poll(&Peer::agent(), &path).await;
    assert_eq!((again.error(), world.done()), ((404, "not_found".to_owned()), 1));
}

#[tokio::test]
async fn what_waits_survives_a_restart() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    let world = world.restarted();
    Browser::new(&world).decide(&code, "grant").await;
    let world = world.restarted();
    assert_eq!(world.poll(&Peer::agent(), &path).await.text, "paid 12 EUR");
}

#[tokio::test]
async fn a_denied_call_is_never_carried_out() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    Browser::new(&world).decide(&code, "deny").await;
    let answer = world.poll(&Peer::agent(), &path).await;
    assert_eq!(answer.error(), (403, "denied".to_owned()));
    assert_eq!(world.poll(&Peer::agent(), &path).await.error(), (404, "not_found".to_owned()));
    assert_eq!(world.done(), 0);
}

#[tokio::test]
async fn a_call_that_nobody_decides_expires() {
    let world = World::new();
    let (_, path, _) = world.pay().await;
    world.clock.advance(std::time::Duration::from_secs(601));
    assert_eq!(world.poll(&Peer::agent(), &path).await.error(), (408, "expired".to_owned()));
    assert_eq!(world.done(), 0);
}

#[tokio::test]
async fn a_cancelled_call_cannot_be_allowed_any_more() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    let cancel = Peer::agent().call("DELETE", RESOURCE, &path).signed();
    assert_eq!(world.send(cancel).await.status, 204);
    assert_eq!(world.poll(&Peer::agent(), &path).await.status, 410);
    assert_eq!(Browser::new(&world).visit(&code).await.status, 400);
    assert_eq!(world.done(), 0);
}

#[tokio::test]
async fn a_question_of_the_person_reaches_the_agent_and_its_answer_the_person() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    let mut browser = Browser::new(&world);
    browser.ask(&code, "What for?").await;
    let asked = world.poll(&Peer::agent(), &path).await;
    assert_eq!(asked.json()["clarification"], "What for?");
    let text = r#"{"clarification_response":"Lunch <b>"}"#;
    let taken = world.send(Peer::agent().post(RESOURCE, &path, text).signed()).await;
    assert_eq!(taken.status, 202);
    let page: Answer = browser.visit(&code).await;
    assert!(page.text.contains("Lunch &#60;b&#62;"), "{}", page.text);
}

#[tokio::test]
async fn an_approval_has_no_code_and_is_decided_by_the_resource() {
    let world = World::new();
    let opened = world.send(Peer::agent().post(RESOURCE, "/approval", "").signed()).await;
    assert_eq!((opened.status.as_u16(), opened.field("aauth")), (202, Some("require=approval")));
    assert_eq!(opened.json().get("code"), None);
    let path = opened.json()["location"].as_str().unwrap().strip_prefix(RESOURCE).unwrap().to_owned();
    let id = aauth_deferred::PendingId::parse(path.strip_prefix("/pending/").unwrap()).unwrap();
    let request =
        aauth_interaction::RequestRef::parse(&aauth_jose::b64::encode(id.hash().as_bytes())).unwrap();
    let deferrals = world.deferring.deferrals();
    let found = deferrals.look(&request).await.unwrap().unwrap();
    let verdict = Verdict::Approve {
        subject: Subject::new("boss").unwrap(),
        scope: found.facts.asked(),
        shown: found.shown,
    };
    assert!(matches!(deferrals.decide(&request, verdict).await.unwrap(), Outcome::Done));
    assert_eq!(world.poll(&Peer::agent(), &path).await.text, "paid ");
    assert_eq!(world.done.lock().unwrap()[0].subject, "boss");
}

#[tokio::test]
async fn a_person_who_is_asked_elsewhere_is_sent_there_and_decides_nothing_here() {
    let world = World::new();
    let opened = world.send(Peer::agent().post(RESOURCE, "/elsewhere", "").signed()).await;
    assert!(!format!("{opened:?}").contains(OTHER_AUTH) && !format!("{opened:?}").contains("SECRET23"));
    let code = opened.json()["code"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(&world);
    let sent = browser.visit(&code).await;
    let target = "https://second-auth-server.com/interact?code=SECRET23";
    assert_eq!((sent.status.as_u16(), sent.field("location")), (303, Some(target)));
    let typed = browser.open(&format!("/interact?typed=yes&code={code}")).await;
    assert_eq!(
        (typed.status.as_u16(), typed.field("location")),
        (200, None),
        "a form may not redirect there"
    );
    assert!(
        typed.text.contains("<a href=\"https://second-auth-server.com/interact?code=SECRET23\""),
        "{}",
        typed.text
    );
    let wrong = browser.visit("AAAA2345").await;
    assert_eq!((wrong.status.as_u16(), wrong.field("location")), (400, None));
}

#[tokio::test]
async fn other_methods_are_not_taken_and_the_answer_stays() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    Browser::new(&world).decide(&code, "grant").await;
    for method in ["HEAD", "PUT"] {
        let answer = world.send(Peer::agent().call(method, RESOURCE, &path).signed()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.field("allow")),
            (405, Some("GET, POST, DELETE")),
            "{method}"
        );
        let text = error_body("invalid_request", "Method not allowed");
        assert_eq!(answer.text, if method == "HEAD" { String::new() } else { text });
    }
    assert_eq!(world.poll(&Peer::agent(), &path).await.status, 201);
}

/// `Cache-Control` of every answer of the pending URL, the one that the call itself makes included.
#[tokio::test]
async fn nothing_of_the_pending_url_is_kept_by_a_cache() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    let call = |method: &str| Peer::agent().call(method, RESOURCE, &path);
    let post = |body: &str| Peer::agent().post(RESOURCE, &path, body);
    let mut answers = Vec::new();
    for request in [
        call("GET").unsigned(),
        call("PUT").signed(),
        call("HEAD").signed(),
        post("{}").signed(),
        post(&"x".repeat(65_537)).signed(),
        call("GET").signed(),
        call("GET").signed(),
        call("GET").signed(),
    ] {
        answers.push(world.send(request).await);
    }
    Browser::new(&world).decide(&code, "grant").await;
    for request in [call("GET").signed(), call("GET").signed()] {
        answers.push(world.send(request).await);
    }
    let (_, path, _) = world.pay().await;
    for method in ["DELETE", "GET"] {
        answers.push(world.send(Peer::agent().call(method, RESOURCE, &path).signed()).await);
    }
    let (_, path, _) = world.pay().await;
    world.clock.advance(std::time::Duration::from_secs(600));
    answers.push(world.poll(&Peer::agent(), &path).await);
    for answer in &answers {
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{answer:?}");
    }
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [401, 405, 405, 400, 413, 202, 202, 429, 201, 404, 204, 410, 408]);
}
