//! Words, bodies and responses of both dialects, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

use std::time::Duration;

use aauth_challenge::Challenge;
use aauth_deferred::{
    Accepted, AnswerBody, DRAFT_11, DeferredError, DeferredWire, ErrorBody, MAX_BODY, PendingBody, PollError,
    SEED, Standing, TokenBody, Wait,
};
use aauth_types::{EndpointUrl, Network};
use http::{Response, StatusCode};

const URL: &str = "http://127.0.0.1:18003/pending/c200d7635d31";

fn waiting(standing: Standing, question: Option<&str>) -> Wait {
    Wait { standing, question: question.map(ToOwned::to_owned), retry_after: Duration::from_secs(2) }
}

fn body(response: &Response<Vec<u8>>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

fn accepted(wire: &DeferredWire, wait: &Wait, challenge: Option<&Challenge>) -> Response<Vec<u8>> {
    wire.accepted(&Accepted { location: URL, wait, challenge }).unwrap()
}

fn interaction() -> Challenge {
    Challenge::Interaction { url: None, code: "O8J269OY".to_owned() }
}

#[test]
fn the_seed_writes_the_recorded_202() {
    let response = accepted(&SEED, &waiting(Standing::Pending, None), Some(&interaction()));
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    let fields = response.headers();
    assert_eq!(fields["location"], URL);
    assert_eq!(fields["retry-after"], "2");
    assert_eq!(fields["cache-control"], "no-store");
    assert_eq!(fields["content-type"], "application/json");
    assert_eq!(fields["aauth"], "require=interaction; code=\"O8J269OY\"");
    assert_eq!(
        body(&response),
        r#"{"status": "pending", "location": "http://127.0.0.1:18003/pending/c200d7635d31", "require": "interaction", "code": "O8J269OY"}"#
    );
    assert_eq!(response.body().len(), 126);
}

#[test]
fn the_seed_writes_a_later_202_without_requirement() {
    let response = accepted(&SEED, &waiting(Standing::Interacting, None), None);
    assert_eq!(response.headers().get("aauth"), None);
    assert_eq!(body(&response), format!(r#"{{"status": "pending", "location": "{URL}"}}"#));
}

#[test]
fn the_seed_writes_approval_without_a_code() {
    let response = accepted(&SEED, &waiting(Standing::Pending, None), Some(&Challenge::Approval));
    assert_eq!(response.headers()["aauth"], "require=approval");
    assert_eq!(
        body(&response),
        format!(r#"{{"status": "pending", "location": "{URL}", "require": "approval"}}"#)
    );
}

#[test]
fn the_seed_asks_in_the_body_alone() {
    let response = accepted(&SEED, &waiting(Standing::Interacting, Some("Why \"now\"?")), None);
    assert_eq!(response.headers().get("aauth"), None);
    assert_eq!(
        body(&response),
        format!(r#"{{"status": "pending", "location": "{URL}", "clarification": "Why \"now\"?"}}"#)
    );
}

#[test]
fn the_draft_says_in_fields_what_the_seed_says_in_the_body() {
    let url = EndpointUrl::parse("https://ps.example/i", Network::Public).unwrap();
    let challenge = Challenge::Interaction { url: Some(url), code: "A1B2-C3D4".to_owned() };
    let response = accepted(&DRAFT_11, &waiting(Standing::Pending, None), Some(&challenge));
    assert_eq!(
        response.headers()["aauth-requirement"],
        "requirement=interaction;url=\"https://ps.example/i\";code=\"A1B2-C3D4\""
    );
    assert_eq!(body(&response), r#"{"status": "pending"}"#);
    let response = accepted(&DRAFT_11, &waiting(Standing::Interacting, Some("Why?")), None);
    assert_eq!(response.headers()["aauth-requirement"], "requirement=clarification");
    assert_eq!(body(&response), r#"{"status": "interacting", "clarification": "Why?"}"#);
}

#[test]
fn what_a_dialect_has_no_word_for_is_no_202() {
    let wait = waiting(Standing::Pending, None);
    let error = SEED
        .accepted(&Accepted { location: URL, wait: &wait, challenge: Some(&Challenge::Claims) })
        .unwrap_err();
    assert_eq!(error.kind(), "no_word");
    let error = SEED.accepted(&Accepted { location: "a\r\nb", wait: &wait, challenge: None }).unwrap_err();
    assert_eq!(error, DeferredError::Location { found: "a character that no field has" });
}

#[test]
fn each_error_has_its_status_and_body() {
    for (error, seed, draft, word, text) in [
        (PollError::Denied, 403, 403, "denied", Some("User denied consent")),
        (PollError::RoundsUsedUp, 403, 403, "denied", Some("Clarification round limit exceeded")),
        (PollError::Abandoned, 403, 403, "abandoned", Some("The person did not finish")),
        (PollError::Expired, 408, 408, "expired", Some("Request expired")),
        (PollError::InvalidCode, 410, 410, "invalid_code", Some("The interaction code is no longer valid")),
        (PollError::SlowDown, 429, 429, "slow_down", Some("Polled faster than Retry-After allows")),
        (PollError::InvalidRequest, 400, 400, "invalid_request", Some("Missing clarification_response")),
        (PollError::ServerError, 500, 500, "server_error", None),
        (PollError::NotFound, 404, 404, "not_found", None),
    ] {
        for (wire, status, member, kind) in [
            (&SEED, seed, "error_description", "application/json"),
            (&DRAFT_11, draft, "detail", "application/problem+json"),
        ] {
            let response = wire.refused(error, None);
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()["content-type"], kind);
            assert_eq!(response.headers()["cache-control"], "no-store");
            let text = text.map_or(String::new(), |text| format!(r#","{member}":"{text}""#));
            assert_eq!(body(&response), format!(r#"{{"error":"{word}"{text}}}"#));
        }
    }
}

#[test]
fn after_the_end_the_seed_says_404_and_the_draft_410() {
    assert_eq!(SEED.status(PollError::Gone), 404);
    assert_eq!(body(&SEED.refused(PollError::Gone, None)), r#"{"error":"not_found"}"#);
    assert_eq!(SEED.refused(PollError::Gone, None).body(), SEED.refused(PollError::NotFound, None).body());
    assert_eq!(DRAFT_11.status(PollError::Gone), 410);
    assert_eq!(SEED.status(PollError::Cancelled), 410);
    assert_eq!(DRAFT_11.status(PollError::Cancelled), 410);
}

#[test]
fn an_error_that_is_not_final_says_when_to_come_back() {
    let response = SEED.refused(PollError::SlowDown, Some(Duration::from_secs(7)));
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(SEED.refused(PollError::Denied, None).headers().get("retry-after"), None);
}

#[test]
fn cancelling_is_answered_without_a_body() {
    let response = SEED.cancelled();
    assert_eq!((response.status(), response.body().len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[test]
fn every_error_that_is_written_is_read_as_itself_or_as_what_the_agent_makes_of_it() {
    for wire in [&SEED, &DRAFT_11] {
        for error in [
            PollError::Denied,
            PollError::Abandoned,
            PollError::Expired,
            PollError::InvalidCode,
            PollError::SlowDown,
            PollError::InvalidRequest,
            PollError::ServerError,
            PollError::NotFound,
        ] {
            let response = wire.refused(error, None);
            let word = ErrorBody::read(response.body(), wire).unwrap().error;
            assert_eq!(wire.error(response.status(), &word), Some(error), "{}", wire.name());
        }
    }
    assert_eq!(SEED.error(StatusCode::FORBIDDEN, "access_denied"), Some(PollError::Denied));
    assert_eq!(DRAFT_11.error(StatusCode::FORBIDDEN, "access_denied"), None);
    assert_eq!(DRAFT_11.error(StatusCode::FORBIDDEN, "revoked"), Some(PollError::Revoked));
    assert_eq!(SEED.error(StatusCode::FORBIDDEN, "revoked"), None);
    assert_eq!(SEED.error(StatusCode::BAD_REQUEST, "denied"), None);
}

#[test]
fn every_standing_reads_back_or_is_written_as_pending() {
    assert_eq!(SEED.status_word(Standing::Pending), "pending");
    assert_eq!(SEED.status_word(Standing::Interacting), "pending");
    assert_eq!(SEED.standing("interacting"), Standing::Interacting);
    for standing in [Standing::Pending, Standing::Interacting] {
        assert_eq!(DRAFT_11.standing(DRAFT_11.status_word(standing)), standing);
    }
    for unknown in ["awaiting_clarification", "", "Interacting", "denied"] {
        assert_eq!(SEED.standing(unknown), Standing::Pending, "{unknown}");
    }
}

#[test]
fn the_token_body_is_written_as_the_seed_writes_it() {
    let token = TokenBody { auth_token: "a.b.c".to_owned(), expires_in: Some(3600) };
    assert_eq!(body(&SEED.delivered(&token)), r#"{"auth_token":"a.b.c","expires_in":3600}"#);
    assert_eq!(SEED.delivered(&token).headers()["cache-control"], "no-store");
    assert_eq!(TokenBody::read(token.write().as_bytes()), Ok(token));
    let bare = TokenBody { auth_token: "a.b.c".to_owned(), expires_in: None };
    assert_eq!(TokenBody::read(br#" {"token_type": "x", "auth_token" : "a.b.c"} "#), Ok(bare));
}

#[test]
fn the_answer_body_carries_the_action_where_the_dialect_has_one() {
    let answer = AnswerBody { clarification_response: "Because \"I\" must.\n".to_owned() };
    assert_eq!(answer.write(&SEED), r#"{"clarification_response": "Because \"I\" must.\n"}"#);
    assert_eq!(
        answer.write(&DRAFT_11),
        r#"{"action": "clarification_response", "clarification_response": "Because \"I\" must.\n"}"#
    );
    for wire in [&SEED, &DRAFT_11] {
        assert_eq!(AnswerBody::read(answer.write(wire).as_bytes(), wire), Ok(answer.clone()));
    }
}

#[test]
fn a_pending_body_reads_back() {
    let whole = PendingBody {
        status: "pending".to_owned(),
        location: Some(URL.to_owned()),
        require: Some("interaction".to_owned()),
        code: Some("O8J269OY".to_owned()),
        clarification: Some("Why?".to_owned()),
        timeout: Some(120),
        options: vec!["yes".to_owned(), "no".to_owned()],
    };
    assert_eq!(PendingBody::read(whole.write().as_bytes(), &SEED), Ok(whole.clone()));
    let draft = PendingBody { location: None, require: None, code: None, ..whole.clone() };
    assert_eq!(PendingBody::read(whole.write().as_bytes(), &DRAFT_11), Ok(draft));
}

#[test]
fn malformed_bodies_are_refused_for_their_reason() {
    let cases: &[(&str, &str)] = &[
        ("", "json_malformed"),
        ("pending", "json_malformed"),
        ("[]", "json_not_an_object"),
        ("\"pending\"", "json_not_an_object"),
        ("null", "json_not_an_object"),
        ("{}", "member_missing"),
        (r#"{"Status":"pending"}"#, "member_missing"),
        (r#"{"status":null}"#, "member_type"),
        (r#"{"status":1}"#, "member_type"),
        (r#"{"status":["pending"]}"#, "member_type"),
        (r#"{"status":"pending","status":"pending"}"#, "json_duplicate_member"),
        (r#"{"status":"pending","st\u0061tus":"x"}"#, "json_duplicate_member"),
        (r#"{"status":"pending","x":{"a":1,"a":2}}"#, "json_duplicate_member"),
        (r#"{"status":"pending","location":1}"#, "member_type"),
        (r#"{"status":"pending","location":null}"#, "member_type"),
        (r#"{"status":"pending","require":"interaction"}"#, "member_missing"),
        (r#"{"status":"pending","require":"interaction","code":7}"#, "member_type"),
        (r#"{"status":"pending","require":true}"#, "member_type"),
        (r#"{"status":"pending","clarification":{}}"#, "member_type"),
        (r#"{"status":"pending","timeout":"120"}"#, "member_type"),
        (r#"{"status":"pending","timeout":-1}"#, "member_type"),
        (r#"{"status":"pending","timeout":1.5}"#, "member_type"),
        (r#"{"status":"pending","options":"yes"}"#, "member_type"),
        (r#"{"status":"pending","options":[1]}"#, "member_type"),
        (r#"{"status":"pending",}"#, "json_malformed"),
        (r#"{"status":"pending"} x"#, "json_malformed"),
        ("{\"status\":\"pend\ning\"}", "json_malformed"),
    ];
    for (body, kind) in cases {
        let read = PendingBody::read(body.as_bytes(), &SEED);
        assert_eq!(read.map_err(|error| error.kind()), Err(*kind), "{body}");
    }
}

#[test]
fn malformed_token_and_answer_bodies_are_refused_for_their_reason() {
    for (body, kind) in [
        ("{}", "member_missing"),
        (r#"{"auth_token":7}"#, "member_type"),
        (r#"{"auth_token":"a","expires_in":"3600"}"#, "member_type"),
        (r#"{"auth_token":"a","expires_in":-1}"#, "member_type"),
        (r#"{"auth_token":"a","auth_token":"b"}"#, "json_duplicate_member"),
    ] {
        assert_eq!(TokenBody::read(body.as_bytes()).map_err(|error| error.kind()), Err(kind), "{body}");
    }
    for (body, seed, draft) in [
        ("{}", "member_missing", "member_missing"),
        (r#"{"clarification_response":1}"#, "member_type", "member_missing"),
        (r#"{"action":"updated_request"}"#, "member_missing", "member_value"),
        (r#"{"action":1,"clarification_response":1}"#, "member_type", "member_type"),
        ("x", "json_malformed", "json_malformed"),
    ] {
        let read = |wire| AnswerBody::read(body.as_bytes(), wire).map_err(|error| error.kind());
        assert_eq!(read(&SEED), Err(seed), "{body}");
        assert_eq!(read(&DRAFT_11), Err(draft), "{body}");
    }
}

#[test]
fn a_body_is_read_up_to_its_limit() {
    let bare = r#"{"status":"pending"}"#;
    let padded = |bytes: usize| format!("{bare}{}", " ".repeat(bytes - bare.len()));
    assert_eq!(MAX_BODY, 65_536);
    assert!(PendingBody::read(padded(MAX_BODY).as_bytes(), &SEED).is_ok());
    let over = MAX_BODY + 1;
    assert_eq!(
        PendingBody::read(padded(over).as_bytes(), &SEED),
        Err(DeferredError::BodyTooLong { bytes: over })
    );
}

#[test]
fn debug_shows_neither_token_nor_code() {
    let token = TokenBody { auth_token: "eyJ.a.b".to_owned(), expires_in: None };
    let pending = PendingBody { code: Some("O8J269OY".to_owned()), ..PendingBody::default() };
    let text = format!("{token:?} {pending:?}");
    assert!(!text.contains("eyJ") && !text.contains("O8J269OY"), "{text}");
}
