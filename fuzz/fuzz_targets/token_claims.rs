#![no_main]
//! The claims of every kind, in both profiles.

use aauth_fuzz::NETWORKS;
use aauth_token::{Claims, DRAFT_11, IatSkew, SEED, TokenKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for profiles in [&SEED, &DRAFT_11] {
        for kind in TokenKind::ALL {
            for network in NETWORKS {
                let Ok(claims) = Claims::read(data, kind, profiles, network) else { continue };
                assert_eq!(claims.kind(), kind);
                let _ = claims.check_times(profiles, aauth_fuzz::now(), IatSkew::default());
                let written = claims.to_json(profiles).expect("claims of this profile");
                let again =
                    Claims::read(written.as_bytes(), kind, profiles, network).expect("written claims");
                assert_eq!(again.to_json(profiles).as_deref(), Ok(written.as_str()));
            }
        }
    }
});
