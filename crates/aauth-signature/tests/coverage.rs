//! What a signature must cover, when it must have been made, and what ties a body to it.
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

use core::time::Duration;

use aauth_jose::Signer as _;
use aauth_signature::{
    Component, ContentDigest, Coverage, DRAFT_11, DigestAlgorithm, ErrorCode, KeyScheme, SEED,
    SignatureError, SignatureInput, SignatureKey, SignatureParameters, SignatureValid, SignedBody, Unsigned,
    sign,
};
use aauth_types::UnixTime;
use http::{HeaderName, Method};
use support::{NOW, Request, ed25519};

const FOUR: [Component; 4] =
    [Component::Method, Component::Authority, Component::Path, Component::SIGNATURE_KEY];

fn input(text: &str) -> SignatureInput<'_> {
    SEED.read_input(text, None).unwrap()
}

fn key() -> SignatureKey<'static> {
    SignatureKey::Hwk(ed25519().public_jwk())
}

fn short(missing: &[Component], required: &[Component]) -> Result<(), SignatureError> {
    Err(SignatureError::CoverageShort { missing: missing.to_vec(), required: required.to_vec() })
}

#[test]
fn the_four_components_are_required() {
    let rule = Coverage::default();
    let request = Request::get();
    let all = ["@method", "@authority", "@path", "signature-key"];
    for (index, left_out) in all.into_iter().enumerate() {
        let kept: Vec<_> =
            all.iter().filter(|name| **name != left_out).map(|name| format!("\"{name}\"")).collect();
        let text = format!("sig=({})", kept.join(" "));
        let checked = rule.check_components(&request.head(), &input(&text));
        assert_eq!(checked, short(&[FOUR[index].clone()], &FOUR));
    }
    let none = rule.check_components(&request.head(), &input("sig=()"));
    assert_eq!(none, short(&FOUR, &FOUR));
    let alike = r#"sig=("@target-uri" "@request-target" "@scheme" "signature" "signature-keys")"#;
    assert_eq!(rule.check_components(&request.head(), &input(alike)), short(&FOUR, &FOUR));
    let any_order = r#"sig=("signature-key" "x" "@path" "@authority" "@method")"#;
    assert_eq!(rule.check_components(&request.head(), &input(any_order)), Ok(()));
}

#[test]
fn the_query_is_required_whenever_there_is_a_question_mark() {
    let without = r#"sig=("@method" "@authority" "@path" "signature-key")"#;
    let with = r#"sig=("@method" "@authority" "@path" "@query" "signature-key")"#;
    let [method, authority, path, key] = FOUR;
    let required = [method, authority, path, Component::Query, key];
    for target in ["/data?", "/data?x=1", "/data??", "?"] {
        let request = Request::new(Method::GET, "resource.example", target);
        let rule = Coverage::new();
        let missing = short(&[Component::Query], &required);
        assert_eq!(rule.check_components(&request.head(), &input(without)), missing, "{target}");
        assert_eq!(rule.check_components(&request.head(), &input(with)), Ok(()));
        let unprotected = rule.with_unprotected_query();
        assert_eq!(unprotected.check_components(&request.head(), &input(without)), Ok(()));
    }
    let request = Request::get();
    assert_eq!(Coverage::new().check_components(&request.head(), &input(without)), Ok(()));
    assert_eq!(Coverage::new().check_components(&request.head(), &input(with)), Ok(()));
    let always = Coverage::new().also([Component::Query]);
    assert_eq!(always.check_components(&request.head(), &input(with)), Ok(()));
    let missing = always.check_components(&request.head(), &input(without));
    assert_eq!(missing, short(&[Component::Query], &required));
}

#[test]
fn additional_components_come_before_the_key_and_once() {
    let request = Request::new(Method::POST, "resource.example", "/data?x").with("content-length", "1");
    let date = Component::Field(HeaderName::from_static("date"));
    let rule = Coverage::new()
        .also([Component::SIGNATURE_KEY, Component::Query, date.clone(), date.clone(), Component::Method])
        .also([Component::CONTENT_DIGEST]);
    let required: Vec<_> = rule.required(&request.head()).map(Component::name).collect();
    let expected = ["@method", "@authority", "@path", "@query", "date", "content-digest", "signature-key"];
    assert_eq!(required, expected);
    assert_eq!(rule.additional(), [Component::Query, date, Component::CONTENT_DIGEST]);
}

#[test]
fn created_may_be_sixty_seconds_away_in_either_direction() {
    let rule = Coverage::new();
    let at = |created: i64| rule.check_times(&input(&format!("sig=();created={created}")), NOW);
    let now = NOW.as_secs();
    for created in [now - 60, now - 59, now, now + 59, now + 60] {
        assert_eq!(at(created), Ok(()), "{}", created - now);
    }
    assert_eq!(at(now - 61), Err(SignatureError::CreatedStale { age: 61, window: 60 }));
    assert_eq!(at(now + 61), Err(SignatureError::CreatedAhead { ahead: 61, window: 60 }));
    assert_eq!(at(0), Err(SignatureError::CreatedStale { age: now, window: 60 }));
    let end = 999_999_999_999_999;
    assert_eq!(at(end), Err(SignatureError::CreatedAhead { ahead: end - now, window: 60 }));
    assert_eq!(rule.check_times(&input("sig=()"), NOW), Err(SignatureError::CreatedMissing));
    let beginning = UnixTime::from_secs(i64::MIN);
    let far = rule.check_times(&input("sig=();created=1"), beginning);
    assert_eq!(far, Err(SignatureError::CreatedAhead { ahead: i64::MAX, window: 60 }));
}

#[test]
fn the_window_is_a_setting() {
    let at = |window, created: i64| {
        let rule = Coverage::new().with_window(Duration::from_secs(window));
        rule.check_times(&input(&format!("sig=();created={created}")), NOW)
    };
    let now = NOW.as_secs();
    assert_eq!(at(0, now), Ok(()));
    assert_eq!(at(0, now + 1), Err(SignatureError::CreatedAhead { ahead: 1, window: 0 }));
    assert_eq!(at(300, now - 300), Ok(()));
    assert_eq!(at(300, now - 301), Err(SignatureError::CreatedStale { age: 301, window: 300 }));
    assert_eq!(at(u64::MAX, 0), Ok(()));
}

#[test]
fn a_signature_counts_until_the_second_in_which_it_expires() {
    let at = |expires: i64| {
        let text = format!("sig=();created={};expires={expires}", NOW.as_secs());
        Coverage::new().check_times(&input(&text), NOW)
    };
    assert_eq!(at(NOW.as_secs() + 1), Ok(()));
    assert_eq!(at(NOW.as_secs()), Ok(()));
    assert_eq!(at(NOW.as_secs() - 1), Err(SignatureError::Expired { since: 1 }));
    assert_eq!(at(0), Err(SignatureError::Expired { since: NOW.as_secs() }));
}

#[test]
fn coverage_is_checked_before_the_time() {
    let signer = ed25519();
    let request = Request::get().signed(&key(), &SEED, &Coverage::new(), &signer);
    let request = request.replacing("signature-input", r#"sig=("@method" "@authority" "@path");created=1"#);
    let checked = request.check(&SEED, &Coverage::new(), NOW).map(|_| ());
    assert_eq!(checked, short(&[Component::SIGNATURE_KEY], &FOUR));
}

#[test]
fn an_alg_parameter_changes_nothing_but_the_base() {
    let signer = ed25519();
    for alg in [r#";alg="ed25519""#, r#";alg="rsa-v1_5-sha256""#, r#";alg="none""#] {
        for syntax in [&SEED, &DRAFT_11] {
            let key = SignatureKey::Jwt("e30.e30.AA".into());
            let request = Request::get().signed(&key, syntax, &Coverage::new(), &signer);
            let value = format!("{}{alg}", request.text("signature-input"));
            let request = request.replacing("signature-input", &value);
            let checked = request.check(syntax, &Coverage::new(), NOW).unwrap();
            let (_, params) = value.split_once('=').unwrap();
            assert!(checked.base().ends_with(format!("\"@signature-params\": {params}").as_bytes()));
            assert_eq!(checked.verify(signer.public_jwk().key()), Err(SignatureError::Mismatch));
            let signature = signer.sign(checked.base()).unwrap();
            let request =
                request.clone().replacing("signature", &syntax.write_signature("sig", &signature).unwrap());
            let checked = request.check(syntax, &Coverage::new(), NOW).unwrap();
            assert!(checked.verify(signer.public_jwk().key()).is_ok());
        }
    }
}

fn post(rule: &Coverage, body: &[u8], digest: bool, length: bool) -> Result<SignatureValid, SignatureError> {
    let signer = ed25519();
    let mut request = Request::new(Method::POST, "resource.example", "/data");
    if digest {
        request =
            request.with("content-digest", &ContentDigest::of(DigestAlgorithm::Sha256, body).to_string());
    }
    if length {
        request = request.with("content-length", &body.len().to_string());
    }
    let cover = match digest {
        true => Coverage::new().also([Component::CONTENT_DIGEST]),
        false => Coverage::new(),
    };
    let request = request.signed(&key(), &SEED, &cover, &signer);
    request.check(&SEED, rule, NOW)?.verify(signer.public_jwk().key())
}

#[test]
fn a_body_is_bound_when_its_digest_is_covered() {
    let valid = post(&Coverage::new(), b"body", true, true).unwrap();
    assert!(matches!(valid.body(b"body"), Ok(SignedBody::Bound(bound)) if bound.bytes() == b"body"));
    let mismatch = SignatureError::DigestMismatch { algorithm: "sha-256" };
    assert_eq!(valid.body(b"bodi"), Err(mismatch.clone()));
    assert_eq!(valid.bind_body(b""), Err(mismatch));
}

#[test]
fn a_body_without_digest_is_unbound_and_cannot_be_bound() {
    let valid = post(&Coverage::new(), b"body", false, true).unwrap();
    let Ok(SignedBody::Unbound(body)) = valid.body(b"any") else { panic!("bound") };
    assert_eq!(body.unauthenticated_bytes(), b"any");
    assert_eq!(valid.bind_body(b"body"), Err(SignatureError::DigestUncovered));
}

#[test]
fn a_required_digest_is_required_of_content_only() {
    let rule = Coverage::new().also([Component::CONTENT_DIGEST]);
    let [method, authority, path, key] = FOUR;
    let required = [method, authority, path, Component::CONTENT_DIGEST, key];
    let announced = post(&rule, b"body", false, true).map(|_| ());
    assert_eq!(announced, short(&[Component::CONTENT_DIGEST], &required));
    // Content that nothing announced is noticed when it is there.
    let unannounced = post(&rule, b"body", false, false).unwrap();
    assert!(matches!(unannounced.body(b""), Ok(SignedBody::Unbound(_))));
    let missing = [Component::CONTENT_DIGEST];
    let error = unannounced.body(b"body").unwrap_err();
    assert!(matches!(error, SignatureError::CoverageShort { missing: found, .. } if found == missing));
    assert!(matches!(post(&rule, b"body", true, true).unwrap().body(b"body"), Ok(SignedBody::Bound(_))));
}

#[test]
fn a_covered_digest_that_is_none_is_refused_before_the_key_is_needed() {
    let signer = ed25519();
    let cover = Coverage::new().also([Component::CONTENT_DIGEST]);
    let request =
        Request::new(Method::POST, "resource.example", "/data").with("content-digest", "md5=:AAAA:");
    let request = request.signed(&key(), &SEED, &cover, &signer);
    let checked = request.check(&SEED, &Coverage::new(), NOW).map(|_| ());
    assert_eq!(checked, Err(SignatureError::DigestUnsupported));
}

#[test]
fn a_remote_signer_gets_the_base_and_gives_the_signature() {
    let signer = ed25519();
    let request = Request::get();
    let unsigned = Unsigned::new(&request.head(), &key(), &SEED, &Coverage::new(), NOW).unwrap();
    let elsewhere = signer.sign(unsigned.base()).unwrap();
    assert_eq!(
        unsigned.clone().attach(&elsewhere[..63]).err(),
        Some(SignatureError::SignatureLength { found: 63 })
    );
    let fields = unsigned.attach(&elsewhere).unwrap();
    let local = sign(&request.head(), &key(), &SEED, &Coverage::new(), NOW, &signer).unwrap();
    assert_eq!(fields, local);
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["signature-input", "signature", "signature-key"]);
}

#[test]
fn a_signer_chooses_label_and_parameters() {
    let signer = ed25519();
    let mut parameters = SignatureParameters::new(NOW);
    parameters.label = "sig-b".into();
    parameters.expires = Some(NOW.saturating_add(Duration::from_secs(30)));
    parameters.nonce = Some("a\"b".into());
    parameters.tag = Some("t".into());
    parameters.keyid = Some("k".into());
    let request = Request::get();
    let prepare = |syntax, parameters: &SignatureParameters| {
        Unsigned::with_parameters(&request.head(), &key(), syntax, &Coverage::new(), parameters)
    };
    let unsigned = prepare(&DRAFT_11, &parameters).unwrap();
    let expected = r#"("@method" "@authority" "@path" "signature-key");created=1774923811;expires=1774923841;keyid="k";nonce="a\"b";tag="t""#;
    assert_eq!(unsigned.input().text(), expected);
    let signature = signer.sign(unsigned.base()).unwrap();
    let mut signed = request.clone();
    signed.fields.extend(unsigned.attach(&signature).unwrap());
    let checked = signed.check(&DRAFT_11, &Coverage::new(), NOW).unwrap();
    assert_eq!(
        (checked.label(), checked.input().nonce(), checked.input().tag()),
        ("sig-b", Some("a\"b"), Some("t"))
    );
    assert!(checked.verify(signer.public_jwk().key()).is_ok());

    let unwritable = |what| Some(SignatureError::Unwritable { what });
    assert_eq!(prepare(&SEED, &parameters).err(), unwritable("the label"));
    parameters.label = "sig".into();
    parameters.nonce = Some("a\nb".into());
    assert_eq!(prepare(&SEED, &parameters).err(), unwritable("nonce"));
    parameters = SignatureParameters::new(UnixTime::from_secs(-1));
    assert_eq!(prepare(&SEED, &parameters).err(), unwritable("created"));
    parameters = SignatureParameters::new(UnixTime::MAX);
    assert_eq!(prepare(&SEED, &parameters).err(), unwritable("created"));
}

#[test]
fn what_cannot_be_covered_is_an_error_and_nothing_is_dropped() {
    let prepare = |request: &Request, component: Component| {
        let cover = Coverage::new().also([component]);
        Unsigned::new(&request.head(), &key(), &SEED, &cover, NOW).map(|_| ()).err()
    };
    let field = |name: &'static str| Component::Field(HeaderName::from_static(name));
    let request =
        Request::get().with("signature", "x").with("signature-input", "x").with("x-bad", "caf\u{e9}");
    for name in ["signature", "signature-input"] {
        assert_eq!(prepare(&request, field(name)), Some(SignatureError::Uncoverable { index: 3 }));
    }
    let quoted = Component::Field(HeaderName::from_lowercase(b"a\"b").unwrap());
    assert_eq!(prepare(&request, quoted), Some(SignatureError::Uncoverable { index: 3 }));
    assert_eq!(prepare(&request, field("authorization")), Some(SignatureError::FieldAbsent { index: 3 }));
    assert_eq!(prepare(&request, field("x-bad")), Some(SignatureError::ForbiddenByte { index: 3, at: 3 }));
    let post = Request::get().with("content-length", "3");
    assert_eq!(prepare(&post, Component::CONTENT_DIGEST), Some(SignatureError::FieldAbsent { index: 3 }));
    assert_eq!(prepare(&Request::get(), Component::CONTENT_DIGEST), None);
}

#[test]
fn a_digest_that_is_sent_is_covered_though_nothing_announces_content() {
    let request = Request::get().with("content-digest", "sha-256=:AA==:");
    let cover = Coverage::new().also([Component::CONTENT_DIGEST]);
    let unsigned = Unsigned::new(&request.head(), &key(), &SEED, &cover, NOW).unwrap();
    let names: Vec<_> = unsigned.input().components().iter().map(Component::name).collect();
    assert_eq!(names, ["@method", "@authority", "@path", "content-digest", "signature-key"]);
}

#[test]
fn errors_have_the_codes_of_the_draft() {
    let codes = [
        (SignatureError::Unsigned, ErrorCode::InvalidSignature),
        (SignatureError::Mismatch, ErrorCode::InvalidSignature),
        (SignatureError::CreatedMissing, ErrorCode::InvalidSignature),
        (SignatureError::CreatedStale { age: 61, window: 60 }, ErrorCode::InvalidSignature),
        (SignatureError::CreatedAhead { ahead: 61, window: 60 }, ErrorCode::ClockSkew),
        (SignatureError::CoverageShort { missing: vec![], required: vec![] }, ErrorCode::InvalidInput),
        (SignatureError::UnsupportedAlgorithm, ErrorCode::UnsupportedAlgorithm),
        (SignatureError::KeyParameterMissing { scheme: KeyScheme::Hwk, name: "x" }, ErrorCode::InvalidKey),
        (
            SignatureError::KeyParameterMissing { scheme: KeyScheme::Jwt, name: "jwt" },
            ErrorCode::InvalidSignature,
        ),
        (
            SignatureError::KeyParameterValue { scheme: KeyScheme::Jwt, name: "jwt", expected: "" },
            ErrorCode::InvalidJwt,
        ),
        (SignatureError::DigestMismatch { algorithm: "sha-256" }, ErrorCode::InvalidSignature),
        (SignatureError::RequestTarget { at: 0 }, ErrorCode::InvalidRequest),
    ];
    for (error, code) in codes {
        assert_eq!(error.code(), code, "{error}");
    }
}
