//! The session token of a resource that keeps sessions: `AAuth-Access` and `Authorization: AAuth`.

use aauth_types::Secret;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{ChallengeError, MAX_FIELD};

const ACCESS: &str = "aauth-access";
const SCHEME: &str = "AAuth";

/// A session token: a resource sends it in `AAuth-Access`, the agent brings it back in `Authorization`.
///
/// It is worth nothing without the agent's signature; the request must cover `authorization`. Newest wins: a token in
/// any response replaces the one before.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 sections 6.3 and 15.2; `token68` from RFC 9110 section 11.2.
#[derive(Debug, Clone)]
pub struct SessionToken(Secret<String>);

impl SessionToken {
    /// Reads a `token68`.
    ///
    /// # Errors
    /// `SessionToken { found, at }`: empty, or a character that no `token68` has. `TooLong`: more than 16 KiB.
    pub fn parse(text: &[u8]) -> Result<Self, ChallengeError> {
        let refuse = |found, at| Err(ChallengeError::SessionToken { found, at });
        if text.len() > MAX_FIELD {
            return Err(ChallengeError::TooLong { bytes: text.len() });
        }
        let end = text.iter().position(|b| !is_token68(*b)).unwrap_or(text.len());
        let (body, padding) = text.split_at(end);
        if body.is_empty() {
            return refuse("no token", 0);
        }
        if let Some(at) = padding.iter().position(|b| *b != b'=') {
            return refuse("a character that no token68 has", end.saturating_add(at));
        }
        match std::str::from_utf8(text) {
            Ok(token) => Ok(Self(Secret::new(token.to_owned()))),
            Err(fault) => refuse("a character that no token68 has", fault.valid_up_to()),
        }
    }

    /// Reads `AAuth-Access` of a response; `None` when it is absent.
    ///
    /// # Errors
    /// `SeveralCredentials`: more than one line. Others as [`SessionToken::parse`].
    pub fn read_access(fields: &HeaderMap) -> Result<Option<Self>, ChallengeError> {
        let mut lines = fields.get_all(ACCESS).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Ok(None),
            (Some(line), None) => Self::parse(line.as_bytes().trim_ascii()).map(Some),
            (Some(_), Some(_)) => Err(ChallengeError::SeveralCredentials),
        }
    }

    /// Reads `Authorization` of a request; `None` when it is absent or of another scheme.
    ///
    /// # Errors
    /// `SeveralCredentials`: more than one line, one of them of this scheme. Others as [`SessionToken::parse`].
    pub fn read_authorization(fields: &HeaderMap) -> Result<Option<Self>, ChallengeError> {
        let lines: Vec<&HeaderValue> = fields.get_all(AUTHORIZATION).iter().collect();
        let Some(token) = lines.iter().find_map(|line| credentials(line.as_bytes())) else {
            return Ok(None);
        };
        if lines.len() > 1 {
            return Err(ChallengeError::SeveralCredentials);
        }
        Self::parse(token).map(Some)
    }

    /// Writes `AAuth-Access`, marked sensitive.
    ///
    /// # Errors
    /// None in practice: every `token68` is a field value.
    pub fn write_access(&self) -> Result<(HeaderName, HeaderValue), ChallengeError> {
        Ok((HeaderName::from_static(ACCESS), sensitive(self.expose())?))
    }

    /// Writes `Authorization: AAuth …`, marked sensitive.
    ///
    /// # Errors
    /// None in practice: every `token68` is a field value.
    pub fn write_authorization(&self) -> Result<(HeaderName, HeaderValue), ChallengeError> {
        Ok((AUTHORIZATION, sensitive(&format!("{SCHEME} {}", self.expose()))?))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// What stands behind the scheme; scheme names are compared without case (RFC 9110 section 11.1).
fn credentials(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let (scheme, rest) = line.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) {
        return None;
    }
    match rest.first() {
        None => Some(rest),
        Some(b' ') => Some(rest.trim_ascii_start()),
        Some(_) => None,
    }
}

fn sensitive(text: &str) -> Result<HeaderValue, ChallengeError> {
    let found = "a character that no token68 has";
    let mut value = HeaderValue::from_str(text).map_err(|_| ChallengeError::SessionToken { found, at: 0 })?;
    value.set_sensitive(true);
    Ok(value)
}

const fn is_token68(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}
