//! The strict JSON reader: what it refuses, and where.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::borrow::Cow;

use aauth_types::json::{Json, JsonError, MAX_DEPTH, MAX_STRING, Members, Object};

#[test]
fn a_member_twice_is_refused_at_every_depth_and_after_unescaping() {
    for text in [
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"x":[{"a":1,"b":2,"a":3}]}"#,
        r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"q":18}"#,
        r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"a":18}"#,
    ] {
        let error = Json::parse(text.as_bytes()).unwrap_err();
        assert!(matches!(error, JsonError::DuplicateMember { .. }), "{text}: {error:?}");
    }
}

#[test]
fn depth_holds_at_the_limit_and_one_above() {
    let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(Json::parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(Json::parse(nested(MAX_DEPTH + 1).as_bytes()), Err(JsonError::TooDeep));
    assert_eq!(Json::parse("[".repeat(100_000).as_bytes()), Err(JsonError::TooDeep));
}

#[test]
fn strings_and_names_hold_at_the_limit_and_one_above() {
    let value = |n: usize| format!("[\"{}\"]", "x".repeat(n));
    let name = |n: usize| format!("{{\"{}\":1}}", "x".repeat(n));
    for text in [value, name] {
        assert!(Json::parse(text(MAX_STRING).as_bytes()).is_ok());
        assert_eq!(Json::parse(text(MAX_STRING + 1).as_bytes()), Err(JsonError::StringTooLong));
    }
}

#[test]
fn a_syntax_error_carries_its_byte_offset() {
    for (text, at) in [("{", 1), ("", 0), ("{\"a\":}", 5), ("[1,\n 2,\n x]", 9), ("{} {}", 3), ("nul", 3)] {
        assert_eq!(Json::parse(text.as_bytes()), Err(JsonError::Malformed { at }), "{text}");
    }
}

#[test]
fn not_utf_8_and_lone_surrogates_are_not_json() {
    for text in [&b"\"\xff\""[..], br#""\ud800""#, b"\"\n\"", b"NaN", b"01", b"1e999"] {
        let error = Json::parse(text).unwrap_err();
        assert_eq!(error.kind(), "json_malformed", "{text:?}");
    }
}

#[test]
fn another_value_is_not_an_object() {
    assert_eq!(Object::parse(b"[]"), Err(JsonError::NotAnObject { found: "an array" }));
    assert_eq!(Object::parse(b"1"), Err(JsonError::NotAnObject { found: "a number" }));
}

/// What stands in a text of its own is read as what stands in another, errors and their places included.
#[test]
fn members_are_those_of_the_object_and_so_are_the_errors() {
    let many = |last: &str| {
        let members: Vec<_> = (0..20).map(|n| format!("\"m{n}\":[{n},{{\"a\":null}}]")).collect();
        format!("{{{},\"{last}\":true}}", members.join(","))
    };
    let deep = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
    let long = |n: usize| format!("{{\"{}\":1}}", "x".repeat(n));
    let mut texts = [
        "{}",
        r#"{"z":1,"a":"x","m":[true,null]}"#,
        r#"{"\u0061":"\n"}"#,
        "null",
        "true",
        "-1",
        "1",
        "1.5",
        "\"x\"",
        r#""\n""#,
        "[1,[2]]",
        "[1,",
        "",
        "{",
        "{\"a\":}",
        "{} {}",
        "[] []",
        r#"{"a":1,"b":{"c":1,"c":2}}"#,
        r#"{"a":1,"\u0061":2}"#,
        "1e999",
    ]
    .map(String::from)
    .to_vec();
    texts.extend([
        many("last"),
        many("m3"),
        deep(MAX_DEPTH - 1),
        deep(MAX_DEPTH),
        long(MAX_STRING),
        long(MAX_STRING + 1),
    ]);
    texts.extend([MAX_STRING, MAX_STRING + 1].map(|n| format!("\"{}\"", "x".repeat(n))));
    for text in texts {
        let object = Object::parse(text.as_bytes());
        let members = Members::parse(text.as_bytes());
        assert_eq!(members.as_ref().err(), object.as_ref().err(), "{text}");
        if let (Ok(members), Ok(object)) = (members, object) {
            assert!(members.iter().eq(object.iter()), "{text}");
            assert!(object.iter().all(|(name, value)| members.get(name) == Some(value)));
            assert_eq!(members.get("absent"), None);
        }
    }
}

#[test]
fn members_keep_their_order() {
    let object = Object::parse(br#"{"z":1,"a":"x","m":[true,null]}"#).unwrap();
    assert_eq!(object.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["z", "a", "m"]);
    assert_eq!(object.get("a").and_then(Json::as_str), Some("x"));
    assert_eq!(object.get("z").and_then(Json::as_i64), Some(1));
}

#[test]
fn space_between_tokens_does_not_matter() {
    let spaced = Object::parse(b" {\t\"z\" : 1 ,\r\n\"a\":\"x\", \"m\" :[ true , null ] }\n");
    assert_eq!(spaced, Object::parse(br#"{"z":1,"a":"x","m":[true,null]}"#));
    assert!(spaced.is_ok());
}

#[test]
fn only_texts_with_escapes_are_copied() {
    let read = Object::parse(br#"{"a":"b","\u0063":"\n"}"#).unwrap();
    let borrowed: Vec<bool> = read
        .clone()
        .into_iter()
        .flat_map(|(name, value)| [name, text(value)])
        .map(|text| matches!(text, Cow::Borrowed(_)))
        .collect();
    assert_eq!(borrowed, [true, true, false, false]);
    assert_eq!(read.clone().into_owned(), read);
}

fn text(value: Json<'_>) -> Cow<'_, str> {
    let Json::String(text) = value else { panic!("no string") };
    text
}
