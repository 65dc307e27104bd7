//! The body of a request to the token endpoint.

use aauth_types::json::{Json, JsonError, Object};
use aauth_types::{Scope, Secret, TypeError};
use thiserror::Error;

use crate::hints::{HINT_LIMIT, Hints};

/// What an agent asks the token endpoint for, read from the JSON body.
///
/// Source: draft-hardt-aauth (5 March 2026), "Token Endpoint Modes".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenRequest {
    /// Which of the four modes it is.
    pub mode: Mode,
    /// Words of the agent for the person, at most 2 KiB; not verified, never markup.
    pub purpose: Option<String>,
    /// Whom the agent expects to ask (OpenID Connect Core 3.1.2.1); selects nothing by itself.
    pub login_hint: Option<String>,
    /// The tenant the agent expects (OpenID Connect Enterprise Extensions).
    pub tenant: Option<String>,
    /// The domain the agent expects (OpenID Connect Enterprise Extensions).
    pub domain_hint: Option<String>,
}

/// The mode of a token request. The first that matches wins, in this order; an empty string counts as absent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Mode {
    /// `auth_token`: a new token for an expired one.
    Refresh {
        /// The expired auth token.
        auth_token: Secret<String>,
    },
    /// `resource_token` and `upstream_token`: a resource acts as an agent for its own caller.
    Chain {
        /// The token of the next resource.
        resource_token: Secret<String>,
        /// The auth token that the caller presented to this agent.
        upstream_token: Secret<String>,
    },
    /// `resource_token`: access to that resource.
    Access {
        /// The token of the resource.
        resource_token: Secret<String>,
    },
    /// `scope`: the agent itself is the audience.
    SelfAccess {
        /// What is asked for.
        scope: Scope,
    },
}

/// A body that is no token request. The fault is the agent's: 400 `invalid_request`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenRequestError {
    /// Not a JSON object.
    #[error("the body is not a json object: {0}")]
    Json(#[from] JsonError),
    /// A member of the wrong JSON type.
    #[error("member {member} is {found}, expected a string")]
    WrongType {
        /// The member.
        member: &'static str,
        /// What it is, in words.
        found: &'static str,
    },
    /// A member that is too long.
    #[error("member {member} has more than {limit} bytes")]
    TooLong {
        /// The member.
        member: &'static str,
        /// The limit in bytes.
        limit: usize,
    },
    /// `scope` is no scope.
    #[error("member scope: {0}")]
    Scope(TypeError),
    /// No member that selects a mode.
    #[error("request parameters do not match any token endpoint mode")]
    NoMode,
}

impl TokenRequestError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json(error) => error.kind(),
            Self::WrongType { .. } => "wrong_type",
            Self::TooLong { .. } => "too_long",
            Self::Scope(error) => error.kind(),
            Self::NoMode => "no_mode",
        }
    }
}

const TOKEN_LIMIT: usize = 8192;

impl TokenRequest {
    /// Reads a body. Unknown members are ignored; a known member of the wrong type is an error.
    ///
    /// # Errors
    /// See [`TokenRequestError`].
    pub fn parse(body: &[u8]) -> Result<Self, TokenRequestError> {
        let object = Object::parse(body)?;
        let hint = |member| text(&object, member, HINT_LIMIT);
        Ok(Self {
            mode: mode(&object)?,
            purpose: hint("purpose")?,
            login_hint: hint("login_hint")?,
            tenant: hint("tenant")?,
            domain_hint: hint("domain_hint")?,
        })
    }
}

fn mode(object: &Object<'_>) -> Result<Mode, TokenRequestError> {
    let token = |member| text(object, member, TOKEN_LIMIT);
    let (auth, resource, upstream) =
        (token("auth_token")?, token("resource_token")?, token("upstream_token")?);
    let scope = text(object, "scope", HINT_LIMIT)?;
    match (auth, resource, upstream, scope) {
        (Some(auth_token), ..) => Ok(Mode::Refresh { auth_token: auth_token.into() }),
        (None, Some(resource_token), Some(upstream_token), _) => {
            Ok(Mode::Chain { resource_token: resource_token.into(), upstream_token: upstream_token.into() })
        }
        (None, Some(resource_token), None, _) => Ok(Mode::Access { resource_token: resource_token.into() }),
        (None, None, _, Some(scope)) => {
            let scope = Scope::parse(&scope).map_err(TokenRequestError::Scope)?;
            Ok(Mode::SelfAccess { scope })
        }
        (None, None, _, None) => Err(TokenRequestError::NoMode),
    }
}

fn text(
    object: &Object<'_>,
    member: &'static str,
    limit: usize,
) -> Result<Option<String>, TokenRequestError> {
    match object.get(member) {
        None => Ok(None),
        Some(Json::String(text)) if text.is_empty() => Ok(None),
        Some(Json::String(text)) if text.len() > limit => Err(TokenRequestError::TooLong { member, limit }),
        Some(Json::String(text)) => Ok(Some(text.to_string())),
        Some(other) => Err(TokenRequestError::WrongType { member, found: other.type_name() }),
    }
}

/// The body of a request for access to a resource, spaced as the reference implementation writes it.
#[must_use]
pub fn access_body(resource_token: &str, hints: &Hints) -> String {
    format!("{{\"resource_token\": {}{}}}", aauth_types::json::quoted(resource_token), hints.following())
}

/// The body of a request of a resource that acts as an agent for its own caller.
#[must_use]
pub fn chain_body(resource_token: &str, upstream_token: &str, hints: &Hints) -> String {
    let (resource, upstream) =
        (aauth_types::json::quoted(resource_token), aauth_types::json::quoted(upstream_token));
    format!("{{\"resource_token\": {resource}, \"upstream_token\": {upstream}{}}}", hints.following())
}

/// The body of a request for a token in place of another.
#[must_use]
pub fn refresh_body(auth_token: &str) -> String {
    format!("{{\"auth_token\": {}}}", aauth_types::json::quoted(auth_token))
}

/// The body of a request for a token whose audience is the agent itself.
#[must_use]
pub fn self_access_body(scope: &Scope, hints: &Hints) -> String {
    format!("{{\"scope\": {}{}}}", aauth_types::json::quoted(&scope.to_string()), hints.following())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(body: &str) -> Result<&'static str, TokenRequestError> {
        TokenRequest::parse(body.as_bytes()).map(|request| match request.mode {
            Mode::Refresh { .. } => "refresh",
            Mode::Chain { .. } => "chain",
            Mode::Access { .. } => "access",
            Mode::SelfAccess { .. } => "self",
        })
    }

    #[test]
    fn the_first_mode_that_matches_wins() {
        let rows = [
            (r#"{"auth_token":"a","resource_token":"r","upstream_token":"u","scope":"s"}"#, Ok("refresh")),
            (r#"{"resource_token":"r","upstream_token":"u","scope":"s"}"#, Ok("chain")),
            (r#"{"resource_token":"r","scope":"s"}"#, Ok("access")),
            (r#"{"resource_token":"r","upstream_token":""}"#, Ok("access")),
            (r#"{"scope":"profile email"}"#, Ok("self")),
            (r#"{"upstream_token":"u"}"#, Err(TokenRequestError::NoMode)),
            (r#"{"resource_token":""}"#, Err(TokenRequestError::NoMode)),
            ("{}", Err(TokenRequestError::NoMode)),
        ];
        for (body, expected) in rows {
            assert_eq!(name(body), expected, "{body}");
        }
    }

    #[test]
    fn members_that_nobody_knows_are_ignored() {
        let body = r#"{"resource_token":"r","localhost_callback":"http://localhost:1/","x":{"y":[null]}}"#;
        assert_eq!(name(body), Ok("access"));
    }

    #[test]
    fn a_member_of_the_wrong_type_is_not_absent() {
        let wrong = |member, found| Err(TokenRequestError::WrongType { member, found });
        assert_eq!(name(r#"{"resource_token":42}"#), wrong("resource_token", "a number"));
        assert_eq!(name(r#"{"resource_token":"r","purpose":null}"#), wrong("purpose", "null"));
    }

    #[test]
    fn limits_hold_at_the_limit_and_one_above() {
        let body = |n: usize| format!("{{\"resource_token\":\"r\",\"purpose\":\"{}\"}}", "x".repeat(n));
        assert_eq!(name(&body(2048)), Ok("access"));
        assert_eq!(name(&body(2049)), Err(TokenRequestError::TooLong { member: "purpose", limit: 2048 }));
        for member in ["auth_token", "resource_token", "upstream_token"] {
            let body = |n: usize| format!("{{\"scope\":\"s\",\"{member}\":\"{}\"}}", "x".repeat(n));
            assert!(TokenRequest::parse(body(8192).as_bytes()).is_ok());
            assert_eq!(name(&body(8193)), Err(TokenRequestError::TooLong { member, limit: 8192 }));
        }
    }

    #[test]
    fn the_hints_that_are_written_are_those_that_are_read() {
        assert_eq!(access_body("r", &Hints::default()), r#"{"resource_token": "r"}"#);
        assert_eq!(name(&chain_body("r", "u", &Hints::default())), Ok("chain"));
        assert_eq!(name(&refresh_body("a")), Ok("refresh"));
        assert_eq!(name(&self_access_body(&Scope::parse("email").unwrap(), &Hints::default())), Ok("self"));
        let text = |text: &str| Some(text.to_owned());
        let hints = Hints {
            purpose: text("to \"plan\"\n"),
            login_hint: text("ada@example.com"),
            tenant: text("example"),
            domain_hint: text("example.com"),
        };
        let body = access_body("r", &hints);
        let read = TokenRequest::parse(body.as_bytes()).unwrap();
        let TokenRequest { purpose, login_hint, tenant, domain_hint, .. } = read;
        assert_eq!(Hints { purpose, login_hint, tenant, domain_hint }, hints);
        let empty = Hints { purpose: text(""), ..Hints::default() };
        assert_eq!(access_body("r", &empty), r#"{"resource_token": "r"}"#);
    }

    #[test]
    fn a_hint_that_no_server_would_read_is_refused_before_it_is_sent() {
        let hints = |n: usize| Hints { tenant: Some("x".repeat(n)), ..Hints::default() };
        assert_eq!(hints(2048).check(), Ok(()));
        let long = TokenRequestError::TooLong { member: "tenant", limit: 2048 };
        assert_eq!(hints(2049).check(), Err(long));
    }

    #[test]
    fn a_member_twice_is_refused() {
        let body = r#"{"resource_token":"a","resource_token":"b"}"#;
        assert!(matches!(name(body), Err(TokenRequestError::Json(JsonError::DuplicateMember { .. }))));
    }
}
