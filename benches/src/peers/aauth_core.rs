//! `aauth-core`.

use std::collections::HashMap;
use std::hint::black_box;

use aauth_core::httpsig::{SigScheme, parse_signature_input, parse_signature_key};
use aauth_core::keys::{PrivateKey, generate_jwks, public_key_to_jwk};
use aauth_core::signing::{
    SignOptions, SignatureHeaders, VerifyOptions, parse_signature, sign_request, verify_signature,
};
use serde_json::Value;

use super::{AGENT, CREATED, DOCUMENT, Offer, URL};
use crate::request::KEY;

const NAMED: SigScheme<'static> = SigScheme::JwksUri { id: AGENT, dwk: DOCUMENT, kid: "key-1" };

pub(super) fn offer() -> Offer {
    let key = key();
    let keys = generate_jwks(&[public_key_to_jwk(&key.public_key(), Some("key-1"))]);
    let fields = signed(&key, &NAMED);
    Offer {
        name: "aauth-core 0.1.2",
        verify_key_at_hand: Some(verifying(&key, &NAMED, Some(keys))),
        verify_inline_key: Some(verifying(&key, &SigScheme::Hwk, None)),
        parse: Some(Box::new(move || {
            black_box(parse_signature_key(&fields.signature_key).expect("a key"));
            black_box(parse_signature_input(&fields.signature_input).expect("an input"));
            black_box(parse_signature(&fields.signature, Some("sig")).expect("a signature"));
        })),
        sign: Some(Box::new(move || drop(black_box(signed(&key, &NAMED))))),
    }
}

fn key() -> PrivateKey {
    // RFC 8410 section 7: the seed after this head is a private key.
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    PrivateKey::from_pkcs8_der(&[head.as_slice(), &KEY].concat()).expect("every seed is a key")
}

fn signed(key: &PrivateKey, scheme: &SigScheme<'_>) -> SignatureHeaders {
    let options = SignOptions { created: Some(CREATED), ..SignOptions::default() };
    sign_request("GET", URL, &mut HashMap::new(), None, key, scheme, &options)
        .expect("the request can be signed")
}

fn verifying(key: &PrivateKey, scheme: &SigScheme<'_>, keys: Option<Value>) -> Box<dyn Fn()> {
    let fields = signed(key, scheme);
    let mut headers = HashMap::new();
    fields.apply(&mut headers);
    Box::new(move || {
        let resolver = |_: &str, _: Option<&str>, _: Option<&str>| keys.clone();
        let options =
            VerifyOptions { jwks_resolver: Some(&resolver), now: Some(CREATED), ..VerifyOptions::default() };
        let (input, signature, key) = (&fields.signature_input, &fields.signature, &fields.signature_key);
        let verified = verify_signature("GET", URL, &headers, None, input, signature, key, &options);
        assert_eq!(verified.ok(), Some(true), "the request verifies");
    })
}
