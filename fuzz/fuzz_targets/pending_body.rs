#![no_main]
//! The body of a `202`.

use aauth_deferred::{DRAFT_11, PendingBody, SEED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for wire in [&SEED, &DRAFT_11] {
        let Ok(body) = PendingBody::read(data, wire) else { continue };
        assert_eq!(PendingBody::read(body.write().as_bytes(), wire), Ok(body));
    }
});
