#![no_main]
//! How long a fetched document may be kept: always between the floor and the ceiling.

use aauth_discovery::{CEILING, FLOOR, lifetime};
use http::{HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 4] = ["cache-control", "age", "date", "expires"];

fuzz_target!(|data: &[u8]| {
    let lines = data.split(|b| *b == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    let fields = NAMES.iter().cycle().map(|name| HeaderName::from_static(name)).zip(lines).collect();
    let life = lifetime(&fields, aauth_fuzz::now(), FLOOR);
    assert!((FLOOR..=CEILING).contains(&life));
});
