//! What a server tells about signatures: `Signature-Error`, `Accept-Signature-Scheme`, `Accept-Signature-Alg`.
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

use aauth_jose::Algorithm;
use aauth_signature::{
    AcceptAlg, AcceptScheme, Component, ErrorCode, Field, KeyScheme, Refusal, SignatureError,
};
use support::Request;

#[test]
fn every_code_reads_back() {
    assert_eq!(ErrorCode::ALL.len(), 14);
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from_word(code.word()), Some(code));
        let refusal = Refusal::new(code);
        assert_eq!(Refusal::parse(&refusal.to_string()), Ok(refusal.clone()));
        assert_eq!(refusal.code(), Some(code));
        assert_eq!(code.problem_type(), format!("urn:ietf:params:sig-error:{code}"));
    }
}

#[test]
fn short_coverage_tells_what_is_required() {
    let required = vec![
        Component::Method,
        Component::Authority,
        Component::Path,
        Component::SIGNATURE_KEY,
        Component::CONTENT_DIGEST,
    ];
    let refusal = Refusal::of(&SignatureError::CoverageShort { missing: vec![], required: required.clone() });
    let expected = r#"error=invalid_input, required_input=("@method" "@authority" "@path" "signature-key" "content-digest")"#;
    assert_eq!(refusal.to_string(), expected);
    assert_eq!(Refusal::parse(expected), Ok(refusal.clone()));
    assert_eq!(refusal.required_input(), required);
    assert_eq!(Refusal::of(&SignatureError::Unsigned).to_string(), "error=invalid_signature");
}

#[test]
fn unknown_members_and_codes_are_no_errors() {
    let refusal = Refusal::parse("error=brand_new;p=1, foo=1, bar=(1 2), baz").unwrap();
    assert_eq!((refusal.code(), refusal.word()), (None, "brand_new"));
    let request =
        Request::get().with("signature-error", "foo=1").with("signature-error", "error=invalid_jwt");
    assert_eq!(Refusal::read(&request.fields).unwrap().unwrap().code(), Some(ErrorCode::InvalidJwt));
    assert_eq!(Refusal::read(&Request::get().fields), Ok(None));
}

#[test]
fn malformed_refusals_are_refused() {
    let field = Field::SignatureError;
    let malformed = |found, at| SignatureError::Malformed { field, found, at };
    let no_token = |at| malformed("an error that is no token", at);
    let table = [
        ("", malformed("no error", 0)),
        ("foo=1", malformed("no error", 0)),
        ("error", no_token(5)),
        ("error=\"invalid_jwt\"", no_token(5)),
        ("error=(a)", no_token(5)),
        ("error=1", no_token(5)),
        ("error=a, error=b", SignatureError::DuplicateParameter { field, at: 9 }),
        ("error=a,", malformed("nothing after the last comma", 8)),
        ("error=a, required_input", malformed("no list of components", 23)),
        ("error=a, required_input=\"@method\"", malformed("no inner list", 24)),
        ("error=a, required_input=(\"@foo\")", SignatureError::UnknownComponent { at: 25 }),
        ("error=a, required_input=(\"a\" \"a\")", SignatureError::DuplicateComponent { at: 29 }),
    ];
    for (value, expected) in table {
        assert_eq!(Refusal::parse(value), Err(expected), "{value}");
    }
}

#[test]
fn schemes_are_read_in_order_and_unknown_ones_passed_over() {
    for scheme in KeyScheme::ALL {
        assert_eq!(KeyScheme::from_word(scheme.word()), Some(scheme));
    }
    let all = AcceptScheme::new(KeyScheme::ALL);
    assert_eq!(AcceptScheme::parse(&all.to_string()), Ok(all));
    let read = AcceptScheme::parse("future;p=1, jwt ,jwks_uri;q=\"x\", jwt").unwrap();
    assert_eq!(read.schemes(), [KeyScheme::Jwt, KeyScheme::JwksUri]);
    assert_eq!(read.to_string(), "jwt, jwks_uri");
    assert_eq!(AcceptScheme::parse("").unwrap().schemes(), []);
    let request =
        Request::get().with("accept-signature-scheme", "jwt").with("accept-signature-scheme", "hwk");
    assert_eq!(
        AcceptScheme::read(&request.fields).unwrap().unwrap().schemes(),
        [KeyScheme::Jwt, KeyScheme::Hwk]
    );
}

#[test]
fn algorithms_are_read_by_their_exact_names() {
    let both = AcceptAlg::new([Algorithm::Ed25519, Algorithm::Es256, Algorithm::Ed25519]);
    assert_eq!(both.to_string(), "Ed25519, ES256");
    assert_eq!(AcceptAlg::parse("Ed25519, ES256"), Ok(both));
    let read = AcceptAlg::parse("es256, EdDSA, none, HS256, ML-DSA-44, ES256").unwrap();
    assert_eq!(read.algorithms(), [Algorithm::Es256]);
    assert_eq!(AcceptAlg::read(&Request::get().fields), Ok(None));
}

#[test]
fn what_is_no_list_of_tokens_is_refused() {
    let field = Field::AcceptSignatureScheme;
    let malformed = |found, at| Err(SignatureError::Malformed { field, found, at });
    for (value, found, at) in [
        ("\"jwt\"", "no token", 0),
        ("jwt, 1", "no token", 5),
        ("jwt, (hwk)", "no token", 5),
        ("jwt hwk", "no comma between members", 4),
        ("jwt,", "nothing after the last comma", 4),
        (",jwt", "no token", 0),
        ("jwt;P", "no key", 4),
    ] {
        assert_eq!(AcceptScheme::parse(value), malformed(found, at), "{value}");
    }
    let field = Field::AcceptSignatureAlg;
    let expected = Err(SignatureError::Malformed { field, found: "no token", at: 0 });
    assert_eq!(AcceptAlg::parse("?1"), expected);
}
