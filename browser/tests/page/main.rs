//! The consent page in a real browser, in front of whole servers.
//!
//! Runs when `AAUTH_TEST_WEBDRIVER` is the address of a WebDriver server for Chromium; each test has a browser profile
//! and servers of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice
)]

mod agent;
mod attack;
mod axe;
mod code;
mod decision;
mod driver;
mod keyboard;
mod layout;
mod person;
mod picture;
mod privacy;
mod question;
mod remember;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

use driver::{Browser, Kind};

/// Runs a test in a browser, which is closed whatever happens.
async fn browse(kind: Kind, test: impl AsyncFnOnce(&Browser)) {
    let Some(driver) = setting("AAUTH_TEST_WEBDRIVER") else { return };
    let browser = Browser::start(&driver, kind).await;
    let ended = {
        let mut test = pin!(test(&browser));
        std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| test.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
            Err(panic) => Poll::Ready(Err(panic)),
        })
        .await
    };
    browser.quit().await;
    ended.unwrap_or_else(|panic| resume_unwind(panic));
}

/// A variable that switches tests on; without it the test says that it is skipped.
#[expect(clippy::disallowed_methods, reason = "the variable is how these tests are switched on")]
fn setting(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        // Past the capture of the test runner, which would keep it to itself; in one piece, beside other threads.
        use std::io::Write as _;
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let line = format!("SKIPPED {test}: {name} is not set\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    value
}
