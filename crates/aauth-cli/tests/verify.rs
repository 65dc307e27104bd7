//! `aauth verify` over the vectors of the seed dialect, and `aauth sign` with it.

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

use std::time::Duration;

use aauth_jose::{Signer as _, SigningKey};
use aauth_testkit::{RequestVector, SeedVectors, seed_vectors};
use aauth_token::{AgentClaims, AuthClaims, DRAFT_11, Issuance, PersonClaims, mint};
use aauth_types::{Document, Network, ServerId, TokenId, UnixTime};
use serde_json::{Map, Value, json};
use support::{Said, Scratch, aauth};

/// The published key sets of the vectors, by identifier.
fn key_sets(vectors: &SeedVectors) -> Value {
    let mut sets: Map<String, Value> = Map::new();
    for key in vectors.keys.values() {
        let Some(owner) = &key.owner else { continue };
        let set = sets.entry(owner.clone()).or_insert_with(|| json!({ "keys": [] }));
        set["keys"].as_array_mut().unwrap().push(key.jwk_public.clone());
    }
    Value::Object(sets)
}

fn request(vector: &RequestVector) -> String {
    json!({ "method": vector.method, "url": vector.url, "headers": vector.headers, "body": vector.body })
        .to_string()
}

fn verify(vector: &RequestVector, keys: &str, more: &[&str]) -> Said {
    let now = vector.created.to_string();
    let mut args = vec!["verify", "--now", &now, "--keys", keys, "--allow-loopback"];
    args.extend(["--trust", "https://auth-server.com", "--trust", "https://second-auth-server.com"]);
    args.extend(more);
    aauth(&args, request(vector).as_bytes())
}

#[test]
fn every_vector_verifies_or_is_refused_as_it_says() {
    let (vectors, scratch) = (seed_vectors(), Scratch::new());
    let keys = scratch.write("keys.json", &key_sets(&vectors).to_string());
    let mut accepted = 0;
    for vector in &vectors.requests {
        let said = verify(vector, &keys, &[]);
        if vector.expect == "accept" {
            assert_eq!(said.code, 0, "{}: {}", vector.name, said.out);
            let caller = &said.json()["value"]["caller"];
            assert_eq!(caller["thumbprint"], json!(vectors.key(&vector.key).thumbprint), "{}", vector.name);
            assert_eq!(caller["created"], vector.created);
            assert_eq!(caller["body_bound"], vector.name == "query-and-body-covered");
            accepted += 1;
        } else {
            // The reference form was signed for another audience than the token's, so that this shows first.
            let kind = if vector.name.starts_with("call-chaining") {
                "audience_mismatch"
            } else {
                "signature_mismatch"
            };
            assert_eq!((said.code, said.kind().as_str()), (1, kind), "{}", vector.name);
        }
    }
    println!("{} vectors, {accepted} accepted", vectors.requests.len());
    assert_eq!((vectors.requests.len(), accepted), (15, 12));
}

#[test]
fn the_reference_form_of_call_chaining_fails_at_the_key_even_for_its_audience() {
    let (vectors, scratch) = (seed_vectors(), Scratch::new());
    let keys = scratch.write("keys.json", &key_sets(&vectors).to_string());
    let vector = vectors.request("call-chaining-reference-form");
    let said = verify(vector, &keys, &["--audience", "https://important.resource.com"]);
    assert_eq!(said.kind(), "signature_mismatch");
}

#[test]
fn an_auth_token_shows_agent_and_verified_claims() {
    let (vectors, scratch) = (seed_vectors(), Scratch::new());
    let keys = scratch.write("keys.json", &key_sets(&vectors).to_string());
    let caller = verify(vectors.request("auth-token-get"), &keys, &[]).json()["value"]["caller"].clone();
    assert_eq!(caller["scheme"], "jwt");
    assert_eq!(caller["agent"], "https://agent.supply-chain.com");
    assert_eq!(caller["delegate"], Value::Null);
    assert_eq!(caller["token"]["typ"], "auth+jwt");
    assert_eq!(caller["token"]["claims"], vectors.token("auth-token-user").claims);
    let caller = verify(vectors.request("delegate-get"), &keys, &[]).json()["value"]["caller"].clone();
    assert_eq!(
        (&caller["agent"], &caller["delegate"]),
        (&json!("https://agent.supply-chain.com"), &json!("delegate-1"))
    );
}

#[test]
fn each_thing_that_is_wrong_has_its_kind() {
    let (vectors, scratch) = (seed_vectors(), Scratch::new());
    let keys = scratch.write("keys.json", &key_sets(&vectors).to_string());
    let none = scratch.write("none.json", "{}");
    let auth = request(vectors.request("auth-token-get"));
    let identity = request(vectors.request("jwks-uri-get"));
    let hwk = request(vectors.request("hwk-get"));
    let covered = request(vectors.request("query-and-body-covered"));
    let now = "1774923811";
    let trust = ["--trust", "https://auth-server.com"];
    let kind = |text: &str, now: &str, more: &[&str]| {
        let args = [&["verify", "--now", now], more].concat();
        let said = aauth(&args, text.as_bytes());
        assert_eq!(said.code, 1, "{}", said.out);
        said.kind()
    };
    let keyed = |more: &[&'static str]| [&["--keys", keys.as_str()], more].concat();
    assert_eq!(kind(&auth, now, &keyed(&[])), "issuer_untrusted");
    assert_eq!(kind(&auth, now, &keyed(&["--trust", "https://other.example"])), "issuer_untrusted");
    assert_eq!(kind(&auth, now, &trust), "keys_unavailable");
    assert_eq!(kind(&auth, now, &[&trust[..], &["--keys", &none]].concat()), "keys_unavailable");
    assert_eq!(kind(&identity, now, &[]), "keys_unavailable");
    let other = keyed(&["--trust", "https://auth-server.com", "--audience", "https://other.example"]);
    assert_eq!(kind(&auth, now, &other), "audience_mismatch");
    assert_eq!(kind(&auth, "1774927412", &keyed(&["--trust", "https://auth-server.com"])), "created_stale");
    let late = keyed(&["--trust", "https://auth-server.com", "--window", "10000"]);
    assert_eq!(kind(&auth, "1774927411", &late), "expired");
    assert_eq!(kind(&hwk, "1774923872", &[]), "created_stale");
    assert_eq!(kind(&hwk, "1774923750", &[]), "created_ahead");
    assert_eq!(kind(&hwk, "1774923822", &["--window", "10"]), "created_stale");
    assert_eq!(kind(&hwk, now, &["--authority", "other.example"]), "signature_mismatch");
    assert_eq!(kind(&hwk, now, &["--dialect", "draft-11"]), "malformed");
    assert_eq!(kind(&hwk.replace("GET", "POST"), now, &[]), "signature_mismatch");
    assert_eq!(kind(&covered.replace("x=1", "x=2"), now, &[]), "signature_mismatch");
    assert_eq!(kind(&covered.replace("\"body\":\"", "\"body\":\" "), now, &[]), "digest_mismatch");
    assert_eq!(kind(&hwk.replace("/data\"", "/data?q\""), now, &[]), "coverage_short");
    assert_eq!(kind(&hwk.replace("/data\"", "/%64ata\""), now, &[]), "signature_mismatch");
}

#[test]
fn a_request_that_is_none_has_its_kind() {
    let cases = [
        ("", "json_malformed"),
        ("{", "json_malformed"),
        ("{}", "request"),
        ("[]", "request"),
        (r#"{"method":"GET","url":"https://a.example/"}"#, "request"),
        (r#"{"method":"GET","method":"GET","url":"https://a.example/","headers":[]}"#, "request"),
        (r#"{"method":7,"url":"https://a.example/","headers":[]}"#, "request"),
        (r#"{"method":"GET","url":"https://a.example/","headers":{}}"#, "request"),
        (r#"{"method":"GET","url":"https://a.example/","headers":[["a"]]}"#, "request"),
        (r#"{"method":"G T","url":"https://a.example/","headers":[]}"#, "method"),
        (r#"{"method":"GET","url":"/a","headers":[]}"#, "url"),
        (r#"{"method":"GET","url":"ftp://a.example/","headers":[]}"#, "url"),
        (r##"{"method":"GET","url":"https://a.example/#x","headers":[]}"##, "url"),
        (r#"{"method":"GET","url":"https://u@a.example/","headers":[["host","a.example"]]}"#, "authority"),
        (r#"{"method":"GET","url":"https://a.example/","headers":[["host","b.example"]]}"#, "authority"),
        (r#"{"method":"GET","url":"https://a.example/","headers":[["a b","x"]]}"#, "header_name"),
        (r#"{"method":"GET","url":"https://a.example/","headers":[["a","x\ny"]]}"#, "header_value"),
        (
            r#"{"method":"GET","url":"https://a.example/","headers":[],"body":"a","body_base64":"YQ=="}"#,
            "body",
        ),
        (r#"{"method":"GET","url":"https://a.example/","headers":[],"body_base64":"YR=="}"#, "body"),
        (r#"{"method":"GET","url":"https://a.example/","headers":[],"body":null}"#, "unsigned"),
        (
            r#"{"method":"GET","url":"https://a.example/","headers":[["signature","sig=:AA:"]]}"#,
            "missing_field",
        ),
    ];
    for (text, kind) in cases {
        let said = aauth(&["verify", "--now", "1"], text.as_bytes());
        assert_eq!((said.code, said.kind().as_str()), (1, kind), "{text}");
    }
}

#[test]
fn more_header_lines_than_a_map_holds_are_refused() {
    let lines: Vec<_> = (0..40_000).map(|index| format!("[\"a{index}\",\"\"]")).collect();
    let lines = lines.join(",");
    let text = format!("{{\"method\":\"GET\",\"url\":\"https://a.example/\",\"headers\":[{lines}]}}");
    let said = aauth(&["verify", "--now", "1"], text.as_bytes());
    assert_eq!((said.code, said.kind().as_str()), (1, "head_too_long"));
}

#[test]
fn what_is_signed_verifies_in_every_dialect_with_every_scheme() {
    let vectors = seed_vectors();
    for dialect in ["seed", "seed-dictionary", "draft-11"] {
        for alg in ["Ed25519", "ES256"] {
            if dialect == "seed" && alg == "ES256" {
                continue;
            }
            let scratch = Scratch::new();
            let key = scratch.path().join("key.json").to_str().unwrap().to_owned();
            let mut make = vec!["keygen", "--alg", alg, "--kid", "k1", "--out", &key];
            if dialect == "draft-11" {
                make.extend(["--dialect", dialect]);
            }
            assert_eq!(aauth(&make, b"").code, 0);
            let set = aauth(&["jwks", &key], b"").json();
            let keys = scratch.write("keys.json", &json!({ "https://agent.example": set }).to_string());
            let plain =
                json!({ "method": "POST", "url": "https://res.example/a?b=c", "headers": [], "body": "hi" });
            let schemes: [&[&str]; 2] =
                [&["--scheme", "hwk"], &["--scheme", "jwks_uri", "--id", "https://agent.example"]];
            for scheme in schemes {
                if dialect == "seed-dictionary" && alg == "ES256" && scheme.len() > 2 {
                    // Published keys of the seed are Ed25519 alone.
                    continue;
                }
                let mut args = vec!["sign", "--key", &key, "--created", "1774923811", "--dialect", dialect];
                args.extend(scheme);
                args.extend(["--cover", "content-digest", "--cover", "content-type"]);
                let signed = aauth(&args, plain.to_string().as_bytes());
                assert_eq!(signed.code, 0, "{dialect} {alg} {scheme:?}: {}", signed.err);
                let args = ["verify", "--now", "1774923811", "--dialect", dialect, "--keys", &keys];
                let said = aauth(&args, signed.out.as_bytes());
                assert_eq!(said.code, 0, "{dialect} {alg} {scheme:?}: {}", said.out);
                let caller = &said.json()["value"]["caller"];
                assert_eq!(caller["body_bound"], true);
                assert_eq!(caller["dialect"], dialect);
                assert_eq!(caller["scheme"], scheme[1]);
            }
        }
    }
    let scratch = Scratch::new();
    let key = scratch.write("key.json", &vectors.key("agent").jwk_private.clone().unwrap().to_string());
    let keys = scratch.write("keys.json", &key_sets(&vectors).to_string());
    let token = &vectors.token("auth-token-user").jwt;
    let plain =
        json!({ "method": "GET", "url": "https://important.resource.com/x", "headers": [], "body": null });
    for dialect in ["seed", "seed-dictionary"] {
        let args = ["sign", "--key", &key, "--scheme", "jwt", "--token", token, "--created", "1774923811"];
        let signed = aauth(&[&args[..], &["--dialect", dialect]].concat(), plain.to_string().as_bytes());
        assert_eq!(signed.code, 0, "{}", signed.err);
        let args = ["verify", "--now", "1774923811", "--keys", &keys, "--trust", "https://auth-server.com"];
        let said = aauth(&[&args[..], &["--dialect", dialect]].concat(), signed.out.as_bytes());
        assert_eq!(said.code, 0, "{}", said.out);
        assert_eq!(said.json()["value"]["caller"]["agent"], "https://agent.supply-chain.com");
    }
}

/// A key of the draft, its file, and the key sets of two servers that publish it.
struct Draft {
    scratch: Scratch,
    key: String,
    keys: String,
    signer: SigningKey,
}

impl Draft {
    fn new() -> Self {
        let scratch = Scratch::new();
        let text = aauth(&["keygen", "--alg", "ES256", "--kid", "k1", "--dialect", "draft-11"], b"").out;
        let key = scratch.write("key.json", &text);
        let set = aauth(&["jwks"], text.as_bytes()).json();
        let sets = json!({ "https://ap.example": set, "https://ps.example": set });
        let keys = scratch.write("keys.json", &sets.to_string());
        Self { key, keys, signer: SigningKey::from_jwk(text.trim_end().as_bytes()).unwrap(), scratch }
    }

    fn issued(&self, issuer: &str) -> Issuance {
        let id = TokenId::parse("j1").unwrap();
        Issuance::new(server(issuer), id, UnixTime::from_secs(1_774_923_811), Duration::from_secs(600))
    }

    fn present(&self, token: &str, more: &[&str]) -> Said {
        let plain = json!({ "method": "GET", "url": "https://res.example/x", "headers": [], "body": null });
        let args = ["sign", "--dialect", "draft-11", "--key", &self.key, "--created", "1774923811"];
        let args = [&args[..], &["--scheme", "jwt", "--token", token]].concat();
        let signed = aauth(&args, plain.to_string().as_bytes());
        assert_eq!(signed.code, 0, "{}", signed.err);
        let args = ["verify", "--dialect", "draft-11", "--now", "1774923811", "--keys", &self.keys];
        aauth(&[&args[..], more].concat(), signed.out.as_bytes())
    }
}

fn server(id: &str) -> ServerId {
    ServerId::parse(id, Network::Public).unwrap()
}

#[test]
fn tokens_of_the_draft_are_verified_by_themselves() {
    let draft = Draft::new();
    assert!(draft.scratch.path().exists());
    let agent = AgentClaims::new(
        draft.issued("https://ap.example"),
        "aauth:a1@ap.example",
        draft.signer.public_jwk(),
    );
    let agent = mint(&agent, &DRAFT_11, &draft.signer).unwrap();
    let said = draft.present(&agent, &[]);
    assert_eq!(said.code, 0, "{}", said.out);
    let caller = said.json()["value"]["caller"].clone();
    assert_eq!(
        (&caller["agent"], &caller["token"]["typ"]),
        (&json!("aauth:a1@ap.example"), &json!("aa-agent+jwt"))
    );

    let issued = draft.issued("https://ps.example");
    let (res, key) = (server("https://res.example"), draft.signer.public_jwk());
    let person =
        mint(&PersonClaims::new(issued.clone(), res.clone(), "p1", key.clone()), &DRAFT_11, &draft.signer);
    let mut auth = AuthClaims::new(issued.in_document(Document::Person), res, key);
    auth.subject = Some("p1".to_owned());
    auth.person_server = Some(server("https://ps.example"));
    let auth = mint(&auth, &DRAFT_11, &draft.signer);
    for token in [person.unwrap(), auth.unwrap()] {
        let said = draft.present(&token, &["--trust", "https://ps.example"]);
        assert_eq!(said.code, 0, "{}", said.out);
        assert_eq!(said.json()["value"]["caller"]["token"]["claims"]["sub"], "p1");
        assert_eq!(draft.present(&token, &[]).kind(), "issuer_untrusted");
        let other = ["--trust", "https://ps.example", "--audience", "https://other.example"];
        assert_eq!(draft.present(&token, &other).kind(), "audience_mismatch");
    }
}

#[test]
fn signing_again_replaces_the_signature() {
    let scratch = Scratch::new();
    let key = scratch.path().join("key.json").to_str().unwrap().to_owned();
    aauth(&["keygen", "--out", &key], b"");
    let plain = r#"{"method":"GET","url":"https://a.example/","headers":[["X-A","1"]],"body":null}"#;
    let sign = |text: &str| {
        aauth(&["sign", "--key", &key, "--scheme", "hwk", "--created", "5"], text.as_bytes()).out
    };
    let once = sign(plain);
    assert_eq!(sign(&once), once);
}

#[test]
fn what_cannot_be_covered_is_an_error() {
    let scratch = Scratch::new();
    let key = scratch.path().join("key.json").to_str().unwrap().to_owned();
    aauth(&["keygen", "--out", &key], b"");
    let plain = br#"{"method":"GET","url":"https://a.example/","headers":[],"body":null}"#;
    let sign = |more: &[&str]| {
        let said = aauth(
            &[&["sign", "--json", "--key", &key, "--scheme", "hwk", "--created", "5"], more].concat(),
            plain,
        );
        (said.code, said.kind())
    };
    assert_eq!(sign(&["--cover", "authorization"]), (1, "field_absent".into()));
    assert_eq!(sign(&["--cover", "@status"]), (2, "unsupported_component".into()));
    assert_eq!(sign(&["--cover", "@foo"]), (2, "unknown_component".into()));
    let said = aauth(&["sign", "--key", &key, "--scheme", "jwks_uri"], plain);
    assert_eq!(said.code, 2);
}
