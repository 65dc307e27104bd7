//! `Signature-Key` in its three spellings.
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

use std::borrow::Cow;

use aauth_jose::{Algorithm, Signer as _};
use aauth_signature::{
    DRAFT_11, FieldSyntax, KeyParameter, KeyScheme, SEED, SEED_DICTIONARY, SignatureError, SignatureKey,
};
use aauth_types::{Document, KeyRef, Network, ServerId};
use support::{Request, ed25519, p256, vectors};

const X: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";
const FIELD: aauth_signature::Field = aauth_signature::Field::SignatureKey;

fn read(syntax: &FieldSyntax, value: &str) -> Result<SignatureKey<'static>, SignatureError> {
    syntax.read_key(value, None, Network::Public).map(|(_, key)| key.into_owned())
}

fn malformed(found: &'static str, at: usize) -> SignatureError {
    SignatureError::Malformed { field: FIELD, found, at }
}

fn jwks_uri(kid: &str) -> SignatureKey<'_> {
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    SignatureKey::JwksUri { id, document: Document::Agent, kid: kid.into() }
}

fn other(scheme: &str, parameters: &[(&str, KeyParameter)]) -> SignatureKey<'static> {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    SignatureKey::Other { scheme: scheme.into(), parameters }
}

#[test]
fn the_seed_accepts_what_its_table_accepts() {
    let key = jwks_uri("key-1");
    for value in [
        r#"sig=(scheme=jwks_uri id="https://agent.example" kid="key-1")"#,
        r#"sig1=(scheme=jwks_uri id="https://agent.example" kid="key-1")"#,
        r#"s_1=(scheme=jwks_uri kid="key-1" id="https://agent.example")"#,
        r#"sig=(  scheme=jwks_uri   id="https://agent.example"  kid="key-1"  )"#,
        r#"  sig=(scheme=jwks_uri id="https://agent.example" kid="key-1") "#,
    ] {
        assert_eq!(read(&SEED, value), Ok(key.clone()), "{value}");
    }
    assert_eq!(
        read(&SEED, r#"sig=( scheme=jwt   jwt="e30.e30.AA" )"#),
        Ok(SignatureKey::Jwt("e30.e30.AA".into()))
    );
    let hwk = format!(r#"sig=(scheme=hwk kty="OKP" crv="Ed25519" x="{X}")"#);
    assert_eq!(read(&SEED, &hwk), Ok(SignatureKey::Hwk(ed25519().public_jwk())));
}

#[test]
fn the_seed_refuses_what_its_table_refuses() {
    let table = [
        ("si-g=(scheme=jwt jwt=\"a.b.c\")", malformed("no \"=(\" after the label", 2)),
        ("Sig=(scheme=jwt jwt=\"a.b.c\")", malformed("no name", 0)),
        ("sIg=(scheme=jwt jwt=\"a.b.c\")", malformed("no \"=(\" after the label", 1)),
        ("1sig=(scheme=jwt jwt=\"a.b.c\")", malformed("no name", 0)),
        ("sig=(jwt=\"a.b.c\" scheme=jwt)", malformed("no scheme in the first place", 8)),
        ("sig=(scheme=\"jwt\" jwt=\"a.b.c\")", malformed("no name", 12)),
        ("sig=(scheme=jwt jwt=a.b.c)", malformed("a value without quotes", 20)),
        ("sig=(scheme=jwks_uri id=https://a.example kid=\"k\")", malformed("a value without quotes", 24)),
        (
            "sig=(scheme=jwt jwt=\"a.b.c\" jwt=\"a.b.c\")",
            SignatureError::DuplicateParameter { field: FIELD, at: 28 },
        ),
        (
            "sig=(scheme=jwt jwt=\"a.b.c\" x=\"y\")",
            SignatureError::KeyParameterUnknown { scheme: KeyScheme::Jwt, at: 28 },
        ),
        ("sig=(scheme=jwt jwt=\"a.b.c\") x", malformed("something after the last bracket", 28)),
        ("sig=(scheme=jwt jwt=\"a.b.c\")x)", malformed("something after the last bracket", 28)),
        ("sig=(scheme=jwt jwt=\"a.b.c\");a", malformed("something after the last bracket", 28)),
        (
            "sig=(scheme=jwt jwt=\"a.b.c\"),b=(scheme=jwt jwt=\"a.b.c\")",
            SignatureError::SeveralMembers { field: FIELD, at: 28 },
        ),
        ("sig=(scheme=jwt jwt=\"a.b\\c\")", malformed("a byte that no value has, or no end of a value", 24)),
        (
            "sig=(scheme=jwt jwt=\"a.b\u{7f}c\")",
            malformed("a byte that no value has, or no end of a value", 24),
        ),
        ("sig=(scheme=jwt jwt=\"a.b\tc\")", malformed("a byte that no value has, or no end of a value", 24)),
        (
            "sig=(scheme=jwt jwt=\"a.b\u{e9}c\")",
            malformed("a byte that no value has, or no end of a value", 24),
        ),
        ("sig=(scheme=jwt jwt=\"\")", malformed("an empty value", 21)),
        ("sig=(scheme=jwt)", malformed("no space before a parameter", 15)),
        ("sig=(scheme=jwt )", malformed("no name", 16)),
        ("sig=(scheme=jwt jwt=\"a.b.c\"", malformed("no space before a parameter", 27)),
        ("sig=(scheme=jwt jwt=\"a.b.c\"kid=\"k\")", malformed("no space before a parameter", 27)),
        ("sig=(scheme=jwt\tjwt=\"a.b.c\")", malformed("no space before a parameter", 15)),
        ("sig=(scheme=jwt jwt =\"a.b.c\")", malformed("a parameter without a value", 19)),
        ("sig=(scheme=jwt jwt)", malformed("a parameter without a value", 19)),
        ("sig=(SCHEME=jwt jwt=\"a.b.c\")", malformed("no name", 5)),
        ("sig=(scheme=JWT jwt=\"a.b.c\")", malformed("no name", 12)),
        ("sig = (scheme=jwt jwt=\"a.b.c\")", malformed("no \"=(\" after the label", 3)),
        ("sig=(scheme=jwt jwt=\"a.b\")", jwt_value()),
        ("sig=(scheme=jwt jwt=\"a..c\")", jwt_value()),
        ("sig=(scheme=jwt jwt=\"a.b.c.d\")", jwt_value()),
        ("sig=(scheme=jwt jwt=\"a.b=.c\")", jwt_value()),
        (
            "sig=(scheme=jwt kid=\"k\")",
            SignatureError::KeyParameterMissing { scheme: KeyScheme::Jwt, name: "jwt" },
        ),
        (
            "sig=(scheme=jwks_uri id=\"https://a.example\")",
            SignatureError::KeyParameterMissing { scheme: KeyScheme::JwksUri, name: "kid" },
        ),
        (
            "sig=(scheme=jwks_uri kid=\"k\")",
            SignatureError::KeyParameterMissing { scheme: KeyScheme::JwksUri, name: "id" },
        ),
        ("sig=(scheme=jwks_uri id=\"http://a.example\" kid=\"k\")", id_value()),
        ("sig=(scheme=jwks_uri id=\"https://A.example\" kid=\"k\")", id_value()),
        ("sig=(scheme=jwks_uri id=\"https://a.example/\" kid=\"k\")", id_value()),
        (
            "sig=(scheme=jwks_uri id=\"https://a.example\" kid=\"k\" well-known=\"aauth-agent\")",
            SignatureError::KeyParameterUnknown { scheme: KeyScheme::JwksUri, at: 52 },
        ),
        ("sig=jwks_uri;id=\"https://a.example\";kid=\"k\"", malformed("no \"=(\" after the label", 4)),
        ("sig", malformed("no \"=(\" after the label", 3)),
        ("", malformed("no name", 0)),
    ];
    for (value, expected) in table {
        assert_eq!(read(&SEED, value), Err(expected), "{value}");
    }
}

fn jwt_value() -> SignatureError {
    let expected = "a compact token of three base64url parts";
    SignatureError::KeyParameterValue { scheme: KeyScheme::Jwt, name: "jwt", expected }
}

fn id_value() -> SignatureError {
    SignatureError::KeyParameterValue {
        scheme: KeyScheme::JwksUri,
        name: "id",
        expected: "a server identifier",
    }
}

#[test]
fn the_seed_takes_inline_keys_of_one_type_only() {
    let read = |parameters: &str| read(&SEED, &format!("sig=(scheme=hwk {parameters})"));
    let okp = format!(r#"kty="OKP" crv="Ed25519" x="{X}""#);
    assert!(matches!(read(&okp), Ok(SignatureKey::Hwk(_))));
    for extra in ["y", "alg", "kid", "n"] {
        let expected = SignatureError::KeyParameterUnknown { scheme: KeyScheme::Hwk, at: 17 + okp.len() };
        assert_eq!(read(&format!(r#"{okp} {extra}="{X}""#)), Err(expected), "{extra}");
    }
    let ec = r#"kty="EC" crv="P-256" x="qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA" y="Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0""#;
    assert_eq!(read(ec), Err(SignatureError::UnsupportedAlgorithm));
    assert_eq!(read(r#"kty="RSA" n="AQAB" e="AQAB""#), Err(SignatureError::UnsupportedAlgorithm));
    assert_eq!(read(&okp.replace("Ed25519", "X25519")), Err(SignatureError::UnsupportedAlgorithm));
    for (without, name) in [("kty", "kty"), ("crv", "crv"), ("x", "x")] {
        let kept: Vec<_> = okp.split(' ').filter(|p| !p.starts_with(&format!("{without}="))).collect();
        let expected = SignatureError::KeyParameterMissing { scheme: KeyScheme::Hwk, name };
        assert_eq!(read(&kept.join(" ")), Err(expected));
    }
}

#[test]
fn keys_that_are_none_or_that_all_can_forge_with_are_refused() {
    use aauth_jose::JoseError;
    let hwk = |x: &str| read(&SEED, &format!(r#"sig=(scheme=hwk kty="OKP" crv="Ed25519" x="{x}")"#));
    let invalid = |source: JoseError| Err(SignatureError::InvalidKey { source });
    let identity = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(hwk(identity), invalid(JoseError::SmallOrderKey));
    let p = "7f_______________________________________38";
    assert_eq!(hwk(p), invalid(JoseError::NonCanonicalKey));
    let short = hwk(&X[..42]);
    assert!(matches!(short, Err(SignatureError::InvalidKey { .. })), "{short:?}");
    let trailing_bits = X.replace("bs", "bt");
    assert!(matches!(
        hwk(&trailing_bits),
        Err(SignatureError::InvalidKey { source: JoseError::Base64 { .. } })
    ));
    let padded = format!("{X}=");
    assert!(matches!(hwk(&padded), Err(SignatureError::InvalidKey { source: JoseError::Base64 { .. } })));
}

#[test]
fn schemes_that_are_not_used_parse_and_keep_their_parameters() {
    let string = |text: &str| KeyParameter::String(text.into());
    for scheme in ["jwks", "x509", "jkt-jwt", "self-jwt", "cached", "unheard-of"] {
        let expected = other(scheme, &[("a", string("1")), ("b", string("x y"))]);
        assert_eq!(read(&SEED, &format!(r#"sig=(scheme={scheme} a="1" b="x y")"#)), Ok(expected.clone()));
        for syntax in [&SEED_DICTIONARY, &DRAFT_11] {
            assert_eq!(read(syntax, &format!(r#"sig={scheme};a="1";b="x y""#)), Ok(expected.clone()));
        }
    }
    let x509 = read(
        &DRAFT_11,
        r#"sig=x509;x5u="https://a.example/c.pem";x5t=:bWcoon4QTVn8Q6xiY0ekMD6L8bNLMkuDV2KtvsFc1nM=:;n=-1;d=1.5;t=tok;at=@9;no=?0;yes;u=%"%c3%a9""#,
    );
    let expected = other(
        "x509",
        &[
            ("x5u", string("https://a.example/c.pem")),
            ("x5t", KeyParameter::Bytes("bWcoon4QTVn8Q6xiY0ekMD6L8bNLMkuDV2KtvsFc1nM=".into())),
            ("n", KeyParameter::Integer(-1)),
            ("d", KeyParameter::Decimal("1.5".into())),
            ("t", KeyParameter::Token("tok".into())),
            ("at", KeyParameter::Date(9)),
            ("no", KeyParameter::Boolean(false)),
            ("yes", KeyParameter::Boolean(true)),
            ("u", KeyParameter::Display("%c3%a9".into())),
        ],
    );
    assert_eq!(x509, Ok(expected));
}

#[test]
fn the_dictionaries_read_their_own_word_for_the_document() {
    let march = r#"sig=jwks_uri;id="https://agent.example";well-known="aauth-agent";kid="key-1""#;
    let september = r#"sig=jwks_uri;id="https://agent.example";dwk="aauth-agent.json";kid="key-1""#;
    assert_eq!(read(&SEED_DICTIONARY, march), Ok(jwks_uri("key-1")));
    assert_eq!(read(&DRAFT_11, september), Ok(jwks_uri("key-1")));
    let missing = |name| Err(SignatureError::KeyParameterMissing { scheme: KeyScheme::JwksUri, name });
    assert_eq!(read(&SEED_DICTIONARY, september), missing("well-known"));
    assert_eq!(read(&DRAFT_11, march), missing("dwk"));
    for name in ["../uploads/x.json", "aauth-agent", "openid-configuration"] {
        let value = format!(r#"sig=jwks_uri;id="https://agent.example";dwk="{name}";kid="key-1""#);
        let expected = "the name of a well-known document";
        let error = SignatureError::KeyParameterValue { scheme: KeyScheme::JwksUri, name: "dwk", expected };
        assert_eq!(read(&DRAFT_11, &value), Err(error));
    }
}

#[test]
fn the_draft_reads_any_spacing_order_and_unknown_parameters() {
    for value in [
        r#"sig=jwks_uri; id="https://agent.example"; dwk="aauth-agent.json"; kid="key-1""#,
        r#"sig=jwks_uri;kid="key-1";id="https://agent.example";future=1;dwk="aauth-agent.json""#,
        r#"sig=jwks_uri;id="https://agent.example";dwk="aauth-agent.json";kid="key-1" , other=(1 2);a"#,
    ] {
        assert_eq!(read(&DRAFT_11, value), Ok(jwks_uri("key-1")), "{value}");
    }
    let escaped = r#"sig=jwks_uri;id="https://agent.example";dwk="aauth-agent.json";kid="a\"b\\c""#;
    assert_eq!(read(&DRAFT_11, escaped), Ok(jwks_uri(r#"a"b\c"#)));
    assert_eq!(
        read(&DRAFT_11, r#"sig=jwt;jwt="e30.e30.AA";cache"#),
        Ok(SignatureKey::Jwt("e30.e30.AA".into()))
    );
}

#[test]
fn the_draft_refuses_what_is_no_dictionary_of_tokens() {
    let duplicate = SignatureError::DuplicateLabel { field: FIELD, at: 22 };
    let table = [
        (r#"sig=(scheme=jwt jwt="a.b.c")"#, malformed("no scheme", 3)),
        (r#"sig="jwt";jwt="a.b.c""#, malformed("a scheme that is no token", 3)),
        (r#"sig;jwt="a.b.c""#, malformed("no scheme", 3)),
        (r#"sig=?1"#, malformed("a scheme that is no token", 3)),
        (r#"Sig=jwt;jwt="a.b.c""#, malformed("no key", 0)),
        (r#"sig=jwt;jwt="a.b.c","#, malformed("nothing after the last comma", 20)),
        (r#"sig=jwt;jwt="a.b.c" sig2=jwt"#, malformed("no comma between members", 20)),
        (r#"sig=jwt;jwt="a.b.c", sig=hwk"#, SignatureError::DuplicateLabel { field: FIELD, at: 21 }),
        (r#"sig=jwt; jwt="a.b.c", sig=hwk"#, duplicate),
        (r#"sig=jwt;jwt="a.b.c";jwt="d.e.f""#, SignatureError::DuplicateParameter { field: FIELD, at: 20 }),
        (
            r#"sig=jwt;jwt=token"#,
            SignatureError::ParameterType { field: FIELD, name: "jwt", expected: "a string", at: 12 },
        ),
        (
            r#"sig=jwt;jwt"#,
            SignatureError::ParameterType { field: FIELD, name: "jwt", expected: "a string", at: 8 },
        ),
        (r#"sig=jwt;jwt="a.b.c"#, malformed("a byte that no string has, or no end of a string", 18)),
        (r#"sig=jwt;JWT="a.b.c""#, malformed("no key", 8)),
        (r#"sig=jwt;jwt="a.b""#, jwt_value()),
        (
            r#"sig=jwks_uri;id="https://a.example";dwk="aauth-agent.json";kid="""#,
            SignatureError::KeyParameterValue {
                scheme: KeyScheme::JwksUri,
                name: "kid",
                expected: "a text of at least one character",
            },
        ),
        ("", malformed("nothing", 0)),
        ("a=b,b=b,c=b,d=b,e=b", SignatureError::TooManyLabels { field: FIELD, limit: 4 }),
    ];
    for (value, expected) in table {
        assert_eq!(read(&DRAFT_11, value), Err(expected), "{value}");
    }
}

#[test]
fn march_allows_one_member_and_the_draft_several() {
    let two = r#"sig=jwt;jwt="a.b.c", b=hwk"#;
    assert_eq!(read(&SEED_DICTIONARY, two), Err(SignatureError::SeveralMembers { field: FIELD, at: 19 }));
    assert_eq!(read(&DRAFT_11, two), Ok(SignatureKey::Jwt("a.b.c".into())));
    let comma = r#"sig=jwt;jwt="a.b.c";note="a, \"b, c""#;
    assert_eq!(read(&SEED_DICTIONARY, comma), Ok(SignatureKey::Jwt("a.b.c".into())));
    let display = r#"sig=jwt;jwt="a.b.c";note=%"a, b\", b=hwk"#;
    assert_eq!(read(&SEED_DICTIONARY, display), Err(SignatureError::SeveralMembers { field: FIELD, at: 33 }));
}

#[test]
fn a_label_can_be_selected_among_several() {
    let value = r#"a=zzz;x=1, b=jwt;jwt="a.b.c""#;
    let selected = DRAFT_11.read_key(value, Some("b"), Network::Public);
    assert_eq!(selected, Ok(("b", SignatureKey::Jwt("a.b.c".into()))));
    let absent = DRAFT_11.read_key(value, Some("c"), Network::Public);
    assert_eq!(absent, Err(SignatureError::LabelMismatch { field: FIELD }));
}

#[test]
fn inline_keys_of_the_draft_say_their_algorithm_and_no_name() {
    let read = |text: &str| read(&DRAFT_11, &format!("sig=hwk;{text}"));
    let okp = format!(r#"kty="OKP";crv="Ed25519";x="{X}""#);
    let ec = r#"kty="EC";crv="P-256";x="qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA";y="Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0""#;
    let algorithm = |read: Result<SignatureKey<'_>, SignatureError>| match read {
        Ok(SignatureKey::Hwk(jwk)) => Ok(jwk.key().algorithm()),
        Ok(_) => panic!("no inline key"),
        Err(error) => Err(error),
    };
    assert_eq!(algorithm(read(&format!(r#"{okp};alg="Ed25519""#))), Ok(Algorithm::Ed25519));
    assert_eq!(algorithm(read(&format!(r#"{ec};alg="ES256""#))), Ok(Algorithm::Es256));
    for alg in ["", r#";alg="EdDSA""#, r#";alg="none""#, r#";alg="HS256""#, r#";alg="ed25519""#] {
        assert_eq!(
            algorithm(read(&format!("{okp}{alg}"))),
            Err(SignatureError::UnsupportedAlgorithm),
            "{alg}"
        );
    }
    assert_eq!(
        algorithm(read(r#"kty="AKP";alg="ML-DSA-44";pub="AA""#)),
        Err(SignatureError::UnsupportedAlgorithm)
    );
    let mismatch = SignatureError::InvalidKey { source: aauth_jose::JoseError::AlgorithmMismatch };
    assert_eq!(algorithm(read(&format!(r#"{okp};alg="ES256""#))), Err(mismatch));
    let at = 8 + okp.len() + 15;
    let named = SignatureError::KeyParameterUnknown { scheme: KeyScheme::Hwk, at };
    assert_eq!(algorithm(read(&format!(r#"{okp};alg="Ed25519";kid="k""#))), Err(named));
    let no_y = SignatureError::KeyParameterMissing { scheme: KeyScheme::Hwk, name: "y" };
    let (without_y, _) = ec.split_once(";y=").unwrap();
    assert_eq!(algorithm(read(&format!(r#"{without_y};alg="ES256""#))), Err(no_y));
}

#[test]
fn inline_keys_of_march_never_say_their_algorithm() {
    let okp = format!(r#"sig=hwk;kty="OKP";crv="Ed25519";x="{X}""#);
    assert_eq!(read(&SEED_DICTIONARY, &okp), Ok(SignatureKey::Hwk(ed25519().public_jwk())));
    let expected = SignatureError::KeyParameterUnknown { scheme: KeyScheme::Hwk, at: okp.len() + 1 };
    assert_eq!(read(&SEED_DICTIONARY, &format!(r#"{okp};alg="EdDSA""#)), Err(expected));
}

#[test]
fn what_an_inline_key_must_not_have_is_nothing_to_other_schemes() {
    let jwt = Ok(SignatureKey::Jwt("a.b.c".into()));
    assert_eq!(read(&DRAFT_11, r#"sig=jwt;jwt="a.b.c";kid="k""#), jwt);
    assert_eq!(read(&SEED_DICTIONARY, r#"sig=jwt;jwt="a.b.c";alg="EdDSA""#), jwt);
    let okp = format!(r#"sig=hwk;kty="OKP";crv="Ed25519";x="{X}""#);
    for (syntax, rest, forbidden) in
        [(&SEED_DICTIONARY, r#";future;kid="k""#, "alg"), (&DRAFT_11, r#";alg="Ed25519";future"#, "kid")]
    {
        let value = format!("{okp}{rest}");
        let Ok(SignatureKey::Hwk(jwk)) = read(syntax, &value) else { panic!("no inline key") };
        assert_eq!(jwk.key(), ed25519().public_jwk().key());
        let refused = SignatureError::KeyParameterUnknown { scheme: KeyScheme::Hwk, at: value.len() + 1 };
        assert_eq!(read(syntax, &format!(r#"{value};{forbidden}="k""#)), Err(refused));
    }
}

#[test]
fn each_syntax_writes_its_own_spelling() {
    let hwk = SignatureKey::Hwk(ed25519().public_jwk());
    let ec = SignatureKey::Hwk(p256().public_jwk());
    let jwt = SignatureKey::Jwt("a.b.c".into());
    let written = |syntax: &FieldSyntax, key: &SignatureKey<'_>| syntax.write_key("sig", key).unwrap();
    assert_eq!(written(&SEED, &hwk), format!(r#"sig=(scheme=hwk kty="OKP" crv="Ed25519" x="{X}")"#));
    assert_eq!(
        written(&SEED, &jwks_uri("key-1")),
        r#"sig=(scheme=jwks_uri id="https://agent.example" kid="key-1")"#
    );
    assert_eq!(written(&SEED, &jwt), r#"sig=(scheme=jwt jwt="a.b.c")"#);
    assert_eq!(written(&SEED_DICTIONARY, &hwk), format!(r#"sig=hwk;kty="OKP";crv="Ed25519";x="{X}""#));
    assert_eq!(
        written(&SEED_DICTIONARY, &jwks_uri("key-1")),
        r#"sig=jwks_uri;id="https://agent.example";well-known="aauth-agent";kid="key-1""#
    );
    assert_eq!(written(&DRAFT_11, &hwk), format!(r#"sig=hwk;kty="OKP";crv="Ed25519";x="{X}";alg="Ed25519""#));
    assert_eq!(
        written(&DRAFT_11, &ec),
        r#"sig=hwk;kty="EC";crv="P-256";x="qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA";y="Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0";alg="ES256""#
    );
    assert_eq!(
        written(&DRAFT_11, &jwks_uri(r#"a"b"#)),
        r#"sig=jwks_uri;id="https://agent.example";dwk="aauth-agent.json";kid="a\"b""#
    );
    assert_eq!(written(&DRAFT_11, &jwt), r#"sig=jwt;jwt="a.b.c""#);
}

#[test]
fn what_a_syntax_has_no_spelling_for_is_not_written() {
    let unwritable = |what| Err(SignatureError::Unwritable { what });
    let ec = SignatureKey::Hwk(p256().public_jwk());
    assert_eq!(SEED.write_key("sig", &ec), unwritable("the algorithm of the inline key"));
    assert_eq!(SEED.write_key("sig", &jwks_uri("a\"b")), unwritable("a parameter of the key"));
    assert_eq!(SEED.write_key("sig", &jwks_uri("")), unwritable("a parameter of the key"));
    assert_eq!(DRAFT_11.write_key("sig", &jwks_uri("a\r\nb")), unwritable("a parameter of the key"));
    assert_eq!(DRAFT_11.write_key("sig", &other("a b", &[])), unwritable("a parameter of the key"));
    assert_eq!(
        DRAFT_11.write_key("sig", &other("x509", &[("a;b", KeyParameter::Boolean(true))])),
        unwritable("a parameter of the key")
    );
    assert_eq!(
        DRAFT_11.write_key("sig", &other("jwt", &[])),
        unwritable("a known scheme with parameters of its own")
    );
    let string = |name| other("x509", &[(name, KeyParameter::String("v".into()))]);
    assert_eq!(SEED.write_key("sig", &string("a-1_b")), Ok(r#"sig=(scheme=x509 a-1_b="v")"#.into()));
    for name in ["", "A", "1a", "-a", "aB", "a b", "a.b", "*a", "\u{e9}", "a\u{e9}"] {
        assert_eq!(SEED.write_key("sig", &string(name)), unwritable("a parameter of the key"), "{name}");
        let key = other(name, &[("a", KeyParameter::String("v".into()))]);
        assert_eq!(SEED.write_key("sig", &key), unwritable("the scheme of the key"), "{name}");
    }
    assert_eq!(SEED.write_key("sig", &other("x509", &[])), unwritable("the scheme of the key"));
    for label in ["", "Sig", "si-g", "1", "a.b", "s\u{e9}"] {
        assert_eq!(SEED.write_key(label, &jwks_uri("k")), unwritable("the label"), "{label}");
    }
    for label in ["", "a b"] {
        assert_eq!(DRAFT_11.write_key(label, &jwks_uri("k")), unwritable("the label"), "{label}");
    }
    assert!(DRAFT_11.write_key("*a-b.c_1", &jwks_uri("k")).is_ok());
    let id = ServerId::parse("https://auth.example", Network::Public).unwrap();
    let issuer = SignatureKey::JwksUri { id, document: Document::Issuer, kid: "k".into() };
    assert_eq!(SEED.write_key("sig", &issuer), unwritable("the metadata document"));
}

#[test]
fn a_syntax_recognises_its_own_requests() {
    let seen = |value: &str| {
        let request = Request::get().with("signature-key", value);
        [&SEED, &SEED_DICTIONARY, &DRAFT_11].map(|syntax| syntax.recognises(&request.fields))
    };
    for vector in &vectors().requests {
        assert!(SEED.recognises(&support::request(vector).fields));
    }
    assert_eq!(seen("sig=(scheme=broken"), [true, false, false]);
    assert_eq!(seen(r#"sig=jwks_uri;id="x";well-known="y";kid="z""#), [false, true, false]);
    assert_eq!(seen(r#"sig=jwks_uri;id="x";dwk="y";kid="z""#), [false, false, true]);
    assert_eq!(seen(r#"sig=jwt;jwt="a.b.c""#), [false, true, true]);
    assert_eq!(
        [&SEED, &SEED_DICTIONARY, &DRAFT_11].map(|s| s.recognises(&Request::get().fields)),
        [false; 3]
    );
}

#[test]
fn debug_prints_no_token() {
    let shown = format!("{:?}", SignatureKey::Jwt("a.b.c".into()));
    assert_eq!(shown, "Jwt(***)");
    assert!(
        !format!("{:?}", other("jkt-jwt", &[("jwt", KeyParameter::String("s.e.t".into()))]))
            .contains("s.e.t")
    );
    assert_eq!(format!("{:?}", KeyParameter::String("s.e.t".into())), "KeyParameter(***)");
}

#[test]
fn only_a_published_key_has_to_be_fetched() {
    let id = ServerId::parse("https://auth.example", Network::Public).unwrap();
    let published = SignatureKey::JwksUri { id: id.clone(), document: Document::Issuer, kid: "k".into() };
    let expected = KeyRef { issuer: id, document: Document::Issuer, kid: "k".into() };
    assert_eq!(published.key_ref(), Some(expected));
    let hwk = SignatureKey::Hwk(ed25519().public_jwk());
    for key in [hwk, SignatureKey::Jwt("a.b.c".into()), other("jwks", &[])] {
        assert_eq!(key.key_ref(), None);
    }
}

#[test]
fn a_token_and_a_name_are_not_copied() {
    let value = r#"sig=(scheme=jwt jwt="a.b.c")"#;
    let (_, key) = SEED.read_key(value, None, Network::Public).unwrap();
    assert!(matches!(key, SignatureKey::Jwt(Cow::Borrowed("a.b.c"))), "{key:?}");
    let value = r#"sig=jwks_uri;id="https://agent.example";dwk="aauth-agent.json";kid="k""#;
    let (_, key) = DRAFT_11.read_key(value, None, Network::Public).unwrap();
    assert!(matches!(key, SignatureKey::JwksUri { kid: Cow::Borrowed("k"), .. }), "{key:?}");
}

#[test]
fn an_owned_key_is_the_same_key() {
    let other = other("x509", &[("x5u", KeyParameter::Token("a".into()))]);
    for key in [SignatureKey::Jwt("a.b.c".into()), jwks_uri("k"), other] {
        assert_eq!(key.clone().into_owned(), key);
    }
}

#[test]
fn every_syntax_has_its_name() {
    let names = [&SEED, &SEED_DICTIONARY, &DRAFT_11].map(FieldSyntax::name);
    assert_eq!(names, ["seed", "seed-dictionary", "draft-11"]);
}
