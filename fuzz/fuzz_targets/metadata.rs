#![no_main]
//! The three metadata documents and the one pair that every document has.

use aauth_discovery::{AgentMetadata, IssuerMetadata, KeySource, ResourceMetadata, StaticResolver};
use aauth_fuzz::NETWORKS;
use aauth_types::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let id = aauth_fuzz::agent();
    for network in NETWORKS {
        if let Ok(read) = AgentMetadata::parse(data, &id, network) {
            assert_eq!(AgentMetadata::parse(read.to_json().as_bytes(), &id, network), Ok(read));
        }
        if let Ok(read) = IssuerMetadata::parse(data, &id, network) {
            assert_eq!(IssuerMetadata::parse(read.to_json().as_bytes(), &id, network), Ok(read));
        }
        if let Ok(read) = ResourceMetadata::parse(data, &id, network) {
            assert_eq!(ResourceMetadata::parse(read.to_json().as_bytes(), &id, network), Ok(read));
        }
        for document in Document::ALL {
            if let Ok(source) = KeySource::parse(data, document, &id, network) {
                assert_eq!(source.owner, id);
            }
        }
        let _ = StaticResolver::from_json(data, network);
    }
});
