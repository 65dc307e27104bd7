#![no_main]
//! `Signature-Error`.

use aauth_signature::Refusal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Refusal::read(&aauth_fuzz::fields("signature-error", data));
    let Some(refusal) = aauth_fuzz::text(data).and_then(|text| Refusal::parse(text).ok()) else { return };
    assert_eq!(Refusal::parse(&refusal.to_string()), Ok(refusal));
});
