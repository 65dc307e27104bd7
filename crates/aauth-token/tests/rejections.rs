//! Tokens of the seed that are wrong in one respect, each with its exact error.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_jose::{JoseError, Jwks, b64};
use aauth_token::{SEED, TokenError, TokenKind, Unverified};
use aauth_types::Network;
use aauth_types::json::JsonError;
use common::{NOW, Sample, at, forge, jwks, signer, verify_text};

use TokenKind::{Agent, Auth, Resource};

/// What a claim is when it is not right.
enum Fault {
    Absent,
    /// JSON type found, JSON type expected.
    Type(&'static str, &'static str),
    /// Words found.
    Value(&'static str),
}

use Fault::{Absent, Type, Value};

const STRING: &str = "a string";

/// Kind, claim, its JSON (empty: left out), what is wrong with it.
#[rustfmt::skip]
const CLAIMS: &[(TokenKind, &str, &str, Fault)] = &[
    (Agent, "iss", "", Absent),
    (Agent, "iss", "42", Type("a number", STRING)),
    (Agent, "iss", "null", Type("null", STRING)),
    (Agent, "iss", r#""http://agent.supply-chain.com""#, Value("a scheme that is not https")),
    (Agent, "iss", r#""https://agent.supply-chain.com/""#, Value("a character that no lower-case host name has")),
    (Agent, "sub", "", Absent),
    (Agent, "sub", "7", Type("a number", STRING)),
    (Agent, "sub", r#""""#, Value("an empty string")),
    (Agent, "sub", r#""a\nb""#, Value("a control character")),
    (Agent, "jti", "", Absent),
    (Agent, "jti", "[]", Type("an array", STRING)),
    (Agent, "jti", r#""""#, Value("nothing")),
    (Agent, "cnf", "", Absent),
    (Agent, "cnf", r#""key""#, Type(STRING, "an object")),
    (Agent, "cnf", "null", Type("null", "an object")),
    (Agent, "iat", "", Absent),
    (Agent, "iat", r#""1774923811""#, Type(STRING, "a number")),
    (Agent, "iat", "null", Type("null", "a number")),
    (Agent, "iat", "-1", Value("a number out of range")),
    (Agent, "exp", "", Absent),
    (Agent, "exp", r#""1774927411""#, Type(STRING, "a number")),
    (Agent, "exp", "true", Type("a boolean", "a number")),
    (Agent, "exp", "1e300", Value("a number out of range")),
    (Agent, "exp", "1774927411.5e30", Value("a number out of range")),
    (Agent, "iat", "-0.5", Value("a number out of range")),
    (Agent, "exp", "18446744073709551615", Value("a number out of range")),
    (Agent, "aud", "7", Type("a number", "a string or an array of strings")),
    (Agent, "aud", "null", Type("null", "a string or an array of strings")),
    (Agent, "aud", "[]", Value("an empty array")),
    (Agent, "aud", r#"["https://important.resource.com",7]"#, Type("a number", STRING)),
    (Agent, "aud", r#""important""#, Value("a scheme that is not https")),
    (Agent, "aud_sub", "{}", Type("an object", STRING)),
    (Agent, "aud_sub", r#""""#, Value("an empty string")),
    (Resource, "iss", "", Absent),
    (Resource, "iss", "{}", Type("an object", STRING)),
    (Resource, "iss", r#""https://Important.resource.com""#, Value("a character that no lower-case host name has")),
    (Resource, "aud", "", Absent),
    (Resource, "aud", r#"["https://auth-server.com"]"#, Type("an array", STRING)),
    (Resource, "aud", r#""https://auth-server.com:8443""#, Value("a character that no lower-case host name has")),
    (Resource, "jti", "", Absent),
    (Resource, "jti", "null", Type("null", STRING)),
    (Resource, "jti", r#""\u0000""#, Value("a control character")),
    (Resource, "agent", "", Absent),
    (Resource, "agent", "42", Type("a number", STRING)),
    (Resource, "agent", r#""unknown-agent""#, Value("a scheme that is not https")),
    (Resource, "agent_jkt", "", Absent),
    (Resource, "agent_jkt", "42", Type("a number", STRING)),
    (Resource, "agent_jkt", r#""poqk""#, Value("another text")),
    (Resource, "agent_jkt", r#""poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0V""#, Value("another text")),
    (Resource, "scope", r#"["data.read"]"#, Type("an array", STRING)),
    (Resource, "scope", "null", Type("null", STRING)),
    (Resource, "scope", r#""""#, Value("an empty name")),
    (Resource, "scope", r#""a  b""#, Value("an empty name")),
    (Resource, "scope", r#""a\"b""#, Value("a character that no scope name has")),
    (Resource, "txn", "1", Type("a number", STRING)),
    (Resource, "txn", r#""""#, Value("an empty string")),
    (Resource, "iat", "", Absent),
    (Resource, "iat", "[1774923811]", Type("an array", "a number")),
    (Resource, "exp", "", Absent),
    (Resource, "exp", "{}", Type("an object", "a number")),
    (Auth, "iss", "", Absent),
    (Auth, "iss", "42", Type("a number", STRING)),
    (Auth, "iss", r#""https://auth-server.com/x""#, Value("a character that no lower-case host name has")),
    (Auth, "iss", r#""https://127.0.0.1""#, Value("an address in place of a host name")),
    (Auth, "aud", "", Absent),
    (Auth, "aud", r#"["https://important.resource.com"]"#, Type("an array", STRING)),
    (Auth, "aud", "null", Type("null", STRING)),
    (Auth, "aud", r#""""#, Value("a scheme that is not https")),
    (Auth, "jti", "", Absent),
    (Auth, "jti", "1", Type("a number", STRING)),
    (Auth, "cnf", "", Absent),
    (Auth, "cnf", "[]", Type("an array", "an object")),
    (Auth, "iat", "", Absent),
    (Auth, "iat", "false", Type("a boolean", "a number")),
    (Auth, "exp", "", Absent),
    (Auth, "exp", "null", Type("null", "a number")),
    (Auth, "agent", "42", Type("a number", STRING)),
    (Auth, "agent", "null", Type("null", STRING)),
    (Auth, "agent", r#""agent""#, Value("a scheme that is not https")),
    (Auth, "sub", "42", Type("a number", STRING)),
    (Auth, "sub", "null", Type("null", STRING)),
    (Auth, "sub", r#""""#, Value("an empty string")),
    (Auth, "scope", "42", Type("a number", STRING)),
    (Auth, "scope", r#"" ""#, Value("an empty name")),
    (Auth, "txn", "[]", Type("an array", STRING)),
];

fn changed(kind: TokenKind, claim: &str, json: &str) -> Sample {
    match json {
        "" => Sample::seed(kind).without(claim),
        json => Sample::seed(kind).with(claim, json),
    }
}

#[test]
fn a_claim_that_is_absent_mistyped_or_wrong_has_three_errors() {
    for (kind, claim, json, fault) in CLAIMS {
        let error = changed(*kind, claim, json).verify().unwrap_err();
        match (fault, &error) {
            (Absent, TokenError::Absent { claim: named }) => assert_eq!(named, claim),
            (Type(found, expected), TokenError::WrongType { claim: c, found: f, expected: e }) => {
                assert_eq!((c, f, e), (claim, found, expected), "{claim} {json}");
            }
            (Value(found), TokenError::WrongValue { claim: c, found: f, .. }) => {
                assert_eq!((c, f), (claim, found), "{claim} {json}");
            }
            _ => panic!("{kind:?} {claim} {json}: {error:?}"),
        }
    }
    println!("{} claims refused", CLAIMS.len());
}

#[test]
fn an_auth_token_has_a_subject_or_a_scope() {
    let neither = Sample::seed(Auth).without("sub").without("scope");
    assert_eq!(neither.verify(), Err(TokenError::SubjectAndScopeAbsent));
    assert_eq!(Sample::seed(Auth).without("sub").verify(), Ok(()));
    assert_eq!(Sample::seed(Auth).without("scope").verify(), Ok(()));
}

#[test]
fn claims_that_nobody_knows_are_ignored() {
    assert_eq!(Sample::seed(Agent).with("act", "{}").verify(), Ok(()));
    assert_eq!(Sample::seed(Resource).with("cnf", "7").verify(), Ok(()));
    assert_eq!(Sample::seed(Auth).with("dwk", "null").verify(), Ok(()));
}

#[test]
fn a_key_in_cnf_must_be_whole_and_of_the_profile() {
    let key = |source| Err(TokenError::Key { claim: "cnf.jwk", source });
    let x = r#""JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs""#;
    let cases = [
        ("{}".to_owned(), Err(TokenError::Absent { claim: "cnf.jwk" })),
        (r#"{"kid":"key-1"}"#.to_owned(), Err(TokenError::Absent { claim: "cnf.jwk" })),
        (
            r#"{"jwk":"key"}"#.to_owned(),
            Err(TokenError::WrongType { claim: "cnf.jwk", found: "a string", expected: "an object" }),
        ),
        (r#"{"jwk":{}}"#.to_owned(), key(JoseError::Absent { member: "kty" })),
        (r#"{"jwk":{"kty":"OKP","crv":"Ed25519"}}"#.to_owned(), key(JoseError::Absent { member: "x" })),
        (format!(r#"{{"jwk":{{"kty":"OKP","x":{x}}}}}"#), key(JoseError::Absent { member: "crv" })),
        (format!(r#"{{"jwk":{{"kty":"EC","crv":"Ed25519","x":{x}}}}}"#), key(JoseError::UnsupportedCurve)),
        (r#"{"jwk":{"kty":"oct","k":"AAAA"}}"#.to_owned(), key(JoseError::UnsupportedKeyType)),
        (
            format!(r#"{{"jwk":{{"kty":"OKP","crv":"Ed25519","x":{x},"d":{x}}}}}"#),
            key(JoseError::PrivateMember { member: "d" }),
        ),
        (
            format!(r#"{{"jwk":{{"kty":"OKP","crv":"Ed25519","x":{x},"alg":"Ed25519"}}}}"#),
            key(JoseError::UnsupportedAlgorithm),
        ),
        (
            r#"{"jwk":{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}"#
                .to_owned(),
            key(JoseError::SmallOrderKey),
        ),
    ];
    for (cnf, expected) in cases {
        for kind in [Agent, Auth] {
            assert_eq!(Sample::seed(kind).with("cnf", &cnf).verify(), expected, "{cnf}");
        }
    }
}

#[test]
fn no_kind_passes_for_another() {
    let kinds = [Agent, Resource, Auth];
    for is in kinds {
        for wanted in kinds.into_iter().filter(|wanted| *wanted != is) {
            let sample = Sample::seed(is);
            let error = verify_text(&sample.text(), &SEED, wanted, &sample.jwks(), NOW);
            let (found, expected) = (SEED.typ(is).unwrap(), SEED.typ(wanted).unwrap());
            assert_eq!(error, Err(TokenError::TypMismatch { found, expected }));
        }
    }
}

#[test]
fn a_token_of_another_kind_is_refused_even_under_no_key() {
    // typ comes before the key and before the claims.
    let sample = Sample::seed(Resource).without("agent");
    let error = verify_text(&sample.text(), &SEED, Auth, &Jwks::default(), NOW);
    assert_eq!(error, Err(TokenError::TypMismatch { found: "resource+jwt", expected: "auth+jwt" }));
}

#[test]
fn typ_is_compared_byte_for_byte() {
    for typ in ["JWT", "at+jwt", "AUTH+JWT", "auth+jwt ", "application/auth+jwt", "aa-auth+jwt", ""] {
        let sample = Sample::seed(Auth).with_header("typ", &format!("{typ:?}"));
        assert_eq!(sample.verify(), Err(TokenError::TypUnknown { found: typ.to_owned() }));
    }
    let long = "t".repeat(100);
    let sample = Sample::seed(Auth).with_header("typ", &format!("{long:?}"));
    assert_eq!(sample.verify(), Err(TokenError::TypUnknown { found: "t".repeat(32) }));
    let sample = Sample::seed(Auth).without_header("typ");
    assert_eq!(sample.verify(), Err(TokenError::Absent { claim: "typ" }));
}

#[test]
fn the_header_names_an_algorithm_and_a_key_of_the_profile() {
    let jose = |source| Err(TokenError::Jose { source });
    for alg in ["none", "HS256", "RS256", "ES256", "Ed25519", "eddsa", ""] {
        let sample = Sample::seed(Auth).with_header("alg", &format!("{alg:?}"));
        assert_eq!(sample.verify(), jose(JoseError::UnsupportedAlgorithm), "{alg}");
    }
    let wrong_type = |member| JoseError::WrongType { member, expected: "a string", found: "a number" };
    for member in ["alg", "kid", "typ"] {
        assert_eq!(Sample::seed(Auth).with_header(member, "1").verify(), jose(wrong_type(member)));
    }
    assert_eq!(Sample::seed(Auth).without_header("alg").verify(), jose(JoseError::Absent { member: "alg" }));
    assert_eq!(Sample::seed(Auth).without_header("kid").verify(), Err(TokenError::Absent { claim: "kid" }));
    let unknown = Sample::seed(Auth).with_header("kid", r#""key-9""#);
    assert_eq!(unknown.verify(), jose(JoseError::UnknownKid));
    let critical = Sample::seed(Auth).with_header("crit", "[]");
    assert_eq!(critical.verify(), jose(JoseError::Critical));
    let unencoded = Sample::seed(Auth).with_header("b64", "true");
    assert_eq!(unencoded.verify(), jose(JoseError::Unencoded));
}

#[test]
fn typ_comes_before_alg_and_alg_before_kid() {
    let all =
        Sample::seed(Auth).with_header("typ", r#""x""#).with_header("alg", r#""none""#).without_header("kid");
    assert_eq!(all.verify(), Err(TokenError::TypUnknown { found: "x".to_owned() }));
    let two = Sample::seed(Auth).with_header("alg", r#""none""#).without_header("kid");
    assert_eq!(two.verify(), Err(TokenError::Jose { source: JoseError::UnsupportedAlgorithm }));
}

#[test]
fn the_signature_comes_before_times_and_times_before_claims() {
    let sample = Sample::seed(Auth).with("exp", "1774923811").without("jti");
    let other = signer_set();
    let mismatch = TokenError::Jose { source: JoseError::SignatureMismatch };
    assert_eq!(verify_text(&sample.text(), &SEED, Auth, &other, NOW), Err(mismatch));
    assert_eq!(sample.verify(), Err(TokenError::Expired { expires: NOW, now: NOW }));
}

fn signer_set() -> Jwks {
    Jwks::from_keys([common::signer("delegate").verifying_key().to_jwk(Some("auth-key-1"))])
}

#[test]
fn a_key_of_another_algorithm_under_the_kid_is_refused() {
    let sample = Sample::seed(Auth);
    let es256 = aauth_jose::SigningKey::from_seed(
        aauth_jose::Algorithm::Es256,
        aauth_types::Secret::new([7; 32]),
        Some("auth-key-1"),
    )
    .unwrap();
    let keys = Jwks::from_keys([aauth_jose::Signer::public_jwk(&es256)]);
    let source = JoseError::KeyUnusable { source: Box::new(JoseError::UnsupportedAlgorithm) };
    let error = verify_text(&sample.text(), &SEED, Auth, &keys, NOW);
    assert_eq!(error, Err(TokenError::Jose { source }));
}

#[test]
fn a_member_twice_is_refused_at_every_depth() {
    let sample = Sample::seed(Auth);
    let claims = sample.claims.to_string();
    let top = claims.replacen('{', r#"{"iss":"https://auth-server.com","#, 1);
    let escaped = claims.replacen('{', r#"{"\u0069ss":"https://auth-server.com","#, 1);
    let deep = claims.replacen(r#"{"jwk":{"#, r#"{"jwk":{"kid":"a","#, 1);
    let unknown = claims.replacen('{', r#"{"x":{"y":1,"y":2},"#, 1);
    for text in [top, escaped, deep, unknown] {
        let token = forge(&sample.header.to_string(), &text, &sample.key);
        let error = verify_text(&token, &SEED, Auth, &sample.jwks(), NOW).unwrap_err();
        assert!(matches!(error, TokenError::Json { source: JsonError::DuplicateMember { .. } }), "{text}");
    }
    let header = sample.header.to_string().replacen('{', r#"{"alg":"EdDSA","#, 1);
    let token = forge(&header, &claims, &sample.key);
    let error = verify_text(&token, &SEED, Auth, &sample.jwks(), NOW).unwrap_err();
    let TokenError::Jose { source: JoseError::Json { source, .. } } = error else { panic!("{error:?}") };
    assert!(matches!(source, JsonError::DuplicateMember { .. }));
}

#[test]
fn a_payload_is_one_json_object() {
    let sample = Sample::seed(Auth);
    let cases = [
        ("[]", JsonError::NotAnObject { found: "an array" }),
        ("null", JsonError::NotAnObject { found: "null" }),
        ("\"x\"", JsonError::NotAnObject { found: "a string" }),
    ];
    for (payload, source) in cases {
        let token = forge(&sample.header.to_string(), payload, &sample.key);
        let error = verify_text(&token, &SEED, Auth, &sample.jwks(), NOW);
        assert_eq!(error, Err(TokenError::Json { source }), "{payload}");
    }
    let token = forge(&sample.header.to_string(), "{} {}", &sample.key);
    let error = verify_text(&token, &SEED, Auth, &sample.jwks(), NOW).unwrap_err();
    assert!(matches!(error, TokenError::Json { source: JsonError::Malformed { .. } }));
}

#[test]
fn the_compact_form_is_exact() {
    let text = Sample::seed(Auth).text();
    let (input, signature) = text.rsplit_once('.').unwrap();
    let jose = |text: &str| match verify_text(text, &SEED, Auth, &jwks("auth-server"), NOW) {
        Err(TokenError::Jose { source }) => source,
        other => panic!("{other:?}"),
    };
    assert_eq!(jose(input), JoseError::Segments { found: 2 });
    assert_eq!(jose(&format!("{text}.x")), JoseError::Segments { found: 4 });
    assert_eq!(jose(&format!("{input}.")), JoseError::EmptySegment { segment: "signature" });
    assert!(matches!(jose(&format!("{text}=")), JoseError::Base64 { .. }));
    assert!(matches!(jose(&format!(" {text}")), JoseError::Base64 { .. }));
    let short = b64::encode(&b64::decode(signature).unwrap()[..63]);
    assert_eq!(jose(&format!("{input}.{short}")), JoseError::SignatureLength { found: 63 });
    assert!(matches!(jose(&"a".repeat(8193)), JoseError::TooLong { .. }));
}

#[test]
fn any_flipped_bit_of_the_signed_bytes_is_noticed() {
    let text = Sample::seed(Auth).text();
    let keys = jwks("auth-server");
    for at in 0..text.len() {
        for bit in 0..7 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let flipped = String::from_utf8(bytes).unwrap();
            assert_ne!(verify_text(&flipped, &SEED, Auth, &keys, NOW), Ok(()), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn exp_is_strictly_in_the_future() {
    for (kind, life) in [(Agent, 3600), (Resource, 600), (Auth, 3600)] {
        let sample = Sample::seed(kind);
        assert_eq!(sample.verify_at(at(life - 1)), Ok(()));
        let expired = TokenError::Expired { expires: at(life), now: at(life) };
        assert_eq!(sample.verify_at(at(life)), Err(expired));
    }
}

#[test]
fn iat_may_lie_five_seconds_ahead_and_no_more() {
    for kind in [Agent, Resource, Auth] {
        let sample = Sample::seed(kind);
        assert_eq!(sample.verify_at(at(-5)), Ok(()));
        let early = TokenError::NotYetValid { issued: NOW, now: at(-6) };
        assert_eq!(sample.verify_at(at(-6)), Err(early));
    }
}

#[test]
fn a_lifetime_passes_at_its_ceiling_and_not_one_above() {
    for (kind, most) in [(Agent, 86_400), (Resource, 600), (Auth, 86_400)] {
        let living = |life: i64| Sample::seed(kind).with("exp", &at(life).to_string());
        assert_eq!(living(most).verify(), Ok(()));
        let seconds = most + 1;
        assert_eq!(living(seconds).verify(), Err(TokenError::LifetimeTooLong { seconds, most }));
    }
}

#[test]
fn exp_comes_after_iat() {
    let sample = Sample::seed(Auth).with("iat", &at(3).to_string()).with("exp", &at(3).to_string());
    let (found, expected) = ("a time not after iat", "a time after iat");
    assert_eq!(sample.verify(), Err(TokenError::WrongValue { claim: "exp", found, expected }));
}

#[test]
fn a_fraction_of_a_second_is_cut_off() {
    let sample = Sample::seed(Auth).with("iat", "1774923811.9").with("exp", "1774923812.9");
    assert_eq!(sample.verify(), Ok(()));
    let expired = TokenError::Expired { expires: at(1), now: at(1) };
    assert_eq!(sample.verify_at(at(1)), Err(expired));
}

#[test]
fn neither_token_nor_key_reaches_a_debug_output() {
    let text = Sample::seed(Auth).text();
    let token = Unverified::parse(&text, &SEED, Network::Public).unwrap();
    let tail = text.rsplit('.').next().unwrap();
    let shown = format!("{token:?}");
    assert!(!shown.contains(tail) && !shown.contains("testuser"), "{shown}");
    assert!(shown.contains("auth+jwt") && shown.contains("auth-key-1"), "{shown}");
}

#[test]
fn an_error_tells_at_which_byte_where_there_is_one() {
    let parse = |text: &str| Unverified::parse(text, &SEED, Network::Public).map(|_| ()).unwrap_err().at();
    let token = Sample::seed(Auth).text();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let payload_is_no_json =
        forge(r#"{"alg":"EdDSA","kid":"auth-key-1","typ":"auth+jwt"}"#, "{\"iss\":}", &signer("auth-server"));
    assert_eq!(parse(&format!("{signed}.+")), Some(signed.len() + 1));
    assert_eq!(parse(&payload_is_no_json), Some(7));
    assert_eq!(parse(signed), None);
}
