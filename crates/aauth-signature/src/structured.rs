//! Structured fields (RFC 9651) read with `sfv`: places, duplicates and limits, which its visitors leave to us.
//!
//! `sfv` shows every occurrence of a key to its visitors, where RFC 9651 would let the last one count, and what it
//! shows are slices of the value, whose place can be told from their address.

mod passed;
mod words;

use core::cell::Cell;

use sfv::visitor::{DictionaryVisitor, ListVisitor};
use sfv::{KeyRef, Parser};
use thiserror::Error;

use crate::SignatureError;
use crate::field::Field;

pub(crate) use passed::Passed;

/// A value that is being read. Visitors hold it to refuse what they see.
pub(crate) struct Source<'a> {
    field: Field,
    text: &'a str,
    fault: Cell<Option<SignatureError>>,
}

/// Stops `sfv`; what is wrong is kept in the [`Source`].
#[derive(Debug, Clone, Copy, Error)]
#[error("refused")]
pub(crate) struct Refused;

/// The key of a member or parameter and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) name: &'a str,
    pub(crate) at: usize,
    /// The place after the key.
    pub(crate) end: usize,
    /// Where the value begins; `None` when there is no `=`.
    pub(crate) value: Option<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(field: Field, value: &'a str) -> Self {
        Self { field, text: value.trim_end_matches(' '), fault: Cell::new(None) }
    }

    pub(crate) fn dictionary<V: DictionaryVisitor<'a>>(&self, visitor: V) -> Result<V::Out, SignatureError> {
        self.outcome(Parser::new(self.text).parse_dictionary_with_visitor(visitor))
    }

    pub(crate) fn list<V: ListVisitor<'a>>(&self, visitor: V) -> Result<V::Out, SignatureError> {
        self.outcome(Parser::new(self.text).parse_list_with_visitor(visitor))
    }

    fn outcome<T>(&self, read: Result<T, sfv::Error>) -> Result<T, SignatureError> {
        read.map_err(|error| match self.fault.take() {
            Some(fault) => fault,
            None => words::malformed(self.field, self.text, &error),
        })
    }

    /// Keeps what is wrong, and gives what a visitor returns to stop.
    pub(crate) fn refuse(&self, error: SignatureError) -> Refused {
        self.fault.set(Some(error));
        Refused
    }

    pub(crate) fn malformed(&self, found: &'static str, at: usize) -> Refused {
        self.refuse(SignatureError::Malformed { field: self.field, found, at })
    }

    pub(crate) fn key(&self, key: &'a KeyRef) -> Key<'a> {
        let name = key.as_str();
        let at = name.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let end = at.saturating_add(name.len());
        let value = (self.peek(end) == Some(b'=')).then(|| end.saturating_add(1));
        Key { name, at, end, value }
    }

    pub(crate) fn peek(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The text from `at` to the first byte that is an end.
    pub(crate) fn until(&self, at: usize, end: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.text.get(at..).unwrap_or("");
        let length = rest.bytes().position(end).unwrap_or(rest.len());
        rest.get(..length).unwrap_or("")
    }

    /// The first place from `at` on where none of these bytes is.
    pub(crate) fn skip(&self, at: usize, blanks: &[u8]) -> usize {
        self.until(at, |b| !blanks.contains(&b)).len().saturating_add(at)
    }

    /// Whether exactly this text stands at a place.
    pub(crate) fn has(&self, text: &str, at: usize) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.starts_with(text))
    }

    /// Where the member after the one at `at` begins, which may be the end.
    pub(crate) fn next_member(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or("");
        let past = comma(rest).map_or(rest.len(), |comma| comma.saturating_add(1));
        self.skip(at.saturating_add(past), b" \t")
    }
}

/// The first comma outside a string: it ends a member, for inner lists, parameters and other items have none.
pub(crate) fn comma(text: &str) -> Option<usize> {
    // The common case, on several bytes at once; tokens are long.
    if !text.bytes().fold(false, |found, b| found | (b == b',')) {
        return None;
    }
    let mut place = Place::Outside;
    let mut before = b' ';
    for (at, b) in text.bytes().enumerate() {
        place = match (place, b) {
            (Place::Outside, b',') => return Some(at),
            (Place::Outside, b'"') if before == b'%' => Place::Display,
            (Place::Outside, b'"') | (Place::Escape, _) => Place::String,
            (Place::String, b'\\') => Place::Escape,
            (Place::String | Place::Display, b'"') => Place::Outside,
            (place, _) => place,
        };
        before = b;
    }
    None
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Outside,
    String,
    /// After a backslash in a string.
    Escape,
    /// In a display string, where a backslash stands for itself.
    Display,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_in_strings_end_no_member() {
        for (text, expected) in [
            ("a,b", Some(1)),
            (",", Some(0)),
            (r#"a;b="c,d",e"#, Some(9)),
            (r#"a;b="\",",e"#, Some(9)),
            (r#"a;b="\\",e"#, Some(8)),
            (r#"a;b=%"\",e"#, Some(8)),
            (r#"a;b=%"c,d""#, None),
            (r#"a;b="c,d"#, None),
        ] {
            assert_eq!(comma(text), expected, "{text}");
        }
    }
}
