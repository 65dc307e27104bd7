//! Hands that use no mouse.

use fantoccini::key::Key;

use crate::browse;
use crate::driver::{Browser, Kind};
use crate::person::heading;
use crate::world::World;

/// What has the focus: what it is, whether it is framed visibly, whether it lies within the window.
const FOCUSED: &str =
    "const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    const framed = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const inside = box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    return [e.id || e.value || e.pathname, framed, inside]";

async fn tab(browser: &Browser) -> String {
    browser.press(&[Key::Tab]).await;
    let focused = browser.run(FOCUSED).await;
    assert_eq!((&focused[1], &focused[2]), (&true.into(), &true.into()), "{focused}");
    focused[0].as_str().unwrap().to_owned()
}

async fn tab_to(browser: &Browser, wanted: &str) {
    for _ in 0..20 {
        if tab(browser).await == wanted {
            return;
        }
    }
    panic!("{wanted} cannot be reached with the keyboard");
}

#[tokio::test]
async fn the_focus_goes_in_reading_order_and_can_be_seen() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        let mut order = Vec::new();
        for _ in 0..10 {
            order.push(tab(browser).await);
        }
        let wanted = [
            "logout", "/terms", "/privacy", "scope_0", "scope_1", "deny", "grant", "report", "question",
            "ask",
        ];
        assert_eq!(order, wanted);
    })
    .await;
}

#[tokio::test]
async fn space_unticks_and_enter_allows() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&world.page()).await;
        tab_to(browser, "code").await;
        send(browser, &open.code, Key::Enter).await;
        browser.reaches(heading::SIGN_IN).await;
        tab_to(browser, "username").await;
        write(browser, "ada").await;
        tab_to(browser, "password").await;
        send(browser, "a password", Key::Enter).await;
        browser.reaches(heading::CONSENT).await;
        tab_to(browser, "scope_1").await;
        write(browser, " ").await;
        tab_to(browser, "grant").await;
        send(browser, "", Key::Enter).await;
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read");
    })
    .await;
}

#[tokio::test]
async fn space_presses_the_button_that_denies() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.arrive(&open).await;
        tab_to(browser, "deny").await;
        let page = browser.element("html").await;
        write(browser, " ").await;
        browser.left(page).await;
        browser.reaches(heading::NOT_ALLOWED).await;
        world.is_denied(&open).await;
    })
    .await;
}

async fn write(browser: &Browser, text: &str) {
    browser.client().active_element().await.unwrap().send_keys(text).await.unwrap();
}

/// Writes, presses a key that sends, and waits for the next page.
async fn send(browser: &Browser, text: &str, key: Key) {
    let page = browser.element("html").await;
    write(browser, &format!("{text}{key}")).await;
    browser.left(page).await;
}
