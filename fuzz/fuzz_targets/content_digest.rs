#![no_main]
//! `Content-Digest`.

use aauth_signature::ContentDigest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let fields = aauth_fuzz::fields("content-digest", data);
    let read = ContentDigest::read(&fields);
    if let Ok(Some(digest)) = read {
        assert_eq!(ContentDigest::parse(&digest.to_string()).as_ref(), Ok(&digest));
        let _ = digest.verify(data);
    }
    if let Some(digest) = aauth_fuzz::text(data).and_then(|text| ContentDigest::parse(text).ok()) {
        for algorithm in digest.algorithms() {
            assert_eq!(ContentDigest::of(algorithm, data).verify(data), Ok(()));
        }
        assert!(digest.to_value().is_ok());
    }
});
