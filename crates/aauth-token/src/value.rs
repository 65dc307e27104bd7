//! One claim's JSON value, read as the type the claim must have.

use aauth_jose::{AlgNames, PublicJwk};
use aauth_types::json::Json;
use aauth_types::{
    AgentId, Document, EndpointUrl, Network, Scope, ServerId, Thumbprint, TokenId, TypeError, UnixTime,
};
use smallvec::smallvec;

use crate::claim_set::Audience;
use crate::{Interaction, TokenError};

/// What the readers of claims share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) algs: &'static AlgNames,
    pub(crate) network: Network,
}

/// The value of one claim.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) claim: &'static str,
    pub(crate) json: &'a Json<'a>,
    pub(crate) context: Context,
}

impl<'a> Value<'a> {
    pub(crate) fn of(
        found: Option<&'a Json<'a>>,
        claim: &'static str,
        context: Context,
    ) -> Result<Self, TokenError> {
        found.map(|json| Self { claim, json, context }).ok_or(TokenError::Absent { claim })
    }

    /// A text that is not empty and has no control characters.
    pub(crate) fn text(self) -> Result<String, TokenError> {
        let text = self.str()?;
        if text.is_empty() {
            return Err(self.wrong("an empty string", "a text"));
        }
        if text.chars().any(char::is_control) {
            return Err(self.wrong("a control character", "a text"));
        }
        Ok(text.to_owned())
    }

    pub(crate) fn server_id(self) -> Result<ServerId, TokenError> {
        self.typed("a server identifier", |text| ServerId::parse(text, self.context.network))
    }

    /// A string, or an array of strings that is not empty.
    pub(crate) fn server_ids(self) -> Result<Audience, TokenError> {
        let items = match self.json {
            Json::String(_) => return Ok(smallvec![self.server_id()?]),
            Json::Array(items) => items,
            _ => return Err(self.mistyped("a string or an array of strings")),
        };
        if items.is_empty() {
            return Err(self.wrong("an empty array", "a server identifier"));
        }
        items.iter().map(|json| Value { json, ..self }.server_id()).collect()
    }

    /// A string, or an array of exactly one, as deployed peers of the draft write it.
    pub(crate) fn server_id_alone(self) -> Result<ServerId, TokenError> {
        let mut ids = self.server_ids()?;
        match (ids.pop(), ids.is_empty()) {
            (Some(id), true) => Ok(id),
            _ => Err(self.wrong("several servers", "exactly one server identifier")),
        }
    }

    pub(crate) fn agent_id(self) -> Result<AgentId, TokenError> {
        self.typed("an agent identifier", AgentId::parse)
    }

    pub(crate) fn token_id(self) -> Result<TokenId, TokenError> {
        self.typed("a token identifier", TokenId::parse)
    }

    pub(crate) fn thumbprint(self) -> Result<Thumbprint, TokenError> {
        self.typed("a SHA-256 digest in base64url", Thumbprint::parse)
    }

    pub(crate) fn scope(self) -> Result<Scope, TokenError> {
        self.typed("a space-separated list of scope names", Scope::parse)
    }

    pub(crate) fn document(self) -> Result<Document, TokenError> {
        self.typed("the name of a metadata document", Document::from_file_name)
    }

    /// Seconds since 1970. RFC 7519 section 2 allows a fraction, which is cut off.
    pub(crate) fn time(self) -> Result<UnixTime, TokenError> {
        let Json::Number(number) = self.json else {
            return Err(self.mistyped("a number"));
        };
        let whole = match number.as_i64() {
            Some(seconds) => Some(seconds),
            None => number.to_string().split_once('.').and_then(|(whole, fraction)| {
                let plain = fraction.bytes().all(|b| b.is_ascii_digit()) && !whole.starts_with('-');
                plain.then(|| whole.parse().ok()).flatten()
            }),
        };
        match whole {
            Some(seconds @ 0..) => Ok(UnixTime::from_secs(seconds)),
            _ => Err(self.wrong("a number out of range", "seconds since 1970")),
        }
    }

    /// `cnf` with its member `jwk`: a public key of an algorithm that the profile has (RFC 7800 section 3.2).
    pub(crate) fn confirmation(self) -> Result<PublicJwk, TokenError> {
        const CLAIM: &str = "cnf.jwk";
        let members = self.json.as_object().ok_or_else(|| self.mistyped("an object"))?;
        let jwk = Value::of(members.get("jwk"), "jwk", self.context)
            .map_err(|_| TokenError::Absent { claim: CLAIM })?;
        let jwk = Value { claim: CLAIM, ..jwk };
        let object = jwk.json.as_object().ok_or_else(|| jwk.mistyped("an object"))?;
        let refused = |source| TokenError::Key { claim: CLAIM, source };
        let key = PublicJwk::from_object(object).map_err(refused)?;
        key.check_alg(self.context.algs).map_err(refused)?;
        Ok(key)
    }

    pub(crate) fn interaction(self) -> Result<Interaction, TokenError> {
        let members = self.json.as_object().ok_or_else(|| self.mistyped("an object"))?;
        let member = |name, claim| match members.get(name) {
            Some(json) => Ok(Value { claim, json, ..self }),
            None => Err(TokenError::Absent { claim }),
        };
        let url = member("url", "interaction.url")?
            .typed("an https url", |text| EndpointUrl::parse(text, self.context.network))?;
        let code = member("code", "interaction.code")?.text()?;
        Ok(Interaction { url, code: code.into() })
    }

    fn typed<T>(
        self,
        expected: &'static str,
        read: impl Fn(&str) -> Result<T, TypeError>,
    ) -> Result<T, TokenError> {
        read(self.str()?).map_err(|fault| self.wrong(found(fault), expected))
    }

    fn str(self) -> Result<&'a str, TokenError> {
        self.json.as_str().ok_or_else(|| self.mistyped("a string"))
    }

    fn mistyped(self, expected: &'static str) -> TokenError {
        TokenError::WrongType { claim: self.claim, found: self.json.type_name(), expected }
    }

    pub(crate) fn wrong(self, found: &'static str, expected: &'static str) -> TokenError {
        TokenError::WrongValue { claim: self.claim, found, expected }
    }
}

fn found(fault: TypeError) -> &'static str {
    match fault {
        TypeError::ServerId { found, .. }
        | TypeError::EndpointUrl { found, .. }
        | TypeError::AgentId { found, .. }
        | TypeError::TokenId { found, .. }
        | TypeError::Scope { found, .. } => found,
        _ => "another text",
    }
}
