//! What the embedder is told about persons.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use aauth_interaction::{PersonAct, PersonEvent};
use common::{Browser, World, code, id};

/// One line for each event, and all that their `Debug` shows.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(Vec<String>, String)>>);

impl Told {
    fn world(&self) -> World {
        let told = self.clone();
        let observer = move |event: &PersonEvent<'_>| {
            let mut all = told.0.lock().unwrap();
            let who = event.subject.map_or("nobody", |subject| subject.as_str());
            let agent = event.agent.map_or("none", |agent| agent.as_str());
            let scope = match event.act {
                PersonAct::Approved { scope, .. } => format!(" {scope}"),
                _ => String::new(),
            };
            all.0.push(format!("{} {who} {agent}{scope}", event.act.name()));
            write!(all.1, "{event:?}").unwrap();
        };
        let observer = Arc::new(observer);
        World::with(|_| {}, move |page| page.observer = observer.clone())
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().0.clone()
    }
}

#[tokio::test]
async fn each_step_of_a_person_is_told_once() {
    let told = Told::default();
    let world = told.world();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.get_code(&code(&opened)).await;
    let page = browser.sign_in(&code(&opened)).await;
    let asked = browser.post(&page.hidden(), &[("action", "ask"), ("question", "Why?")]).await;
    let page = browser.get(asked.location()).await;
    let more = [("ticked", "counts"), ("scope_0", "data.read"), ("consent", "grant")];
    browser.post(&page.hidden(), &more).await;
    browser.post(&page.hidden(), &more).await;
    let expected = [
        "code_accepted nobody https://agent.example",
        "signed_in testuser https://agent.example",
        "asked testuser https://agent.example",
        "approved testuser https://agent.example data.read",
    ];
    assert_eq!(told.lines(), expected);
}

#[tokio::test]
async fn a_denial_and_a_report_are_told_apart() {
    let told = Told::default();
    let world = told.world();
    for consent in ["deny", "report"] {
        let opened = world.open().await;
        let mut browser = Browser::new(&world);
        let page = browser.sign_in(&code(&opened)).await;
        browser.post(&page.hidden(), &[("consent", consent)]).await;
    }
    let decisions: Vec<String> =
        told.lines().into_iter().filter(|line| line.contains("ed testuser")).collect();
    let expected = ["denied", "reported"].map(|act| format!("{act} testuser https://agent.example"));
    assert_eq!(decisions, expected);
}

#[tokio::test]
async fn wrong_codes_are_told_up_to_the_limit_and_no_further() {
    let told = Told::default();
    let world = told.world();
    let mut browser = Browser::new(&world);
    for _ in 0..40 {
        browser.get_code("AAAAAAAA").await;
    }
    let lines = told.lines();
    assert_eq!(lines.iter().filter(|line| *line == "wrong_code nobody none").count(), 30);
    assert_eq!(lines.iter().filter(|line| *line == "locked nobody none").count(), 1);
    assert_eq!(lines.len(), 31);
}

#[tokio::test]
async fn an_event_shows_no_secret() {
    let told = Told::default();
    let world = told.world();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.get_code(&code(&opened)).await;
    browser.post(&page.hidden(), &[("username", "testuser"), ("password", "a wrong one")]).await;
    let page = browser.sign_in(&code(&opened)).await;
    browser.post(&page.hidden(), &[("consent", "report")]).await;
    let shown = told.0.lock().unwrap().1.clone();
    assert!(shown.contains("WrongPassword") && shown.contains("Reported"), "{shown}");
    let session = browser.cookie.clone().unwrap();
    let session = session.split_once('=').unwrap().1;
    for secret in [
        &code(&opened),
        id(&opened),
        session,
        &page.member("csrf"),
        &page.member("pending_id"),
        "a wrong one",
        "testpass",
        "testuser",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
