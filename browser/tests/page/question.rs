//! The person asks and the agent answers.

use crate::browse;
use crate::driver::Kind;
use crate::person::{control, heading};
use crate::world::World;

#[tokio::test]
async fn the_answer_stands_among_the_agents_own_words() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.fill("#question", "Which calendar?").await;
        browser.send(control::ASK).await;
        browser.reaches(heading::CONSENT).await;
        let (status, body) = world.poll(&open).await;
        assert_eq!((status, body["clarification"].as_str()), (202, Some("Which calendar?")));
        assert!(browser.text("section.claims").await.contains("No answer yet."));

        world.answer(&open, "<b>Yours</b>, of course.").await;
        browser.send("section.claims a").await;
        let claims = browser.text("section.claims").await;
        assert!(claims.contains("In its own words. Nobody has checked this."), "{claims}");
        assert!(claims.contains("<b>Yours</b>, of course."), "{claims}");
        let checked = browser.text("section[aria-labelledby=checked]").await;
        assert!(!checked.contains("of course"), "{checked}");

        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_the_person_has_not_seen_undoes_the_click() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.fill("#question", "Which calendar?").await;
        browser.send(control::ASK).await;
        world.poll(&open).await;
        world.answer(&open, "All of them.").await;
        browser.send(control::ALLOW).await;
        let note = browser.text("[role=alert]").await;
        assert!(note.starts_with("The request has changed since you opened this page."), "{note}");
        assert!(browser.text("section.claims").await.contains("All of them."));
        world.still_waits(&open).await;
    })
    .await;
}
