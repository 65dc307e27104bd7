//! A consent that is remembered, used and taken back.

use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::{Rules, Settings, remembered};

use crate::agent::Asked;
use crate::axe;
use crate::browse;
use crate::driver::{Browser, Kind};
use crate::person::{control, heading};
use crate::world::World;

/// A server that offers to remember, and a policy that uses it.
pub(crate) fn remembers(settings: &mut Settings) {
    settings.remember_up_to = Duration::from_secs(30 * 24 * 3600);
    settings.required.policy = Arc::new(Rules::new().then(remembered));
}

async fn allow_for_a_month(browser: &Browser, world: &World) {
    let open = world.open().await;
    browser.arrive(&open).await;
    browser.element("#remember").await.select_by_index(2).await.unwrap();
    browser.send(control::ALLOW).await;
    browser.reaches(heading::ALLOWED).await;
    assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
}

#[tokio::test]
async fn a_remembered_consent_needs_no_person_until_it_is_taken_back() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::with(remembers).await;
        allow_for_a_month(browser, &world).await;
        assert_eq!(world.ask(&Asked::default()).await, 200);

        browser.go(&format!("{}/grants", world.origin())).await;
        browser.reaches(heading::GRANTS).await;
        assert_eq!(browser.count("section.consent").await, 1);
        if let Some(script) = axe::script() {
            axe::check(browser, &script, "what is remembered, one of them").await;
        }
        browser.send("button[value=revoke]").await;
        browser.reaches(heading::GRANTS).await;
        assert_eq!(browser.count("section.consent").await, 0);
        assert_eq!(world.ask(&Asked::default()).await, 202);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_remembered_is_asked_again() {
    browse(Kind::WithoutScript, async |browser| {
        let world = World::with(remembers).await;
        allow_for_a_month(browser, &world).await;
        let more = Asked { scope: "calendar.read calendar.wordy".to_owned(), purpose: None };
        assert_eq!(world.ask(&more).await, 202);
        let less = Asked { scope: "calendar.read".to_owned(), purpose: None };
        assert_eq!(world.ask(&less).await, 200);
    })
    .await;
}
