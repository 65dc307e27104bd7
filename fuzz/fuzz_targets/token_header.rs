#![no_main]
//! The header of a token, in both profiles.

use aauth_jose::Header;
use aauth_token::{DRAFT_11, SEED, TokenHeader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let header = Header::read(data);
    for profiles in [&SEED, &DRAFT_11] {
        if let Ok(token) = TokenHeader::read(data, profiles) {
            let header = header.as_ref().expect("a token's header is a header");
            assert_eq!(header.typ(), profiles.typ(token.kind));
            assert_eq!(header.kid(), Some(token.kid.as_str()));
        }
    }
});
