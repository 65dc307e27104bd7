//! `Content-Digest`: digests of the body (RFC 9530).

use core::fmt;

use aauth_jose::b64;
use http::{HeaderMap, HeaderValue};
use sfv::visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, DictSerializer, KeyRef};
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use crate::SignatureError;
use crate::field::Field;
use crate::sf::Names;
use crate::structured::{Passed, Refused, Source};

/// A digest algorithm that counts. The others of RFC 9530 are insecure; their digests are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// `sha-256`
    Sha256,
    /// `sha-512`
    Sha512,
}

const ALGORITHMS: [DigestAlgorithm; 2] = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512];

impl DigestAlgorithm {
    /// The algorithm's name in the field.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha512 => "sha-512",
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn of(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(body).to_vec(),
            Self::Sha512 => Sha512::digest(body).to_vec(),
        }
    }
}

/// The digests of one body, at least one of which is by an algorithm that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentDigest(Vec<(DigestAlgorithm, Vec<u8>)>);

impl ContentDigest {
    /// Makes the digest of a body.
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, body: &[u8]) -> Self {
        Self(vec![(algorithm, algorithm.of(body))])
    }

    /// Reads a value of the field. Algorithms that do not count are passed over.
    ///
    /// # Errors
    /// `Malformed`: no dictionary of byte sequences in canonical base64. `DuplicateParameter`: an algorithm twice.
    /// `DigestLength`. `DigestUnsupported`: no algorithm that counts.
    pub fn parse(value: &str) -> Result<Self, SignatureError> {
        let source = Source::new(FIELD, value);
        let digests =
            source.dictionary(Digests { source: &source, known: Names::default(), digests: Vec::new() })?;
        match digests.is_empty() {
            true => Err(SignatureError::DigestUnsupported),
            false => Ok(Self(digests)),
        }
    }

    /// Reads the field, if it is there.
    ///
    /// # Errors
    /// As [`ContentDigest::parse`]; `FieldTooLong`.
    pub fn read(fields: &HeaderMap) -> Result<Option<Self>, SignatureError> {
        FIELD.read(fields)?.map(|value| Self::parse(&value)).transpose()
    }

    /// Compares every digest with the body, in constant time.
    ///
    /// # Errors
    /// `DigestMismatch`: the first algorithm that does not fit.
    pub fn verify(&self, body: &[u8]) -> Result<(), SignatureError> {
        let differs =
            |(algorithm, digest): &&(DigestAlgorithm, Vec<u8>)| !bool::from(algorithm.of(body).ct_eq(digest));
        match self.0.iter().find(differs) {
            Some((algorithm, _)) => Err(SignatureError::DigestMismatch { algorithm: algorithm.name() }),
            None => Ok(()),
        }
    }

    /// The algorithms that count, in order.
    pub fn algorithms(&self) -> impl Iterator<Item = DigestAlgorithm> {
        self.0.iter().map(|(algorithm, _)| *algorithm)
    }

    /// The value of the field.
    ///
    /// # Errors
    /// None that can happen: the text is base64 and names.
    pub fn to_value(&self) -> Result<HeaderValue, SignatureError> {
        HeaderValue::from_str(&self.to_string())
            .map_err(|_| SignatureError::Unwritable { what: "content-digest" })
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut members = DictSerializer::new();
        for (algorithm, digest) in &self.0 {
            let name = KeyRef::from_str(algorithm.name()).map_err(|_| fmt::Error)?;
            members.bare_item(name, digest.as_slice());
        }
        f.write_str(&members.finish().unwrap_or_default())
    }
}

const FIELD: Field = Field::ContentDigest;

/// The digests so far that count.
struct Digests<'s, 'a> {
    source: &'s Source<'a>,
    known: Names<'a>,
    digests: Vec<(DigestAlgorithm, Vec<u8>)>,
}

impl<'a> DictionaryVisitor<'a> for Digests<'_, 'a> {
    type Out = Vec<(DigestAlgorithm, Vec<u8>)>;
    type Error = Refused;

    fn entry(&mut self, key: &'a KeyRef) -> Result<impl EntryVisitor<'a>, Refused> {
        let key = self.source.key(key);
        self.known.add(key.name, key.at, FIELD).map_err(|error| self.source.refuse(error))?;
        let Some(at) = key.value else {
            return Err(self.source.malformed("an algorithm without a digest", key.end));
        };
        Ok(Entry { source: self.source, name: key.name, at, digests: &mut self.digests })
    }

    fn finish(self) -> Result<Self::Out, Refused> {
        Ok(self.digests)
    }
}

/// One digest, at its place.
struct Entry<'d, 's, 'a> {
    source: &'s Source<'a>,
    name: &'a str,
    at: usize,
    digests: &'d mut Vec<(DigestAlgorithm, Vec<u8>)>,
}

impl Entry<'_, '_, '_> {
    fn no_bytes(&self) -> Refused {
        self.source.malformed("a digest that is no canonical byte sequence", self.at)
    }
}

impl<'a> EntryVisitor<'a> for Entry<'_, '_, 'a> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'a>, Refused> {
        match self.source.peek(self.at) {
            Some(b':') => Ok(self),
            _ => Err(self.no_bytes()),
        }
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Refused> {
        Err::<Passed<'_, '_>, _>(self.no_bytes())
    }
}

impl<'a> ItemVisitor<'a> for Entry<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        // `sfv` forgives padding that is missing and bits after the end: two spellings of one digest.
        let BareItemFromInput::ByteSequence(bytes) = item else { return Err(self.no_bytes()) };
        if !self.source.has(&[":", &b64::encode_standard(&bytes), ":"].concat(), self.at) {
            return Err(self.no_bytes());
        }
        if let Some(algorithm) = ALGORITHMS.into_iter().find(|algorithm| algorithm.name() == self.name) {
            let (expected, found) = (algorithm.length(), bytes.len());
            if expected != found {
                let algorithm = algorithm.name();
                return Err(self.source.refuse(SignatureError::DigestLength { algorithm, found, expected }));
            }
            self.digests.push((algorithm, bytes));
        }
        Ok(Passed::new(self.source))
    }
}
