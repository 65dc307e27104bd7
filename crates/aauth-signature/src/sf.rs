//! A cursor over `Signature-Input`, `Signature` and what of `Signature-Key` is no structured field.
//!
//! A signature is made over the received spelling of `Signature-Input`, which `sfv` does not keep. The other fields
//! are read in `structured.rs`.

mod item;

use crate::SignatureError;
use crate::field::Field;
use crate::limits::{MAX_LABELS, MAX_PARAMETERS};
pub(crate) use item::{Bare, is_token_byte, unescaped};

#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    field: Field,
    text: &'a str,
    at: usize,
}

const CHUNK: usize = 16;

pub(crate) type Found<T> = Result<T, SignatureError>;

impl<'a> Cursor<'a> {
    /// Begins at the first byte that is not a space (RFC 9651 section 4.2, step 2).
    pub(crate) fn new(field: Field, text: &'a str) -> Self {
        let mut cursor = Self { field, text: text.trim_end_matches(' '), at: 0 };
        cursor.skip_spaces();
        cursor
    }

    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(crate) fn eat(&mut self, wanted: u8) -> bool {
        let eaten = self.peek() == Some(wanted);
        if eaten {
            self.at = self.at.saturating_add(1);
        }
        eaten
    }

    /// The text from `start` to here.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    pub(crate) fn malformed<T>(&self, found: &'static str) -> Found<T> {
        Err(SignatureError::Malformed { field: self.field, found, at: self.at })
    }

    pub(crate) fn skip_spaces(&mut self) {
        while self.eat(b' ') {}
    }

    fn skip_blanks(&mut self) {
        while self.eat(b' ') || self.eat(b'\t') {}
    }

    pub(crate) fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or(&[]);
        // Whole chunks first, without an early end, so that bytes are compared several at once; tokens are long.
        let all = |chunk: &&[u8]| chunk.iter().fold(true, |so_far, b| so_far & belongs(*b));
        let whole = rest.chunks_exact(CHUNK).take_while(all).count().saturating_mul(CHUNK);
        let tail = rest.get(whole..).unwrap_or(&[]);
        let length = tail.iter().position(|b| !belongs(*b)).unwrap_or(tail.len()).saturating_add(whole);
        let start = self.at;
        self.at = start.saturating_add(length);
        self.since(start)
    }

    /// As [`Cursor::take_while`], for names, which are shorter than a chunk.
    pub(crate) fn take_short(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at = self.at.saturating_add(1);
        }
        self.since(start)
    }

    /// The text up to `end`, which is passed over.
    pub(crate) fn until(&mut self, end: u8) -> Found<&'a str> {
        let text = self.take_while(|b| b != end);
        match self.eat(end) {
            true => Ok(text),
            false => self.malformed("no end of the value"),
        }
    }

    /// RFC 9651 section 4.2.3.3.
    pub(crate) fn key(&mut self) -> Found<&'a str> {
        match self.peek() {
            Some(b'a'..=b'z' | b'*') => Ok(self.take_short(is_key_byte)),
            _ => self.malformed("no key"),
        }
    }

    /// Goes on to the next member of a dictionary and past its key, which is returned; `None` at the end.
    ///
    /// `known`: the keys so far, to which this one is added.
    pub(crate) fn member(&mut self, known: &mut Labels<'a>) -> Found<Option<&'a str>> {
        if !known.is_empty() {
            self.separator()?;
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        let at = self.at;
        let key = self.key()?;
        known.add(key, at, self.field)?;
        Ok(Some(key))
    }

    /// Goes past the comma between two members, or to the end.
    fn separator(&mut self) -> Found<()> {
        self.skip_blanks();
        let comma = self.eat(b',');
        self.skip_blanks();
        match (comma, self.peek()) {
            (true, None) => self.malformed("nothing after the last comma"),
            (false, Some(_)) => self.malformed("no comma between members"),
            (true, Some(_)) | (false, None) => Ok(()),
        }
    }

    /// Passes over the value of a member with its parameters, if there is one.
    pub(crate) fn skip_member(&mut self) -> Found<()> {
        if self.eat(b'=') {
            match self.peek() {
                Some(b'(') => self.skip_inner_list()?,
                _ => self.bare().map(|_| ())?,
            }
        }
        self.skip_parameters()
    }

    fn skip_inner_list(&mut self) -> Found<()> {
        self.open_list()?;
        while self.next_item()? {
            self.bare()?;
            self.skip_parameters()?;
        }
        Ok(())
    }

    pub(crate) fn open_list(&mut self) -> Found<()> {
        match self.eat(b'(') {
            true => Ok(()),
            false => self.malformed("no inner list"),
        }
    }

    /// Goes on to the next item of an inner list, or past its end: whether there is an item.
    pub(crate) fn next_item(&mut self) -> Found<bool> {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        let spaced = matches!(before, Some(b'(')) || self.peek() == Some(b' ');
        self.skip_spaces();
        match self.peek() {
            None => self.malformed("an inner list without end"),
            Some(b')') => {
                self.at = self.at.saturating_add(1);
                Ok(false)
            }
            Some(_) if spaced => Ok(true),
            Some(_) => self.malformed("no space between items"),
        }
    }

    pub(crate) fn skip_parameters(&mut self) -> Found<()> {
        let mut known = Names::default();
        while self.parameter(&mut known)?.is_some() {}
        Ok(())
    }

    /// The next parameter: its name, its value, where the name stands; `None` when there is no further one.
    ///
    /// `known`: the names so far, to which this one is added.
    pub(crate) fn parameter(&mut self, known: &mut Names<'a>) -> Found<Option<Parameter<'a>>> {
        if !self.eat(b';') {
            return Ok(None);
        }
        self.skip_spaces();
        let at = self.at;
        let name = self.key()?;
        known.add(name, at, self.field)?;
        let value_at = match self.eat(b'=') {
            true => self.at,
            false => at,
        };
        let value = match value_at == at {
            true => Bare::Other,
            false => self.bare()?,
        };
        Ok(Some(Parameter { name, at, value, value_at, text: self.since(value_at) }))
    }
}

/// A parameter and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) name: &'a str,
    pub(crate) at: usize,
    pub(crate) value: Bare<'a>,
    pub(crate) value_at: usize,
    /// The value as it was received; the name when there is no `=`.
    pub(crate) text: &'a str,
}

/// The keys of a dictionary so far.
#[derive(Debug, Default)]
pub(crate) struct Labels<'a> {
    keys: [&'a str; MAX_LABELS],
    count: usize,
}

impl<'a> Labels<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn add(&mut self, key: &'a str, at: usize, field: Field) -> Found<()> {
        if self.keys.contains(&key) {
            return Err(SignatureError::DuplicateLabel { field, at });
        }
        let free = self.keys.get_mut(self.count);
        *free.ok_or(SignatureError::TooManyLabels { field, limit: MAX_LABELS })? = key;
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

/// The names of parameters so far; the first ones without asking for memory.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    first: [&'a str; 8],
    count: usize,
    further: Vec<&'a str>,
}

impl<'a> Names<'a> {
    pub(crate) fn add(&mut self, name: &'a str, at: usize, field: Field) -> Found<()> {
        // No name is empty, as places without one are.
        if self.first.contains(&name) || self.further.contains(&name) {
            return Err(SignatureError::DuplicateParameter { field, at });
        }
        if self.count >= MAX_PARAMETERS {
            return Err(SignatureError::TooManyParameters { field, limit: MAX_PARAMETERS });
        }
        match self.first.get_mut(self.count) {
            Some(free) => *free = name,
            None => self.further.push(name),
        }
        self.count = self.count.saturating_add(1);
        Ok(())
    }
}

const fn is_key_byte(b: u8) -> bool {
    matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*')
}
