//! JSON texts: keys, key sets, bodies, metadata, parts of tokens.

use aauth_deferred::{ErrorBody, PendingBody, TokenBody};
use aauth_jose::Jwks;
use aauth_types::json::Object;
use aauth_types::{EndpointUrl, ServerId};
use serde_json::Value;

use super::explanation::Explanation;
use super::{Setting, token};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::{keys, view};

/// Explains a JSON object by its members.
pub(super) fn explain(text: &[u8], setting: &Setting) -> Result<Explanation, Failure> {
    let object = Object::parse(text)?;
    let has = |name: &str| object.get(name).is_some();
    if has("keys") {
        key_set(text)
    } else if has("kty") {
        key(text, &object)
    } else if has("alg") {
        token::explain_header(text, setting)
    } else if has("iss") {
        Ok(token::explain_claims(&object))
    } else if has("error") {
        error_body(text, &object, setting)
    } else if has("auth_token") {
        token_body(text)
    } else if has("status") {
        pending_body(text, setting)
    } else if let Some(row) = METADATA.iter().find(|row| has(row.0) && has("jwks_uri")) {
        Ok(metadata(row, &object, setting))
    } else {
        Err(Failure::new("unrecognised", None, "a json object of no kind that this command explains"))
    }
}

fn key(text: &[u8], object: &Object<'_>) -> Result<Explanation, Failure> {
    let key = keys::public_half(text)?;
    let title = match object.get("d") {
        Some(_) => "A private key. Whoever has seen it can sign with it; it is not repeated here",
        None => "A public key",
    };
    let mut said = Explanation::new("jwk", title);
    said.fact("thumbprint", key.key().thumbprint().to_string());
    said.claim_if("kid", key.kid());
    said.claim_if("alg", key.alg());
    said.claim("key", view::public_key(&key));
    said.note("The key is sound: on its curve, canonical, not of small order. Whose it is, it does not say.");
    Ok(said)
}

fn key_set(text: &[u8]) -> Result<Explanation, Failure> {
    let set = Jwks::parse(text)?;
    let mut said = Explanation::new("jwks", "A key set");
    said.fact("members", set.len());
    for kid in set.kids() {
        match set.jwk(kid) {
            Ok(key) => said.fact(&format!("thumbprint of {kid:?}"), key.key().thumbprint().to_string()),
            Err(error) => said.note(format!("The key {kid:?} cannot be used: {error}.")),
        }
    }
    Ok(said)
}

fn pending_body(text: &[u8], setting: &Setting) -> Result<Explanation, Failure> {
    let wire = setting.dialect_or(DialectName::Seed).deferred;
    let body = PendingBody::read(text, wire)?;
    let mut said = Explanation::new("pending-body", "The body of a 202: not decided yet, poll the location");
    if let Value::Object(members) = view::pending_body(&body, wire) {
        let stated = |value: &Value| !value.is_null() && *value != Value::Array(Vec::new());
        for (name, value) in members.into_iter().filter(|(_, value)| stated(value)) {
            said.claim(&name, value);
        }
    }
    Ok(said)
}

fn token_body(text: &[u8]) -> Result<Explanation, Failure> {
    let body = TokenBody::read(text)?;
    let mut said = Explanation::new("token-body", "The answer of a token endpoint: access is granted");
    said.fact("token_size", body.auth_token.len());
    said.claim_if("expires_in", body.expires_in);
    said.note("Give the token itself for what it claims.");
    Ok(said)
}

fn error_body(text: &[u8], object: &Object<'_>, setting: &Setting) -> Result<Explanation, Failure> {
    let problem = object.get("detail").is_some() || object.get("type").is_some();
    let likely = if problem { DialectName::Draft11 } else { DialectName::Seed };
    let dialect = setting.dialect_or(likely);
    let body = ErrorBody::read(text, dialect.deferred)?;
    let mut said = Explanation::new("error-body", format!("An error, dialect {}", dialect.name));
    said.claim("error", body.error);
    for (name, value) in object.iter().filter(|(name, _)| *name != "error") {
        said.claim(name, view::plain(value));
    }
    Ok(said)
}

/// The member with the identifier, and what the document is.
type Metadata = (&'static str, &'static str);

const METADATA: [Metadata; 3] = [
    ("agent", "The metadata of an agent (aauth-agent.json)"),
    ("resource", "The metadata of a resource (aauth-resource.json)"),
    ("issuer", "The metadata of a server that issues tokens"),
];

fn metadata(row: &Metadata, object: &Object<'_>, setting: &Setting) -> Explanation {
    let mut said = Explanation::new("metadata", row.1);
    for (name, value) in object.iter() {
        said.claim(name, view::plain(value));
        let fault = value.as_str().and_then(|text| address_fault(name, row.0, text, setting));
        if let Some(fault) = fault {
            said.note(format!("The member {name:?} would be refused: {fault}."));
        }
    }
    said.note("It speaks only for the identifier that it was fetched from.");
    said
}

fn address_fault(name: &str, identifier: &str, text: &str, setting: &Setting) -> Option<String> {
    match name {
        _ if name == identifier => {
            ServerId::parse(text, setting.network).err().map(|fault| fault.to_string())
        }
        _ if name == "jwks_uri" || name.ends_with("_endpoint") => {
            EndpointUrl::parse(text, setting.network).err().map(|fault| fault.to_string())
        }
        _ => None,
    }
}
