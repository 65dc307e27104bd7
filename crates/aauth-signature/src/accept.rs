//! `Accept-Signature-Scheme` and `Accept-Signature-Alg`: what a server takes, in its order of preference.

use core::fmt;

use aauth_jose::{Algorithm, DRAFT_11};
use http::HeaderMap;

use crate::SignatureError;
use crate::field::Field;
use crate::key_scheme::KeyScheme;
use crate::sf::{Bare, Cursor};

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
        f.write_str(&self.0.iter().map(|scheme| scheme.word()).collect::<Vec<_>>().join(", "))
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
        let names: Vec<_> = self.0.iter().filter_map(|algorithm| DRAFT_11.name(*algorithm)).collect();
        f.write_str(&names.join(", "))
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
    let mut cursor = Cursor::new(field, value);
    let mut found = Vec::new();
    let mut first = true;
    while let Some(at) = cursor.separated(first)? {
        first = false;
        match cursor.peek() {
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'*') => {}
            _ => return Err(SignatureError::Malformed { field, found: "no token", at }),
        }
        if let Bare::Token(token) = cursor.bare()? {
            found.push(token);
        }
        cursor.skip_parameters()?;
    }
    Ok(found)
}
