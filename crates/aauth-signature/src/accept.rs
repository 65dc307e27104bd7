//! `Accept-Signature-Scheme` and `Accept-Signature-Alg`: what a server takes, in its order of preference.

use core::fmt;

use aauth_jose::{Algorithm, DRAFT_11};
use http::HeaderMap;
use sfv::visitor::{EntryVisitor, InnerListVisitor, ItemVisitor, ListVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, ListSerializer, TokenRef};

use crate::SignatureError;
use crate::field::Field;
use crate::key_scheme::KeyScheme;
use crate::structured::{Passed, Refused, Source};

/// The schemes that a server takes, preferred ones first, each once. Never sent with 403.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AcceptScheme(Vec<KeyScheme>);

impl AcceptScheme {
    /// A list of schemes; a repeated one counts where it comes first.
    pub fn new(schemes: impl IntoIterator<Item = KeyScheme>) -> Self {
        Self(each_once(schemes))
    }

    /// The schemes, preferred ones first.
    #[must_use]
    pub fn schemes(&self) -> &[KeyScheme] {
        &self.0
    }

    /// Reads a value of the field. Words that are not known are passed over; when none is left, do not sign.
    ///
    /// # Errors
    /// `Malformed`: no list of tokens.
    pub fn parse(value: &str) -> Result<Self, SignatureError> {
        let tokens = tokens(Field::AcceptSignatureScheme, value)?;
        Ok(Self::new(tokens.into_iter().filter_map(KeyScheme::from_word)))
    }

    /// Reads the field, if it is there.
    ///
    /// # Errors
    /// As [`AcceptScheme::parse`]; `FieldTooLong`.
    pub fn read(fields: &HeaderMap) -> Result<Option<Self>, SignatureError> {
        Field::AcceptSignatureScheme.read(fields)?.map(|value| Self::parse(&value)).transpose()
    }
}

impl fmt::Display for AcceptScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&list(self.0.iter().map(|scheme| scheme.word()))?)
    }
}

/// The algorithms that a server takes, preferred ones first, each once. Never sent with 403.
///
/// [`Algorithm`] has no `none`, nothing symmetric and nothing polymorphic, so none of these can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AcceptAlg(Vec<Algorithm>);

impl AcceptAlg {
    /// A list of algorithms; a repeated one counts where it comes first.
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self(each_once(algorithms))
    }

    /// The algorithms, preferred ones first.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.0
    }

    /// Reads a value of the field; case counts. Names that are not known are passed over; when none is left, do not
    /// sign.
    ///
    /// # Errors
    /// `Malformed`: no list of tokens.
    pub fn parse(value: &str) -> Result<Self, SignatureError> {
        let tokens = tokens(Field::AcceptSignatureAlg, value)?;
        Ok(Self::new(tokens.into_iter().filter_map(|name| DRAFT_11.read(name).ok())))
    }

    /// Reads the field, if it is there.
    ///
    /// # Errors
    /// As [`AcceptAlg::parse`]; `FieldTooLong`.
    pub fn read(fields: &HeaderMap) -> Result<Option<Self>, SignatureError> {
        Field::AcceptSignatureAlg.read(fields)?.map(|value| Self::parse(&value)).transpose()
    }
}

impl fmt::Display for AcceptAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&list(self.0.iter().filter_map(|algorithm| DRAFT_11.name(*algorithm)))?)
    }
}

fn each_once<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// A list of tokens; their parameters are passed over (draft-hardt-httpbis-signature-key-09 section 4).
fn tokens(field: Field, value: &str) -> Result<Vec<&str>, SignatureError> {
    let source = Source::new(field, value);
    source.list(Tokens { source: &source, at: None, found: Vec::new() })
}

struct Tokens<'s, 'a> {
    source: &'s Source<'a>,
    /// Where the member before begins.
    at: Option<usize>,
    found: Vec<&'a str>,
}

impl<'a> ListVisitor<'a> for Tokens<'_, 'a> {
    type Out = Vec<&'a str>;
    type Error = Refused;

    fn entry(&mut self) -> Result<impl EntryVisitor<'a>, Refused> {
        let at = match self.at {
            None => self.source.skip(0, b" "),
            Some(before) => self.source.next_member(before),
        };
        self.at = Some(at);
        match self.source.peek(at) {
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'*') => {
                Ok(Entry { source: self.source, found: &mut self.found })
            }
            _ => Err(self.source.malformed("no token", at)),
        }
    }

    fn finish(self) -> Result<Self::Out, Refused> {
        Ok(self.found)
    }
}

/// A member that begins as tokens do.
struct Entry<'f, 's, 'a> {
    source: &'s Source<'a>,
    found: &'f mut Vec<&'a str>,
}

impl<'a> EntryVisitor<'a> for Entry<'_, '_, 'a> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'a>, Refused> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Refused> {
        Ok(Passed::new(self.source))
    }
}

impl<'a> ItemVisitor<'a> for Entry<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        if let BareItemFromInput::Token(token) = item {
            self.found.push(token.as_str());
        }
        Ok(Passed::new(self.source))
    }
}

fn list<'w>(words: impl Iterator<Item = &'w str>) -> Result<String, fmt::Error> {
    let mut list = ListSerializer::new();
    for word in words {
        list.bare_item(TokenRef::from_str(word).map_err(|_| fmt::Error)?);
    }
    Ok(list.finish().unwrap_or_default())
}
