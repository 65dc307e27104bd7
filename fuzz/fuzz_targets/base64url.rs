#![no_main]
//! Both alphabets: one text for each value.

use aauth_jose::b64;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    assert_eq!(b64::decode(&b64::encode(data)).as_deref(), Ok(data));
    assert_eq!(b64::decode_standard(&b64::encode_standard(data)).as_deref(), Ok(data));
    let Some(text) = aauth_fuzz::text(data) else { return };
    if let Ok(bytes) = b64::decode(text) {
        assert_eq!(b64::encode(&bytes), text);
    }
    if let Ok(bytes) = b64::decode_standard(text) {
        assert_eq!(b64::encode_standard(&bytes), text);
    }
});
