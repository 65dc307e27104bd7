#![no_main]
//! `Signature-Input`: the text of a member reads back as the same components and parameters.

use aauth_fuzz::SYNTAXES;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    for syntax in SYNTAXES {
        let Ok(read) = syntax.read_input(text, None) else { continue };
        let again = format!("{}={}", read.label(), read.text());
        assert_eq!(syntax.read_input(&again, Some(read.label())).as_ref(), Ok(&read));
        assert!(read.created().is_none_or(|time| time.as_secs() >= 0));
        let _ = (read.expires(), read.keyid(), read.alg(), read.nonce(), read.tag());
        assert!(read.parameters().count() <= aauth_signature::limits::MAX_PARAMETERS);
        assert!(read.components().len() <= aauth_signature::limits::MAX_COMPONENTS);
    }
});
