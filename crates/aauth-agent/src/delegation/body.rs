//! The body of a request for an agent token.

use aauth_jose::{AlgNames, PublicJwk};
use aauth_types::json::{Json, Object};
use aauth_types::{Network, ServerId};

/// Longest name of a delegate, in bytes.
const MAX_SUBJECT: usize = 255;
/// Most servers that a token is meant for.
const MAX_AUDIENCE: usize = 8;

/// What is asked, well formed.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) subject: String,
    pub(super) key: PublicJwk,
    pub(super) audience: Vec<ServerId>,
}

impl Asked {
    /// Reads it; an error is what to tell the delegate.
    pub(super) fn read(body: &[u8], algs: &AlgNames, network: Network) -> Result<Self, &'static str> {
        let body = Object::parse(body).map_err(|_| "The body is not a JSON object")?;
        let subject = match body.get("sub") {
            None => return Err("Member sub is missing"),
            Some(Json::String(text)) => text,
            Some(_) => return Err("Member sub is not a string"),
        };
        if subject.is_empty() || subject.len() > MAX_SUBJECT || subject.chars().any(char::is_control) {
            return Err("Member sub is no name of a delegate");
        }
        let jwk = body.get("cnf_jwk").ok_or("Member cnf_jwk is missing")?;
        let jwk = jwk.as_object().ok_or("Member cnf_jwk is not an object")?;
        let key = PublicJwk::from_object(jwk).map_err(|_| "Member cnf_jwk is no public key")?;
        key.check_alg(algs).map_err(|_| "Member cnf_jwk is no key of this dialect")?;
        let audience = audience(body.get("aud"), network).ok_or("Member aud names no servers")?;
        Ok(Self { subject: subject.to_string(), key, audience })
    }
}

/// One server or several; `None`: neither.
fn audience(member: Option<&Json<'_>>, network: Network) -> Option<Vec<ServerId>> {
    let server = |json: &Json<'_>| ServerId::parse(json.as_str()?, network).ok();
    match member {
        None => Some(Vec::new()),
        Some(Json::String(text)) => Some(vec![ServerId::parse(text, network).ok()?]),
        Some(json) => {
            let names = json.as_array()?;
            let fits = !names.is_empty() && names.len() <= MAX_AUDIENCE;
            names.iter().map(server).collect::<Option<Vec<_>>>().filter(|_| fits)
        }
    }
}
