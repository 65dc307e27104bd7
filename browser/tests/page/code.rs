//! The code and the sign-in: how a person gets to the request.

use aauth_auth_server::Settings;

use crate::browse;
use crate::driver::Kind;
use crate::person::{control, heading};
use crate::world::World;

#[tokio::test]
async fn a_code_is_typed_as_people_type() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        let (left, right) = open.code.split_at(4);
        browser.go(&world.page()).await;
        browser.reaches(heading::CODE).await;
        browser.type_code(&format!(" {}-{} ", left.to_lowercase(), right.to_lowercase())).await;
        browser.reaches(heading::SIGN_IN).await;
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        assert_eq!(browser.text("p.code").await, format!("{left}-{right}"));
    })
    .await;
}

#[tokio::test]
async fn symbols_that_look_alike_are_read_as_the_one_that_a_code_has() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        // Codes are at random; of this many one has a zero or a one.
        let mut open = world.open().await;
        for _ in 0..50 {
            if open.code.contains(['0', '1']) {
                break;
            }
            open = world.open().await;
        }
        let typed = open.code.replace('0', "o").replace('1', "l");
        assert_ne!(typed, open.code);
        browser.go(&world.page()).await;
        browser.type_code(&typed).await;
        browser.reaches(heading::SIGN_IN).await;
    })
    .await;
}

#[tokio::test]
async fn three_wrong_codes_and_the_right_one_still_works() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&world.page()).await;
        for wrong in ["AAAA-AAAA", "BBBB-BBBB", "what?"] {
            browser.type_code(wrong).await;
            let note = browser.text("[role=alert]").await;
            assert!(note.starts_with("This code does not work."), "{note}");
        }
        browser.type_code(&open.code).await;
        browser.reaches(heading::SIGN_IN).await;
    })
    .await;
}

#[tokio::test]
async fn who_guesses_too_often_must_wait_even_with_the_right_code() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::with(|settings: &mut Settings| settings.attempts.per_source = 3).await;
        let open = world.open().await;
        browser.go(&world.page()).await;
        for wrong in ["AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC"] {
            browser.type_code(wrong).await;
            browser.reaches(heading::CODE).await;
        }
        browser.type_code(&open.code).await;
        browser.reaches(heading::LIMITED).await;
        world.clock.pass(540);
        browser.go(&open.link).await;
        browser.reaches(heading::LIMITED).await;
        world.clock.pass(61);
        let next = world.open().await;
        browser.go(&next.link).await;
        browser.reaches(heading::SIGN_IN).await;
    })
    .await;
}

#[tokio::test]
async fn an_expired_code_reads_like_a_wrong_one() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&format!("{}?code=AAAAAAAA", world.page())).await;
        browser.reaches(heading::CODE).await;
        let wrong = browser.text("main").await;
        world.clock.pass(601);
        browser.go(&open.link).await;
        browser.reaches(heading::CODE).await;
        assert_eq!(browser.text("main").await, wrong);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_is_said_and_the_right_one_goes_on() {
    browse(Kind::Ordinary, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&open.link).await;
        browser.sign_in("ada", "guessed").await;
        assert_eq!(browser.text("[role=alert]").await, "The user name or the password is not right.");
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
    })
    .await;
}

#[tokio::test]
async fn the_page_speaks_the_language_of_the_browser() {
    browse(Kind::German, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser.go(&open.link).await;
        browser.reaches("Anmelden").await;
        assert_eq!(browser.element("html").await.attr("lang").await.unwrap().as_deref(), Some("de"));
        browser.sign_in("ada", "a password").await;
        browser.reaches("Diesen Zugriff erlauben?").await;
        browser.send(control::ALLOW).await;
        browser.reaches("Zugriff erlaubt").await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read calendar.write");
    })
    .await;
}

#[tokio::test]
async fn without_javascript_everything_works() {
    browse(Kind::WithoutScript, async |browser| {
        let world = World::start().await;
        let open = world.open().await;
        browser
            .go("data:text/html,<h1>off</h1><script>document.querySelector('h1').textContent='on'</script>")
            .await;
        browser.reaches("off").await;
        browser.go(&world.page()).await;
        browser.type_code("AAAA-AAAA").await;
        browser.type_code(&open.code).await;
        browser.reaches(heading::SIGN_IN).await;
        browser.sign_in("ada", "a password").await;
        browser.reaches(heading::CONSENT).await;
        browser.fill("#question", "Why?").await;
        browser.send(control::ASK).await;
        browser.element("section.claims a").await;
        world.answer(&open, "To book.").await;
        browser.send("section.claims a").await;
        browser.click("input[value='calendar.write']").await;
        browser.send(control::ALLOW).await;
        browser.reaches(heading::ALLOWED).await;
        assert_eq!(world.delivered(&open).await.1, "calendar.read");
    })
    .await;
}
