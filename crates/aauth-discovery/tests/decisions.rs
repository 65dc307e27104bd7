//! The cache's decisions and the life of an answer, each at its edges.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use std::time::Duration;

use aauth_discovery::Decision::{self, Fresh, Negative, Refetch, ServeStale};
use aauth_discovery::Wanted::{self, Held, Missing};
use aauth_discovery::{CEILING, FLOOR, Record, lifetime};
use aauth_types::UnixTime;
use http::header::{AGE, CACHE_CONTROL, DATE, EXPIRES};
use http::{HeaderMap, HeaderValue};

const DAY: i64 = 86_400;
const DEFAULT: Duration = Duration::from_secs(3_600);

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_secs(1_774_923_811 + seconds)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn decides(record: Record, rows: &[(Wanted, i64, Decision)]) {
    for (wanted, seconds, decision) in rows {
        assert_eq!(record.decide(*wanted, at(*seconds)), *decision, "{wanted:?} after {seconds} s");
    }
}

#[test]
fn what_was_never_tried_is_fetched() {
    decides(Record::default(), &[(Held, 0, Refetch), (Missing, 0, Refetch)]);
}

#[test]
fn what_was_fetched_is_fresh_until_its_life_ends() {
    let record = Record::default().succeeded(at(0), secs(300));
    decides(record, &[(Held, 0, Fresh), (Held, 299, Fresh), (Held, 300, Refetch), (Held, DAY, Refetch)]);
}

#[test]
fn what_is_missing_is_fetched_again_after_a_minute_and_not_before() {
    let record = Record::default().succeeded(at(0), secs(300));
    decides(record, &[(Missing, 0, Fresh), (Missing, 59, Fresh), (Missing, 60, Refetch)]);
}

#[test]
fn a_life_is_a_minute_at_least_and_a_day_at_most() {
    let record = Record::default().succeeded(at(0), Duration::ZERO);
    decides(record, &[(Held, 59, Fresh), (Held, 60, Refetch)]);
    let record = Record::default().succeeded(at(0), Duration::MAX);
    decides(record, &[(Held, DAY - 1, Fresh), (Held, DAY, Refetch)]);
}

#[test]
fn after_a_failure_the_stale_is_served_for_a_day_after_its_fetch() {
    let record = Record::default().succeeded(at(0), secs(300)).failed(at(300));
    decides(
        record,
        &[(Held, 300, ServeStale), (Held, 359, ServeStale), (Missing, 359, ServeStale), (Held, 360, Refetch)],
    );
    let record = Record::default().succeeded(at(0), secs(300)).failed(at(DAY - 30));
    decides(record, &[(Held, DAY - 1, ServeStale), (Held, DAY, Negative)]);
}

#[test]
fn a_failure_with_nothing_held_is_remembered_for_a_minute() {
    let record = Record::default().failed(at(0));
    decides(record, &[(Missing, 0, Negative), (Missing, 59, Negative), (Missing, 60, Refetch)]);
}

#[test]
fn pauses_double_up_to_five_minutes_and_a_success_ends_them() {
    let mut record = Record::default();
    for pause in [60, 120, 240, 300, 300, 300] {
        record = record.failed(at(0));
        decides(record, &[(Missing, pause - 1, Negative), (Missing, pause, Refetch)]);
    }
    for _ in 0..100_000 {
        record = record.failed(at(0));
    }
    decides(record, &[(Missing, 299, Negative), (Missing, 300, Refetch)]);
    let record = record.succeeded(at(300), secs(60)).failed(at(360));
    decides(record, &[(Held, 419, ServeStale), (Held, 420, Refetch)]);
}

#[test]
fn what_is_doubted_is_stale_but_held() {
    let record = Record::default().succeeded(at(0), secs(300)).doubted(at(10));
    decides(record, &[(Held, 10, ServeStale), (Held, 59, ServeStale), (Held, 60, Refetch)]);
    assert_eq!(Record::default().doubted(at(0)), Record::default());
}

#[test]
fn a_clock_set_back_or_at_the_ends_of_time_locks_nothing() {
    let record = Record::default().succeeded(at(0), secs(300));
    decides(record, &[(Held, -1, Refetch), (Missing, -3_600, Refetch)]);
    assert_eq!(Record::default().failed(at(0)).decide(Missing, at(-1)), Refetch);
    let record = Record::default().succeeded(UnixTime::MAX, CEILING);
    assert_eq!(record.decide(Held, UnixTime::MAX), Refetch);
    assert_eq!(record.decide(Held, UnixTime::from_secs(i64::MIN)), Refetch);
}

fn life(fields: &[(http::HeaderName, &str)]) -> Duration {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        map.append(name, HeaderValue::from_str(value).unwrap());
    }
    lifetime(&map, at(0), DEFAULT)
}

#[test]
fn without_cache_headers_the_default_holds_within_its_bounds() {
    assert_eq!(life(&[]), DEFAULT);
    assert_eq!(life(&[(CACHE_CONTROL, "public, must-revalidate")]), DEFAULT);
    assert_eq!(lifetime(&HeaderMap::new(), at(0), Duration::ZERO), FLOOR);
    assert_eq!(lifetime(&HeaderMap::new(), at(0), Duration::MAX), CEILING);
}

#[test]
fn cache_control_is_read_in_all_its_spellings() {
    for (value, seconds) in [
        ("max-age=120", 120),
        ("Max-Age=120", 120),
        ("public,max-age=120 , immutable", 120),
        ("max-age=\"120\"", 120),
        ("max-age = 120", 120),
        ("private=\"a, max-age=70\", max-age=120", 120),
        ("max-age=59", 60),
        ("max-age=0", 60),
        ("max-age=86400", 86_400),
        ("max-age=86401", 86_400),
        ("max-age=99999999999999999999999", 86_400),
        ("max-age=-1", 60),
        ("max-age=", 60),
        ("max-age", 60),
        ("max-age=1e9", 60),
        ("max-age=120, max-age=90", 90),
        ("no-store, max-age=600", 60),
        ("no-cache", 60),
        ("no-cache=\"set-cookie\", max-age=600", 60),
        ("s-maxage=600", 3_600),
        ("x-max-age=600", 3_600),
    ] {
        assert_eq!(life(&[(CACHE_CONTROL, value)]), secs(seconds), "{value}");
    }
    assert_eq!(life(&[(CACHE_CONTROL, "max-age=600"), (CACHE_CONTROL, "max-age=120")]), secs(120));
}

#[test]
fn age_counts_against_max_age() {
    assert_eq!(life(&[(CACHE_CONTROL, "max-age=600"), (AGE, "500")]), secs(100));
    assert_eq!(life(&[(CACHE_CONTROL, "max-age=600"), (AGE, "601")]), FLOOR);
    assert_eq!(life(&[(CACHE_CONTROL, "max-age=600"), (AGE, "x")]), secs(600));
}

#[test]
fn expires_counts_from_date_and_gives_way_to_max_age() {
    // `at(0)` is Tue, 31 Mar 2026 02:23:31 GMT.
    let ten_minutes = (EXPIRES, "Tue, 31 Mar 2026 02:33:31 GMT");
    assert_eq!(life(std::slice::from_ref(&ten_minutes)), secs(600));
    assert_eq!(life(&[ten_minutes.clone(), (DATE, "Tue, 31 Mar 2026 02:31:31 GMT")]), secs(120));
    assert_eq!(life(&[ten_minutes, (CACHE_CONTROL, "max-age=90")]), secs(90));
    assert_eq!(life(&[(EXPIRES, "Tuesday, 31-Mar-26 02:33:31 GMT")]), secs(600));
    assert_eq!(life(&[(EXPIRES, "Mon, 30 Mar 2026 02:33:31 GMT")]), FLOOR);
    assert_eq!(life(&[(EXPIRES, "0")]), FLOOR);
    assert_eq!(life(&[(EXPIRES, "Fri, 31 Dec 9999 23:59:59 GMT")]), CEILING);
}
