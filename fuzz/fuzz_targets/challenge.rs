#![no_main]
//! The challenge field, in both vocabularies.

use aauth_challenge::{Challenge, DRAFT_11, SEED};
use aauth_fuzz::NETWORKS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for vocabulary in [&SEED, &DRAFT_11] {
        for network in NETWORKS {
            let Ok(challenge) = Challenge::parse(data, vocabulary, network) else { continue };
            let _ = (challenge.statuses(vocabulary), format!("{challenge:?}"));
            if challenge.requirement().is_none() {
                assert!(challenge.write(vocabulary).is_err(), "a word of no row is not written");
                continue;
            }
            let (name, value) = challenge.write(vocabulary).expect("a challenge of this vocabulary");
            let fields = [(name, value)].into_iter().collect();
            let again = Challenge::read(&fields, &[vocabulary], network);
            assert_eq!(again.expect("written").expect("present").0, challenge);
        }
    }
    for name in ["aauth", "aauth-challenge", "aauth-requirement"] {
        let fields = aauth_fuzz::fields(name, data);
        let _ = Challenge::read(&fields, &[&SEED, &DRAFT_11], NETWORKS[0]);
    }
});
