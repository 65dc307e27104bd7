//! `Content-Digest`: digests of the body (RFC 9530).

use core::fmt;

use aauth_jose::b64;
use http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;

use crate::SignatureError;
use crate::field::Field;
use crate::sf::{Bare, Cursor, Names};

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
        let mut cursor = Cursor::new(FIELD, value);
        let mut known = Names::default();
        let mut digests = Vec::new();
        let mut first = true;
        while let Some(at) = cursor.separated(first)? {
            first = false;
            let name = cursor.key()?;
            known.add(name, at, FIELD)?;
            let bytes = read_bytes(&mut cursor)?;
            cursor.skip_parameters()?;
            let Some(algorithm) = ALGORITHMS.into_iter().find(|algorithm| algorithm.name() == name) else {
                continue;
            };
            let (expected, found) = (algorithm.length(), bytes.len());
            if expected != found {
                return Err(SignatureError::DigestLength { algorithm: algorithm.name(), found, expected });
            }
            digests.push((algorithm, bytes));
        }
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
        for (index, (algorithm, digest)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}=:{}:", algorithm.name(), b64::encode_standard(digest))?;
        }
        Ok(())
    }
}

const FIELD: Field = Field::ContentDigest;

fn read_bytes(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, SignatureError> {
    if !cursor.eat(b'=') {
        return cursor.malformed("an algorithm without a digest");
    }
    let at = cursor.at();
    let found = "a digest that is no canonical byte sequence";
    let malformed = SignatureError::Malformed { field: FIELD, found, at };
    match cursor.peek() {
        Some(b':') => match cursor.bare()? {
            Bare::Bytes(text) => b64::decode_standard(text).map_err(|_| malformed),
            _ => Err(malformed),
        },
        _ => Err(malformed),
    }
}
