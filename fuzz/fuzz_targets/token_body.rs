#![no_main]
//! The body of a granted request.

use aauth_deferred::TokenBody;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(body) = TokenBody::read(data) else { return };
    assert_eq!(TokenBody::read(body.write().as_bytes()), Ok(body));
});
