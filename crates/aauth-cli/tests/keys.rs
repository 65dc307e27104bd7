//! `keygen`, `jwks`, `thumbprint`, `inspect`, and the examples of the README.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    dead_code,
    unreachable_pub
)]

mod support;

use std::process::Command;

use aauth_testkit::seed_vectors;
use serde_json::{Value, json};
use support::{Scratch, aauth};

#[test]
fn two_keys_are_never_the_same() {
    assert_ne!(aauth(&["keygen"], b"").out, aauth(&["keygen"], b"").out);
}

#[cfg(unix)]
#[test]
fn a_key_file_is_readable_by_its_owner_alone_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let path = scratch.path().join("key.json");
    let text = path.to_str().unwrap();
    let said = aauth(&["keygen", "--alg", "ES256", "--kid", "k", "--out", text], b"");
    assert_eq!(said.code, 0);
    assert!(said.json().get("d").is_none());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = std::fs::read(&path).unwrap();
    let said = aauth(&["keygen", "--json", "--out", text], b"");
    assert_eq!((said.code, said.kind().as_str()), (1, "file_exists"));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_key_set_holds_the_public_halves_alone() {
    let private = aauth(&["keygen", "--alg", "ES256", "--kid", "k", "--dialect", "draft-11"], b"").out;
    let set = aauth(&["jwks"], private.as_bytes());
    assert_eq!(set.code, 0);
    let key = &set.json()["keys"][0];
    assert_eq!((&key["kid"], &key["alg"], &key["d"]), (&json!("k"), &json!("ES256"), &Value::Null));
    let checked = aauth(&["check", "jwks", "--kid", "k", "--dialect", "draft-11"], set.out.as_bytes());
    assert_eq!(checked.code, 0);
    let again = aauth(&["jwks"], private.as_bytes());
    assert_eq!(again.out, set.out);
}

#[test]
fn thumbprints_are_those_of_the_vectors() {
    for key in seed_vectors().keys.values() {
        for jwk in [Some(&key.jwk_public), key.jwk_private.as_ref()].into_iter().flatten() {
            let said = aauth(&["thumbprint"], jwk.to_string().as_bytes());
            assert_eq!((said.code, said.out.trim_end()), (0, key.thumbprint.as_str()));
            let said = aauth(&["thumbprint", "--json"], jwk.to_string().as_bytes());
            assert_eq!(said.json()["value"]["thumbprint"], json!(key.thumbprint));
        }
    }
}

#[test]
fn inspect_recognises_every_kind_of_value() {
    let vectors = seed_vectors();
    let request = vectors.request("query-and-body-covered");
    let header = |name: &str| {
        request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap().1.clone()
    };
    let key = vectors.key("agent");
    let cases: Vec<(String, &str)> = vec![
        (header("signature-input"), "signature-input"),
        (header("signature"), "signature"),
        (header("signature-key"), "signature-key"),
        (header("content-digest"), "content-digest"),
        (format!("Signature-Key: {}", header("signature-key")), "signature-key"),
        ("sig=jwt;jwt=\"a.b.c\"".into(), "signature-key"),
        (
            "sig=jwks_uri;id=\"https://a.example\";well-known=\"aauth-agent\";kid=\"k\"".into(),
            "signature-key",
        ),
        ("require=interaction; code=\"ABCD1234\"".into(), "challenge"),
        ("AAuth-Requirement: requirement=approval".into(), "challenge"),
        ("error=invalid_input, required_input=(\"@method\")".into(), "signature-error"),
        ("jwt, jwks_uri".into(), "accept-list"),
        ("Ed25519, ES256".into(), "accept-list"),
        ("AAuth-Capabilities: interaction, payment".into(), "capabilities"),
        ("AAuth-Access: abc123".into(), "access"),
        (vectors.token("auth-token-user").jwt.clone(), "token"),
        (vectors.token("auth-token-user").header.to_string(), "jwt-header"),
        (vectors.token("auth-token-user").claims.to_string(), "jwt-claims"),
        (key.jwk_public.to_string(), "jwk"),
        (key.jwk_private.clone().unwrap().to_string(), "jwk"),
        (json!({ "keys": [key.jwk_public] }).to_string(), "jwks"),
        (json!({ "status": "pending", "location": "/p" }).to_string(), "pending-body"),
        (json!({ "error": "denied", "error_description": "no" }).to_string(), "error-body"),
        (json!({ "error": "denied", "detail": "no" }).to_string(), "error-body"),
        (json!({ "auth_token": "a.b.c", "expires_in": 3600 }).to_string(), "token-body"),
        (json!({ "agent": "https://a.example", "jwks_uri": "https://a.example/j" }).to_string(), "metadata"),
    ];
    for (input, what) in cases {
        let said = aauth(&["inspect", "--json"], format!("{input}\n").as_bytes());
        assert_eq!(said.code, 0, "{input}: {}", said.out);
        let value = said.json()["value"].clone();
        assert_eq!(value["what"], what, "{input}");
        assert_eq!(value["verified"], json!({}), "{input}");
        let said = aauth(&["inspect"], input.as_bytes());
        assert!(said.out.contains("Verified: nothing."), "{}", said.out);
    }
    for input in ["", "hello", "{}", "{\"a\":1}", "x=\"y\"", "\u{e9}", "{\"alg\":1}", "a.b.c"] {
        assert_eq!(aauth(&["inspect", "--json"], input.as_bytes()).code, 1, "{input}");
    }
}

#[test]
fn inspect_calls_a_token_verified_only_with_the_key_of_its_issuer() {
    let (vectors, scratch) = (seed_vectors(), Scratch::new());
    let sets = |key: &Value| json!({ "https://auth-server.com": { "keys": [key] } }).to_string();
    let right = scratch.write("right.json", &sets(&vectors.key("auth-server").jwk_public));
    let wrong = scratch.write("wrong.json", &sets(&vectors.key("second-auth-server").jwk_public));
    let token = &vectors.token("auth-token-user").jwt;
    let verified = |keys: &str| {
        let said = aauth(&["inspect", "--json", "--keys", keys, "--now", "1774923811"], token.as_bytes());
        said.json()["value"]["verified"].clone()
    };
    assert_eq!(verified(&right)["issuer"], "https://auth-server.com");
    assert_eq!(verified(&wrong), json!({}));
}

/// The console blocks run as they stand in the README, one after another in one directory.
#[test]
fn the_examples_of_the_readme_say_what_the_command_says() {
    let scratch = Scratch::new();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_aauth"));
    let path = format!("PATH={}:$PATH; ", binary.parent().unwrap().display());
    let mut ran = 0;
    for block in include_str!("../README.md").split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for example in block.split("$ ").filter(|text| !text.is_empty()) {
            let (command, expected) = example.split_once('\n').unwrap();
            let script = format!("{path}{command}");
            let output = Command::new("sh").arg("-c").arg(script).current_dir(scratch.path()).output();
            let said = String::from_utf8(output.unwrap().stdout).unwrap();
            assert_eq!(said.trim_end(), expected.trim_end(), "{command}");
            ran += 1;
        }
    }
    assert!(ran >= 9, "{ran} examples");
    let caller: Value =
        serde_json::from_slice(&std::fs::read(scratch.path().join("caller.json")).unwrap()).unwrap();
    assert_eq!(caller["ok"], true);
}
