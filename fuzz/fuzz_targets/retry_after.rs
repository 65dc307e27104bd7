#![no_main]
//! `Retry-After` and `Prefer: wait`.

use aauth_deferred::{PreferWait, retry_after};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = retry_after(&aauth_fuzz::fields("retry-after", data), aauth_fuzz::now());
    let Some(wait) = PreferWait::read(&aauth_fuzz::fields("prefer", data)) else { return };
    assert_eq!(PreferWait::read(&[wait.write()].into_iter().collect()), Some(wait));
    assert!(wait.capped_at(PreferWait::CEILING) <= PreferWait::CEILING);
});
