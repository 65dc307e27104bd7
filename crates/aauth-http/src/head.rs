//! The head of a request as it came off the wire.

use aauth_roles::Rejection;
use aauth_signature::{RequestHead, UriScheme};
use aauth_types::ServerId;
use http::header::HOST;
use http::request::Parts;

/// The head of a request together with the server it was meant for.
///
/// Authority and scheme are those of the server's own identifier, not what the peer wrote; a peer that wrote another
/// authority is refused. The target is the one that was sent, also inside nested routers.
#[derive(Debug)]
pub struct OwnedHead<'a> {
    parts: &'a Parts,
    id: &'a ServerId,
    target: &'a str,
}

impl<'a> OwnedHead<'a> {
    /// Takes the head of a request to the server `id`.
    ///
    /// # Errors
    /// `Authority`: `Host` or `:authority` is not that of `id`.
    pub fn new(parts: &'a Parts, id: &'a ServerId) -> Result<Self, Rejection> {
        own_authority(parts, id)?;
        let uri = match parts.extensions.get::<axum::extract::OriginalUri>() {
            Some(original) => &original.0,
            None => &parts.uri,
        };
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        Ok(Self { parts, id, target })
    }

    /// The head for the signature check.
    #[must_use]
    pub fn head(&self) -> RequestHead<'a> {
        let scheme = if self.id.as_str().starts_with("https:") { UriScheme::Https } else { UriScheme::Http };
        RequestHead {
            method: &self.parts.method,
            scheme,
            authority: self.id.authority(),
            target: self.target,
            fields: &self.parts.headers,
        }
    }
}

/// Checks that a request was sent to the authority of `id`: every `Host` line and the authority of the target, where
/// there is one, name it (case does not count, nor does the default port).
///
/// # Errors
/// `Authority`: another one, two of them, or none.
pub fn own_authority(parts: &Parts, id: &ServerId) -> Result<(), Rejection> {
    let default_port = if id.as_str().starts_with("https:") { ":443" } else { ":80" };
    let mut named = 0_usize;
    let mut same = true;
    let mut compare = |text: &str| {
        named = named.saturating_add(1);
        let bare = text.strip_suffix(default_port).unwrap_or(text);
        same &= bare.eq_ignore_ascii_case(id.authority());
    };
    if let Some(authority) = parts.uri.authority() {
        compare(authority.as_str());
    }
    let mut hosts = 0_usize;
    for host in parts.headers.get_all(HOST) {
        hosts = hosts.saturating_add(1);
        compare(host.to_str().unwrap_or(""));
    }
    if named > 0 && hosts < 2 && same { Ok(()) } else { Err(Rejection::Authority) }
}
