//! The person decides, once.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, MouseActions, PointerAction};

use crate::browse;
use crate::driver::{Browser, Kind};
use crate::person::{control, heading};
use crate::world::World;

#[tokio::test]
async fn who_allows_gives_the_agent_its_token() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
    })
    .await;
}

#[tokio::test]
async fn who_denies_gives_it_nothing() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::DENY).await;
        browser.reaches(heading::NOT_ALLOWED).await;
        world.is_denied(&open).await;
    })
    .await;
}

#[tokio::test]
async fn a_report_denies_too() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::REPORT).await;
        browser.reaches(heading::REPORTED).await;
        world.is_denied(&open).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_unticked_is_not_in_the_token() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.click("input[value='calendar.write']").await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read");
    })
    .await;
}

#[tokio::test]
async fn with_nothing_ticked_the_page_comes_again_and_says_why() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        for scope in ["calendar.read", "calendar.write"] {
            browser.click(&format!("input[value='{scope}']")).await;
        }
        browser.send(control::ALLOW).await;
        let note = browser.text("[role=alert]").await;
        assert!(note.starts_with("Nothing is ticked"), "{note}");
        assert_eq!(browser.count("input[type=checkbox]:checked").await, 0);
        world.still_waits(&open).await;
    })
    .await;
}

#[tokio::test]
async fn going_back_after_the_decision_asks_for_another_code() {
    browse(Kind::Forgetful, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        browser.back().await;
        browser.reaches(heading::CODE).await;
        assert_eq!(browser.count(control::DENY).await, 0);
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
    })
    .await;
}

#[tokio::test]
async fn a_page_that_the_browser_kept_decides_nothing_any_more() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        browser.back().await;
        browser.reaches(heading::CONSENT).await;
        browser.send(control::DENY).await;
        browser.reaches(heading::DECIDED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
    })
    .await;
}

#[tokio::test]
async fn a_double_click_decides_once_and_ends_as_a_single_one() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let button = browser.element(control::ALLOW).await;
        let press = || PointerAction::Down { button: 0 };
        let release = || PointerAction::Up { button: 0 };
        let twice = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element: button, duration: None, x: 0.0, y: 0.0 })
            .then(press())
            .then(release())
            .then(press())
            .then(release());
        browser.client().perform_actions(twice).await.unwrap();
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
        assert_eq!(world.poll(&open).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_again_with_reload_ends_the_same() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        browser.send(control::DENY).await;
        browser.reaches(heading::NOT_ALLOWED).await;
        browser.client().refresh().await.unwrap();
        browser.reaches(heading::NOT_ALLOWED).await;
        world.is_denied(&open).await;
    })
    .await;
}

#[tokio::test]
async fn of_two_tabs_the_second_hears_that_it_is_decided() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let first = browser.client().window().await.unwrap();
        let second = new_tab(browser).await;
        browser.go(&open.link).await;
        browser.reaches(heading::CONSENT).await;

        browser.client().switch_to_window(first).await.unwrap();
        browser.send(control::DENY).await;
        browser.reaches(heading::NOT_ALLOWED).await;

        browser.client().switch_to_window(second).await.unwrap();
        browser.send(control::ALLOW).await;
        browser.reaches(heading::DECIDED).await;
        world.is_denied(&open).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_decision_in_two_tabs_is_one_decision() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let first = browser.client().window().await.unwrap();
        let second = new_tab(browser).await;
        browser.go(&open.link).await;
        for tab in [first, second] {
            browser.client().switch_to_window(tab).await.unwrap();
            browser.send(control::ALLOW).await;
            browser.reaches(heading::ALLOWED).await;
        }
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
        assert_eq!(world.poll(&open).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_ends_under_the_persons_eyes_changes_nothing() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        world.clock.pass(601);
        browser.send(control::ALLOW).await;
        browser.reaches(heading::CODE).await;
        assert_eq!(browser.client().find_all(Locator::Css("[role=alert]")).await.unwrap().len(), 1);
        let (status, body) = world.poll(&open).await;
        assert_eq!((status, body["error"].as_str()), (403, Some("abandoned")));
    })
    .await;
}

async fn new_tab(browser: &Browser) -> fantoccini::wd::WindowHandle {
    let handle = browser.client().new_window(true).await.unwrap().handle;
    browser.client().switch_to_window(handle.clone()).await.unwrap();
    handle
}
