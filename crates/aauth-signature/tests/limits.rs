//! Every limit: the largest input that is read, and one more.
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

use aauth_jose::Signer as _;
use aauth_signature::limits::{MAX_COMPONENTS, MAX_FIELD, MAX_HEAD, MAX_LABELS, MAX_PARAMETERS};
use aauth_signature::{Coverage, DRAFT_11, Field, SEED, SignatureError, SignatureKey};
use aauth_types::Network;
use support::{Request, ed25519};

fn signed() -> Request {
    let signer = ed25519();
    Request::get().signed(&SignatureKey::Hwk(signer.public_jwk()), &SEED, &Coverage::new(), &signer)
}

fn head_size(request: &Request) -> usize {
    request.fields.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

#[test]
fn the_limits_are_those_of_the_profile() {
    assert_eq!((MAX_HEAD, MAX_FIELD, MAX_COMPONENTS, MAX_LABELS), (32 * 1024, 16 * 1024, 64, 4));
}

#[test]
fn a_header_section_of_32_kib_is_read_and_one_byte_more_is_not() {
    let filler = signed().with("x-one", &"a".repeat(MAX_FIELD));
    let missing = MAX_HEAD - head_size(&filler) - "x-two".len() - 4;
    let full = filler.clone().with("x-two", &"b".repeat(missing));
    assert_eq!(head_size(&full), MAX_HEAD);
    assert!(full.parse(&SEED).is_ok());
    let over = filler.with("x-two", &"b".repeat(missing + 1));
    assert_eq!(over.parse(&SEED).map(|_| ()), Err(SignatureError::HeadTooLong { limit: MAX_HEAD }));
}

#[test]
fn a_field_of_16_kib_is_read_and_one_byte_more_is_not() {
    assert!(signed().with("x-any", &"a".repeat(MAX_FIELD)).parse(&SEED).is_ok());
    let over = signed().with("x-any", &"a".repeat(MAX_FIELD + 1));
    assert_eq!(over.parse(&SEED).map(|_| ()), Err(SignatureError::FieldTooLong { limit: MAX_FIELD }));
}

#[test]
fn a_token_of_almost_16_kib_is_read_and_one_byte_more_is_not() {
    let room = MAX_FIELD - r#"sig=(scheme=jwt jwt="a.b.")"#.len();
    let value = |length: usize| format!(r#"sig=(scheme=jwt jwt="a.b.{}")"#, "c".repeat(length));
    assert!(signed().replacing("signature-key", &value(room)).parse(&SEED).is_ok());
    let over = signed().replacing("signature-key", &value(room + 1));
    assert_eq!(over.parse(&SEED).map(|_| ()), Err(SignatureError::FieldTooLong { limit: MAX_FIELD }));
}

#[test]
fn joined_lines_count_as_one_field() {
    let half = "a".repeat(MAX_FIELD / 2 - 40);
    let line = |label: &str, filler: &str| format!(r#"{label}=jwt;jwt="a.b.{filler}""#);
    let request = |second: &str| {
        let signer = ed25519();
        let key = SignatureKey::Hwk(signer.public_jwk());
        let request = Request::get().signed(&key, &DRAFT_11, &Coverage::new(), &signer);
        request.replacing("signature-key", &line("sig", &half)).with("signature-key", &line("b", second))
    };
    let length = line("sig", &half).len() + 2 + line("b", "").len();
    let room = "a".repeat(MAX_FIELD - length);
    assert!(request(&room).parse(&DRAFT_11).is_ok());
    assert_eq!(
        request(&format!("{room}a")).parse(&DRAFT_11).map(|_| ()),
        Err(SignatureError::FieldTooLong { limit: MAX_FIELD })
    );
}

#[test]
fn sixty_four_components_are_read_and_one_more_is_not() {
    let input = |count: usize| {
        let names: Vec<_> = (0..count).map(|index| format!("\"x-{index}\"")).collect();
        format!("sig=({})", names.join(" "))
    };
    assert_eq!(SEED.read_input(&input(MAX_COMPONENTS), None).unwrap().components().len(), MAX_COMPONENTS);
    let over = input(MAX_COMPONENTS + 1);
    let over = SEED.read_input(&over, None);
    assert_eq!(over, Err(SignatureError::TooManyComponents { limit: MAX_COMPONENTS }));
}

#[test]
fn four_labels_are_read_and_one_more_is_not() {
    let four = |member: &str| ["a", "b", "c", "d"].map(|label| format!("{label}{member}")).join(", ");
    let five = |member: &str| format!("{}, e{member}", four(member));
    let over = |field| SignatureError::TooManyLabels { field, limit: MAX_LABELS };
    let signature = format!("=:{}==:", "A".repeat(86));
    assert!(DRAFT_11.read_input(&four("=()"), Some("d")).is_ok());
    assert_eq!(DRAFT_11.read_input(&five("=()"), Some("d")), Err(over(Field::SignatureInput)));
    assert!(DRAFT_11.read_signature(&four(&signature), Some("d")).is_ok());
    assert_eq!(DRAFT_11.read_signature(&five(&signature), Some("d")), Err(over(Field::Signature)));
    let key = |value: &str| DRAFT_11.read_key(value, Some("d"), Network::Public).map(|_| ());
    assert_eq!(key(&four("=x")), Ok(()));
    assert_eq!(key(&five("=x")), Err(over(Field::SignatureKey)));
}

#[test]
fn two_hundred_and_fifty_six_parameters_are_read_and_one_more_is_not() {
    let input = |count: usize| {
        let names: String = (0..count).map(|index| format!(";p{index}")).collect();
        format!("sig=(){names}")
    };
    assert_eq!(SEED.read_input(&input(MAX_PARAMETERS), None).unwrap().parameters().count(), MAX_PARAMETERS);
    let (field, limit) = (Field::SignatureInput, MAX_PARAMETERS);
    let over = input(MAX_PARAMETERS + 1);
    let over = SEED.read_input(&over, None);
    assert_eq!(over, Err(SignatureError::TooManyParameters { field, limit }));
}

#[test]
fn a_parameter_is_told_from_any_number_before_it() {
    for count in [1, 8, 9, MAX_PARAMETERS] {
        let names: String = (0..count).map(|index| format!(";p{index}")).collect();
        for repeated in [0, count - 1] {
            let input = format!("sig=(){names};p{repeated}");
            let (field, at) = (Field::SignatureInput, "sig=();".len() + names.len());
            let read = SEED.read_input(&input, None);
            assert_eq!(read, Err(SignatureError::DuplicateParameter { field, at }), "{count} {repeated}");
        }
    }
}
