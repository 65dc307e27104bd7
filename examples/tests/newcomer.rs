//! The three examples for newcomers, run beside each other: protect, embed, call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    missing_docs
)]

mod support;

use examples::form;
use http::StatusCode;
use support::browser::Browser;
use support::program::{Program, word_from};

const FREE: &str = "127.0.0.1:0";

fn started(path: &str, flags: &[&str], said: &str) -> (Program, String) {
    let mut program = Program::start(path, flags);
    let url = word_from(&program.line_with(said), "http://");
    (program, url)
}

#[tokio::test]
async fn the_agent_reads_the_calendar_after_the_person_signed_in_at_the_applications_own_page() {
    let (_application, auth_server) =
        started(env!("CARGO_BIN_EXE_embed-auth-server"), &[FREE], "auth server");
    let (_calendar, url) = started(env!("CARGO_BIN_EXE_protect-axum"), &[FREE, &auth_server], "calendar");
    let (agent, link) = started(env!("CARGO_BIN_EXE_call-with-agent"), &[&url, FREE], "please consent");

    let mut browser = Browser::new(&auth_server);
    let (status, _, login) = browser.get(&link).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(login.starts_with(&format!("{auth_server}/login?next=")), "{login}");
    assert_eq!(browser.post(&login, "name=alice&password=looking-glass").await.0, StatusCode::FORBIDDEN);
    let (status, _, back) = browser.post(&login, "name=alice&password=wonderland").await;
    assert_eq!((status, &back), (StatusCode::SEE_OTHER, &link));
    let (_, page, _) = browser.get(&back).await;
    assert!(page.contains("Travel Planner") && page.contains("Read your calendar"), "{page}");
    let form = form(&page, &[("consent", "grant")]);
    assert_eq!(browser.post(&format!("{auth_server}/interact"), &form).await.0, StatusCode::OK);
    assert_eq!(browser.get(&format!("{auth_server}/")).await.1, "Hello, alice.");

    let (status, output, errors) = agent.rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(output.contains("200 OK Monday: nothing.") && output.contains("for alice."), "{output}");
}

#[tokio::test]
async fn what_was_there_before_is_there_still() {
    let (_application, auth_server) =
        started(env!("CARGO_BIN_EXE_embed-auth-server"), &[FREE], "auth server");
    let (_calendar, url) = started(env!("CARGO_BIN_EXE_protect-axum"), &[FREE], "calendar");
    let mut browser = Browser::new(&auth_server);
    assert_eq!(browser.get(&format!("{auth_server}/")).await.1, "Hello, stranger.");
    let public = url.strip_suffix("calendar").unwrap();
    assert_eq!(browser.get(public).await.1, "Everybody may read this.");
    assert_eq!(browser.get(&url).await.0, StatusCode::UNAUTHORIZED);
    let elsewhere = format!("{auth_server}/login?next=https://evil.example/");
    assert_eq!(browser.post(&elsewhere, "name=alice&password=wonderland").await.2, format!("{auth_server}/"));
}
