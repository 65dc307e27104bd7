#![no_main]
//! A key set: an unusable neighbour never hurts, and each key is found by its `kid`.

use aauth_jose::{Jwks, SEED};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(set) = Jwks::parse(data) else { return };
    let again = Jwks::parse(set.to_json().as_bytes()).expect("a set that was written");
    assert!(again.len() <= set.len());
    for kid in set.kids() {
        let _ = set.key_for(kid, &SEED);
        if let Ok(jwk) = set.jwk(kid) {
            assert_eq!(jwk.kid(), Some(kid));
            assert_eq!(again.key(kid), Ok(jwk.key()));
        }
    }
});
