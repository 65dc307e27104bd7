#![no_main]
//! Strict JSON: what it takes, serde_json takes too and reads as the same value.

use aauth_types::json::{Json, Members, Object, quoted};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fn same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Number(a), Value::Number(b)) => a == b,
        (Json::String(a), Value::String(b)) => a == b,
        (Json::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => false,
    }
}

fuzz_target!(|data: &[u8]| {
    let read = Json::parse(data);
    let (object, members) = (Object::parse(data), Members::parse(data));
    assert_eq!(members.as_ref().err(), object.as_ref().err());
    if let (Ok(object), Ok(members)) = (&object, &members) {
        assert!(members.iter().eq(object.iter()));
    }
    assert_eq!(object.is_ok(), read.as_ref().is_ok_and(|json| json.as_object().is_some()));
    if let Ok(ours) = read {
        let theirs = serde_json::from_slice(data).expect("strict json is json");
        assert!(same(&ours, &theirs));
        assert_eq!(ours.clone().into_owned(), ours);
    }
    if let Some(text) = aauth_fuzz::text(data).filter(|text| text.len() < 1000) {
        let written = quoted(text);
        let again = Json::parse(written.as_bytes()).expect("a quoted text is json");
        assert_eq!(again.as_str(), Some(text));
    }
});
