//! The challenge header.

use aauth_challenge::{Challenge, Vocabulary};
use serde_json::{Value, json};

/// The requirement, its parameters, and the statuses it comes with. Whoever shows a challenge was given it.
pub(crate) fn challenge(challenge: &Challenge, vocabulary: &Vocabulary) -> Value {
    let known = challenge.requirement();
    let word = match challenge {
        Challenge::Unknown { word } => Some(word.as_str()),
        _ => known.and_then(|requirement| vocabulary.word(requirement)),
    };
    let statuses: Vec<u16> = challenge.statuses(vocabulary).iter().map(|status| status.as_u16()).collect();
    let mut value = parameters(challenge);
    if let Some(members) = value.as_object_mut() {
        members.insert(String::from("requirement"), json!(word));
        members.insert(String::from("satisfiable"), json!(known.is_some()));
        members.insert(String::from("vocabulary"), json!(vocabulary.name()));
        members.insert(String::from("statuses"), json!(statuses));
    }
    value
}

fn parameters(challenge: &Challenge) -> Value {
    match challenge {
        Challenge::AuthToken { resource_token, auth_server } => {
            json!({ "resource_token": resource_token, "auth_server": auth_server })
        }
        Challenge::Interaction { url, code } => json!({ "url": url, "code": code }),
        _ => json!({}),
    }
}
