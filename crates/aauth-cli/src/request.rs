//! A request as a JSON text: `{"method","url","headers":[[name,value],…],"body":"…"|null}`.

use std::borrow::Cow;

use aauth_jose::b64;
use aauth_signature::{RequestHead, UriScheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The text, member by member.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct RequestText {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    #[serde(default)]
    pub(crate) body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body_base64: Option<String>,
}

/// The request that the text describes.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) scheme: UriScheme,
    pub(crate) authority: String,
    pub(crate) target: String,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl RequestText {
    /// Reads the text.
    ///
    /// # Errors
    /// `json_malformed`; `request`: a member is missing, there twice or of the wrong type.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Failure> {
        serde_json::from_slice(text).map_err(|error| {
            let kind = if error.is_data() { "request" } else { "json_malformed" };
            let message = format!("the request: {error}");
            Failure::new(kind, Some(offset(text, error.line(), error.column())), message)
        })
    }

    /// Makes the request of it.
    ///
    /// # Errors
    /// `method`, `url`, `header_name`, `header_value`, `head_too_long`, `body`.
    pub(crate) fn to_request(&self) -> Result<Request, Failure> {
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| Failure::new("method", None, "the method is not a token"))?;
        let (scheme, authority, target) = split(&self.url)?;
        Ok(Request {
            method,
            scheme,
            authority: authority.to_owned(),
            target: target.into_owned(),
            fields: self.fields()?,
            body: self.body()?,
        })
    }

    fn fields(&self) -> Result<HeaderMap, Failure> {
        let mut fields = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| Failure::new("header_name", None, "a header name is not a token"))?;
            let value = HeaderValue::from_bytes(&aauth_signature::unfolded(value.as_bytes()))
                .map_err(|_| Failure::new("header_value", None, "a header value has a control character"))?;
            fields
                .try_append(name, value)
                .map_err(|_| Failure::new("head_too_long", None, "too many header lines"))?;
        }
        Ok(fields)
    }

    fn body(&self) -> Result<Vec<u8>, Failure> {
        match (&self.body, &self.body_base64) {
            (None, None) => Ok(Vec::new()),
            (Some(text), None) => Ok(text.clone().into_bytes()),
            (None, Some(text)) => b64::decode_standard(text)
                .map_err(|error| Failure::new("body", error.at(), "body_base64 is not canonical base64")),
            (Some(_), Some(_)) => {
                Err(Failure::new("body", None, "body and body_base64, expected one of them"))
            }
        }
    }
}

impl Request {
    /// The head, as it is signed for `authority`.
    pub(crate) fn head<'r>(&'r self, authority: &'r str) -> RequestHead<'r> {
        RequestHead {
            method: &self.method,
            scheme: self.scheme,
            authority,
            target: &self.target,
            fields: &self.fields,
        }
    }
}

/// Scheme, authority and target, none of them normalised.
fn split(url: &str) -> Result<(UriScheme, &str, Cow<'_, str>), Failure> {
    let refuse = |message| Failure::new("url", None, message);
    let (scheme, rest) = url.split_once("://").ok_or_else(|| refuse("the url has no scheme"))?;
    let scheme = match scheme {
        "https" => UriScheme::Https,
        "http" => UriScheme::Http,
        _ => return Err(refuse("the url has a scheme that is neither https nor http")),
    };
    if url.contains('#') {
        return Err(refuse("the url has a fragment, which is never sent"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let target = match target.starts_with('/') {
        true => Cow::Borrowed(target),
        false => Cow::Owned(["/", target].concat()),
    };
    Ok((scheme, authority, target))
}

/// Byte offset of a line and a column, both counted from 1.
fn offset(text: &[u8], line: usize, column: usize) -> usize {
    let lines = text.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1));
    let before = lines.map(<[u8]>::len).fold(0, usize::saturating_add);
    before.saturating_add(column.saturating_sub(1)).min(text.len())
}
