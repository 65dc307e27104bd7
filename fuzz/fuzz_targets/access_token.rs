#![no_main]
//! `AAuth-Access` and `Authorization: AAuth`.

use aauth_challenge::SessionToken;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(token) = SessionToken::parse(data) {
        let access = [token.write_access().expect("a token68")].into_iter().collect();
        let read = SessionToken::read_access(&access).expect("written").expect("present");
        assert_eq!(read.expose(), token.expose());
        let authorization = [token.write_authorization().expect("a token68")].into_iter().collect();
        let read = SessionToken::read_authorization(&authorization).expect("written").expect("present");
        assert_eq!(read.expose(), token.expose());
    }
    let _ = SessionToken::read_access(&aauth_fuzz::fields("aauth-access", data));
    let _ = SessionToken::read_authorization(&aauth_fuzz::fields("authorization", data));
});
