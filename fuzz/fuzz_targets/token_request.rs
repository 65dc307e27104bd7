#![no_main]
//! The body of a request to the token endpoint.

use aauth_roles::{Hints, Mode, TokenRequest, access_body};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = TokenRequest::parse(data);
    let Some(text) = aauth_fuzz::text(data).filter(|text| !text.is_empty() && text.len() <= 8192) else {
        return;
    };
    let read = TokenRequest::parse(access_body(text, &Hints::default()).as_bytes())
        .expect("a body that was written");
    assert!(matches!(read.mode, Mode::Access { resource_token } if resource_token.expose() == text));
});
