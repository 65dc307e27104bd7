//! The interaction code that a person types or opens.

use core::fmt;

use aauth_types::Secret;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::DeferredError;

/// Crockford's base 32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 8;
const MAX_INPUT: usize = 64;
/// Keeps code hashes apart from everything else that the same secret protects.
const LABEL: &[u8] = b"aauth interaction code\0";

/// An interaction code: 8 Crockford symbols, 40 bits. Prints as `***`.
///
/// It leads to one pending request and authorises nothing by itself. It is not stored: its [`CodeHash`] is.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 section 11.6.3.1.
#[derive(Clone)]
pub struct InteractionCode(Secret<String>);

impl InteractionCode {
    /// Spells 40 bits of a cryptographic generator, five to a symbol, so that every code is equally likely.
    #[must_use]
    pub fn from_entropy(entropy: [u8; 5]) -> Self {
        let bits = entropy.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let text = (0_u32..8).rev().filter_map(|place| symbol(bits >> place.saturating_mul(5))).collect();
        Self(Secret::new(text))
    }

    /// Reads what a person typed: case is folded, hyphens are left out, `I` and `L` are read as `1`, `O` as `0`.
    ///
    /// # Errors
    /// `CodeTooLong`: more than 64 bytes. `CodeSymbol { at }`: any other character, `U` among them.
    /// `CodeLength`: not 8 symbols.
    pub fn read(typed: &str) -> Result<Self, DeferredError> {
        if typed.len() > MAX_INPUT {
            return Err(DeferredError::CodeTooLong { bytes: typed.len() });
        }
        let mut text = String::with_capacity(SYMBOLS);
        for (at, typed) in typed.char_indices().filter(|(_, c)| *c != '-') {
            text.push(fold(typed).ok_or(DeferredError::CodeSymbol { at })?);
        }
        if text.len() != SYMBOLS {
            return Err(DeferredError::CodeLength { symbols: text.len() });
        }
        Ok(Self(Secret::new(text)))
    }

    /// The 8 symbols, upper case, without hyphens: as they go on the wire.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The keyed hash under which the code is stored and found.
    ///
    /// `secret`: one for all instances of a server; who has it can try all codes against a stolen store.
    #[must_use]
    pub fn hash(&self, secret: &Secret<[u8; 32]>) -> CodeHash {
        let mut key = zeroize::Zeroizing::new([0_u8; 64]);
        for (into, from) in key.iter_mut().zip(secret.expose()) {
            *into = *from;
        }
        let mut mac = Hmac::<Sha256>::new((&*key).into());
        mac.update(LABEL);
        mac.update(self.expose().as_bytes());
        CodeHash(mac.finalize().into_bytes().into())
    }
}

fn symbol(bits: u64) -> Option<char> {
    let index = usize::try_from(bits & 31).ok()?;
    ALPHABET.get(index).map(|b| char::from(*b))
}

fn fold(typed: char) -> Option<char> {
    match typed.to_ascii_uppercase() {
        'I' | 'L' => Some('1'),
        'O' => Some('0'),
        upper => u8::try_from(upper).ok().filter(|b| ALPHABET.contains(b)).map(char::from),
    }
}

impl fmt::Debug for InteractionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// HMAC-SHA-256 of a code. Compared in constant time.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeHash([u8; 32]);

impl CodeHash {
    /// The 32 bytes, for instance as the key of a row that points to the pending one.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for CodeHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for CodeHash {}
