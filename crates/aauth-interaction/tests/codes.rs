//! Codes: how they are read, how they end, how they are guessed.

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
use aauth_interaction::Polled;
use common::{Browser, World, assert_headers, code, id, owner};
use http::StatusCode;

#[tokio::test]
async fn looking_changes_no_row_however_often() {
    let world = World::new();
    let opened = world.open().await;
    let before = world.row(&opened).await;
    let target = format!("/interact?code={}", code(&opened));
    for round in 0..1000 {
        let mut browser = Browser::new(&world);
        let page = match round % 3 {
            0 => browser.get(&target).await,
            1 => browser.send("HEAD", &target, "").await,
            _ => browser.get(&format!("{target}&callback=https://agent.example/")).await,
        };
        assert_eq!(page.status, StatusCode::OK);
    }
    let mut signed_in = Browser::new(&world);
    let other = world.open().await;
    signed_in.sign_in(&code(&other)).await;
    assert!(signed_in.get(&target).await.text.contains("Allow this access?"));
    assert_eq!(world.row(&opened).await, before);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let world = World::new();
    let page = Browser::new(&world).send("HEAD", "/interact", "").await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(page.fields["cache-control"], "no-store");
}

#[tokio::test]
async fn without_a_code_the_form_asks_for_it() {
    let world = World::new();
    for target in ["/interact", "/interact?", "/interact?code=", "/interact?x=1"] {
        let page = Browser::new(&world).get(target).await;
        assert_eq!(page.status, StatusCode::OK, "{target}");
        assert!(page.text.contains("name=\"code\"") && !page.text.contains("does not work"), "{target}");
        assert_headers(&page);
    }
}

#[tokio::test]
async fn case_hyphens_spaces_and_look_alikes_do_not_matter() {
    let world = World::new();
    let opened = world.open().await;
    let code = code(&opened);
    let (left, right) = code.split_at(4);
    let hyphenated = format!("{left}-{right}").to_lowercase();
    let look_alike = code.replace('1', "l").replace('0', "O");
    // As a form sends them: spaces as plus signs, and the line feed of copied text.
    let spaced = format!("+{left}+{right}%0A");
    for typed in [hyphenated, look_alike, spaced] {
        assert!(Browser::new(&world).get_code(&typed).await.text.contains("name=\"password\""), "{typed}");
    }
}

#[tokio::test]
async fn wrong_expired_and_consumed_codes_look_the_same() {
    let world = World::new();
    let expired = world.open().await;
    world.pass(601);
    let consumed = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code(&consumed)).await;
    browser.post(&page.hidden(), &[("consent", "grant")]).await;
    let cancelled = world.open().await;
    world.deferrals.cancel(id(&cancelled), &owner()).await.unwrap();

    let unknown = Browser::new(&world).get("/interact?code=AAAAAAAA").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert!(unknown.text.contains("does not work") && unknown.text.contains("name=\"code\""));
    assert_headers(&unknown);
    let long = "A".repeat(65);
    let huge = "9".repeat(60_000);
    for typed in [
        code(&expired),
        code(&consumed),
        code(&cancelled),
        "UUUUUUUU".into(),
        "%22".into(),
        "%C3%A4".into(),
        long,
        huge,
    ] {
        let page = Browser::new(&world).get_code(&typed).await;
        assert_eq!((page.status, &page.text), (unknown.status, &unknown.text));
        assert_eq!(page.fields, unknown.fields);
    }
    let twice = Browser::new(&world).get("/interact?code=AAAAAAAA&code=BBBBBBBB").await;
    assert_eq!((twice.status, &twice.text), (unknown.status, &unknown.text));
}

#[tokio::test]
async fn a_source_that_guesses_is_held_back_and_the_person_is_not() {
    let world = World::new();
    let opened = world.open().await;
    let mut limited = 0;
    for guess in 0..10_001_u32 {
        let mut browser = Browser::new(&world);
        let source = u8::try_from(guess % 100).unwrap();
        browser.from = [198, 51, 100, source];
        let page = browser.get(&format!("/interact?code={guess:08}")).await;
        match page.status {
            StatusCode::BAD_REQUEST => {}
            StatusCode::TOO_MANY_REQUESTS => limited += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(limited, 10_001 - 100 * 30);
    let mut guesser = Browser::new(&world);
    guesser.from = [198, 51, 100, 7];
    let page = guesser.get_code(&code(&opened)).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.fields["retry-after"], "600");
    assert_headers(&page);
    assert!(Browser::new(&world).sign_in(&code(&opened)).await.text.contains("Allow this access?"));
    world.pass(601);
    let fresh = world.open().await;
    assert_eq!(guesser.get_code(&code(&fresh)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_and_all_together_are_limited_too() {
    let world = World::with(|_| {}, |page| page.attempts.in_all = 12);
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.sign_in(&code(&opened)).await;
    for guess in 0..11_u8 {
        browser.from = [203, 0, 113, guess];
        let expected = if guess < 10 { StatusCode::BAD_REQUEST } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(browser.get(&format!("/interact?code=0000000{}", guess % 10)).await.status, expected);
    }
    let mut statuses = Vec::new();
    for guess in 0..4_u8 {
        let mut other = Browser::new(&world);
        other.from = [203, 0, 113, 100 + guess];
        statuses.push(other.get("/interact?code=99999999").await.status.as_u16());
    }
    assert_eq!(statuses, [400, 400, 429, 429]);
}

#[tokio::test]
async fn a_right_code_costs_no_attempt() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    for _ in 0..100 {
        assert_eq!(browser.get_code(&code(&opened)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_burst_tries_no_more_than_the_limit() {
    let world = World::new();
    let mut guesses = tokio::task::JoinSet::new();
    for guess in 0..200_u32 {
        let mut browser = Browser::new(&world);
        guesses.spawn(async move { browser.get(&format!("/interact?code={guess:08}")).await.status });
    }
    let statuses = guesses.join_all().await;
    let tried = statuses.iter().filter(|status| **status == StatusCode::BAD_REQUEST).count();
    assert!(tried <= 30, "{tried}");
}

#[tokio::test]
async fn wrong_codes_in_the_forms_of_a_request_kill_its_code() {
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    let page = browser.get_code(&code(&opened)).await;
    let mut hidden = page.hidden();
    for (name, value) in &mut hidden {
        if name == "code" {
            *value = "AAAAAAAA".to_owned();
        }
    }
    for round in 0..5 {
        assert_eq!(world.state(&opened).await, "undecided", "{round}");
        let page = browser.post(&hidden, &[("username", "x"), ("password", "y")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(world.state(&opened).await, "code dead");
    let polled = world.deferrals.poll(id(&opened), &owner(), "k", None).await.unwrap();
    assert_eq!(polled, Polled::Refused { error: PollError::InvalidCode, retry_after: None });
    assert_eq!(Browser::new(&world).get_code(&code(&opened)).await.status, StatusCode::BAD_REQUEST);
}
