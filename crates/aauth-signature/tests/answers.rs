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

use std::collections::BTreeSet;

use aauth_jose::{Algorithm, JoseError};
use aauth_signature::{
    AcceptAlg, AcceptScheme, Component, ErrorCode, Field, KeyScheme, Refusal, SignatureError, UriScheme,
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
        (
            "error=a, required_input=(\"a\";sf)",
            SignatureError::UnsupportedComponentParameter { name: "sf", at: 29 },
        ),
        ("error=a, required_input=(\"b\" \"a\";x=1)", SignatureError::UnknownComponentParameter { at: 33 }),
    ];
    for (value, expected) in table {
        assert_eq!(Refusal::parse(value), Err(expected), "{value}");
    }
}

#[test]
fn a_parameter_that_is_passed_over_still_occurs_once() {
    let twice = |field, at| SignatureError::DuplicateParameter { field, at };
    for (value, at) in [
        ("error=a;p;p", 10),
        ("error=a, required_input=(\"a\");p;q;p", 34),
        ("error=a, foo;p;p", 15),
        ("error=a, foo=(1;p;p)", 18),
        ("error=a, foo=(1;p 2;p);p;p", 25),
    ] {
        assert_eq!(Refusal::parse(value), Err(twice(Field::SignatureError, at)), "{value}");
    }
    assert_eq!(Refusal::parse("error=a, foo=(1;p 2;p);p"), Refusal::parse("error=a"));
    let field = Field::AcceptSignatureScheme;
    assert_eq!(AcceptScheme::parse("jwt;p;q, hwk;p;q;p"), Err(twice(field, 17)));
}

#[test]
fn schemes_are_read_in_order_and_unknown_ones_passed_over() {
    for scheme in KeyScheme::ALL {
        assert_eq!(KeyScheme::from_word(scheme.word()), Some(scheme));
        assert_eq!(scheme.to_string(), scheme.word());
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
    let request =
        Request::get().with("accept-signature-alg", "ES256").with("accept-signature-alg", "Ed25519");
    let both = AcceptAlg::new([Algorithm::Es256, Algorithm::Ed25519]);
    assert_eq!(AcceptAlg::read(&request.fields), Ok(Some(both)));
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

/// Every error, where it has a place at byte 7.
fn errors() -> Vec<(SignatureError, &'static str, Option<usize>, ErrorCode)> {
    use ErrorCode as C;
    use SignatureError as E;
    let (field, limit, name, at) = (Field::Signature, 9, "n", 7);
    let (expected, algorithm, source) = ("a b", "sha-256", JoseError::SmallOrderKey);
    let (hwk, jwt, uri) = (KeyScheme::Hwk, KeyScheme::Jwt, KeyScheme::JwksUri);
    let short = E::CoverageShort { missing: vec![Component::Path], required: vec![Component::Path] };
    vec![
        (E::Unsigned, "unsigned", None, C::InvalidSignature),
        (E::MissingField { field }, "missing_field", None, C::InvalidSignature),
        (E::RepeatedField { field }, "repeated_field", None, C::InvalidSignature),
        (E::HeadTooLong { limit }, "head_too_long", None, C::InvalidRequest),
        (E::FieldTooLong { limit }, "field_too_long", None, C::InvalidSignature),
        (E::Malformed { field, found: "x", at }, "malformed", Some(at), C::InvalidSignature),
        (E::DuplicateLabel { field, at }, "duplicate_label", Some(at), C::InvalidSignature),
        (E::SeveralMembers { field, at }, "several_members", Some(at), C::InvalidSignature),
        (E::TooManyLabels { field, limit }, "too_many_labels", None, C::InvalidSignature),
        (E::LabelMismatch { field }, "label_mismatch", None, C::InvalidSignature),
        (E::DuplicateParameter { field, at }, "duplicate_parameter", Some(at), C::InvalidSignature),
        (E::TooManyParameters { field, limit }, "too_many_parameters", None, C::InvalidSignature),
        (E::ParameterType { field, name, expected, at }, "parameter_type", Some(at), C::InvalidSignature),
        (E::NegativeTime { name, at }, "negative_time", Some(at), C::InvalidSignature),
        (E::DuplicateComponent { at }, "duplicate_component", Some(at), C::InvalidSignature),
        (E::TooManyComponents { limit }, "too_many_components", None, C::InvalidSignature),
        (E::UnknownComponent { at }, "unknown_component", Some(at), C::InvalidSignature),
        (E::UnsupportedComponent { name, at }, "unsupported_component", Some(at), C::InvalidSignature),
        (
            E::UnsupportedComponentParameter { name, at },
            "unsupported_component_parameter",
            Some(at),
            C::InvalidSignature,
        ),
        (E::UnknownComponentParameter { at }, "unknown_component_parameter", Some(at), C::InvalidSignature),
        (E::KeyParameterMissing { scheme: hwk, name }, "key_parameter_missing", None, C::InvalidKey),
        (E::KeyParameterMissing { scheme: jwt, name }, "key_parameter_missing", None, C::InvalidSignature),
        (E::KeyParameterUnknown { scheme: hwk, at }, "key_parameter_unknown", Some(at), C::InvalidKey),
        (E::KeyParameterUnknown { scheme: jwt, at }, "key_parameter_unknown", Some(at), C::InvalidSignature),
        (E::KeyParameterValue { scheme: hwk, name, expected }, "key_parameter_value", None, C::InvalidKey),
        (E::KeyParameterValue { scheme: jwt, name, expected }, "key_parameter_value", None, C::InvalidJwt),
        (
            E::KeyParameterValue { scheme: uri, name, expected },
            "key_parameter_value",
            None,
            C::InvalidSignature,
        ),
        (E::UnsupportedAlgorithm, "unsupported_algorithm", None, C::UnsupportedAlgorithm),
        (E::InvalidKey { source: source.clone() }, "invalid_key", None, C::InvalidKey),
        (E::SignatureEncoding { at }, "signature_encoding", Some(at), C::InvalidSignature),
        (E::SignatureLength { found: 1 }, "signature_length", None, C::InvalidSignature),
        (short, "coverage_short", None, C::InvalidInput),
        (E::CreatedMissing, "created_missing", None, C::InvalidSignature),
        (E::CreatedStale { age: 2, window: 1 }, "created_stale", None, C::InvalidSignature),
        (E::CreatedAhead { ahead: 2, window: 1 }, "created_ahead", None, C::ClockSkew),
        (E::Expired { since: 1 }, "expired", None, C::InvalidSignature),
        (E::FieldAbsent { index: 3 }, "field_absent", None, C::InvalidSignature),
        (E::ForbiddenByte { index: 3, at }, "forbidden_byte", Some(at), C::InvalidSignature),
        (E::Authority { at }, "authority", Some(at), C::InvalidRequest),
        (E::RequestTarget { at }, "request_target", Some(at), C::InvalidRequest),
        (E::Mismatch, "signature_mismatch", None, C::InvalidSignature),
        (E::ForeignKey, "foreign_key", None, C::InvalidKey),
        (E::DigestMissing, "digest_missing", None, C::InvalidSignature),
        (E::DigestUncovered, "digest_uncovered", None, C::InvalidSignature),
        (E::DigestUnsupported, "digest_unsupported", None, C::InvalidSignature),
        (E::DigestLength { algorithm, found: 1, expected: 32 }, "digest_length", None, C::InvalidSignature),
        (E::DigestMismatch { algorithm }, "digest_mismatch", None, C::InvalidSignature),
        (E::Unwritable { what: "x" }, "unwritable", None, C::InvalidSignature),
        (E::Uncoverable { index: 3 }, "uncoverable", None, C::InvalidSignature),
        (E::Signer { source }, "signer", None, C::InvalidSignature),
    ]
}

#[test]
fn every_error_has_its_kind_its_place_and_its_code() {
    for (error, kind, at, code) in errors() {
        assert_eq!((error.kind(), error.at(), error.code()), (kind, at, code), "{error}");
    }
    let kinds: BTreeSet<_> = errors().iter().map(|row| row.1).collect();
    assert_eq!(kinds.len(), 46);
}

#[test]
fn messages_name_components_schemes_and_fields() {
    let missing = vec![Component::Method, Component::CONTENT_DIGEST];
    for (error, message) in [
        (
            SignatureError::CoverageShort { missing, required: vec![] },
            "the signature does not cover @method content-digest",
        ),
        (
            SignatureError::KeyParameterMissing { scheme: KeyScheme::JwksUri, name: "kid" },
            "scheme jwks_uri lacks its parameter kid",
        ),
        (
            SignatureError::Malformed { field: Field::SignatureInput, found: "no key", at: 7 },
            "signature-input: found no key at byte 7",
        ),
    ] {
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(Component::TargetUri.to_string(), "@target-uri");
    assert_eq!(Component::CONTENT_TYPE.to_string(), "content-type");
    assert_eq!([UriScheme::Http, UriScheme::Https].map(|scheme| scheme.to_string()), ["http", "https"]);
}
