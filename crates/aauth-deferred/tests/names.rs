//! How refusals are named for programs.

use aauth_challenge::ChallengeError;
use aauth_deferred::{DeferredError, PendingBody, Refused, State, TokenBody};
use aauth_types::json::JsonError;

#[test]
fn every_refusal_has_a_stable_name() {
    for (refused, kind) in [
        (Refused::NotOwner, "not_owner"),
        (Refused::NotNow { state: State::Denied }, "not_now"),
        (Refused::TakesNoQuestions, "takes_no_questions"),
        (Refused::RoundsUsedUp, "rounds_used_up"),
        (Refused::QuestionLength { bytes: 0 }, "question_length"),
        (Refused::ScopeTooWide, "scope_too_wide"),
    ] {
        assert_eq!(refused.kind(), kind);
    }
}

#[test]
fn an_error_tells_at_which_byte_where_there_is_one() {
    let table = [
        (DeferredError::Json { fault: JsonError::Malformed { at: 9 } }, Some(9)),
        (DeferredError::Json { fault: JsonError::NotAnObject { found: "null" } }, None),
        (DeferredError::Challenge { fault: ChallengeError::Malformed { at: 4 } }, Some(4)),
        (DeferredError::CodeSymbol { at: 3 }, Some(3)),
        (DeferredError::CodeLength { symbols: 7 }, None),
    ];
    for (error, at) in table {
        assert_eq!(error.at(), at, "{error:?}");
    }
}

#[test]
fn debug_of_bodies_shows_neither_code_nor_token() {
    let pending =
        PendingBody { code: Some("ABCD1234".into()), status: "pending".into(), ..PendingBody::default() };
    let shown = r#"PendingBody { status: "pending", require: None, clarification: None, .. }"#;
    assert_eq!(format!("{pending:?}"), shown);
    let token = TokenBody { auth_token: "hunter2".into(), expires_in: Some(3600) };
    assert_eq!(format!("{token:?}"), "TokenBody { expires_in: Some(3600), .. }");
}
