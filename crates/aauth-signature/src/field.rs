//! Field values as they are signed: lines joined, folding undone, outer whitespace removed.

use core::fmt;
use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::SignatureError;
use crate::limits::{MAX_FIELD, MAX_HEAD};

/// The fields that this crate reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `Signature-Input` (RFC 9421 section 4.1).
    SignatureInput,
    /// `Signature` (RFC 9421 section 4.2).
    Signature,
    /// `Signature-Key` (draft-hardt-httpbis-signature-key section 3).
    SignatureKey,
    /// `Content-Digest` (RFC 9530 section 2).
    ContentDigest,
    /// `Accept-Signature-Scheme` (draft-hardt-httpbis-signature-key section 4.1).
    AcceptSignatureScheme,
    /// `Accept-Signature-Alg` (draft-hardt-httpbis-signature-key section 4.2).
    AcceptSignatureAlg,
    /// `Signature-Error` (draft-hardt-httpbis-signature-key section 5).
    SignatureError,
}

impl Field {
    /// The field name as headers are written here, in lower case.
    #[must_use]
    pub const fn name(self) -> HeaderName {
        // Constants, so that no name is checked again at each look-up.
        match self {
            Self::SignatureInput => const { HeaderName::from_static(Self::SignatureInput.as_str()) },
            Self::Signature => const { HeaderName::from_static(Self::Signature.as_str()) },
            Self::SignatureKey => const { HeaderName::from_static(Self::SignatureKey.as_str()) },
            Self::ContentDigest => const { HeaderName::from_static(Self::ContentDigest.as_str()) },
            Self::AcceptSignatureScheme => {
                const { HeaderName::from_static(Self::AcceptSignatureScheme.as_str()) }
            }
            Self::AcceptSignatureAlg => const { HeaderName::from_static(Self::AcceptSignatureAlg.as_str()) },
            Self::SignatureError => const { HeaderName::from_static(Self::SignatureError.as_str()) },
        }
    }

    /// The same as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignatureInput => "signature-input",
            Self::Signature => "signature",
            Self::SignatureKey => "signature-key",
            Self::ContentDigest => "content-digest",
            Self::AcceptSignatureScheme => "accept-signature-scheme",
            Self::AcceptSignatureAlg => "accept-signature-alg",
            Self::SignatureError => "signature-error",
        }
    }

    /// Reads the lines of this field, joined with `, `; `None` when there is no line.
    pub(crate) fn read(self, fields: &HeaderMap) -> Result<Option<Cow<'_, str>>, SignatureError> {
        self.join(fields.get_all(self.name()).iter())
    }

    /// Joins lines with `, `; `None` when there is none.
    pub(crate) fn join<'a>(
        self,
        mut lines: impl Iterator<Item = &'a HeaderValue>,
    ) -> Result<Option<Cow<'a, str>>, SignatureError> {
        let Some(first) = lines.next() else {
            return Ok(None);
        };
        let mut value = Cow::Borrowed(self.text(first)?);
        for line in lines {
            let joined = value.to_mut();
            joined.push_str(", ");
            joined.push_str(self.text(line)?);
        }
        match value.len() > MAX_FIELD {
            true => Err(SignatureError::FieldTooLong { limit: MAX_FIELD }),
            false => Ok(Some(value)),
        }
    }

    /// The value of one line as text.
    fn text(self, line: &HeaderValue) -> Result<&str, SignatureError> {
        let found = "a byte that is not printable ascii";
        // Nothing to unfold: a `HeaderValue` has no line break.
        let value = trimmed(line.as_bytes());
        match core::str::from_utf8(value) {
            Ok(text) if text.is_ascii() => Ok(text),
            _ => Err(SignatureError::Malformed { field: self, found, at: first_beyond_ascii(value) }),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn first_beyond_ascii(value: &[u8]) -> usize {
    value.iter().position(|b| !b.is_ascii()).unwrap_or(0)
}

/// Refuses a header section or a line that is too long.
pub(crate) fn check_sizes(fields: &HeaderMap) -> Result<(), SignatureError> {
    let mut total = 0_usize;
    for (name, value) in fields {
        if value.len() > MAX_FIELD {
            return Err(SignatureError::FieldTooLong { limit: MAX_FIELD });
        }
        total = total.saturating_add(name.as_str().len()).saturating_add(value.len()).saturating_add(4);
    }
    match total > MAX_HEAD {
        true => Err(SignatureError::HeadTooLong { limit: MAX_HEAD }),
        false => Ok(()),
    }
}

/// Removes the whitespace around a value (RFC 9421 section 2.1, step 2).
pub(crate) fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Replaces obsolete line folding, with the whitespace around it, by one space (RFC 9421 section 2.1, step 3).
///
/// `http::HeaderValue` refuses line breaks, so a value that went through an HTTP server has none. This is for values
/// read from elsewhere, before a `HeaderValue` is made of them. A line break that is not followed by whitespace is
/// left in place, so that it is refused later.
#[must_use]
pub fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'\n') {
        return Cow::Borrowed(value);
    }
    let mut out: Vec<u8> = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, after @ ..] = rest {
        let folded = match rest {
            [b'\r', b'\n', after @ ..] | [b'\n', after @ ..] if starts_blank(after) => Some(after),
            _ => None,
        };
        match folded {
            Some(mut after) => {
                while let Some(b' ' | b'\t') = out.last() {
                    out.pop();
                }
                while let [b' ' | b'\t', tail @ ..] = after {
                    after = tail;
                }
                out.push(b' ');
                rest = after;
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    Cow::Owned(out)
}

fn starts_blank(text: &[u8]) -> bool {
    matches!(text, [b' ' | b'\t', ..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn folding_becomes_one_space() {
        assert_eq!(unfolded(b"Obsolete\r\n    line folding."), b"Obsolete line folding.".as_slice());
        assert_eq!(unfolded(b"a \t\n\tb\r\n \r\n c"), b"a b c".as_slice());
    }

    #[test]
    fn a_line_break_that_folds_nothing_stays() {
        assert_eq!(unfolded(b"a\r\nb\n"), b"a\r\nb\n".as_slice());
    }

    #[test]
    fn whitespace_around_a_value_goes() {
        assert_eq!(trimmed(b" \t a  b\t "), b"a  b");
        assert_eq!(trimmed(b"  "), b"");
    }
}
