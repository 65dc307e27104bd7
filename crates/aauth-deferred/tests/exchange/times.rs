//! Waiting, failing, ending in time.

use std::time::Duration;

use aauth_deferred::{Action, Exchange, Outcome, Patience, PreferWait, Reached, RequestUrl, SEED, Setup};

use crate::agent::{Agent, PENDING_URL, TOKEN_URL, setup, status};
use crate::common::{NOW, later};

#[test]
fn retry_after_is_honoured_in_each_form() {
    for (value, sleep) in [
        (Some("2"), "sleep 2"),
        (Some("Tue, 31 Mar 2026 02:23:41 GMT"), "sleep 10"),
        (Some("soon"), "sleep 5"),
        (None, "sleep 5"),
        (Some("86400"), "sleep 300"),
        (Some("99999999999999999999999"), "sleep 300"),
        (Some("Fri, 31 Dec 9999 23:59:59 GMT"), "sleep 300"),
    ] {
        let mut agent = Agent::started();
        let mut lines = vec![("location", "/pending/1")];
        lines.extend(value.map(|value| ("retry-after", value)));
        agent.respond(202, &lines, "");
        assert_eq!(agent.step(), sleep, "{value:?}");
    }
    for at_once in ["0", "Tue, 31 Mar 2026 02:23:31 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let mut agent = Agent::started();
        agent.respond(202, &[("location", "/pending/1"), ("retry-after", at_once)], "");
        assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    }
}

#[test]
fn a_server_that_says_at_once_and_does_not_hold_the_poll_is_not_hammered() {
    let mut agent = Agent::polling();
    for _ in 0..7 {
        agent.pending("");
        assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    }
    agent.pending("");
    assert_eq!(agent.steps(2), ["sleep 1", &format!("GET {PENDING_URL}")]);
    agent.now = agent.now.saturating_add(Duration::from_secs(45));
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
}

#[test]
fn each_429_adds_5_seconds_for_good() {
    let mut agent = Agent::polling();
    for sleep in ["sleep 5", "sleep 10", "sleep 15"] {
        agent.respond(429, &[], r#"{"error":"slow_down"}"#);
        assert_eq!(agent.steps(2), [sleep, &format!("GET {PENDING_URL}")]);
    }
    agent.respond(202, &[("retry-after", "2")], r#"{"status":"pending"}"#);
    assert_eq!(agent.steps(2), ["sleep 17", &format!("GET {PENDING_URL}")]);
    agent.respond(429, &[("retry-after", "60")], "");
    assert_eq!(agent.step(), "sleep 60");
}

#[test]
fn the_default_interval_grows_by_5_seconds_too() {
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/pending/1")], "");
    assert_eq!(agent.steps(2), ["sleep 5", &format!("GET {PENDING_URL}")]);
    agent.respond(429, &[], "");
    assert_eq!(agent.steps(2), ["sleep 10", &format!("GET {PENDING_URL}")]);
    agent.respond(429, &[], "");
    assert_eq!(agent.step(), "sleep 15");
}

#[test]
fn an_overloaded_server_is_polled_again_after_its_own_time() {
    let mut agent = Agent::polling();
    agent.respond(503, &[("retry-after", "30")], "");
    assert_eq!(agent.steps(2), ["sleep 30", &format!("GET {PENDING_URL}")]);
}

#[test]
fn failures_back_off_and_end() {
    for unavailable in [true, false] {
        let mut agent =
            Agent::with(&SEED, Patience { total: Duration::from_secs(100_000), ..Patience::default() });
        agent.step();
        agent.pending("");
        agent.step();
        let mut sleeps = Vec::new();
        loop {
            if unavailable {
                agent.respond(503, &[], "");
            } else {
                agent.exchange.on_failure(Reached::Perhaps, agent.now);
            }
            let step = agent.step();
            let Some(seconds) = step.strip_prefix("sleep ") else { break };
            sleeps.push(seconds.parse::<u64>().unwrap());
            assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
        }
        assert_eq!(sleeps.len(), 10);
        for (sleep, least) in sleeps.iter().zip([2, 4, 8, 16, 32, 60, 60, 60, 60, 60]) {
            assert!((least..=least + least / 2).contains(sleep), "{sleeps:?}");
        }
        let end =
            if unavailable { Outcome::Unavailable { status: status(503) } } else { Outcome::Unreachable };
        assert_eq!(agent.outcome(), end);
    }
}

#[test]
fn a_success_forgives_the_failures_before_it() {
    let mut agent = Agent::polling();
    for _ in 0..30 {
        agent.exchange.on_failure(Reached::Perhaps, agent.now);
        assert!(["sleep 2", "sleep 3"].contains(&agent.step().as_str()));
        agent.step();
        agent.respond(202, &[("retry-after", "1")], "");
        assert_eq!(agent.steps(2), ["sleep 1", &format!("GET {PENDING_URL}")]);
    }
}

#[test]
fn jitter_differs_between_exchanges_and_not_between_runs() {
    let sleeps = |jitter| {
        let url = RequestUrl::parse(TOKEN_URL).unwrap();
        let setup = Setup { jitter, ..setup(&SEED, Patience::default()) };
        let mut agent = Agent { exchange: Exchange::post(url, Vec::new(), setup, NOW), now: NOW };
        let mut sleeps = Vec::new();
        for _ in 0..6 {
            agent.step();
            agent.exchange.on_failure(Reached::Nothing, agent.now);
            sleeps.push(agent.step());
        }
        sleeps
    };
    assert_eq!(sleeps(1), sleeps(1));
    assert_ne!(sleeps(1), sleeps(2));
}

#[test]
fn the_deadline_ends_the_exchange() {
    let mut agent = Agent::started();
    agent.respond(202, &[("location", "/pending/1"), ("retry-after", "250")], "");
    for _ in 0..3 {
        assert_eq!(agent.steps(2), ["sleep 250", &format!("GET {PENDING_URL}")]);
        agent.respond(202, &[("retry-after", "250")], "");
    }
    assert_eq!(agent.step(), "sleep 150");
    assert_eq!(agent.outcome(), Outcome::DeadlinePassed);
    assert_eq!(agent.exchange.deadline(), later(900));
}

#[test]
fn an_answer_that_comes_after_the_deadline_still_counts() {
    let mut agent = Agent::polling();
    agent.now = later(901);
    agent.respond(200, &[], r#"{"auth_token":"a.b.c"}"#);
    assert!(matches!(agent.outcome(), Outcome::Done(_)));
}

#[test]
fn so_many_requests_and_no_more() {
    let mut agent = Agent::with(&SEED, Patience { requests: 3, ..Patience::default() });
    agent.step();
    agent.pending("");
    agent.step();
    agent.pending("");
    assert_eq!(agent.step(), format!("GET {PENDING_URL}"));
    agent.pending("");
    assert_eq!(agent.outcome(), Outcome::TooManyRequests);
}

#[test]
fn asking_again_without_reporting_ends_too() {
    let mut agent = Agent::started();
    let ends =
        (0..2001).any(|_| matches!(agent.exchange.next(NOW), Action::Finish(Outcome::TooManyRequests)));
    assert!(ends);
}

#[test]
fn a_wait_is_preferred_up_to_the_deadline() {
    let mut agent = Agent::with(&SEED, Patience { total: Duration::from_secs(60), ..Patience::default() });
    let Action::Post { wait, .. } = agent.exchange.next(NOW) else { panic!("a post") };
    assert_eq!(wait, Some(PreferWait::from_secs(45)));
    agent.now = later(40);
    agent.pending("");
    let Action::Get { wait, .. } = agent.exchange.next(agent.now) else { panic!("a poll") };
    assert_eq!(wait, Some(PreferWait::from_secs(20)));
    let mut agent = Agent::with(&SEED, Patience { wait: None, ..Patience::default() });
    let Action::Post { wait, .. } = agent.exchange.next(NOW) else { panic!("a post") };
    assert_eq!(wait, None);
}
