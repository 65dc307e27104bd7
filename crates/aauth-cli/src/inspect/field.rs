//! Header values.

use aauth_challenge::{Capabilities, Challenge, SessionToken};
use aauth_jose::Jws;
use aauth_signature::{AcceptAlg, AcceptScheme, ContentDigest, Refusal, SignatureKey};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::explanation::Explanation;
use super::recognise::Subject;
use super::{Setting, token};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::view;

/// Explains the value of a field.
pub(super) fn explain(subject: Subject, value: &str, setting: &Setting) -> Result<Explanation, Failure> {
    match subject {
        Subject::SignatureInput => signature_input(value, setting),
        Subject::Signature => signature(value, setting),
        Subject::SignatureKey => signature_key(value, setting),
        Subject::Challenge => challenge(value, setting),
        Subject::ContentDigest => content_digest(value),
        Subject::SignatureError => signature_error(value),
        Subject::AcceptScheme => {
            Ok(accepted("Accept-Signature-Scheme", AcceptScheme::parse(value)?.to_string()))
        }
        Subject::AcceptAlg => Ok(accepted("Accept-Signature-Alg", AcceptAlg::parse(value)?.to_string())),
        Subject::Capabilities => capabilities(value),
        Subject::Access => access(value),
        Subject::Token => token::explain(value, setting),
    }
}

fn signature_input(value: &str, setting: &Setting) -> Result<Explanation, Failure> {
    let dialect = setting.dialect_or(DialectName::Draft11);
    let input = dialect.fields.read_input(value, None)?;
    let mut said =
        Explanation::new("signature-input", "Signature-Input: what a signature covers, and when it was made");
    said.claim("label", input.label());
    said.claim("components", view::names(input.components()));
    for (name, given) in input.parameters() {
        said.claim(name, given);
    }
    let missing = view::missing(input.components());
    match missing.is_empty() {
        true => said.note("It covers the four components that every AAuth signature covers."),
        false => said.note(format!("It would be refused: it does not cover {}.", missing.join(", "))),
    }
    match (input.created(), setting.now) {
        (None, _) => said.note("It would be refused: it has no created."),
        (Some(created), Some(now)) => {
            said.fact("age", now.seconds_since(created));
        }
        _ => {}
    }
    Ok(said)
}

fn signature(value: &str, setting: &Setting) -> Result<Explanation, Failure> {
    // The seed reads both alphabets.
    let several = value.contains(',');
    let dialect = setting.dialect_or(if several { DialectName::Draft11 } else { DialectName::Seed });
    let (label, bytes) = match dialect.fields.read_signature(value, None) {
        Err(_) if setting.dialect.is_none() => {
            DialectName::Draft11.tables().fields.read_signature(value, None)?
        }
        read => read?,
    };
    let mut said = Explanation::new("signature", "Signature: the signature itself");
    said.fact("bytes", bytes.len());
    said.claim("label", label);
    said.note("Whether it holds shows only with the whole request and the key: see `aauth verify`.");
    Ok(said)
}

fn signature_key(value: &str, setting: &Setting) -> Result<Explanation, Failure> {
    let dialect = setting.dialect_or(likely(value));
    let (label, key) = dialect.fields.read_key(value, None, setting.network)?;
    let title = format!("Signature-Key, dialect {}: {}", dialect.name, meaning(&key));
    let mut said = Explanation::new("signature-key", title);
    said.claim("label", label);
    said.claim("scheme", key.scheme());
    match &key {
        SignatureKey::Hwk(jwk) => {
            said.fact("thumbprint", jwk.key().thumbprint().to_string());
            said.claim("key", view::public_key(jwk));
        }
        SignatureKey::JwksUri { id, document, kid } => {
            said.claim("id", id.as_str());
            said.claim("kid", &**kid);
            said.fact("metadata", format!("{id}/.well-known/{document}"));
        }
        SignatureKey::Jwt(text) => inner_token(text, &mut said),
        SignatureKey::Other { .. } => said.note("No dialect here accepts this scheme."),
    }
    Ok(said)
}

/// The header of the token says enough; `aauth inspect` explains the rest when given the token.
fn inner_token(text: &str, said: &mut Explanation) {
    match Jws::parse(text) {
        Ok(jws) => {
            said.claim_if("token_typ", jws.header().typ());
            said.claim("token_alg", jws.header().alg());
            said.claim_if("token_kid", jws.header().kid());
        }
        Err(error) => said.note(format!("The token is refused: {error}.")),
    }
    said.note("The token is not verified. Give the token itself for what it claims.");
}

fn meaning(key: &SignatureKey<'_>) -> &'static str {
    match key {
        SignatureKey::Hwk(_) => "the key itself, of nobody in particular",
        SignatureKey::JwksUri { .. } => "a key that a server publishes",
        SignatureKey::Jwt(_) => "the key that a token is bound to",
        SignatureKey::Other { .. } => "a scheme that is not used here",
    }
}

fn likely(value: &str) -> DialectName {
    let member = value.split_once('=').map_or("", |(_, member)| member);
    match (member.starts_with('('), value.contains("well-known=")) {
        (true, _) => DialectName::Seed,
        (_, true) => DialectName::SeedDictionary,
        _ => DialectName::Draft11,
    }
}

fn challenge(value: &str, setting: &Setting) -> Result<Explanation, Failure> {
    let draft = value.contains("requirement=");
    let dialect = setting.dialect_or(if draft { DialectName::Draft11 } else { DialectName::Seed });
    let challenge = Challenge::parse(value.as_bytes(), dialect.challenge, setting.network)?;
    let title = format!("A challenge, dialect {}: {}", dialect.name, demand(&challenge));
    let mut said = Explanation::new("challenge", title);
    let view = view::challenge(&challenge, dialect.challenge);
    said.claim_if("requirement", view.get("requirement").cloned());
    for name in ["resource_token", "auth_server", "url", "code"] {
        said.claim_if(name, view.get(name).filter(|value| !value.is_null()).cloned());
    }
    said.fact("statuses", view.get("statuses").cloned().unwrap_or_default());
    Ok(said)
}

fn demand(challenge: &Challenge) -> &'static str {
    match challenge {
        Challenge::Pseudonym => "sign the request, with any key",
        Challenge::Identity => "sign the request as an agent that can be identified",
        Challenge::PersonToken => "come back with a person token",
        Challenge::AuthToken { .. } => "get an auth token for this resource token, and come back with it",
        Challenge::Interaction { .. } => "bring a person to a page with this code, and poll",
        Challenge::Approval => "somebody is being asked; poll",
        Challenge::Clarification => "answer a question, and poll",
        Challenge::Claims => "send the claims that are asked for, and poll",
        _ => "a requirement that is not known and cannot be met",
    }
}

fn content_digest(value: &str) -> Result<Explanation, Failure> {
    let digest = ContentDigest::parse(value)?;
    let mut said = Explanation::new("content-digest", "Content-Digest: a digest of the body");
    let names: Vec<_> = digest.algorithms().map(|algorithm| algorithm.name()).collect();
    said.claim("algorithms", names);
    said.claim("value", digest.to_string());
    Ok(said)
}

fn signature_error(value: &str) -> Result<Explanation, Failure> {
    let refusal = Refusal::parse(value)?;
    let mut said = Explanation::new("signature-error", "Signature-Error: why a server refused a signature");
    said.claim("error", refusal.word());
    if refusal.code().is_none() {
        said.note("The error is none that the draft lists.");
    }
    if !refusal.required_input().is_empty() {
        said.claim("required_input", view::names(refusal.required_input()));
    }
    Ok(said)
}

fn accepted(field: &str, list: String) -> Explanation {
    let mut said =
        Explanation::new("accept-list", format!("{field}: what a server takes, preferred ones first"));
    said.claim("accepted", list);
    said.note("Words that are not known are left out.");
    said
}

fn capabilities(value: &str) -> Result<Explanation, Failure> {
    let read = Capabilities::read(&one("aauth-capabilities", value)?)?;
    let mut said = Explanation::new("capabilities", "AAuth-Capabilities: what an agent can do");
    let words: Vec<Value> = read.iter().map(|capability| Value::from(capability.word())).collect();
    said.claim("capabilities", words);
    Ok(said)
}

fn access(value: &str) -> Result<Explanation, Failure> {
    let token = SessionToken::parse(value.as_bytes())?;
    let mut said =
        Explanation::new("access", "AAuth-Access: a session token, opaque to everybody but the resource");
    said.fact("size", token.expose().len());
    Ok(said)
}

fn one(name: &'static str, value: &str) -> Result<HeaderMap, Failure> {
    let value = HeaderValue::from_str(value)
        .map_err(|_| Failure::new("malformed", None, "the value has a byte that no field has"))?;
    Ok(HeaderMap::from_iter([(HeaderName::from_static(name), value)]))
}
