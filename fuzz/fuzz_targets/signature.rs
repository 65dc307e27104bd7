#![no_main]
//! `Signature`, in both alphabets.

use aauth_fuzz::SYNTAXES;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    for syntax in SYNTAXES {
        let Ok((label, signature)) = syntax.read_signature(text, None) else { continue };
        let again = syntax.write_signature(label, &signature).expect("a label that was read");
        assert_eq!(syntax.read_signature(&again, Some(label)), Ok((label, signature)));
    }
});
