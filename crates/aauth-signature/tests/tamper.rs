//! Whatever changes between signer and verifier, the signature fails.
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

use aauth_jose::{Signer as _, SigningKey};
use aauth_signature::{
    Component, ContentDigest, Coverage, DRAFT_11, DigestAlgorithm, FieldSyntax, SEED, SEED_DICTIONARY,
    SignatureError, SignatureKey, SignatureValid,
};
use http::Method;
use support::{NOW, Request, ed25519, p256};

const BODY: &[u8] = b"{\"a\":1}";

fn rule() -> Coverage {
    let fields = ["x-plain", "authorization"].map(|name| Component::parse(name).unwrap());
    Coverage::new().also(fields).also([Component::CONTENT_TYPE, Component::CONTENT_DIGEST])
}

fn signed(syntax: &'static FieldSyntax, signer: &SigningKey) -> Request {
    Request::new(Method::POST, "resource.example:8443", "/data/%7e?x=1&y=%20")
        .with("content-type", "application/json")
        .with("content-length", "7")
        .with("content-digest", &ContentDigest::of(DigestAlgorithm::Sha256, BODY).to_string())
        .with("x-plain", "one")
        .with("x-plain", "two, three")
        .with("authorization", "AAuth opaque")
        .signed(&SignatureKey::Jwt("e30.e30.AA".into()), syntax, &rule(), signer)
}

fn verify(
    request: &Request,
    syntax: &'static FieldSyntax,
    signer: &SigningKey,
) -> Result<SignatureValid, SignatureError> {
    request.check(syntax, &rule(), NOW)?.verify(signer.public_jwk().key())
}

/// Both algorithms in the dialect that has both, Ed25519 in the others.
fn cases() -> [(&'static FieldSyntax, SigningKey); 4] {
    [(&SEED, ed25519()), (&SEED_DICTIONARY, ed25519()), (&DRAFT_11, ed25519()), (&DRAFT_11, p256())]
}

#[test]
fn what_was_signed_verifies() {
    for (syntax, signer) in cases() {
        let valid = verify(&signed(syntax, &signer), syntax, &signer).unwrap();
        assert_eq!(valid.thumbprint(), signer.public_jwk().key().thumbprint());
        assert_eq!(valid.bind_body(BODY).unwrap().bytes(), BODY);
        assert_eq!(valid.label(), "sig");
        assert_eq!(valid.created(), NOW);
        assert!(valid.covers(&Component::Query) && !valid.covers(&Component::Scheme));
        let input =
            signed(syntax, &signer).check(syntax, &rule(), NOW).unwrap().input().components().to_vec();
        assert_eq!(valid.covered(), input);
    }
}

#[test]
fn flipping_any_bit_of_the_signature_fails() {
    for (syntax, signer) in cases() {
        let request = signed(syntax, &signer);
        let (_, signature) = syntax.read_signature(request.text("signature"), None).unwrap();
        for bit in 0..512 {
            let mut flipped = signature;
            flipped[bit / 8] ^= 1 << (bit % 8);
            let value = syntax.write_signature("sig", &flipped).unwrap();
            let request = request.clone().replacing("signature", &value);
            assert_eq!(verify(&request, syntax, &signer), Err(SignatureError::Mismatch), "bit {bit}");
        }
    }
}

/// Every value of one field with one bit flipped that a header can carry.
fn flipped(value: &str) -> impl Iterator<Item = String> {
    let bytes = value.as_bytes().to_vec();
    (0..bytes.len() * 8).filter_map(move |bit| {
        let mut bytes = bytes.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let text = String::from_utf8(bytes).ok()?;
        http::HeaderValue::from_str(&text).ok().map(|_| text)
    })
}

#[test]
fn flipping_any_bit_of_a_covered_field_fails() {
    for (syntax, signer) in cases() {
        let request = signed(syntax, &signer);
        let mut tried = 0;
        let fields = [
            "content-type",
            "content-digest",
            "authorization",
            "signature-key",
            "signature-input",
            "signature",
        ];
        for name in fields {
            for value in flipped(request.text(name)) {
                let changed = request.clone().replacing(name, &value);
                if support::same_after_trimming(&value, request.text(name)) {
                    continue;
                }
                assert!(verify(&changed, syntax, &signer).is_err_and(is_refusal), "{name}: {value}");
                tried += 1;
            }
        }
        println!("{}: {tried} flipped bits of fields", syntax.name());
    }
}

/// The caller's own faults never come from a peer's request.
fn is_refusal(error: SignatureError) -> bool {
    !matches!(
        error,
        SignatureError::Unwritable { .. }
            | SignatureError::Uncoverable { .. }
            | SignatureError::Signer { .. }
    )
}

#[test]
fn changing_what_is_derived_from_the_request_fails() {
    let signer = ed25519();
    let request = signed(&SEED, &signer);
    let mut changed = Vec::new();
    for (authority, target, method) in [
        ("resource.example:8443", "/data/%7e?x=1&y=%20", Method::PUT),
        ("resource.example:8443", "/data/%7e?x=1&y=%20", Method::from_bytes(b"post").unwrap()),
        ("resource.example", "/data/%7e?x=1&y=%20", Method::POST),
        ("resource.exampl:8443", "/data/%7e?x=1&y=%20", Method::POST),
        ("resource.example:8443", "/data/~?x=1&y=%20", Method::POST),
        ("resource.example:8443", "/data/%7E?x=1&y=%20", Method::POST),
        ("resource.example:8443", "/data/%7e/?x=1&y=%20", Method::POST),
        ("resource.example:8443", "/data/%7e?x=1&y=+", Method::POST),
        ("resource.example:8443", "/data/%7e?y=%20&x=1", Method::POST),
        ("resource.example:8443", "/data/%7e?", Method::POST),
        ("resource.example:8443", "/data/%7e", Method::POST),
    ] {
        let mut other = request.clone();
        (other.authority, other.target, other.method) = (authority.into(), target.into(), method);
        changed.push(other);
    }
    changed.push(request.clone().with("x-plain", "four"));
    changed.push(request.clone().replacing("x-plain", "one").with("x-plain", "two,three"));
    changed.push(request.clone().replacing("x-plain", "two, three").with("x-plain", "one"));
    changed.push(request.clone().with("content-type", "application/json"));
    for request in changed {
        assert_eq!(verify(&request, &SEED, &signer), Err(SignatureError::Mismatch), "{}", request.target);
    }
}

#[test]
fn what_leaves_the_meaning_alone_still_verifies() {
    let signer = ed25519();
    let mut request = signed(&SEED, &signer).replacing("x-plain", " one, two, three ").with("x-other", "new");
    request.authority = "RESOURCE.example:8443".into();
    assert!(verify(&request, &SEED, &signer).is_ok());
}

#[test]
fn another_key_fails() {
    let signer = ed25519();
    let request = signed(&DRAFT_11, &signer);
    assert_eq!(verify(&request, &DRAFT_11, &p256()), Err(SignatureError::Mismatch));
    let other = SigningKey::from_seed(aauth_jose::Algorithm::Ed25519, [7; 32].into(), None).unwrap();
    assert_eq!(verify(&request, &DRAFT_11, &other), Err(SignatureError::Mismatch));
}

#[test]
fn an_inline_key_admits_no_other() {
    let signer = ed25519();
    let inline = SignatureKey::Hwk(signer.public_jwk());
    let request = Request::get().signed(&inline, &SEED, &Coverage::new(), &signer);
    let checked = request.check(&SEED, &Coverage::new(), NOW).unwrap();
    assert!(checked.verify(signer.public_jwk().key()).is_ok());
    assert_eq!(checked.verify(p256().public_jwk().key()), Err(SignatureError::ForeignKey));
}

#[test]
fn replay_keys_tell_requests_apart_and_copies_not() {
    let signer = p256();
    let request = signed(&DRAFT_11, &signer);
    let key =
        |request: &Request, body: &[u8; 32]| verify(request, &DRAFT_11, &signer).unwrap().replay_key(body);
    let first = key(&request, &[1; 32]);
    assert_eq!(first, key(&request, &[1; 32]));
    assert_ne!(first, key(&request, &[2; 32]));
    let mut other = support::without_signature(request.clone());
    other.target = "/data/%7e?x=2".into();
    let other = other.signed(&SignatureKey::Jwt("e30.e30.AA".into()), &DRAFT_11, &rule(), &signer);
    assert_ne!(first, key(&other, &[1; 32]));
}

#[test]
fn the_twin_of_an_es256_signature_has_the_same_replay_key() {
    let signer = p256();
    let request = signed(&DRAFT_11, &signer);
    let (_, mut signature) = DRAFT_11.read_signature(request.text("signature"), None).unwrap();
    let twin_s = minus_s(signature[32..].try_into().unwrap());
    signature[32..].copy_from_slice(&twin_s);
    let twin = request.clone().replacing("signature", &DRAFT_11.write_signature("sig", &signature).unwrap());
    let key = |request: &Request| verify(request, &DRAFT_11, &signer).unwrap().replay_key(&[0; 32]);
    assert_ne!(request.text("signature"), twin.text("signature"));
    assert_eq!(key(&request), key(&twin));
}

/// n − s for the order n of P-256.
fn minus_s(s: [u8; 32]) -> [u8; 32] {
    let n: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let mut out = [0; 32];
    let mut borrow = 0_i16;
    for index in (0..32).rev() {
        let digit = i16::from(n[index]) - i16::from(s[index]) - borrow;
        borrow = i16::from(digit < 0);
        out[index] = digit.rem_euclid(256) as u8;
    }
    out
}

/// RFC 9421 section 2.2.7 gives an absent query the value `?`: who drops the mark of an empty one changes nothing signed.
#[test]
fn an_empty_query_and_none_are_signed_alike() {
    let (rule, signer) = (Coverage::new(), ed25519());
    let key = SignatureKey::Hwk(signer.public_jwk());
    for syntax in [&SEED, &SEED_DICTIONARY, &DRAFT_11] {
        let request =
            Request::new(Method::GET, "resource.example", "/data?").signed(&key, syntax, &rule, &signer);
        let verdict = |target: &str| {
            let received = Request { target: target.to_owned(), ..request.clone() };
            let checked = received.check(syntax, &rule, NOW).unwrap();
            checked.verify(signer.verifying_key()).map(|_| ())
        };
        assert_eq!((verdict("/data?"), verdict("/data")), (Ok(()), Ok(())));
        assert_eq!(verdict("/data?x"), Err(SignatureError::Mismatch));
    }
}
