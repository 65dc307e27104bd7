#![no_main]
//! One JWK, public or private.

use aauth_jose::{DRAFT_11, PublicJwk, SEED, Signer as _, SigningKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(jwk) = PublicJwk::parse(data) {
        let written = jwk.to_json();
        let again = PublicJwk::parse(written.as_bytes()).expect("a jwk that was written");
        assert_eq!(again.to_json(), written);
        assert_eq!(again.key(), jwk.key());
        assert_eq!(again.key().thumbprint(), jwk.key().thumbprint());
        let _ = (jwk.check_alg(&SEED), jwk.check_alg(&DRAFT_11));
        let _ = jwk.key().verify(data, &[0; 64]);
    }
    if let Ok(key) = SigningKey::from_jwk(data) {
        assert!(PublicJwk::parse(data).is_err(), "a private key is no public one");
        let again = SigningKey::from_jwk(key.to_private_jwk().expose().as_bytes()).expect("a written key");
        assert_eq!(again.public_jwk(), key.public_jwk());
        let signature = key.sign(data).expect("a local key signs");
        assert_eq!(key.verifying_key().verify(data, &signature), Ok(()));
    }
});
