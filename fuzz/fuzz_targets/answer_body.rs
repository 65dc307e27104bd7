#![no_main]
//! The agent's answer to a question.

use aauth_deferred::{AnswerBody, DRAFT_11, SEED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for wire in [&SEED, &DRAFT_11] {
        let Ok(body) = AnswerBody::read(data, wire) else { continue };
        assert_eq!(AnswerBody::read(body.write(wire).as_bytes(), wire), Ok(body));
    }
});
