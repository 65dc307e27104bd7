//! `Retry-After`, `Prefer`, pace and URLs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::time::Duration;

use aauth_deferred::{DeferredError, Pace, PreferWait, RequestUrl, Tempo, retry_after};
use aauth_types::UnixTime;
use common::{NOW, later};
use http::{HeaderMap, HeaderName, HeaderValue};

fn field(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(
        HeaderName::from_static(name),
        HeaderValue::from_bytes(value.as_bytes()).unwrap(),
    )])
}

fn wait(value: &str) -> Option<u64> {
    retry_after(&field("retry-after", value), NOW).map(|wait| wait.as_secs())
}

#[test]
fn retry_after_is_read_in_seconds() {
    assert_eq!(retry_after(&HeaderMap::new(), NOW), None);
    for (value, seconds) in [("0", 0), ("2", 2), (" 7 ", 7), ("000120", 120), ("86400", 86400)] {
        assert_eq!(wait(value), Some(seconds), "{value}");
    }
    assert_eq!(wait("18446744073709551616"), Some(u64::MAX));
    assert_eq!(wait(&"9".repeat(400)), Some(u64::MAX));
}

#[test]
fn retry_after_is_read_as_a_date_in_all_three_forms() {
    // NOW is 2026-03-31T02:23:31Z, a Tuesday.
    for date in
        ["Tue, 31 Mar 2026 02:23:41 GMT", "Tuesday, 31-Mar-26 02:23:41 GMT", "Tue Mar 31 02:23:41 2026"]
    {
        assert_eq!(wait(date), Some(10), "{date}");
    }
    assert_eq!(wait("Wed Apr  1 02:23:31 2026"), Some(86400));
}

#[test]
fn a_date_in_the_past_means_at_once() {
    for date in
        ["Tue, 31 Mar 2026 02:23:30 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
    {
        assert_eq!(wait(date), Some(0), "{date}");
    }
}

#[test]
fn a_two_digit_year_is_at_most_50_years_ahead() {
    assert_eq!(wait("Tuesday, 31-Mar-76 02:23:31 GMT"), Some(1_577_923_200));
    assert_eq!(wait("Tuesday, 31-Mar-77 02:23:31 GMT"), Some(0));
}

#[test]
fn what_is_neither_seconds_nor_a_date_is_as_if_absent() {
    for value in [
        "",
        "-1",
        "+1",
        "1.5",
        "2s",
        "soon",
        "0x10",
        "1 2",
        "1,2",
        "Tue, 31 Mar 2026 02:23:41",
        "Tue, 31 Mar 2026 25:23:41 GMT",
        "Tue, 31 Feb 2026 02:23:41 GMT",
        "2026-03-31T02:23:41Z",
        "Tue, 31 Mar 2026 02:23:41 GMT x",
        "Tue, 31 Mar 2026 02:23:41 CET",
        "\u{e9}",
    ] {
        assert_eq!(wait(value), None, "{value}");
    }
}

fn prefer(value: &str) -> Option<u32> {
    PreferWait::read(&field("prefer", value)).map(PreferWait::as_secs)
}

#[test]
fn wait_is_found_among_preferences() {
    for (value, seconds) in [
        ("wait=45", 45),
        ("respond-async, wait=10", 10),
        ("WAIT = 10 ; x=y, return=minimal", 10),
        ("wait=\"30\"", 30),
        ("wait=0", 0),
        ("wait=5, wait=9", 5),
        ("wait=99999999999", u32::MAX),
    ] {
        assert_eq!(prefer(value), Some(seconds), "{value}");
    }
}

#[test]
fn what_is_no_wait_is_no_preference() {
    for value in
        ["", "wait", "wait=", "wait=x", "wait=-1", "wait=1.5", "wait=+5", "waiting=5", "x=wait=5", "wait=\"5"]
    {
        assert_eq!(prefer(value), None, "{value}");
    }
    assert_eq!(PreferWait::read(&HeaderMap::new()), None);
}

#[test]
fn a_wait_is_written_capped_and_confirmed() {
    let wait = PreferWait::from_secs(90).capped_at(PreferWait::CEILING);
    assert_eq!(wait.as_duration(), Duration::from_secs(45));
    let written = HeaderMap::from_iter([wait.write(), wait.write_applied()]);
    assert_eq!(written["prefer"], "wait=45");
    assert_eq!(written["preference-applied"], "wait=45");
    assert_eq!(PreferWait::from_secs(5).capped_at(PreferWait::CEILING).as_secs(), 5);
}

#[test]
fn a_wait_of_forty_five_seconds_is_kept_and_one_second_more_is_cut() {
    for (seconds, kept) in [(44, 44), (45, 45), (46, 45)] {
        assert_eq!(PreferWait::from_secs(seconds).capped_at(PreferWait::CEILING).as_secs(), kept);
    }
}

fn paced(announced: u32, seconds: &[u64]) -> Vec<Option<u64>> {
    let mut pace = Pace::new(announced);
    seconds
        .iter()
        .map(|at| {
            let (next, tempo) = pace.poll(later(*at));
            pace = next;
            match tempo {
                Tempo::Fine => None,
                Tempo::TooFast { retry_after } => Some(retry_after.as_secs()),
            }
        })
        .collect()
}

#[test]
fn two_polls_running_under_half_of_the_announced_time_are_too_fast() {
    assert_eq!(paced(10, &[0, 4, 8]), [None, None, Some(15)]);
    assert_eq!(paced(10, &[0, 4, 9, 13, 18]), [None, None, None, None, None]);
    assert_eq!(paced(10, &[0, 5, 10, 15]), [None, None, None, None]);
    assert_eq!(paced(2, &[0, 1, 2, 3]), [None, None, None, None]);
    assert_eq!(paced(2, &[0, 0, 0]), [None, None, Some(7)]);
}

#[test]
fn each_poll_that_is_too_fast_announces_5_seconds_more_up_to_60() {
    assert_eq!(paced(2, &[0, 0, 0, 1, 2]), [None, None, Some(7), Some(12), Some(17)]);
    let many = paced(2, &[0; 20]);
    assert_eq!(many.last(), Some(&Some(60)));
}

#[test]
fn a_poll_in_good_time_starts_afresh() {
    assert_eq!(paced(10, &[0, 1, 2, 30, 31, 32]), [None, None, Some(15), None, None, Some(15)]);
}

#[test]
fn nobody_is_too_fast_who_was_told_to_come_at_once() {
    assert_eq!(paced(0, &[0, 0, 0, 0]), [None, None, None, None]);
}

#[test]
fn a_clock_that_goes_back_makes_nobody_wait_long() {
    let (pace, _) = Pace::new(2).poll(NOW);
    let (pace, _) = pace.poll(UnixTime::from_secs(0));
    assert_eq!(pace.poll(UnixTime::from_secs(10)).1, Tempo::Fine);
}

fn resolved(base: &str, reference: &str) -> Result<String, DeferredError> {
    RequestUrl::parse(base).unwrap().resolve(reference).map(|url| url.as_str().to_owned())
}

#[test]
fn a_location_is_resolved_against_the_request() {
    let base = "https://auth.example/a/token?x=1";
    for (reference, url) in [
        ("/pending/x", "https://auth.example/pending/x"),
        ("pending/x", "https://auth.example/a/pending/x"),
        ("./pending/x", "https://auth.example/a/pending/x"),
        ("../pending/x", "https://auth.example/pending/x"),
        ("../../../pending/x", "https://auth.example/pending/x"),
        ("/a/./b/../pending", "https://auth.example/a/pending"),
        ("/a/..", "https://auth.example/"),
        ("?id=7", "https://auth.example/a/token?id=7"),
        ("/pending?id=a/../b", "https://auth.example/pending?id=a/../b"),
        ("//auth.example/pending/x", "https://auth.example/pending/x"),
        ("https://auth.example/pending/x", "https://auth.example/pending/x"),
        ("https://auth.example", "https://auth.example/"),
        ("https://auth.example?x", "https://auth.example/?x"),
    ] {
        assert_eq!(resolved(base, reference).as_deref(), Ok(url), "{reference}");
    }
    assert_eq!(
        resolved("http://127.0.0.1:8003", "pending/x").as_deref(),
        Ok("http://127.0.0.1:8003/pending/x")
    );
}

#[test]
fn a_location_never_leaves_the_origin() {
    let base = "https://auth.example:8443/token";
    for reference in [
        "https://evil.example/pending",
        "https://auth.example/pending",
        "https://auth.example:443/pending",
        "https://auth.example:84430/pending",
        "https://auth.example:8443.evil.example/pending",
        "https://AUTH.example:8443/pending",
        "http://auth.example:8443/pending",
        "//evil.example/pending",
        "//auth.example/pending",
        "//auth.example:8443.evil.example",
    ] {
        assert_eq!(
            resolved(base, reference),
            Err(DeferredError::Location { found: "another origin" }),
            "{reference}"
        );
    }
}

#[test]
fn what_clients_read_differently_is_no_location() {
    let base = "https://auth.example/token";
    for (reference, found) in [
        ("", "nothing"),
        ("/pending/x#y", "a character that no pending url has"),
        ("/\\evil.example", "a character that no pending url has"),
        ("\\\\evil.example", "a character that no pending url has"),
        ("/pending x", "a character that no pending url has"),
        ("/pending\r\nx: y", "a character that no pending url has"),
        ("/pending/\u{e4}", "a character that no pending url has"),
        ("javascript:alert(1)", "no scheme"),
        ("https:/pending", "no scheme"),
        ("https:pending", "no scheme"),
        ("ftp://auth.example/x", "a scheme that is not https"),
        ("HTTPS://auth.example/x", "a scheme that is not https"),
        ("https:///pending", "no host"),
        ("///pending", "another origin"),
        ("https://me@auth.example/x", "user information"),
        ("https://auth.example@evil.example/x", "user information"),
    ] {
        assert_eq!(resolved(base, reference), Err(DeferredError::Location { found }), "{reference:?}");
    }
}

#[test]
fn a_location_has_at_most_2048_characters() {
    let base = "https://auth.example/token";
    let left = 2048 - "https://auth.example/".len();
    assert!(resolved(base, &format!("/{}", "x".repeat(left))).is_ok());
    // The reference itself is short enough, what it leads to is not; then the reference is too long by itself.
    for length in [left + 1, 2048] {
        assert_eq!(
            resolved(base, &format!("/{}", "x".repeat(length))),
            Err(DeferredError::Location { found: "more than 2048 characters" })
        );
    }
}
