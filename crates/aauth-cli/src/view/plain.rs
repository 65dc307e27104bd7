//! JSON that was read strictly.

use aauth_types::json::Json;
use serde_json::Value;

/// The same value, for an answer.
pub(crate) fn plain(value: &Json<'_>) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => Value::Number(number.clone()),
        Json::String(text) => Value::String(text.to_string()),
        Json::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (name.to_owned(), plain(value))).collect())
        }
    }
}
