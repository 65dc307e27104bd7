#![no_main]
//! The body of an error.

use aauth_deferred::{DRAFT_11, ErrorBody, SEED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for wire in [&SEED, &DRAFT_11] {
        let Ok(body) = ErrorBody::read(data, wire) else { continue };
        assert_eq!(ErrorBody::read(body.write(wire).as_bytes(), wire), Ok(body));
    }
});
