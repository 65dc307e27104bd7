//! Where a request goes, and where its answer may lead.

use core::fmt;

use crate::DeferredError;

const MAX: usize = 2048;

/// An absolute `http` or `https` URL without fragment and user information.
///
/// Whether its host may be spoken to is decided where it is made (metadata, discovery); from there on a pending URL can
/// only stay on its origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestUrl {
    text: String,
    /// Byte offset where the path, or the query without a path, begins.
    target: usize,
}

impl RequestUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// `Location { found }`: no such URL, or one of more than 2,048 bytes.
    pub fn parse(text: &str) -> Result<Self, DeferredError> {
        check_characters(text)?;
        let (scheme, rest) = text.split_once("://").ok_or(refusal("no scheme"))?;
        if scheme != "http" && scheme != "https" {
            return Err(refusal("a scheme that is not https"));
        }
        let authority = rest.split(['/', '?']).next().unwrap_or("");
        if authority.is_empty() {
            return Err(refusal("no host"));
        }
        if authority.contains('@') {
            return Err(refusal("user information"));
        }
        let target = scheme.len().saturating_add(3).saturating_add(authority.len());
        Ok(Self { text: text.to_owned(), target })
    }

    /// Resolves a `Location` against this URL and holds it to this URL's origin, byte for byte.
    ///
    /// # Errors
    /// `Location { found }`: not a URL reference, or one that leads to another origin. Nothing may be sent there.
    ///
    /// Source: RFC 3986 section 5.2; draft-hardt-aauth (5 March 2026), "Deferred Responses" (same origin).
    pub fn resolve(&self, reference: &str) -> Result<Self, DeferredError> {
        check_characters(reference)?;
        let base = self.path();
        let target = if has_scheme(reference) {
            let url = Self::parse(reference)?;
            if url.origin() != self.origin() {
                return Err(refusal("another origin"));
            }
            url.target().to_owned()
        } else if let Some(rest) = reference.strip_prefix("//") {
            let authority = rest.split(['/', '?']).next().unwrap_or("");
            if self.origin().split_once("://").map(|(_, own)| own) != Some(authority) {
                return Err(refusal("another origin"));
            }
            rest.strip_prefix(authority).unwrap_or("").to_owned()
        } else if reference.starts_with('/') {
            reference.to_owned()
        } else if reference.starts_with('?') {
            format!("{base}{reference}")
        } else {
            let directory = base.rsplit_once('/').map_or("", |(directory, _)| directory);
            format!("{directory}/{reference}")
        };
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target.as_str(), None),
        };
        let mut text = format!("{}{}", self.origin(), without_dots(path));
        if let Some(query) = query {
            text.push('?');
            text.push_str(query);
        }
        // A relative reference within the limit can still lead beyond it.
        Self::parse(&text)
    }

    /// The whole URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.target).unwrap_or(&self.text)
    }

    fn target(&self) -> &str {
        self.text.get(self.target..).unwrap_or("")
    }

    fn path(&self) -> &str {
        match self.target().split('?').next() {
            None | Some("") => "/",
            Some(path) => path,
        }
    }
}

const fn refusal(found: &'static str) -> DeferredError {
    DeferredError::Location { found }
}

fn check_characters(text: &str) -> Result<(), DeferredError> {
    if text.is_empty() {
        return Err(refusal("nothing"));
    }
    if text.len() > MAX {
        return Err(refusal("more than 2048 characters"));
    }
    // A backslash, a control character or a fragment would be read differently by different clients.
    if !text.bytes().all(is_url_byte) {
        return Err(refusal("a character that no pending url has"));
    }
    Ok(())
}

/// A colon before the first slash or question mark ends a scheme (RFC 3986 section 4.2).
fn has_scheme(reference: &str) -> bool {
    reference.split(['/', '?']).next().is_some_and(|first| first.contains(':'))
}

/// RFC 3986 section 5.2.4. Clients would do it before they send, and the signature covers what is sent.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}", kept.join("/"))
}

const fn is_url_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&'
        | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'/' | b'?' | b'[' | b']')
}

impl fmt::Display for RequestUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
