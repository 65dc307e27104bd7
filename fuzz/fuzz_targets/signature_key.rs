#![no_main]
//! `Signature-Key` in its three syntaxes.

use aauth_fuzz::{NETWORKS, SYNTAXES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    for syntax in SYNTAXES {
        for network in NETWORKS {
            let Ok((label, key)) = syntax.read_key(text, None, network) else { continue };
            let _ = (key.key_ref(), format!("{key:?}"));
            // An unknown scheme is kept, and need not have a spelling of its own.
            let Ok(written) = syntax.write_key(label, &key) else { continue };
            let (_, again) = syntax.read_key(&written, Some(label), network).expect("a key that was written");
            assert_eq!(syntax.write_key(label, &again).as_deref(), Ok(&*written));
            assert_eq!(again.scheme(), key.scheme());
        }
    }
});
