#![no_main]
//! `AAuth-Capabilities`.

use aauth_challenge::Capabilities;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(read) = Capabilities::read(&aauth_fuzz::fields("aauth-capabilities", data)) else { return };
    let written = read.write().into_iter().collect();
    assert_eq!(Capabilities::read(&written), Ok(read));
});
