#![no_main]
//! `Accept-Signature-Scheme` and `Accept-Signature-Alg`.

use aauth_signature::{AcceptAlg, AcceptScheme};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    let schemes = AcceptScheme::parse(text);
    let algorithms = AcceptAlg::parse(text);
    assert_eq!(schemes.is_ok(), algorithms.is_ok());
    if let (Ok(schemes), Ok(algorithms)) = (schemes, algorithms) {
        assert_eq!(AcceptScheme::parse(&schemes.to_string()), Ok(schemes));
        assert_eq!(AcceptAlg::parse(&algorithms.to_string()), Ok(algorithms));
    }
    let _ = AcceptScheme::read(&aauth_fuzz::fields("accept-signature-scheme", data));
    let _ = AcceptAlg::read(&aauth_fuzz::fields("accept-signature-alg", data));
});
