#![no_main]
//! Compact JWS: the three parts put together again are the text.

use aauth_jose::{Algorithm, JoseError, Jws, SEED, attach};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    let Ok(jws) = Jws::parse(text) else { return };
    let input = String::from_utf8(jws.signing_input().to_vec()).expect("base64url");
    let again = attach(input, jws.signature());
    match jws.signature().len() {
        64 => assert_eq!(again.as_deref(), Ok(text)),
        found => assert_eq!(again, Err(JoseError::SignatureLength { found })),
    }
    let _ = jws.verify(aauth_fuzz::signer(Algorithm::Ed25519).verifying_key(), &SEED);
});
