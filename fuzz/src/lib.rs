//! What the fuzz targets share: one time, a few keys and names, and bytes turned into what the parsers take.
//!
//! Each target feeds one parser or one state machine and asserts what must hold beside "no panic": what was read and
//! written reads back as the same value.
#![forbid(unsafe_code)]

mod pieces;
mod request;

pub use pieces::{agent, auth_server, jwks, now, owner, resource, signer};
pub use request::{Change, Prepared, Request};

use aauth_signature::FieldSyntax;
use aauth_types::Network;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Every spelling of the three signature fields.
pub const SYNTAXES: [&FieldSyntax; 3] =
    [&aauth_signature::SEED, &aauth_signature::SEED_DICTIONARY, &aauth_signature::DRAFT_11];

/// Both rules for identifiers.
pub const NETWORKS: [Network; 2] = [Network::Public, Network::InsecureLoopback];

/// The input as text; `None` when it is none.
pub fn text(data: &[u8]) -> Option<&str> {
    core::str::from_utf8(data).ok()
}

/// One field with a line for each line of the input. Bytes that no field value has are left out.
pub fn fields(name: &'static str, data: &[u8]) -> HeaderMap {
    let lines = data.split(|b| *b == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok());
    lines.map(|line| (HeaderName::from_static(name), line)).fold(
        HeaderMap::new(),
        |mut fields, (name, line)| {
            fields.append(name, line);
            fields
        },
    )
}
