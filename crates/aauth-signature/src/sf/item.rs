//! Bare items and the escapes of strings.

use std::borrow::Cow;

use super::{Cursor, Found};

/// A bare item (RFC 9651 section 3.3), as far as a signature needs one; what needs decoding is kept as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare<'a> {
    Integer(i64),
    /// Between the quotes, with its escapes.
    String(&'a str),
    /// Between the colons.
    Bytes(&'a str),
    /// Decimal, token, boolean, date or display string.
    Other,
}

impl<'a> Cursor<'a> {
    /// RFC 9651 section 4.2.3.1.
    pub(crate) fn bare(&mut self) -> Found<Bare<'a>> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.quoted().map(Bare::String),
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'*') => {
                self.take_while(is_token_byte);
                Ok(Bare::Other)
            }
            Some(b':') => self.bytes(),
            Some(b'?') => self.boolean(),
            Some(b'@') => self.date(),
            Some(b'%') => self.display(),
            _ => self.malformed("no item"),
        }
    }

    fn number(&mut self) -> Found<Bare<'a>> {
        let start = self.at;
        self.eat(b'-');
        let whole = self.take_while(|b| b.is_ascii_digit()).len();
        if whole == 0 {
            return self.malformed("no digit");
        }
        if !self.eat(b'.') {
            return match self.since(start).parse() {
                Ok(number) if whole <= 15 => Ok(Bare::Integer(number)),
                _ => self.malformed("an integer of more than 15 digits"),
            };
        }
        let fraction = self.take_while(|b| b.is_ascii_digit()).len();
        match whole <= 12 && (1..=3).contains(&fraction) {
            true => Ok(Bare::Other),
            false => self.malformed("a decimal of too many or too few digits"),
        }
    }

    /// The text between quotes; the only escapes are `\"` and `\\`.
    pub(crate) fn quoted(&mut self) -> Found<&'a str> {
        if !self.eat(b'"') {
            return self.malformed("no string");
        }
        let start = self.at;
        loop {
            self.take_while(|b| matches!(b, b' '..=b'~') && b != b'"' && b != b'\\');
            let end = self.at;
            if self.eat(b'"') {
                return Ok(self.text.get(start..end).unwrap_or(""));
            }
            if !self.eat(b'\\') {
                return self.malformed("a byte that no string has, or no end of a string");
            }
            if !self.eat(b'"') && !self.eat(b'\\') {
                return self.malformed("an escape that no string has");
            }
        }
    }

    fn bytes(&mut self) -> Found<Bare<'a>> {
        self.eat(b':');
        let text = self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
        let digits = text.trim_end_matches('=');
        let padding = text.len().saturating_sub(digits.len());
        let whole = match padding {
            0 => digits.len() % 4 != 1,
            1 | 2 => text.len().is_multiple_of(4),
            _ => false,
        };
        match whole && !digits.contains('=') && self.eat(b':') {
            true => Ok(Bare::Bytes(text)),
            false => self.malformed("no byte sequence"),
        }
    }

    fn boolean(&mut self) -> Found<Bare<'a>> {
        self.eat(b'?');
        match self.eat(b'1') || self.eat(b'0') {
            true => Ok(Bare::Other),
            false => self.malformed("no boolean"),
        }
    }

    fn date(&mut self) -> Found<Bare<'a>> {
        self.eat(b'@');
        match self.number()? {
            Bare::Integer(_) => Ok(Bare::Other),
            _ => self.malformed("a date that is no integer"),
        }
    }

    fn display(&mut self) -> Found<Bare<'a>> {
        self.eat(b'%');
        if !self.eat(b'"') {
            return self.malformed("no display string");
        }
        let start = self.at;
        let text = self.take_while(|b| matches!(b, b' '..=b'~') && b != b'"');
        if !self.eat(b'"') || !is_display_text(text) {
            self.at = start;
            return self.malformed("no display string");
        }
        Ok(Bare::Other)
    }
}

/// Resolves the two escapes of a string.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    // Names are short: comparing each byte costs less than a search.
    if text.bytes().all(|b| b != b'\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        escaped = c == '\\' && !escaped;
        if !escaped {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `tchar`, `:` and `/` (RFC 9651 section 4.2.6).
pub(crate) const fn is_token_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+'
        | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' | b':' | b'/')
}

/// Whether percent escapes are two lower-case hexadecimal digits and all together are UTF-8.
fn is_display_text(text: &str) -> bool {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [] => return core::str::from_utf8(&out).is_ok(),
            [b'%', high, low, after @ ..] => match (nibble(*high), nibble(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after;
                }
                _ => return false,
            },
            [b'%', ..] => return false,
            [b, after @ ..] => {
                out.push(*b);
                rest = after;
            }
        }
    }
}

const fn nibble(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b.saturating_sub(b'0')),
        b'a'..=b'f' => Some(b.saturating_sub(b'a').saturating_add(10)),
        _ => None,
    }
}
