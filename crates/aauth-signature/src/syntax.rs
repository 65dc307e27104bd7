//! How the three fields are spelled: one record for each syntax, chosen once and used for reading and writing.

use std::borrow::Cow;

use aauth_types::Network;
use base64::Engine as _;
use http::header::GetAll;
use http::{HeaderMap, HeaderValue};
use sfv::KeyRef;

use crate::SignatureError;
use crate::field::{Field, trimmed};
use crate::input::{self, SignatureInput};
use crate::key::{self, SchemeWords, SignatureKey};
use crate::spelling::{self, Spelling};
use crate::structured::comma;
use crate::tolerance::{QueryMark, Tolerance};

type ReadKey = for<'a> fn(
    &'a str,
    Option<&str>,
    &SchemeWords,
    Network,
) -> Result<(&'a str, SignatureKey<'a>), SignatureError>;
type WriteKey = fn(&str, &SignatureKey<'_>, &SchemeWords) -> Result<String, SignatureError>;

/// A spelling of `Signature-Key`, `Signature-Input` and `Signature`.
///
/// A request is read in one syntax only. The rows are [`SEED`], [`SEED_DICTIONARY`] and [`DRAFT_11`].
#[derive(Debug, Clone, Copy)]
pub struct FieldSyntax {
    name: &'static str,
    members: Members,
    check_label: fn(&str) -> Result<(), usize>,
    recognise: fn(&str) -> bool,
    read_key: ReadKey,
    write_key: WriteKey,
    words: &'static SchemeWords,
    signature: &'static Spelling,
    pub(crate) query: QueryMark,
}

/// How many lines and members a field may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Members {
    One,
    Several,
}

/// March 2026: `sig=(scheme=jwt jwt="…")`, signatures in base64url without padding; both alphabets are read.
pub static SEED: FieldSyntax = FieldSyntax {
    name: "seed",
    members: Members::One,
    check_label: key::check_label,
    recognise: is_inner_list,
    read_key: key::read_inner_list,
    write_key: key::write_inner_list,
    words: &key::SEED,
    signature: &spelling::URL,
    query: QueryMark::Always,
};

/// March 2026 as the JavaScript packages spell it: `sig=jwks_uri;id="…";well-known="…";kid="…"`, signatures in
/// standard base64; both alphabets are read.
pub static SEED_DICTIONARY: FieldSyntax = FieldSyntax {
    name: "seed-dictionary",
    members: Members::One,
    check_label: any_label,
    recognise: is_dictionary_of_march,
    read_key: key::read_dictionary,
    write_key: key::write_dictionary,
    words: &key::SEED_DICTIONARY,
    signature: &spelling::STANDARD_READING_EITHER,
    query: QueryMark::Always,
};

/// draft-hardt-httpbis-signature-key-09: `sig=jwks_uri;id="…";dwk="….json";kid="…"`, several labels, signatures as
/// byte sequences.
pub static DRAFT_11: FieldSyntax = FieldSyntax {
    name: "draft-11",
    members: Members::Several,
    check_label: any_label,
    recognise: is_dictionary,
    read_key: key::read_dictionary,
    write_key: key::write_dictionary,
    words: &key::DRAFT_11,
    signature: &spelling::BYTE_SEQUENCE,
    query: QueryMark::Always,
};

impl FieldSyntax {
    /// The same syntax that reads one thing more; what it writes stays the same.
    #[must_use]
    pub const fn tolerating(mut self, tolerance: Tolerance) -> Self {
        match tolerance {
            Tolerance::UnpaddedBase64url => self.signature = &spelling::STANDARD_READING_EITHER,
            Tolerance::QueryWithoutItsMark => self.query = QueryMark::MayLack,
        }
        self
    }

    /// `seed`, `seed-dictionary` or `draft-11`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether `Signature-Key` looks like this syntax, well formed or not; `false` without that field.
    ///
    /// The two dictionary syntaxes differ only in some schemes; a value that fits both is recognised by both, so
    /// that the caller's order decides.
    #[must_use]
    pub fn recognises(&self, fields: &HeaderMap) -> bool {
        let line = fields.get(Field::SignatureKey.as_str()).map(|value| trimmed(value.as_bytes()));
        line.and_then(|line| core::str::from_utf8(line).ok()).is_some_and(self.recognise)
    }

    /// Reads a value of `Signature-Key`: its label and its key.
    ///
    /// `label`: the member to read; without it the first. Identifiers on loopback need `network` to admit them.
    ///
    /// # Errors
    /// `Malformed`, `DuplicateLabel`, `SeveralMembers`, `TooManyLabels`, `LabelMismatch`, `DuplicateParameter`: the
    /// field. `KeyParameterMissing`, `KeyParameterUnknown`, `KeyParameterValue`, `ParameterType`,
    /// `UnsupportedAlgorithm`, `InvalidKey`: the selected member.
    pub fn read_key<'a>(
        &self,
        value: &'a str,
        label: Option<&str>,
        network: Network,
    ) -> Result<(&'a str, SignatureKey<'a>), SignatureError> {
        let read = (self.read_key)(value, label, self.words, network)?;
        self.check_member(Field::SignatureKey, value, read.0)?;
        Ok(read)
    }

    /// Writes a value of `Signature-Key` with one member.
    ///
    /// # Errors
    /// `Unwritable`: the label, or a key that this syntax has no word for.
    pub fn write_key(&self, label: &str, key: &SignatureKey<'_>) -> Result<String, SignatureError> {
        self.check_written_label(label)?;
        (self.write_key)(label, key, self.words)
    }

    /// Reads a value of `Signature-Input`.
    ///
    /// `label`: the member to read; without it the first.
    ///
    /// # Errors
    /// `Malformed`, `DuplicateLabel`, `SeveralMembers`, `TooManyLabels`, `LabelMismatch`: the field. For the selected
    /// member: `TooManyComponents`, `DuplicateComponent`, `UnknownComponent`, `UnsupportedComponent`,
    /// `UnsupportedComponentParameter`, `UnknownComponentParameter`, `DuplicateParameter`, `ParameterType`,
    /// `NegativeTime`.
    pub fn read_input<'a>(
        &self,
        value: &'a str,
        label: Option<&str>,
    ) -> Result<SignatureInput<'a>, SignatureError> {
        let read = input::read_dictionary(value, self.asked(label))?;
        self.check_member(Field::SignatureInput, value, read.label())?;
        match label.is_some_and(|label| label != read.label()) {
            true => Err(SignatureError::LabelMismatch { field: Field::SignatureInput }),
            false => Ok(read),
        }
    }

    /// Reads a value of `Signature`: its label and 64 bytes.
    ///
    /// `label`: the member to read; without it the first.
    ///
    /// # Errors
    /// `Malformed`, `DuplicateLabel`, `SeveralMembers`, `TooManyLabels`, `LabelMismatch`: the field.
    /// `SignatureEncoding`, `SignatureLength`: the selected member.
    pub fn read_signature<'a>(
        &self,
        value: &'a str,
        label: Option<&str>,
    ) -> Result<(&'a str, [u8; 64]), SignatureError> {
        let read = (self.signature.read)(value, label)?;
        self.check_member(Field::Signature, value, read.0)?;
        Ok(read)
    }

    /// Writes a value of `Signature` with one member.
    ///
    /// # Errors
    /// `Unwritable`: the label.
    pub fn write_signature(&self, label: &str, signature: &[u8; 64]) -> Result<String, SignatureError> {
        self.check_written_label(label)?;
        let mut text = String::with_capacity(label.len().saturating_add(96));
        text.extend([label, "=:"]);
        self.signature.write.encode_string(signature, &mut text);
        text.push(':');
        Ok(text)
    }

    /// Reads the lines of a field; a second one only where several members are allowed.
    pub(crate) fn value<'a>(
        &self,
        field: Field,
        lines: &GetAll<'a, HeaderValue>,
    ) -> Result<Cow<'a, str>, SignatureError> {
        match lines.iter().nth(1).is_some() && self.members == Members::One {
            true => Err(SignatureError::RepeatedField { field }),
            false => field.join(lines.iter())?.ok_or(SignatureError::MissingField { field }),
        }
    }

    pub(crate) fn check_written_label(&self, label: &str) -> Result<(), SignatureError> {
        match KeyRef::from_str(label).is_ok() && (self.check_label)(label).is_ok() {
            true => Ok(()),
            false => Err(SignatureError::Unwritable { what: "the label" }),
        }
    }

    /// Where one member is allowed, the first one is read and compared, so that a foreign label is told from none.
    fn asked<'l>(&self, label: Option<&'l str>) -> Option<&'l str> {
        match self.members {
            Members::One => None,
            Members::Several => label,
        }
    }

    fn check_member(&self, field: Field, value: &str, label: &str) -> Result<(), SignatureError> {
        if let Err(at) = (self.check_label)(label) {
            return Err(SignatureError::Malformed { field, found: "a character that no label has", at });
        }
        match self.members {
            Members::Several => Ok(()),
            Members::One => match comma(value) {
                Some(at) => Err(SignatureError::SeveralMembers { field, at }),
                None => Ok(()),
            },
        }
    }
}

fn any_label(_: &str) -> Result<(), usize> {
    Ok(())
}

/// What follows the first `=`.
fn after_label(value: &str) -> &str {
    value.split_once('=').map_or("", |(_, member)| member)
}

fn is_inner_list(value: &str) -> bool {
    after_label(value).starts_with('(')
}

fn is_dictionary(value: &str) -> bool {
    !is_inner_list(value) && !value.contains("well-known=")
}

fn is_dictionary_of_march(value: &str) -> bool {
    !is_inner_list(value) && !value.contains("dwk=")
}
