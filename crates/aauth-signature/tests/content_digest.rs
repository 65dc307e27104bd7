//! `Content-Digest`, with the examples of RFC 9530.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice
)]

mod support;

use aauth_signature::{ContentDigest, DigestAlgorithm, Field, SignatureError};

const HELLO: &[u8] = b"{\"hello\": \"world\"}\n";
const SHA_256: &str = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
const SHA_512: &str =
    "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:";

#[test]
fn the_examples_of_rfc_9530_verify() {
    for (value, body) in [
        (SHA_256.to_owned(), HELLO),
        (SHA_512.to_owned(), HELLO),
        (format!("{SHA_256},{SHA_512}"), HELLO),
        (format!("md5=:AAAA:, {SHA_512};p=1, unknown=::"), HELLO),
        ("sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:".to_owned(), b""),
        ("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:".to_owned(), b"{\"hello\": \"world\"}"),
    ] {
        assert_eq!(ContentDigest::parse(&value).unwrap().verify(body), Ok(()), "{value}");
    }
}

#[test]
fn every_known_digest_must_fit() {
    let wrong = SHA_512.replace("YMA", "YMB");
    let digest = ContentDigest::parse(&format!("{SHA_256}, {wrong}")).unwrap();
    assert_eq!(digest.verify(HELLO), Err(SignatureError::DigestMismatch { algorithm: "sha-512" }));
    let digest = ContentDigest::parse(SHA_256).unwrap();
    assert_eq!(digest.verify(b"{}"), Err(SignatureError::DigestMismatch { algorithm: "sha-256" }));
}

#[test]
fn malformed_digests_are_refused() {
    let field = Field::ContentDigest;
    let bytes =
        |at| SignatureError::Malformed { field, found: "a digest that is no canonical byte sequence", at };
    let malformed = |found, at| SignatureError::Malformed { field, found, at };
    let table = [
        (String::new(), SignatureError::DigestUnsupported),
        ("md5=:AAAA:".into(), SignatureError::DigestUnsupported),
        ("SHA-256=:AAAA:".into(), malformed("no key", 0)),
        (
            format!("{SHA_256}, {SHA_256}"),
            SignatureError::DuplicateParameter { field, at: SHA_256.len() + 2 },
        ),
        (format!("{SHA_256},"), malformed("nothing after the last comma", SHA_256.len() + 1)),
        (
            "sha-256=:AAAA:".into(),
            SignatureError::DigestLength { algorithm: "sha-256", found: 3, expected: 32 },
        ),
        (
            SHA_512.replace("512", "256"),
            SignatureError::DigestLength { algorithm: "sha-256", found: 64, expected: 32 },
        ),
        ("sha-256=RK/0qy18".into(), bytes(8)),
        ("sha-256".into(), malformed("an algorithm without a digest", 7)),
        ("sha-256=\"RK\"".into(), bytes(8)),
        (SHA_256.replace("Dg=", "Dh="), bytes(8)),
        (SHA_256.replace("Dg=", "Dg"), bytes(8)),
        (SHA_256.replace('/', "_"), malformed("no byte sequence", 11)),
        ("sha-256=(:AAAA:)".into(), bytes(8)),
    ];
    for (value, expected) in table {
        assert_eq!(ContentDigest::parse(&value), Err(expected), "{value}");
    }
}

#[test]
fn what_is_written_reads_back() {
    for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
        let digest = ContentDigest::of(algorithm, HELLO);
        assert_eq!(ContentDigest::parse(&digest.to_string()), Ok(digest.clone()));
        assert_eq!(digest.algorithms().collect::<Vec<_>>(), [algorithm]);
        let request =
            support::Request::get().with("content-digest", digest.to_value().unwrap().to_str().unwrap());
        assert_eq!(ContentDigest::read(&request.fields), Ok(Some(digest)));
    }
    assert_eq!(ContentDigest::of(DigestAlgorithm::Sha256, HELLO).to_string(), SHA_256);
    assert_eq!(ContentDigest::read(&support::Request::get().fields), Ok(None));
}

#[test]
fn several_lines_are_one_field() {
    let request = support::Request::get().with("content-digest", SHA_256).with("content-digest", SHA_512);
    let digest = ContentDigest::read(&request.fields).unwrap().unwrap();
    assert_eq!(digest.algorithms().count(), 2);
    assert_eq!(digest.verify(HELLO), Ok(()));
}
