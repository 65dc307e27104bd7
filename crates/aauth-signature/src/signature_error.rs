//! `Signature-Error`: how a server of the draft says what is wrong with a signature.

mod members;

use core::fmt;

use http::HeaderMap;
use sfv::{DictSerializer, KeyRef, StringRef, TokenRef};

use crate::SignatureError;
use crate::component::Component;
use crate::field::Field;
use crate::sf::Names;
use crate::structured::Source;
use members::Members;

/// A code of `Signature-Error`.
///
/// Source: draft-hardt-httpbis-signature-key-09 section 5.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The algorithm or key type is not accepted: pick from `Accept-Signature-Alg`.
    UnsupportedAlgorithm,
    /// The scheme is not accepted: pick from `Accept-Signature-Scheme`.
    UnsupportedScheme,
    /// The cached assertion is not known: send it whole.
    CacheMiss,
    /// A field is missing or malformed, too old, or does not verify: sign again.
    InvalidSignature,
    /// Too little is covered: sign again with `required_input`.
    InvalidInput,
    /// The request is malformed apart from its signature.
    InvalidRequest,
    /// The key cannot be read or contradicts its algorithm: use another.
    InvalidKey,
    /// The key set has no key of this name: publish it.
    UnknownKey,
    /// The metadata document names no issuer.
    IssuerMissing,
    /// The metadata document names another issuer.
    IssuerMismatch,
    /// The token is malformed or does not verify: get a new one.
    InvalidJwt,
    /// The token has expired: get a new one.
    ExpiredJwt,
    /// The token was withdrawn: ask its issuer, do not present it again.
    RevokedJwt,
    /// Token or signature come from the future: wait, do not refresh.
    ClockSkew,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 14] = [
        Self::UnsupportedAlgorithm,
        Self::UnsupportedScheme,
        Self::CacheMiss,
        Self::InvalidSignature,
        Self::InvalidInput,
        Self::InvalidRequest,
        Self::InvalidKey,
        Self::UnknownKey,
        Self::IssuerMissing,
        Self::IssuerMismatch,
        Self::InvalidJwt,
        Self::ExpiredJwt,
        Self::RevokedJwt,
        Self::ClockSkew,
    ];

    /// The word in the field.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::UnsupportedScheme => "unsupported_scheme",
            Self::CacheMiss => "cache_miss",
            Self::InvalidSignature => "invalid_signature",
            Self::InvalidInput => "invalid_input",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidKey => "invalid_key",
            Self::UnknownKey => "unknown_key",
            Self::IssuerMissing => "issuer_missing",
            Self::IssuerMismatch => "issuer_mismatch",
            Self::InvalidJwt => "invalid_jwt",
            Self::ExpiredJwt => "expired_jwt",
            Self::RevokedJwt => "revoked_jwt",
            Self::ClockSkew => "clock_skew",
        }
    }

    /// Reads the word; `None` when no code has it.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.word() == word)
    }

    /// The `type` of a problem body that goes with the field: `urn:ietf:params:sig-error:` and the word.
    #[must_use]
    pub fn problem_type(self) -> String {
        ["urn:ietf:params:sig-error:", self.word()].concat()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What a `Signature-Error` field says. It outranks a body, and is never sent with 403.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    word: String,
    required_input: Vec<Component>,
}

impl Refusal {
    /// A refusal without required components.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { word: code.word().to_owned(), required_input: Vec::new() }
    }

    /// The refusal that tells a peer of this error, with the components that it would have to cover.
    #[must_use]
    pub fn of(error: &SignatureError) -> Self {
        let required_input = match error {
            SignatureError::CoverageShort { required, .. } => required.clone(),
            _ => Vec::new(),
        };
        Self { required_input, ..Self::new(error.code()) }
    }

    /// The code; `None` for one that is not known here, which a client cannot act upon.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        ErrorCode::from_word(&self.word)
    }

    /// The code's word as received.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// What the next signature must cover.
    #[must_use]
    pub fn required_input(&self) -> &[Component] {
        &self.required_input
    }

    /// Reads the field, if it is there.
    ///
    /// # Errors
    /// As [`Refusal::parse`]; `FieldTooLong`.
    pub fn read(fields: &HeaderMap) -> Result<Option<Self>, SignatureError> {
        FIELD.read(fields)?.map(|value| Self::parse(&value)).transpose()
    }

    /// Reads a value of the field. Members that are not known are passed over.
    ///
    /// # Errors
    /// `Malformed`: no dictionary, no `error`, or an `error` that is no token. `DuplicateParameter`: a member twice.
    /// `UnknownComponent`, `UnsupportedComponent`, `UnsupportedComponentParameter`, `UnknownComponentParameter`,
    /// `DuplicateComponent`, `TooManyComponents`: `required_input`.
    pub fn parse(value: &str) -> Result<Self, SignatureError> {
        let source = Source::new(FIELD, value);
        let members =
            Members { source: &source, known: Names::default(), word: None, required_input: Vec::new() };
        let Members { word, required_input, .. } = source.dictionary(members)?;
        match word {
            Some(word) => Ok(Self { word, required_input }),
            None => Err(SignatureError::Malformed { field: FIELD, found: "no error", at: 0 }),
        }
    }
}

impl fmt::Display for Refusal {
    /// Writes the value of the field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut members = DictSerializer::new();
        members.bare_item(ERROR, TokenRef::from_str(&self.word).map_err(|_| fmt::Error)?);
        if !self.required_input.is_empty() {
            let mut list = members.inner_list(REQUIRED_INPUT);
            for component in &self.required_input {
                list.bare_item(StringRef::from_str(component.name()).map_err(|_| fmt::Error)?);
            }
        }
        f.write_str(&members.finish().unwrap_or_default())
    }
}

const FIELD: Field = Field::SignatureError;
const ERROR: &KeyRef = sfv::key_ref("error");
const REQUIRED_INPUT: &KeyRef = sfv::key_ref("required_input");
