//! RFC 7638 thumbprints of the two key types.

use aauth_types::Thumbprint;
use sha2::{Digest as _, Sha256};

use crate::b64;

/// SHA-256 over the required members in lexical order, without white space (RFC 7638 section 3; RFC 8037 section 2).
pub(crate) fn okp(x: &[u8; 32]) -> Thumbprint {
    digest(&[br#"{"crv":"Ed25519","kty":"OKP","x":""#, &b64::encode_32(x), br#""}"#])
}

/// As [`okp`], for P-256 (RFC 7638 section 3.2).
pub(crate) fn ec(x: &[u8; 32], y: &[u8; 32]) -> Thumbprint {
    let (x, y) = (b64::encode_32(x), b64::encode_32(y));
    digest(&[br#"{"crv":"P-256","kty":"EC","x":""#, &x, br#"","y":""#, &y, br#""}"#])
}

fn digest(pieces: &[&[u8]]) -> Thumbprint {
    let hash = pieces.iter().fold(Sha256::new(), |hash, piece| hash.chain_update(piece));
    Thumbprint::from_bytes(hash.finalize().into())
}
