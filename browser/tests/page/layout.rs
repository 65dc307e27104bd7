//! The page on a phone, whatever an agent writes.

use crate::agent::Asked;
use crate::browse;
use crate::driver::{Browser, Kind};
use crate::person::{control, heading};
use crate::world::{WORDY, World};

async fn fits(browser: &Browser, page: &str) {
    let widths = browser
        .run("return [document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]")
        .await;
    let [root, body, window] = [0, 1, 2].map(|at| widths[at].as_u64().unwrap());
    assert!(root <= window && body <= window && window == 360, "{page}: {widths}");
}

#[tokio::test]
async fn every_page_fits_a_phone() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.as_phone().await;
        browser.go(&world.page()).await;
        fits(browser, "code").await;
        browser.type_code("AAAAAAAA").await;
        fits(browser, "wrong code").await;
        browser.go(&open.link).await;
        fits(browser, "sign-in").await;
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        fits(browser, "consent").await;
        browser.fill("#question", "Why?").await;
        browser.send(control::ASK).await;
        fits(browser, "asked").await;
        browser.send(control::DENY).await;
        fits(browser, "denied").await;
    })
    .await;
}

#[tokio::test]
async fn long_words_reversed_text_and_markup_stay_where_they_belong() {
    let word = "W".repeat(2048);
    let reversed = "\u{202e}\u{2067}\u{202d}".repeat(200) + "dewolla ydaerla";
    let markup = "</blockquote></section><h1>Allowed</h1><style>*{display:none}</style><script>document.title='x'</script>\
        <img src=x onerror=document.title='x'><plaintext>";
    let lines = "\n".repeat(2000) + "end";
    for purpose in [word, reversed, markup.to_owned(), lines] {
        browse(Kind::Ordinary, async |browser| {
            let world = World::start().await;
            let scope = format!("{WORDY} {}", "s".repeat(200));
            let open = world.open_for(Asked { scope, purpose: Some(purpose) }).await;
            browser.as_phone().await;
            browser.arrive(&open).await;
            fits(browser, "consent").await;
            assert_eq!(browser.count("h1").await, 1);
            assert_eq!(browser.count("main img, main style, script").await, 0);
            assert_eq!(browser.run("return document.title").await, "Allow this access? · Example Accounts");
            // Quoted text cannot push the decision out of reach.
            assert!(
                browser.run("return document.documentElement.scrollHeight").await.as_u64().unwrap() < 4000
            );
            browser.send(control::DENY).await;
            browser.reaches(heading::NOT_ALLOWED).await;
            world.is_denied(&open).await;
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_of_4096_characters_without_a_space_stays_in_its_box() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.as_phone().await;
        browser.arrive(&open).await;
        browser.fill("#question", "Why?").await;
        browser.send(control::ASK).await;
        world.poll(&open).await;
        world.answer(&open, &"A".repeat(4096)).await;
        browser.send("section.claims a").await;
        fits(browser, "consent").await;
        assert!(browser.text("section.claims blockquote.long").await.starts_with("AAAA"));
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
    })
    .await;
}
