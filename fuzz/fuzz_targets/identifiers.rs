#![no_main]
//! Identifiers keep the text they were read from.

use aauth_discovery::HttpsUri;
use aauth_fuzz::NETWORKS;
use aauth_types::{AgentId, Document, EndpointUrl, Scope, ServerId, Thumbprint, TokenId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    for network in NETWORKS {
        if let Ok(id) = ServerId::parse(text, network) {
            assert_eq!(id.as_str(), text);
            assert!(text.ends_with(id.authority()));
            let url = EndpointUrl::on(&id, "/token");
            assert_eq!(EndpointUrl::parse(url.as_str(), network).as_ref(), Ok(&url));
            assert_eq!(url.origin(), text);
        }
        if let Ok(url) = EndpointUrl::parse(text, network) {
            assert_eq!(url.as_str(), text);
            // Without a path it is that of the root.
            assert!([url.origin(), url.path()].concat().starts_with(text));
            assert!(url.origin().ends_with(url.authority()));
        }
        if let Ok(uri) = HttpsUri::parse(text, network) {
            assert_eq!(uri.as_str(), text);
            assert!(text.starts_with(uri.endpoint().as_str()));
        }
    }
    if let Ok(id) = AgentId::parse(text) {
        assert_eq!(format!("aauth:{}@{}", id.local(), id.domain()), text);
    }
    if let Ok(id) = TokenId::parse(text) {
        assert_eq!(id.as_str(), text);
    }
    if let Ok(thumbprint) = Thumbprint::parse(text) {
        assert_eq!(thumbprint.to_string(), text);
    }
    if let Ok(scope) = Scope::parse(text) {
        assert_eq!(Scope::parse(&scope.to_string()).as_ref(), Ok(&scope));
        assert!(scope.covers(&scope) && scope.covers(&Scope::EMPTY));
        assert_eq!(scope.narrowed_to(&scope), scope);
    }
    let _ = (Document::from_file_name(text), Document::from_short_name(text));
});
