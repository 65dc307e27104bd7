//! Quirks of peers: refused by every row, read by a row that names them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod support;

use aauth_jose::Signer as _;
use aauth_signature::{
    Component, Coverage, DRAFT_11, Field, FieldSyntax, SEED, SEED_DICTIONARY, SignatureError, SignatureKey,
    Tolerance, Unsigned,
};
use http::Method;
use support::{NOW, Request, ed25519};

static BASE64URL: FieldSyntax = DRAFT_11.tolerating(Tolerance::UnpaddedBase64url);
static BARE_QUERY: FieldSyntax = SEED_DICTIONARY.tolerating(Tolerance::QueryWithoutItsMark);

fn key() -> SignatureKey<'static> {
    SignatureKey::Hwk(ed25519().public_jwk())
}

fn cover() -> Coverage {
    Coverage::new().also([Component::Query])
}

fn verify(request: &Request, syntax: &'static FieldSyntax) -> Result<(), SignatureError> {
    request.check(syntax, &Coverage::new(), NOW)?.verify(ed25519().public_jwk().key()).map(|_| ())
}

/// Signed by a peer that leaves the `?` out.
fn bare(target: &str, syntax: &'static FieldSyntax) -> Request {
    let mut request = Request::new(Method::GET, "resource.example", target);
    let unsigned = Unsigned::new(&request.head(), &key(), syntax, &cover(), NOW).unwrap();
    let base = String::from_utf8(unsigned.base().to_vec()).unwrap();
    let theirs = base.replace("\"@query\": ?", "\"@query\": ");
    assert_ne!(base, theirs);
    let signature = ed25519().sign(theirs.as_bytes()).unwrap();
    request.fields.extend(unsigned.attach(&signature).unwrap());
    request
}

#[test]
fn a_base64url_signature_in_a_message_of_the_draft_needs_a_row_that_says_so() {
    let signed = Request::get().signed(&key(), &DRAFT_11, &Coverage::new(), &ed25519());
    let standard = signed.text("signature").to_owned();
    let url = standard.replace('+', "-").replace('/', "_").replace("==", "");
    assert_ne!(standard, url);
    let signed = signed.replacing("signature", &url);
    assert_eq!(
        verify(&signed, &DRAFT_11),
        Err(SignatureError::Malformed { field: Field::Signature, found: "no byte sequence", at: 49 })
    );
    assert_eq!(verify(&signed, &BASE64URL), Ok(()));
    assert_eq!(verify(&signed.replacing("signature", &standard), &BASE64URL), Ok(()));
    assert_eq!(BASE64URL.write_signature("sig", &[0; 64]), DRAFT_11.write_signature("sig", &[0; 64]));
}

#[test]
fn a_query_signed_without_its_mark_needs_a_row_that_says_so() {
    for target in ["/data?a=b", "/data?", "/data"] {
        let request = bare(target, &SEED_DICTIONARY);
        assert_eq!(verify(&request, &SEED_DICTIONARY), Err(SignatureError::Mismatch), "{target}");
        assert_eq!(verify(&request, &BARE_QUERY), Ok(()), "{target}");
        let seed = bare(target, &SEED);
        assert_eq!(verify(&seed, &SEED), Err(SignatureError::Mismatch), "{target}");
        let draft = bare(target, &DRAFT_11);
        assert_eq!(verify(&draft, &DRAFT_11), Err(SignatureError::Mismatch), "{target}");
    }
    let proper = Request::new(Method::GET, "resource.example", "/data?a=b");
    assert_eq!(verify(&proper.signed(&key(), &BARE_QUERY, &cover(), &ed25519()), &SEED_DICTIONARY), Ok(()));
}

#[test]
fn a_properly_signed_query_never_passes_for_one_with_two_marks() {
    let mut request = Request::new(Method::GET, "resource.example", "/data?a=b").signed(
        &key(),
        &SEED_DICTIONARY,
        &cover(),
        &ed25519(),
    );
    request.target = "/data??a=b".to_owned();
    assert_eq!(verify(&request, &BARE_QUERY), Err(SignatureError::Mismatch));
}

#[test]
fn another_query_never_passes() {
    let mut request = bare("/data?a=b", &SEED_DICTIONARY);
    request.target = "/data?a=c".to_owned();
    assert_eq!(verify(&request, &BARE_QUERY), Err(SignatureError::Mismatch));
}
