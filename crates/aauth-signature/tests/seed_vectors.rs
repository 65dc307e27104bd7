//! Every request of the seed dialect's vector file.
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

use aauth_signature::{Component, Coverage, KeyScheme, SEED, SignatureError, SignedHead, Unsigned};
use aauth_signature::{SignedBody, sign};
use aauth_types::{Network, UnixTime};
use support::{private, public, request, vectors, without_signature};

#[test]
fn accepted_requests_verify_and_rejected_ones_do_not() {
    let vectors = vectors();
    let (mut accepted, mut rejected) = (0, 0);
    for vector in &vectors.requests {
        let request = request(vector);
        let signed = SignedHead::parse(&request.head(), &SEED, Network::InsecureLoopback).unwrap();
        let now = UnixTime::from_secs(vector.created);
        let checked = signed.check(&Coverage::new(), now).unwrap();
        let key = public(vectors.key(&vector.key));
        let verified = checked.verify(key.key());
        match vector.expect.as_str() {
            "accept" => {
                let valid = verified.unwrap();
                assert_eq!(valid.thumbprint().to_string(), vectors.key(&vector.key).thumbprint);
                assert_eq!(valid.created(), now);
                accepted += 1;
            }
            _ => {
                assert_eq!(verified, Err(SignatureError::Mismatch), "{}", vector.name);
                rejected += 1;
            }
        }
    }
    println!("{accepted} accepted, {rejected} rejected");
    assert_eq!((accepted, rejected), (12, 3));
}

#[test]
fn every_signature_base_is_the_one_of_the_file() {
    for vector in &vectors().requests {
        let request = request(vector);
        let signed = SignedHead::parse(&request.head(), &SEED, Network::InsecureLoopback).unwrap();
        let checked = signed.check(&Coverage::new(), UnixTime::from_secs(vector.created)).unwrap();
        assert_eq!(checked.base(), vector.signature_base.as_bytes(), "{}", vector.name);
    }
}

#[test]
fn signing_again_gives_the_same_bytes() {
    let vectors = vectors();
    let mut signed_again = 0;
    for vector in vectors.requests.iter().filter(|vector| vector.expect == "accept") {
        let Some(signer) = private(vectors.key(&vector.key)) else { continue };
        let received = request(vector);
        let signed = SignedHead::parse(&received.head(), &SEED, Network::InsecureLoopback).unwrap();
        let content = [Component::CONTENT_TYPE, Component::CONTENT_DIGEST];
        let covered = content.into_iter().filter(|component| signed.input().components().contains(component));
        let cover = Coverage::new().also(covered);
        let unsigned = without_signature(received.clone());
        let now = UnixTime::from_secs(vector.created);
        let fields = sign(&unsigned.head(), signed.key(), &SEED, &cover, now, &signer).unwrap();
        for (name, value) in &fields {
            assert_eq!(value, &received.fields[name], "{} {name}", vector.name);
        }
        let base = Unsigned::new(&unsigned.head(), signed.key(), &SEED, &cover, now).unwrap();
        assert_eq!(base.base(), vector.signature_base.as_bytes());
        signed_again += 1;
    }
    println!("{signed_again} signed again");
    assert_eq!(signed_again, 10);
}

#[test]
fn the_covered_body_is_bound_and_no_other() {
    let vectors = vectors();
    let vector = vectors.request("query-and-body-covered");
    let request = request(vector);
    let checked = request.check(&SEED, &Coverage::new(), support::NOW).unwrap();
    let valid = checked.verify(public(vectors.key("agent")).key()).unwrap();
    let body = vector.body.as_ref().unwrap().as_bytes();
    assert_eq!(valid.bind_body(body).unwrap().bytes(), body);
    assert!(matches!(valid.body(body), Ok(SignedBody::Bound(_))));
    let mismatch = SignatureError::DigestMismatch { algorithm: "sha-256" };
    assert_eq!(valid.bind_body(b"{}"), Err(mismatch.clone()));
    assert_eq!(valid.body(b""), Err(mismatch));
}

#[test]
fn loopback_identifiers_need_the_setting() {
    let vectors = vectors();
    let request = request(vectors.request("trace-resource-get"));
    let expected = SignatureError::KeyParameterValue {
        scheme: KeyScheme::JwksUri,
        name: "id",
        expected: "a server identifier",
    };
    assert_eq!(request.parse(&SEED).map(|_| ()), Err(expected));
}
