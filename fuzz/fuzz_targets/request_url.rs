#![no_main]
//! Pending URLs: whatever a server answers, the agent stays on the origin it asked.

use aauth_deferred::RequestUrl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    let base = RequestUrl::parse("https://auth.example/token/x?y").expect("a fixed url");
    if let Ok(url) = base.resolve(text) {
        assert_eq!(url.origin(), base.origin());
        assert!(url.as_str().starts_with("https://auth.example/"));
        assert_eq!(RequestUrl::parse(url.as_str()).as_ref(), Ok(&url));
    }
    if let Ok(url) = RequestUrl::parse(text) {
        assert_eq!(url.as_str(), text);
        assert!(text.starts_with(url.origin()));
        assert!(url.resolve(text).is_ok_and(|again| again.origin() == url.origin()));
    }
});
