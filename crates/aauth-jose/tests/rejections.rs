//! Malformed keys, sets and tokens, each with the exact error.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::string_slice)]

use aauth_jose::{DRAFT_11, JoseError, Jwks, Jws, PublicJwk, SEED, SigningKey, VerifyingKey, b64};
use aauth_types::json::JsonError;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PX: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const PY: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const PD: &str = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";

/// Puts the good values in for `{X}`, `{D}`, `{PX}`, `{PY}` and `{PD}`.
fn fill(template: &str) -> String {
    let values = [("{X}", X), ("{D}", D), ("{PX}", PX), ("{PY}", PY), ("{PD}", PD)];
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

fn json(subject: &'static str, source: JsonError) -> JoseError {
    JoseError::Json { subject, source }
}

fn absent(member: &'static str) -> JoseError {
    JoseError::Absent { member }
}

fn wrong(member: &'static str, expected: &'static str, found: &'static str) -> JoseError {
    JoseError::WrongType { member, expected, found }
}

fn wrong_string(member: &'static str, found: &'static str) -> JoseError {
    wrong(member, "a string", found)
}

fn base64(subject: &'static str, at: usize) -> JoseError {
    JoseError::Base64 { subject, at }
}

fn length(member: &'static str, found: usize) -> JoseError {
    JoseError::KeyLength { member, expected: 32, found }
}

fn ops(found: &'static str) -> JoseError {
    wrong("key_ops", "an array of strings", found)
}

#[test]
fn malformed_public_keys() {
    use JoseError::*;
    let table = [
        // Not a JSON object.
        ("", json("jwk", JsonError::Malformed { at: 0 })),
        ("null", json("jwk", JsonError::NotAnObject { found: "null" })),
        (r#""{X}""#, json("jwk", JsonError::NotAnObject { found: "a string" })),
        ("[]", json("jwk", JsonError::NotAnObject { found: "an array" })),
        ("{}x", json("jwk", JsonError::Malformed { at: 2 })),
        (r#"{"kty":"OKP",}"#, json("jwk", JsonError::Malformed { at: 13 })),
        ("{'kty':'OKP'}", json("jwk", JsonError::Malformed { at: 1 })),
        // A member twice, also in another spelling, also where nobody looks.
        (
            r#"{"kty":"OKP","kty":"OKP","crv":"Ed25519","x":"{X}"}"#,
            json("jwk", JsonError::DuplicateMember { at: 17 }),
        ),
        (r#"{"x":"{X}","\u0078":"{X}"}"#, json("jwk", JsonError::DuplicateMember { at: 58 })),
        (r#"{"kty":"OKP","a":[{"b":1,"b":2}]}"#, json("jwk", JsonError::DuplicateMember { at: 27 })),
        // Key type and curve.
        ("{}", absent("kty")),
        (r#"{"crv":"Ed25519","x":"{X}"}"#, absent("kty")),
        (r#"{"kty":1,"crv":"Ed25519","x":"{X}"}"#, wrong_string("kty", "a number")),
        (r#"{"kty":null,"crv":"Ed25519","x":"{X}"}"#, wrong_string("kty", "null")),
        (r#"{"kty":"okp","crv":"Ed25519","x":"{X}"}"#, UnsupportedKeyType),
        (r#"{"kty":"OKP ","crv":"Ed25519","x":"{X}"}"#, UnsupportedKeyType),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, UnsupportedKeyType),
        (r#"{"kty":"oct","k":"AAAA"}"#, UnsupportedKeyType),
        (r#"{"kty":"AKP","pub":"AAAA"}"#, UnsupportedKeyType),
        (r#"{"kty":"OKP","x":"{X}"}"#, absent("crv")),
        (r#"{"kty":"OKP","crv":["Ed25519"],"x":"{X}"}"#, wrong_string("crv", "an array")),
        (r#"{"kty":"OKP","crv":"ed25519","x":"{X}"}"#, UnsupportedCurve),
        (r#"{"kty":"OKP","crv":"Ed448","x":"{X}"}"#, UnsupportedCurve),
        (r#"{"kty":"OKP","crv":"X25519","x":"{X}"}"#, UnsupportedCurve),
        (r#"{"kty":"OKP","crv":"P-256","x":"{PX}","y":"{PY}"}"#, UnsupportedCurve),
        (r#"{"kty":"EC","crv":"Ed25519","x":"{X}"}"#, UnsupportedCurve),
        (r#"{"kty":"EC","crv":"P-384","x":"{PX}","y":"{PY}"}"#, UnsupportedCurve),
        (r#"{"kty":"EC","crv":"secp256k1","x":"{PX}","y":"{PY}"}"#, UnsupportedCurve),
        // Coordinates.
        (r#"{"kty":"OKP","crv":"Ed25519"}"#, absent("x")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":42}"#, wrong_string("x", "a number")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":""}"#, length("x", 0)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, length("x", 3)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}AA"}"#, base64("x", 45)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}="}"#, base64("x", 43)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X} "}"#, base64("x", 43)),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            base64("x", 13),
        ),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}"#,
            base64("x", 42),
        ),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURoA"}"#,
            length("x", 33),
        ),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"é"}"#, base64("x", 0)),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}"}"#, absent("y")),
        (r#"{"kty":"EC","crv":"P-256","y":"{PY}"}"#, absent("x")),
        (r#"{"kty":"EC","crv":"P-256","x":"!","y":1}"#, wrong_string("y", "a number")),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}="}"#, base64("y", 43)),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"AAAA"}"#, length("y", 3)),
        (r#"{"kty":"EC","crv":"P-256","x":"{PY}","y":"{PX}"}"#, NotOnCurve),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, NotOnCurve),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#, SmallOrderKey),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"7f_______________________________________38"}"#,
            NonCanonicalKey,
        ),
        // Private members.
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}"}"#, PrivateMember { member: "d" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":null}"#, PrivateMember { member: "d" }),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","d":"{PD}"}"#, PrivateMember { member: "d" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","k":"AAAA"}"#, PrivateMember { member: "k" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"!","d":"{D}"}"#, PrivateMember { member: "d" }),
        // Use.
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","use":"enc"}"#, KeyUse { member: "use" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","use":"SIG"}"#, KeyUse { member: "use" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","use":["sig"]}"#, wrong_string("use", "an array")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","key_ops":[]}"#, KeyUse { member: "key_ops" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","key_ops":["sign"]}"#, KeyUse { member: "key_ops" }),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","key_ops":["verify","verify"]}"#,
            KeyUse { member: "key_ops" },
        ),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","key_ops":"verify"}"#, ops("a string")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","key_ops":["verify",1]}"#, ops("a number")),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","use":"sig","key_ops":["encrypt"]}"#,
            KeyUse { member: "key_ops" },
        ),
        // Algorithm.
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":"ES256"}"#, AlgorithmMismatch),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","alg":"EdDSA"}"#, AlgorithmMismatch),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","alg":"Ed25519"}"#, AlgorithmMismatch),
        (r#"{"kty":"EC","crv":"P-384","x":"{PX}","y":"{PY}","alg":"ES256"}"#, AlgorithmMismatch),
        (r#"{"kty":"OKP","crv":"X25519","x":"{X}","alg":"Ed25519"}"#, AlgorithmMismatch),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"ES256"}"#, AlgorithmMismatch),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS256"}"#, UnsupportedAlgorithm),
        (r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}"#, UnsupportedAlgorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":"none"}"#, UnsupportedAlgorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":"HS256"}"#, UnsupportedAlgorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":"eddsa"}"#, UnsupportedAlgorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":""}"#, UnsupportedAlgorithm),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":null}"#, wrong_string("alg", "null")),
        (r#"{"kty":"OKP","x":"{X}","alg":"EdDSA"}"#, absent("crv")),
        // Name.
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","kid":1}"#, wrong_string("kid", "a number")),
    ];
    for (template, error) in &table {
        let text = fill(template);
        assert_eq!(PublicJwk::parse(text.as_bytes()), Err(error.clone()), "{template}");
    }
    println!("malformed public keys: {}", table.len());
}

#[test]
fn keys_with_members_nobody_knows_are_read() {
    for template in [
        r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","x5c":["AAAA"],"ext":true}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","y":"unused"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","use":"sig","key_ops":["verify","encrypt"]}"#,
        r#" { "kid" : "" , "x" : "{X}" , "crv" : "Ed\u00325519" , "kty" : "OKP" } "#,
        r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","alg":"ES256"}"#,
    ] {
        assert_eq!(PublicJwk::parse(fill(template).as_bytes()).map(|_| ()), Ok(()), "{template}");
    }
}

#[test]
fn malformed_private_keys() {
    use JoseError::*;
    let table = [
        ("", json("jwk", JsonError::Malformed { at: 0 })),
        ("7", json("jwk", JsonError::NotAnObject { found: "a number" })),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}"}"#, absent("d")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":5}"#, wrong_string("d", "a number")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":null}"#, wrong_string("d", "null")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":""}"#, length("d", 0)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"AAAA"}"#, length("d", 3)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"A"}"#, base64("d", 1)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}="}"#, base64("d", 43)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"\u0041"}"#, base64("d", 0)),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{PD}"}"#, KeyPairMismatch),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{X}"}"#, KeyPairMismatch),
        (r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","d":"{D}"}"#, KeyPairMismatch),
        (
            r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
            PrivateKeyRange,
        ),
        (
            r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}","d":"__________________________________________8"}"#,
            PrivateKeyRange,
        ),
        (r#"{"kty":"OKP","crv":"Ed25519","d":"{D}"}"#, absent("x")),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQAB"}"#, UnsupportedKeyType),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}","p":"AQAB"}"#, PrivateMember { member: "p" }),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}","use":"enc"}"#, KeyUse { member: "use" }),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{D}","key_ops":["verify"]}"#,
            KeyUse { member: "key_ops" },
        ),
        (
            r#"{"d":"{D}","kty":"OKP","crv":"Ed25519","x":"{X}","kty":"EC"}"#,
            json("jwk", JsonError::DuplicateMember { at: 133 }),
        ),
        (r#"{"d":"{D}","d":"{D}"}"#, json("jwk", JsonError::DuplicateMember { at: 53 })),
        (r#"{"d":"{D}","\u0064":"{D}"}"#, json("jwk", JsonError::DuplicateMember { at: 58 })),
    ];
    for (template, error) in &table {
        let found = SigningKey::from_jwk(fill(template).as_bytes()).map(|_| ());
        assert_eq!(found, Err(error.clone()), "{template}");
    }
    println!("malformed private keys: {}", table.len());
}

#[test]
fn malformed_key_sets() {
    let keys = |found| wrong("keys", "an array", found);
    let table = [
        ("", json("jwks", JsonError::Malformed { at: 0 })),
        ("[]", json("jwks", JsonError::NotAnObject { found: "an array" })),
        ("{}", absent("keys")),
        (r#"{"Keys":[]}"#, absent("keys")),
        (r#"{"keys":null}"#, keys("null")),
        (r#"{"keys":{}}"#, keys("an object")),
        (r#"{"keys":[],"keys":[]}"#, json("jwks", JsonError::DuplicateMember { at: 16 })),
        (r#"{"keys":[{"kid":"a","kid":"b"}]}"#, json("jwks", JsonError::DuplicateMember { at: 24 })),
        (r#"{"keys":[{"kid":"a"}"#, json("jwks", JsonError::Malformed { at: 20 })),
    ];
    for (text, error) in &table {
        assert_eq!(Jwks::parse(text.as_bytes()).map(|_| ()), Err(error.clone()), "{text}");
    }
    println!("malformed key sets: {}", table.len());
}

fn jws(header: &str) -> String {
    format!("{}.e30.{}", b64::encode(header.as_bytes()), b64::encode(&[0; 64]))
}

#[test]
fn malformed_tokens() {
    use JoseError::*;
    let part = |segment| EmptySegment { segment };
    let header = |source| json("jws header", source);
    let good = jws(r#"{"alg":"EdDSA"}"#);
    let cut = good.len() - 1;
    let table = [
        (String::new(), Segments { found: 1 }),
        ("abc".to_owned(), Segments { found: 1 }),
        ("e30.e30".to_owned(), Segments { found: 2 }),
        (format!("{good}."), Segments { found: 4 }),
        (format!("{good}.e30.e30"), Segments { found: 5 }),
        (".e30.e30".to_owned(), part("header")),
        ("e30..e30".to_owned(), part("payload")),
        ("e30.e30.".to_owned(), part("signature")),
        ("..".to_owned(), part("header")),
        (jws(r#"{"alg":"none"}"#).rsplit_once('.').unwrap().0.to_owned() + ".", part("signature")),
        (format!(" {good}"), base64("header", 0)),
        (format!("{good} "), base64("signature", good.len())),
        (format!("{good}\n"), base64("signature", good.len())),
        (format!("{good}="), base64("signature", good.len())),
        (good.replacen('.', "=.", 1), base64("header", 20)),
        (good.replace("e30", "e31"), base64("payload", 23)),
        (good.replace("e30", "e3+"), base64("payload", 23)),
        (good.replace("e30", "e"), base64("payload", 22)),
        (good.replace("e30", "é30"), base64("payload", 21)),
        (format!("{}B", &good[..cut]), base64("signature", cut)),
        (format!("{}.e30.e30", b64::encode(b"\xff")), header(JsonError::Malformed { at: 0 })),
        (jws("null"), header(JsonError::NotAnObject { found: "null" })),
        (jws(r#"["alg"]"#), header(JsonError::NotAnObject { found: "an array" })),
        (jws(r#"{"alg":"EdDSA""#), header(JsonError::Malformed { at: 14 })),
        (jws(r#"{"alg":"EdDSA","alg":"none"}"#), header(JsonError::DuplicateMember { at: 19 })),
        (jws(r#"{"alg":"EdDSA","\u0061lg":"none"}"#), header(JsonError::DuplicateMember { at: 24 })),
        (jws(r#"{"alg":"EdDSA","jwk":{"x":1,"x":2}}"#), header(JsonError::DuplicateMember { at: 30 })),
        (jws("{}"), absent("alg")),
        (jws(r#"{"Alg":"EdDSA"}"#), absent("alg")),
        (jws(r#"{"alg":null}"#), wrong_string("alg", "null")),
        (jws(r#"{"alg":["EdDSA"]}"#), wrong_string("alg", "an array")),
        (jws(r#"{"alg":"EdDSA","typ":1}"#), wrong_string("typ", "a number")),
        (jws(r#"{"alg":"EdDSA","kid":true}"#), wrong_string("kid", "a boolean")),
        (jws(r#"{"alg":"EdDSA","crit":["exp"]}"#), Critical),
        (jws(r#"{"alg":"EdDSA","crit":[]}"#), Critical),
        (jws(r#"{"alg":"EdDSA","crit":null}"#), Critical),
        (jws(r#"{"alg":"EdDSA","crit":["b64"],"b64":false}"#), Critical),
        (jws(r#"{"alg":"EdDSA","b64":false}"#), Unencoded),
        (jws(r#"{"alg":"EdDSA","b64":true}"#), Unencoded),
    ];
    for (text, error) in &table {
        assert_eq!(Jws::parse(text), Err(error.clone()), "{text}");
    }
    println!("malformed tokens: {}", table.len());
}

#[test]
fn well_formed_tokens_that_do_not_verify() {
    use JoseError::*;
    let key = |template: &str| -> VerifyingKey {
        PublicJwk::parse(fill(template).as_bytes()).unwrap().key().clone()
    };
    let okp = key(r#"{"kty":"OKP","crv":"Ed25519","x":"{X}"}"#);
    let ec = key(r#"{"kty":"EC","crv":"P-256","x":"{PX}","y":"{PY}"}"#);
    let short =
        |alg: &str| jws(&format!(r#"{{"alg":"{alg}"}}"#)).rsplit_once('.').unwrap().0.to_owned() + ".e30";
    let named = |alg: &str| jws(&format!(r#"{{"alg":"{alg}"}}"#));
    let table = [
        (named("none"), &okp, &SEED, UnsupportedAlgorithm),
        (named("None"), &okp, &SEED, UnsupportedAlgorithm),
        (named("HS256"), &okp, &SEED, UnsupportedAlgorithm),
        (named("HS256"), &ec, &DRAFT_11, UnsupportedAlgorithm),
        (named("RS256"), &okp, &DRAFT_11, UnsupportedAlgorithm),
        (named(""), &okp, &SEED, UnsupportedAlgorithm),
        (named("eddsa"), &okp, &SEED, UnsupportedAlgorithm),
        (named("Ed25519"), &okp, &SEED, UnsupportedAlgorithm),
        (named("ES256"), &ec, &SEED, UnsupportedAlgorithm),
        (named("EdDSA"), &okp, &DRAFT_11, UnsupportedAlgorithm),
        (named("es256"), &ec, &DRAFT_11, UnsupportedAlgorithm),
        (named("EdDSA"), &ec, &SEED, AlgorithmMismatch),
        (named("Ed25519"), &ec, &DRAFT_11, AlgorithmMismatch),
        (named("ES256"), &okp, &DRAFT_11, AlgorithmMismatch),
        (short("EdDSA"), &okp, &SEED, SignatureLength { found: 2 }),
        (short("ES256"), &ec, &DRAFT_11, SignatureLength { found: 2 }),
        (named("EdDSA"), &okp, &SEED, SignatureMismatch),
        (named("ES256"), &ec, &DRAFT_11, SignatureMismatch),
    ];
    for (text, key, names, error) in &table {
        assert_eq!(Jws::parse(text).unwrap().verify(key, names), Err(error.clone()), "{text}");
    }
    println!("tokens that do not verify: {}", table.len());
}

#[test]
fn a_header_with_keys_and_urls_keeps_none_of_them() {
    let text =
        jws(r#"{"alg":"EdDSA","jku":"https://evil.example","jwk":{"kty":"oct"},"x5u":"x","kid":"../k"}"#);
    let jws = Jws::parse(&text).unwrap();
    assert_eq!((jws.header().alg(), jws.header().kid(), jws.header().typ()), ("EdDSA", Some("../k"), None));
}

#[test]
fn no_message_repeats_what_was_read() {
    let secret = "hunter2hunter2";
    for text in [
        format!(r#"{{"kty":"{secret}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"{secret}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{secret}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","d":"{secret}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","alg":"{secret}"}}"#),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}","use":"{secret}"}}"#),
        secret.to_owned(),
    ] {
        let error = PublicJwk::parse(text.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn an_error_tells_at_which_byte_where_there_is_one() {
    let unusable = |source| JoseError::KeyUnusable { source: Box::new(source) };
    let table = [
        (json("jwk", JsonError::Malformed { at: 13 }), Some(13)),
        (json("jwk", JsonError::NotAnObject { found: "null" }), None),
        (base64("jws header", 7), Some(7)),
        (unusable(base64("x", 42)), Some(42)),
        (unusable(absent("kty")), None),
        (JoseError::UnknownKid, None),
    ];
    for (error, at) in table {
        assert_eq!(error.at(), at, "{error:?}");
    }
}
