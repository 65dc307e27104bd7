//! The server's end over time: deadlines, delivery, questions, limits, storage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::time::Duration;

use aauth_deferred::{
    Clarification, DeferredError, Effect, Event, Grant, Need, Owner, Pending, PollError, Refused, Standing,
    State, Terms,
};
use common::{
    NOW, answer, approve, args, ask, code, jti, later, open, owner, poll, row_in, run, scope, secret, step,
};

fn refused(row: &Pending, event: &Event, seconds: u64) -> PollError {
    match step(row, event, later(seconds)).1 {
        Effect::Refuse(error) => error,
        other => panic!("{other:?}"),
    }
}

fn delivered(effect: Effect) -> Grant {
    match effect {
        Effect::Deliver(grant) => grant,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_that_nobody_opens_expires_at_its_deadline() {
    let row = open(Terms::default());
    assert_eq!(row.at(later(599)).state(), State::Undecided);
    assert_eq!(row.at(later(600)).state(), State::Expired);
    let (gone, effect) = step(&row, &poll(), later(600));
    assert_eq!(effect, Effect::Refuse(PollError::Expired));
    assert_eq!(refused(&gone, &poll(), 601), PollError::Gone);
}

#[test]
fn a_request_that_somebody_opened_is_abandoned_at_its_deadline() {
    for events in [vec![Event::Arrive], vec![ask()], vec![Event::Arrive, ask()]] {
        let row = run(&open(Terms::default()), &events);
        assert_ne!(row.at(later(599)).state(), State::Abandoned);
        assert_eq!(row.at(later(600)).state(), State::Abandoned);
        assert_eq!(refused(&row, &poll(), 600), PollError::Abandoned);
    }
}

#[test]
fn nobody_decides_after_the_deadline() {
    let row = run(&open(Terms::default()), &[Event::Arrive]);
    for event in [approve(), Event::Deny, ask(), Event::Arrive, Event::CodeKilled] {
        assert_eq!(row.apply(&event, later(600)), Err(Refused::TooLate { state: State::Abandoned }));
    }
}

#[test]
fn a_decision_that_nobody_fetches_is_gone_after_600_seconds() {
    for (event, state) in [(approve(), State::Granted), (Event::Deny, State::Denied)] {
        let (row, _) = step(&open(Terms::default()), &event, later(300));
        assert_eq!(row.at(later(899)).state(), state);
        assert_eq!(row.at(later(900)).state(), State::Gone);
        assert_eq!(refused(&row, &poll(), 900), PollError::Gone);
    }
}

#[test]
fn a_decision_is_not_undone_by_the_deadline() {
    let (row, _) = step(&open(Terms::default()), &approve(), later(599));
    let (_, effect) = step(&row, &poll(), later(1100));
    assert_eq!(delivered(effect).jti, jti(3));
}

#[test]
fn an_end_that_nobody_fetches_is_gone_after_600_seconds() {
    let row = open(Terms::default());
    assert_eq!(row.at(later(1199)).state(), State::Expired);
    assert_eq!(row.at(later(1200)).state(), State::Gone);
}

#[test]
fn a_cancelled_request_answers_410_as_long_as_its_row_is_kept() {
    let (row, effect) = step(&open(Terms::default()), &Event::Cancel { owner: owner() }, NOW);
    assert_eq!(effect, Effect::Cancelled);
    assert_eq!(row.expires(), later(600));
    assert_eq!(refused(&row, &poll(), 599), PollError::Cancelled);
    assert_eq!(row.request(), b"");
}

#[test]
fn a_cancelled_grant_is_never_delivered() {
    let row = run(&open(Terms::default()), &[approve(), Event::Cancel { owner: owner() }]);
    assert_eq!(refused(&row, &poll(), 1), PollError::Cancelled);
    assert_eq!(row.decision(), None);
}

#[test]
fn rows_are_kept_until_they_say_no_more_than_an_absent_one() {
    assert_eq!(open(Terms::default()).expires(), later(1800));
    let terms = Terms { redelivery: 60, ..Terms::default() };
    let granted = run(&open(terms), &[approve()]);
    assert_eq!(granted.expires(), later(1200));
    assert_eq!(run(&granted, &[poll()]).expires(), later(660));
    for state in State::ALL {
        let (row, now) = row_in(state);
        let last = row.at(row.expires());
        assert!(matches!(last.state(), State::Gone | State::Cancelled), "{state}");
        assert!(row.expires() > now, "{state}");
    }
}

#[test]
fn the_token_is_delivered_once_with_the_time_of_delivery() {
    let (row, _) = step(&open(Terms::default()), &approve(), later(10));
    let (row, effect) = step(&row, &poll(), later(20));
    assert_eq!(
        delivered(effect),
        Grant {
            request: b"request".to_vec(),
            subject: "alice".to_owned(),
            scope: scope("data.read"),
            jti: jti(3),
            iat: later(20),
            kid: "auth-key-1".to_owned(),
        }
    );
    assert_eq!(row.request(), b"");
    assert_eq!(refused(&row, &poll(), 20), PollError::Gone);
    assert_eq!(refused(&row, &poll(), 21), PollError::Gone);
}

#[test]
fn without_redelivery_a_clock_that_is_behind_delivers_no_second_time() {
    let (row, _) = step(&run(&open(Terms::default()), &[approve()]), &poll(), later(10));
    assert_eq!(refused(&row, &poll(), 9), PollError::Gone);
}

#[test]
fn redelivery_gives_the_very_same_grant_for_its_time_and_no_longer() {
    let terms = Terms { redelivery: 30, ..Terms::default() };
    let (row, first) = step(&run(&open(terms), &[approve()]), &poll(), NOW);
    let rotated = Event::Poll { owner: owner(), kid: "auth-key-2".to_owned() };
    let (again, second) = step(&row, &rotated, later(29));
    assert_eq!(again, row);
    assert_eq!(delivered(second), delivered(first));
    assert_eq!(refused(&row, &poll(), 30), PollError::Gone);
}

#[test]
fn redelivery_lasts_at_most_60_seconds() {
    let terms = Terms { redelivery: 3600, ..Terms::default() };
    let row = run(&open(terms), &[approve(), poll()]);
    assert!(matches!(step(&row, &poll(), later(59)).1, Effect::Deliver(_)));
    assert_eq!(refused(&row, &poll(), 60), PollError::Gone);
}

#[test]
fn another_agent_and_another_key_are_both_strangers() {
    let row = run(&open(Terms::default()), &[approve()]);
    let strangers = [
        Owner { agent: "https://other.example".to_owned(), ..owner() },
        Owner { agent: "https://Agent.example".to_owned(), ..owner() },
        Owner { key: aauth_types::Thumbprint::from_bytes([2; 32]), ..owner() },
    ];
    for stranger in strangers {
        let event = Event::Poll { owner: stranger, kid: "k".to_owned() };
        assert_eq!(row.apply(&event, NOW), Err(Refused::NotOwner));
    }
    assert!(matches!(step(&row, &poll(), NOW).1, Effect::Deliver(_)));
}

#[test]
fn less_may_be_granted_than_asked_and_never_more() {
    let grant = |text: &str| Event::Approve { subject: "a".to_owned(), scope: scope(text), jti: jti(1) };
    let row = open(Terms::default());
    assert!(row.apply(&grant("data.read data.write"), NOW).is_ok());
    assert!(row.apply(&grant("data.write"), NOW).is_ok());
    assert_eq!(row.apply(&grant("data.read admin"), NOW), Err(Refused::ScopeTooWide));
}

#[test]
fn the_first_decision_stands() {
    let granted = run(&open(Terms::default()), &[approve()]);
    assert_eq!(granted.apply(&Event::Deny, NOW), Err(Refused::TooLate { state: State::Granted }));
    let other = Event::Approve { subject: "mallory".to_owned(), scope: scope("data.read"), jti: jti(9) };
    assert_eq!(granted.apply(&other, NOW), Err(Refused::TooLate { state: State::Granted }));
    let denied = run(&open(Terms::default()), &[Event::Deny]);
    assert_eq!(denied.apply(&approve(), NOW), Err(Refused::TooLate { state: State::Denied }));
}

#[test]
fn a_code_leads_to_its_request_until_it_is_decided() {
    let hash = code().hash(&secret());
    let row = open(Terms::default());
    assert!(row.admits(&hash, NOW));
    assert!(run(&row, &[Event::Arrive]).admits(&hash, later(599)));
    assert!(!row.admits(&hash, later(600)));
    let other = aauth_deferred::InteractionCode::from_entropy([0; 5]).hash(&secret());
    assert!(!row.admits(&other, NOW));
    for last in [approve(), Event::Deny, Event::CodeKilled, Event::Cancel { owner: owner() }] {
        assert!(!run(&row, &[last]).admits(&hash, NOW));
    }
}

#[test]
fn an_approval_has_no_code() {
    let row = Pending::open(aauth_deferred::OpenArgs { need: Need::Approval, ..args(Terms::default()) });
    assert!(!row.admits(&code().hash(&secret()), NOW));
    assert_eq!(row.apply(&Event::CodeKilled, NOW), Err(Refused::NotNow { state: State::Undecided }));
    assert!(matches!(step(&run(&row, &[approve()]), &poll(), NOW).1, Effect::Deliver(_)));
}

#[test]
fn the_answer_to_a_question_is_kept_with_it() {
    let row = run(&open(Terms::default()), &[Event::Arrive, ask()]);
    let Effect::Wait(wait) = step(&row, &poll(), NOW).1 else { panic!("a wait") };
    assert_eq!(wait.question.as_deref(), Some("Why?"));
    assert_eq!((wait.standing, wait.retry_after), (Standing::Interacting, Duration::from_secs(2)));
    let (row, effect) = step(&row, &answer(), NOW);
    let Effect::Wait(wait) = effect else { panic!("a wait") };
    assert_eq!(wait.question, None);
    assert_eq!(row.rounds().len(), 1);
    assert_eq!((row.rounds()[0].question.as_str(), row.rounds()[0].answer.as_str()), ("Why?", "Because."));
}

#[test]
fn an_answer_to_no_question_counts_and_is_not_kept() {
    let row = run(&open(Terms::default()), &[answer(), answer(), answer(), answer(), answer()]);
    assert_eq!((row.state(), row.rounds().len()), (State::Undecided, 0));
    let (row, effect) = step(&row, &answer(), NOW);
    assert_eq!((row.state(), effect), (State::Denied, Effect::Refuse(PollError::RoundsUsedUp)));
    let (row, effect) = step(&row, &poll(), NOW);
    assert_eq!(effect, Effect::Refuse(PollError::Denied));
    assert_eq!(refused(&row, &poll(), 0), PollError::Gone);
}

#[test]
fn nobody_asks_more_often_than_the_agent_may_answer() {
    let five: Vec<Event> = (0..5).flat_map(|_| [ask(), answer()]).collect();
    let row = run(&open(Terms::default()), &five);
    assert_eq!(row.rounds().len(), 5);
    assert_eq!(row.apply(&ask(), NOW), Err(Refused::RoundsUsedUp));
    assert!(row.apply(&approve(), NOW).is_ok());
}

#[test]
fn an_agent_that_takes_no_questions_is_not_asked() {
    let closed =
        aauth_deferred::OpenArgs { clarification: Clarification::Unsupported, ..args(Terms::default()) };
    assert_eq!(Pending::open(closed).apply(&ask(), NOW), Err(Refused::TakesNoQuestions));
}

#[test]
fn questions_and_answers_have_at_most_4096_bytes() {
    let row = open(Terms::default());
    let question = |bytes: usize| Event::Ask { question: "x".repeat(bytes) };
    assert!(row.apply(&question(4096), NOW).is_ok());
    assert_eq!(row.apply(&question(4097), NOW), Err(Refused::QuestionLength { bytes: 4097 }));
    assert_eq!(row.apply(&question(0), NOW), Err(Refused::QuestionLength { bytes: 0 }));
    let answer = |bytes: usize| Event::Answer { owner: owner(), text: "x".repeat(bytes) };
    let asked = run(&row, &[ask()]);
    assert_eq!(step(&asked, &answer(4096), NOW).0.state(), State::Arrived);
    let (unchanged, effect) = step(&asked, &answer(4097), NOW);
    assert_eq!((unchanged, effect), (asked, Effect::Refuse(PollError::InvalidRequest)));
}

#[test]
fn a_poll_that_waits_changes_nothing() {
    for state in [State::Undecided, State::Arrived, State::Asking] {
        let (row, now) = row_in(state);
        assert_eq!(step(&row, &poll(), now).0, row);
    }
}

#[test]
fn a_clock_that_goes_back_revives_nothing() {
    let row = open(Terms::default());
    let (expired, _) = step(&row, &Event::Tick, later(600));
    assert_eq!(expired.at(NOW).state(), State::Expired);
    let (delivered, _) = step(&run(&row, &[approve()]), &poll(), later(60));
    assert_eq!(refused(&delivered, &poll(), 60), PollError::Gone);
}

#[test]
fn every_state_reads_back_from_its_bytes() {
    for state in State::ALL {
        let (row, _) = row_in(state);
        assert_eq!(Pending::from_bytes(&row.to_bytes().unwrap()), Ok(row));
    }
}

#[test]
fn stored_bytes_hold_no_code_and_no_token() {
    let (row, _) = row_in(State::Delivered);
    let text = String::from_utf8(row.to_bytes().unwrap()).unwrap();
    assert!(text.starts_with(r#"{"version":1,"row":{"#), "{text}");
    assert!(!text.contains(code().expose()));
}

#[test]
fn foreign_bytes_are_no_row() {
    for bytes in [&b""[..], b"{}", b"null", b"{\"version\":1}", b"{\"version\":1,\"row\":{}}", b"\xff"] {
        assert_eq!(Pending::from_bytes(bytes), Err(DeferredError::Row), "{bytes:?}");
    }
    assert_eq!(
        Pending::from_bytes(b"{\"version\":2,\"row\":{}}"),
        Err(DeferredError::RowVersion { found: 2 })
    );
}

#[test]
fn debug_shows_neither_request_nor_person() {
    let (row, _) = row_in(State::Granted);
    let text = format!("{row:?} {:?}", step(&row, &poll(), NOW).1);
    assert!(!text.contains("alice") && !text.contains("request"), "{text}");
    let shown = ["Pending { state: Granted, owner: ", "Grant { scope: ", "kid: \"auth-key-1\", .. }"];
    assert!(shown.iter().all(|shown| text.contains(shown)), "{text}");
}

#[test]
fn the_payload_is_kept_until_a_request_is_cancelled_or_gone() {
    for state in State::ALL {
        let (row, _) = row_in(state);
        let kept = !matches!(state, State::Cancelled | State::Gone);
        assert_eq!(row.request(), if kept { &b"request"[..] } else { b"" }, "{state}");
    }
}
