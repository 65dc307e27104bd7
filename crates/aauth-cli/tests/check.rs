//! `aauth check` over the tables in `data/`.

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

use std::collections::BTreeMap;

use serde_json::Value;
use support::{Said, aauth, input};

const KINDS: [&str; 9] = [
    "signature-input",
    "signature",
    "signature-key",
    "challenge",
    "jwt-header",
    "jwt-claims",
    "jwk",
    "jwks",
    "pending-body",
];

fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a table")
}

fn check(row: &Value) -> Said {
    let mut args = vec!["check", row["kind"].as_str().expect("a kind")];
    let given = row.get("args").and_then(Value::as_array);
    args.extend(given.into_iter().flatten().map(|arg| arg.as_str().expect("a text")));
    aauth(&args, &input(&row["input"]))
}

fn counts(rows: &[Value]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row["kind"].as_str().unwrap()).or_insert(0) += 1;
    }
    counts
}

#[test]
fn every_malformed_value_is_refused_with_its_kind() {
    let rows = rows(include_str!("data/malformed.json"));
    for row in &rows {
        let said = check(row);
        assert_eq!(said.code, 1, "{row}: {}", said.out);
        assert_eq!(said.kind(), row["error"], "{row}: {}", said.out);
        let error = &said.json()["error"];
        assert!(error["at"].is_null() || error["at"].is_u64(), "{row}: {error}");
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty() && text.len() < 300), "{row}");
        if let Some(at) = row.get("at") {
            assert_eq!(&error["at"], at, "{row}: {error}");
        }
    }
    let counts = counts(&rows);
    println!("{} malformed values: {counts:?}", rows.len());
    assert!(rows.len() >= 300 && KINDS.iter().all(|kind| counts.contains_key(kind)));
}

#[test]
fn every_well_formed_value_is_accepted_and_understood() {
    let rows = rows(include_str!("data/well_formed.json"));
    for row in &rows {
        let said = check(row);
        assert_eq!(said.code, 0, "{row}: {}", said.out);
        let answer = said.json();
        assert_eq!(answer["ok"], true);
        let wanted = row.get("value").and_then(Value::as_object);
        for (name, value) in wanted.into_iter().flatten() {
            assert_eq!(&answer["value"][name], value, "{name} of {row}");
        }
    }
    let counts = counts(&rows);
    println!("{} well-formed values: {counts:?}", rows.len());
    assert!(rows.len() >= 100 && KINDS.iter().all(|kind| counts.contains_key(kind)));
}

#[test]
fn arbitrary_bytes_never_break_any_kind() {
    // A linear congruential generator: the same bytes in every run.
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    for round in 0..12 {
        let bytes: Vec<u8> = (0..(1 << round)).map(|_| next()).collect();
        for kind in KINDS {
            let said = aauth(&["check", kind, "--type", "auth"], &bytes);
            assert_eq!(said.code, 1, "{kind}: {}", said.err);
            assert!(!said.kind().is_empty());
        }
    }
}

#[test]
fn a_wrong_command_line_is_status_two() {
    let wrong: [&[&str]; 8] = [
        &[],
        &["bogus"],
        &["check"],
        &["check", "bogus"],
        &["check", "jwk", "--dialect", "draft-12"],
        &["check", "jwk", "--now", "yesterday"],
        &["check", "jwt-claims"],
        &["check", "jwk", "/no/such/file"],
    ];
    for args in wrong {
        assert_eq!(aauth(args, b"{}").code, 2, "{args:?}");
    }
}

#[test]
fn help_and_version_are_status_zero() {
    for args in [["--help"].as_slice(), &["--version"], &["check", "--help"], &["verify", "--help"]] {
        let said = aauth(args, b"");
        assert_eq!((said.code, said.out.is_empty()), (0, false), "{args:?}");
    }
}

#[test]
fn a_private_key_is_refused_without_being_shown() {
    let jwk = br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#;
    let said = aauth(&["check", "jwk"], jwk);
    assert_eq!(said.kind(), "private_member");
    assert!(!said.out.contains("nWGx"));
    let said = aauth(&["inspect", "--json"], jwk);
    assert_eq!(said.code, 0);
    assert!(!said.out.contains("nWGx"));
}
