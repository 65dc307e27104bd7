//! How refusals are named for programs.

use aauth_deferred::{Refused, State};

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
