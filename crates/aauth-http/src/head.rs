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
    /// `Authority`, `Host`: see [`own_authority`].
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

/// Checks that a request was sent to the authority of `id`: `Host` and the authority of the target name it, one of them
/// at least (case does not count, nor does the default port).
///
/// # Errors
/// `Host`: several `Host` lines, another `Host` than the target has (RFC 9112 section 3.2), or neither. `Authority`:
/// another server's.
pub fn own_authority(parts: &Parts, id: &ServerId) -> Result<(), Rejection> {
    let default_port = if id.as_str().starts_with("https:") { ":443" } else { ":80" };
    let bare = |text: &str| text.strip_suffix(default_port).unwrap_or(text).to_ascii_lowercase();
    let target = parts.uri.authority().map(|authority| bare(authority.as_str()));
    let mut hosts = parts.headers.get_all(HOST).iter().map(|host| bare(host.to_str().unwrap_or("")));
    let named = match (target, hosts.next(), hosts.next()) {
        (Some(target), Some(host), None) if target == host => host,
        (Some(named), None, None) | (None, Some(named), None) => named,
        _ => return Err(Rejection::Host),
    };
    if named == id.authority() { Ok(()) } else { Err(Rejection::Authority) }
}
