#![no_main]
//! A stored row from anywhere: it reads back, and passing time never makes it panic.

use aauth_deferred::Pending;
use aauth_types::UnixTime;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(row) = Pending::from_bytes(data) else { return };
    let written = row.to_bytes().expect("every row has a form");
    assert_eq!(Pending::from_bytes(&written).as_ref(), Ok(&row));
    for now in [UnixTime::from_secs(i64::MIN), UnixTime::EPOCH, aauth_fuzz::now(), UnixTime::MAX] {
        let later = row.at(now);
        assert_eq!(later.at(now), later);
        let _ = (later.expires(), later.wait());
    }
});
