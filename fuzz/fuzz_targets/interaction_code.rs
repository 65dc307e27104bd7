#![no_main]
//! Codes as people type them, and the identifiers of pending requests.

use aauth_deferred::{InteractionCode, PendingId};
use aauth_types::Secret;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(entropy) = data.first_chunk() {
        let code = InteractionCode::from_entropy(*entropy);
        let read = InteractionCode::read(code.expose()).expect("a code that was made");
        assert_eq!(read.expose(), code.expose());
    }
    let Some(text) = aauth_fuzz::text(data) else { return };
    if let Ok(code) = InteractionCode::read(text) {
        let again = InteractionCode::read(&code.expose().to_lowercase()).expect("a code that was read");
        let secret = Secret::new([7; 32]);
        assert_eq!(again.hash(&secret), code.hash(&secret));
    }
    if let Ok(id) = PendingId::parse(text) {
        assert_eq!(id.expose(), text);
        let _ = id.hash();
    }
});
