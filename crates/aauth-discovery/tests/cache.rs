//! What is fetched, and what is served instead; time is a clock that moves when it is told to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod hostile;

use std::sync::Arc;
use std::time::Duration;

use aauth_discovery::{DiscoveryError, Resolver, Settings, Strangers};
use aauth_jose::JoseError;
use aauth_testkit::FakeClock;
use aauth_types::{Document, KeyRef, Network, ServerId};
use hostile::{DOCUMENT, Hostile, KEYS, Reply, json, resolver, settings, status, with_fields};

const EMPTY: &str = r#"{"keys":[]}"#;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn rotated() -> String {
    KEYS.replace("key-1", "key-2")
}

fn advance(clock: &FakeClock, seconds: u64) {
    clock.advance(Duration::from_secs(seconds));
}

#[tokio::test]
async fn a_second_question_costs_nothing() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    for _ in 0..3 {
        assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
        assert!(resolver.agent(&server.id).await.is_ok());
        advance(&clock, 1_000);
    }
    assert_eq!(server.asked(), [DOCUMENT, "/jwks.json"]);
}

#[tokio::test]
async fn without_cache_headers_the_setting_says_how_long_a_set_is_fresh() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    for (seconds, fetches) in [(0, 1), (3_599, 1), (1, 2)] {
        advance(&clock, seconds);
        resolver.jwks(&server.key("key-1")).await.unwrap();
        assert_eq!(server.count("/jwks.json"), fetches);
    }
}

#[tokio::test]
async fn an_auth_server_keeps_keys_for_five_minutes_and_a_resource_for_an_hour() {
    for (default, seconds) in
        [(Settings::auth_server(Network::Public), 300), (Settings::resource(Network::Public), 3_600)]
    {
        let server = Hostile::agent().await;
        let (resolver, clock) = resolver(Settings { default_age: default.default_age, ..settings() });
        for (passed, fetches) in [(0, 1), (seconds - 1, 1), (1, 2)] {
            advance(&clock, passed);
            resolver.jwks(&server.key("key-1")).await.unwrap();
            assert_eq!(server.count("/jwks.json"), fetches, "{seconds} s");
        }
    }
}

#[tokio::test]
async fn max_age_says_how_long_a_set_is_fresh() {
    let server = Hostile::agent().await;
    server.on("/jwks.json", with_fields("cache-control: public, max-age=120\r\n", KEYS));
    let (resolver, clock) = resolver(settings());
    for (seconds, fetches) in [(0, 1), (119, 1), (1, 2)] {
        advance(&clock, seconds);
        resolver.jwks(&server.key("key-1")).await.unwrap();
        assert_eq!(server.count("/jwks.json"), fetches);
    }
}

#[tokio::test]
async fn a_max_age_of_a_year_ends_after_a_day() {
    let server = Hostile::agent().await;
    server.on("/jwks.json", with_fields("cache-control: max-age=31536000\r\n", KEYS));
    let (resolver, clock) = resolver(settings());
    for (seconds, fetches) in [(0, 1), (86_399, 1), (1, 2)] {
        advance(&clock, seconds);
        resolver.jwks(&server.key("key-1")).await.unwrap();
        assert_eq!(server.count("/jwks.json"), fetches);
    }
}

#[tokio::test]
async fn a_set_that_may_not_be_stored_is_fresh_for_a_minute() {
    let server = Hostile::agent().await;
    server.on("/jwks.json", with_fields("cache-control: no-store\r\n", KEYS));
    let (resolver, clock) = resolver(settings());
    for (seconds, fetches) in [(0, 1), (59, 1), (1, 2)] {
        advance(&clock, seconds);
        resolver.jwks(&server.key("key-1")).await.unwrap();
        assert_eq!(server.count("/jwks.json"), fetches);
    }
}

#[tokio::test]
async fn a_new_key_is_found_by_one_refetch_a_minute_after_the_last() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    server.on("/jwks.json", json(rotated()));

    advance(&clock, 59);
    let early = resolver.jwks(&server.key("key-2")).await.unwrap();
    assert_eq!(early.key("key-2"), Err(JoseError::UnknownKid));
    advance(&clock, 1);
    let keys = resolver.jwks(&server.key("key-2")).await.unwrap();
    assert!(keys.key("key-2").is_ok());
    assert_eq!(server.asked(), [DOCUMENT, "/jwks.json", "/jwks.json"]);
}

#[tokio::test]
async fn ten_thousand_unknown_keys_cost_one_fetch_a_minute() {
    for body in [KEYS, EMPTY] {
        let server = Hostile::agent().await;
        server.on("/jwks.json", json(body));
        let (resolver, clock) = resolver(settings());
        for minute in 1..=2 {
            for kid in 0..10_000 {
                let keys = resolver.jwks(&server.key(&format!("made-up-{kid}"))).await.unwrap();
                assert_eq!(keys.key("made-up"), Err(JoseError::UnknownKid));
            }
            assert_eq!((server.count(DOCUMENT), server.count("/jwks.json")), (1, minute));
            clock.advance(MINUTE);
        }
    }
}

#[tokio::test]
async fn ten_thousand_questions_to_a_server_that_fails_cost_one_fetch() {
    for reply in [status(500), json("<html>"), Reply::Raw(Vec::new())] {
        let server = Hostile::agent().await;
        server.on("/jwks.json", reply);
        let (resolver, clock) = resolver(settings());
        let first = resolver.jwks(&server.key("key-1")).await.expect_err("the server fails");
        for kid in 0..10_000 {
            let again = resolver.jwks(&server.key(&kid.to_string())).await.err();
            assert_eq!(again, Some(first.clone()));
        }
        assert_eq!(server.count("/jwks.json"), 1);
        advance(&clock, 59);
        assert!(resolver.jwks(&server.key("key-1")).await.is_err());
        assert_eq!(server.count("/jwks.json"), 1);
        advance(&clock, 1);
        assert!(resolver.jwks(&server.key("key-1")).await.is_err());
        assert_eq!(server.count("/jwks.json"), 2);
    }
}

#[tokio::test]
async fn a_missing_document_is_remembered_too() {
    let server = Hostile::start().await;
    let (resolver, clock) = resolver(settings());
    for _ in 0..100 {
        assert_eq!(resolver.agent(&server.id).await, Err(DiscoveryError::Status { status: 404 }));
        assert_eq!(resolver.jwks(&server.key("k")).await.err(), Some(DiscoveryError::Status { status: 404 }));
    }
    assert_eq!(server.connections(), 2, "one with .json, one without");
    server.serve_document();
    clock.advance(MINUTE);
    assert!(resolver.agent(&server.id).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_ask_at_once_share_one_fetch() {
    let server = Arc::new(Hostile::agent().await);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        KEYS.len()
    );
    let (first, last) = KEYS.split_at(KEYS.len() - 5);
    server.on("/jwks.json", Reply::Drip([head.as_bytes(), first.as_bytes()].concat(), last.into()));
    let (resolver, _) = resolver(settings());
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (resolver, server) = (resolver.clone(), Arc::clone(&server));
            tokio::spawn(async move { resolver.jwks(&server.key("key-1")).await.map(|keys| keys.len()) })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok(1));
    }
    assert_eq!(server.asked(), [DOCUMENT, "/jwks.json"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_who_ask_a_server_that_fails_share_its_error() {
    let server = Arc::new(Hostile::agent().await);
    server.on(DOCUMENT, status(503));
    let (resolver, _) = resolver(settings());
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (resolver, server) = (resolver.clone(), Arc::clone(&server));
            tokio::spawn(async move { resolver.jwks(&server.key("key-1")).await.err() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), Some(DiscoveryError::Status { status: 503 }));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn who_hangs_up_does_not_stop_the_fetch() {
    let server = Hostile::agent().await;
    let document = format!(r#"{{"agent":"{0}","jwks_uri":"{0}/jwks.json"}}"#, server.id);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        document.len()
    );
    let (first, last) = document.split_at(document.len() - 5);
    server.on(DOCUMENT, Reply::Drip([head.as_bytes(), first.as_bytes()].concat(), last.into()));
    let (resolver, _) = resolver(settings());
    let (impatient, id) = (resolver.clone(), server.id.clone());
    let gone = tokio::spawn(async move { impatient.agent(&id).await });
    while server.connections() == 0 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    assert!(gone.await.is_err_and(|error| error.is_cancelled()));
    assert!(resolver.agent(&server.id).await.is_ok());
    assert_eq!(server.asked(), [DOCUMENT]);
}

#[tokio::test]
async fn stale_keys_are_served_while_the_server_is_down_for_a_day_at_most() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    server.on("/jwks.json", status(500));
    server.on(DOCUMENT, status(500));
    for _ in 0..23 {
        clock.advance(HOUR);
        assert!(resolver.jwks(&server.key("key-1")).await.unwrap().key("key-1").is_ok());
    }
    clock.advance(HOUR);
    assert_eq!(resolver.jwks(&server.key("key-1")).await.err(), Some(DiscoveryError::Status { status: 500 }));
}

#[tokio::test]
async fn a_server_that_comes_and_goes_is_asked_at_growing_intervals_and_recovers() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    clock.advance(HOUR);
    server.on("/jwks.json", Reply::Raw(Vec::new()));
    let mut attempts = Vec::new();
    for second in 0..1_000 {
        let before = server.count("/jwks.json");
        assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
        if server.count("/jwks.json") > before {
            attempts.push(second);
        }
        advance(&clock, 1);
    }
    assert_eq!(attempts, [0, 60, 180, 420, 720]);

    server.on("/jwks.json", json(rotated()));
    advance(&clock, 300);
    assert!(resolver.jwks(&server.key("key-2")).await.unwrap().key("key-2").is_ok());
}

#[tokio::test]
async fn keys_that_moved_are_found_through_the_document() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    server.on("/jwks.json", status(404));
    server.on("/new.json", json(rotated()));
    server.on(DOCUMENT, json(format!(r#"{{"agent":"{0}","jwks_uri":"{0}/new.json"}}"#, server.id)));
    clock.advance(MINUTE);
    assert!(resolver.jwks(&server.key("key-2")).await.unwrap().key("key-2").is_err());
    assert!(resolver.jwks(&server.key("key-2")).await.unwrap().key("key-2").is_ok());
}

#[tokio::test]
async fn documents_that_name_one_key_set_share_its_minute() {
    let server = Hostile::agent().await;
    server.on(
        "/.well-known/aauth-resource.json",
        json(format!(r#"{{"resource":"{0}","jwks_uri":"{0}/jwks.json"}}"#, server.id)),
    );
    let (resolver, _) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    let key = KeyRef { document: Document::Resource, ..server.key("another") };
    resolver.jwks(&key).await.unwrap();
    assert_eq!(server.count("/jwks.json"), 1);
}

#[tokio::test]
async fn a_document_with_a_mistake_is_fetched_again_after_a_minute() {
    let server = Hostile::start().await;
    server.on(
        DOCUMENT,
        with_fields("cache-control: max-age=86400\r\n", format!(r#"{{"agent":"{}"}}"#, server.id)),
    );
    let (resolver, clock) = resolver(settings());
    let absent = DiscoveryError::Absent { document: Document::Agent, member: "jwks_uri" };
    assert_eq!(resolver.agent(&server.id).await, Err(absent));
    server.serve_document();
    clock.advance(MINUTE);
    assert!(resolver.agent(&server.id).await.is_ok());
}

#[tokio::test]
async fn a_clock_that_is_set_back_costs_a_fetch_and_no_outage() {
    let server = Hostile::agent().await;
    let (resolver, clock) = resolver(settings());
    resolver.jwks(&server.key("key-1")).await.unwrap();
    clock.set(FakeClock::TRACE.saturating_sub(HOUR));
    assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
    assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
    assert_eq!(server.count("/jwks.json"), 2);
}

#[tokio::test]
async fn strangers_do_not_push_out_the_trusted() {
    let friend = Hostile::agent().await;
    let mut settings = settings();
    settings.trusted = vec![friend.id.clone()];
    settings.entries = 4;
    let (resolver, _) = resolver(settings);
    resolver.jwks(&friend.key("key-1")).await.unwrap();
    for _ in 0..10 {
        let stranger = Hostile::agent().await;
        resolver.jwks(&stranger.key("key-1")).await.unwrap();
    }
    resolver.jwks(&friend.key("key-1")).await.unwrap();
    assert_eq!(friend.asked(), [DOCUMENT, "/jwks.json"]);
}

#[tokio::test]
async fn strangers_share_a_bounded_number_of_bytes() {
    let mut settings = settings();
    settings.bytes = 4 * KEYS.len();
    let (resolver, _) = resolver(settings);
    let (first, second) = (Hostile::agent().await, Hostile::agent().await);
    resolver.jwks(&first.key("key-1")).await.unwrap();
    // Both are on the host 127.0.0.1, whose quarter is one key set.
    resolver.jwks(&second.key("key-1")).await.unwrap();
    resolver.jwks(&first.key("key-1")).await.unwrap();
    assert_eq!((first.count("/jwks.json"), second.count("/jwks.json")), (2, 1));
}

/// Joined with a colon both questions are the same text.
#[tokio::test]
async fn an_issuer_and_a_kid_that_read_alike_when_joined_share_nothing() {
    let server = Hostile::agent().await;
    let (host, port) = server.id.as_str().rsplit_once(':').unwrap();
    let mut settings = settings();
    settings.strangers = Strangers::Refuse;
    settings.trusted = vec![server.id.clone()];
    let (resolver, _) = resolver(settings);
    assert!(resolver.jwks(&server.key("key-1")).await.is_ok());
    let other = KeyRef {
        issuer: ServerId::parse(host, Network::InsecureLoopback).unwrap(),
        document: Document::Agent,
        kid: format!("{port}:key-1"),
    };
    assert_eq!(format!("{}:{}", other.issuer, other.kid), format!("{}:key-1", server.id));
    assert_eq!(resolver.jwks(&other).await.err(), Some(DiscoveryError::IssuerRefused));
}
