//! What is written reads back, in every syntax, and no text makes a parser panic.
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

use aauth_jose::{Algorithm, PublicJwk, Signer as _, SigningKey};
use aauth_signature::{
    AcceptAlg, AcceptScheme, Component, ContentDigest, Coverage, DRAFT_11, FieldSyntax, KeyParameter,
    Refusal, SEED, SEED_DICTIONARY, SignatureKey, SignatureParameters, Unsigned,
};
use aauth_types::{Document, Network, ServerId, UnixTime};
use http::Method;
use proptest::prelude::*;
use support::{NOW, Request, p256};

const SYNTAXES: [&FieldSyntax; 3] = [&SEED, &SEED_DICTIONARY, &DRAFT_11];

fn server_id() -> impl Strategy<Value = ServerId> {
    "[a-z]([a-z0-9]{0,8})\\.example"
        .prop_map(|host| ServerId::parse(&format!("https://{host}"), Network::Public).unwrap())
}

fn token() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_-]{1,40}\\.[A-Za-z0-9_-]{1,40}\\.[A-Za-z0-9_-]{1,40}"
}

/// A key that every syntax can write.
fn common_key() -> impl Strategy<Value = SignatureKey<'static>> {
    let kid = "[ !#-\\[\\]-~]{1,20}";
    let jwks_uri = (server_id(), kid).prop_map(|(id, kid)| SignatureKey::JwksUri {
        id,
        document: Document::Agent,
        kid: kid.into(),
    });
    let other = ("[a-z][a-z0-9_-]{0,8}", proptest::collection::btree_map("[a-z][a-z0-9_-]{0,8}", kid, 1..5))
        .prop_filter("a scheme that is used", |(scheme, _)| {
            !["hwk", "jwks_uri", "jwt"].contains(&scheme.as_str())
        })
        .prop_map(|(scheme, parameters)| {
            let parameters = parameters.into_iter().map(|(name, value)| (name, KeyParameter::String(value)));
            SignatureKey::Other { scheme, parameters: parameters.collect() }
        });
    prop_oneof![jwks_uri, token().prop_map(|token| SignatureKey::Jwt(token.into())), other]
}

fn parameter() -> impl Strategy<Value = KeyParameter> {
    prop_oneof![
        "[ -~]{0,20}".prop_map(KeyParameter::String),
        "[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]{0,10}".prop_map(KeyParameter::Token),
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(KeyParameter::Integer),
        "-?[0-9]{1,12}\\.[0-9]{1,3}".prop_map(KeyParameter::Decimal),
        "([A-Za-z0-9+/]{4}){0,5}".prop_map(KeyParameter::Bytes),
        any::<bool>().prop_map(KeyParameter::Boolean),
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(KeyParameter::Date),
        "([ !#$&-~]|%c3%a9){0,10}".prop_map(KeyParameter::Display),
    ]
}

fn inline_key(algorithm: Algorithm) -> impl Strategy<Value = PublicJwk> {
    any::<[u8; 32]>().prop_filter_map("a private key out of range", move |seed| {
        SigningKey::from_seed(algorithm, seed.into(), None).ok().map(|key| key.public_jwk())
    })
}

proptest! {
    #[test]
    fn keys_read_back_in_every_syntax(label in "[a-z][a-z0-9_]{0,8}", key in common_key()) {
        for syntax in SYNTAXES {
            let written = syntax.write_key(&label, &key).unwrap();
            prop_assert_eq!(syntax.read_key(&written, Some(&label), Network::Public), Ok((label.as_str(), key.clone())));
        }
    }

    #[test]
    fn parameters_of_every_type_read_back_in_the_dictionaries(
        parameters in proptest::collection::btree_map("[a-z*][a-z0-9_.*-]{0,8}", parameter(), 0..6),
    ) {
        let key = SignatureKey::Other { scheme: "x509".into(), parameters: parameters.into_iter().collect() };
        for syntax in [&SEED_DICTIONARY, &DRAFT_11] {
            let written = syntax.write_key("sig", &key).unwrap();
            prop_assert_eq!(syntax.read_key(&written, None, Network::Public), Ok(("sig", key.clone())));
        }
    }

    #[test]
    fn documents_read_back_in_the_dictionaries(id in server_id(), kid in "[ -~]{1,20}", index in 0_usize..5) {
        let key = SignatureKey::JwksUri { id, document: Document::ALL[index], kid: kid.into() };
        for syntax in [&SEED_DICTIONARY, &DRAFT_11] {
            let written = syntax.write_key("sig", &key).unwrap();
            prop_assert_eq!(syntax.read_key(&written, None, Network::Public), Ok(("sig", key.clone())));
        }
    }

    #[test]
    fn inline_keys_read_back(okp in inline_key(Algorithm::Ed25519), ec in inline_key(Algorithm::Es256)) {
        let rows: [(&FieldSyntax, &PublicJwk); 5] =
            [(&SEED, &okp), (&SEED_DICTIONARY, &okp), (&SEED_DICTIONARY, &ec), (&DRAFT_11, &okp), (&DRAFT_11, &ec)];
        for (syntax, jwk) in rows {
            let written = syntax.write_key("sig", &SignatureKey::Hwk(jwk.clone())).unwrap();
            let (_, read) = syntax.read_key(&written, None, Network::Public).unwrap();
            let SignatureKey::Hwk(read) = read else { panic!("{read:?}") };
            prop_assert_eq!(read.key(), jwk.key());
            prop_assert_eq!(syntax.write_key("sig", &SignatureKey::Hwk(read)).unwrap(), written);
        }
    }

    #[test]
    fn signatures_read_back(label in "[a-z][a-z0-9_]{0,8}", bytes in any::<[u8; 32]>(), more in any::<[u8; 32]>()) {
        let signature: [u8; 64] = [bytes, more].concat().try_into().unwrap();
        for syntax in SYNTAXES {
            let written = syntax.write_signature(&label, &signature).unwrap();
            prop_assert_eq!(syntax.read_signature(&written, Some(&label)), Ok((label.as_str(), signature)));
        }
    }

    #[test]
    fn inputs_read_back(
        label in "[a-z][a-z0-9_]{0,8}",
        names in proptest::collection::btree_set("x-[a-z0-9!#$%&'*+.^_`|~-]{1,8}", 0..10),
        created in 0_i64..=999_999_999_999_999,
        expires in proptest::option::of(0_i64..=999_999_999_999_999),
        texts in proptest::array::uniform3(proptest::option::of("[ -~]{0,12}")),
    ) {
        let [keyid, nonce, tag] = texts;
        let created = UnixTime::from_secs(created);
        let expires = expires.map(UnixTime::from_secs);
        let parameters = SignatureParameters { label: label.clone(), created, expires, keyid, nonce, tag };
        let request = names.iter().fold(Request::get(), |request, name| request.with(name, "v"));
        let cover = Coverage::new().also(names.iter().map(|name| Component::parse(name).unwrap()));
        let key = SignatureKey::Jwt("e30.e30.AA".into());
        for syntax in SYNTAXES {
            let unsigned = Unsigned::with_parameters(&request.head(), &key, syntax, &cover, &parameters).unwrap();
            let written = format!("{label}={}", unsigned.input().text());
            let read = syntax.read_input(&written, Some(&label)).unwrap();
            prop_assert_eq!(&read, unsigned.input());
            prop_assert_eq!((read.created(), read.expires()), (Some(created), expires));
            prop_assert_eq!(read.nonce(), parameters.nonce.as_deref());
            prop_assert_eq!(read.tag(), parameters.tag.as_deref());
            prop_assert_eq!(read.keyid(), parameters.keyid.as_deref());
        }
    }

    #[test]
    fn what_is_signed_verifies(
        method in "[A-Z]{1,10}",
        target in "/[!-\"$->@-~]{0,40}(\\?[!-\"$-~]{0,40})?",
        value in "[ -~]{0,40}",
        key in common_key(),
    ) {
        let mut request = Request::new(Method::from_bytes(method.as_bytes()).unwrap(), "a.example", &target);
        request = request.with("x-value", &value);
        let cover = Coverage::new().also([Component::parse("x-value").unwrap()]);
        let signer = support::ed25519();
        for syntax in [&SEED, &SEED_DICTIONARY, &DRAFT_11] {
            let request = request.clone().signed(&key, syntax, &cover, &signer);
            let checked = request.check(syntax, &cover, NOW).unwrap();
            prop_assert_eq!(checked.key(), &key);
            prop_assert!(checked.verify(signer.public_jwk().key()).is_ok());
            prop_assert!(checked.verify(p256().public_jwk().key()).is_err());
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,80}", signed in "[ -~]{0,120}") {
        for text in [&text, &signed] {
            for syntax in SYNTAXES {
                let _ = syntax.read_input(text, None);
                let _ = syntax.read_signature(text, None);
                let _ = syntax.read_key(text, None, Network::Public);
                let _ = syntax.read_key(text, Some("sig"), Network::InsecureLoopback);
            }
            let _ = (ContentDigest::parse(text), Refusal::parse(text));
            let _ = (AcceptAlg::parse(text), AcceptScheme::parse(text), Component::parse(text));
        }
    }
}
