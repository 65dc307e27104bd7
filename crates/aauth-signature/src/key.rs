//! `Signature-Key`: which key made the signature.

mod dictionary;
mod inner_list;
mod scheme;

use core::fmt;
use std::borrow::Cow;

use aauth_jose::PublicJwk;
use aauth_types::{Document, KeyRef, ServerId};
use smallvec::SmallVec;

use crate::key_scheme::KeyScheme;

pub(crate) use dictionary::{read as read_dictionary, write as write_dictionary};
pub(crate) use inner_list::{check_label, read as read_inner_list, write as write_inner_list};
pub(crate) use scheme::{DRAFT_11, SEED, SEED_DICTIONARY, SchemeWords};

/// What `Signature-Key` says about the key.
///
/// A token and a name are those in the field, not copies. `Debug` does not print tokens.
#[derive(Clone, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one a request, on the stack; a box would be one more allocation"
)]
pub enum SignatureKey<'a> {
    /// `hwk`: the key itself. It names nobody.
    Hwk(PublicJwk),
    /// `jwks_uri`: the key `kid` in the set that `id` names in its metadata.
    JwksUri {
        /// Who publishes the key.
        id: ServerId,
        /// The metadata document.
        document: Document,
        /// The key in the set.
        kid: Cow<'a, str>,
    },
    /// `jwt`: a compact token with the key in `cnf`; three base64url parts, nothing more is known of it.
    Jwt(Cow<'a, str>),
    /// A scheme that is not used here (`jkt-jwt`, `self-jwt`, `x509`, `jwks`, `cached` or unknown), for a dialect to
    /// refuse. Its parameters are kept, in order, and not validated.
    Other {
        /// The scheme's name.
        scheme: String,
        /// Name and value of each parameter.
        parameters: Vec<(String, KeyParameter)>,
    },
}

/// A parameter of a scheme that is not used here (RFC 9651 section 3.3).
#[derive(Clone, PartialEq, Eq)]
pub enum KeyParameter {
    /// A string, unescaped.
    String(String),
    /// A token.
    Token(String),
    /// An integer.
    Integer(i64),
    /// A decimal, as received.
    Decimal(String),
    /// A byte sequence, as received: base64 between the colons.
    Bytes(String),
    /// A boolean.
    Boolean(bool),
    /// Seconds since 1970.
    Date(i64),
    /// A display string, as received: between the quotes, with percent escapes.
    Display(String),
}

impl SignatureKey<'_> {
    /// The word for the scheme.
    #[must_use]
    pub fn scheme(&self) -> &str {
        match self {
            Self::Hwk(_) => KeyScheme::Hwk.word(),
            Self::JwksUri { .. } => KeyScheme::JwksUri.word(),
            Self::Jwt(_) => KeyScheme::Jwt.word(),
            Self::Other { scheme, .. } => scheme,
        }
    }

    fn other(scheme: &str, parameters: Parameters<'_>) -> Self {
        let kept = |given: Parameter<'_>| (given.name.to_owned(), given.value.into());
        Self::Other { scheme: scheme.to_owned(), parameters: parameters.into_iter().map(kept).collect() }
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> SignatureKey<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Hwk(jwk) => SignatureKey::Hwk(jwk),
            Self::JwksUri { id, document, kid } => SignatureKey::JwksUri { id, document, kid: owned(kid) },
            Self::Jwt(token) => SignatureKey::Jwt(owned(token)),
            Self::Other { scheme, parameters } => SignatureKey::Other { scheme, parameters },
        }
    }

    /// Where to find the key, when it has to be fetched.
    #[must_use]
    pub fn key_ref(&self) -> Option<KeyRef> {
        match self {
            Self::JwksUri { id, document, kid } => {
                Some(KeyRef { issuer: id.clone(), document: *document, kid: kid.clone().into_owned() })
            }
            _ => None,
        }
    }
}

impl fmt::Debug for SignatureKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hwk(jwk) => f.debug_tuple("Hwk").field(jwk).finish(),
            Self::JwksUri { id, document, kid } => f
                .debug_struct("JwksUri")
                .field("id", id)
                .field("document", document)
                .field("kid", kid)
                .finish(),
            Self::Jwt(_) => f.write_str("Jwt(***)"),
            Self::Other { scheme, .. } => {
                f.debug_struct("Other").field("scheme", scheme).finish_non_exhaustive()
            }
        }
    }
}

impl fmt::Debug for KeyParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyParameter(***)")
    }
}

/// A parameter of a member in any spelling, and where it stands.
#[derive(Debug)]
pub(crate) struct Parameter<'a> {
    name: &'a str,
    at: usize,
    value: Value<'a>,
    /// The name's place when there is no value.
    value_at: usize,
}

/// The parameters of a member; few, as a rule.
pub(crate) type Parameters<'a> = SmallVec<[Parameter<'a>; 4]>;

/// A string, which is all that the schemes in use have, is not copied.
#[derive(Debug)]
enum Value<'a> {
    String(Cow<'a, str>),
    Other(KeyParameter),
}

impl From<Value<'_>> for KeyParameter {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::String(text) => Self::String(text.into_owned()),
            Value::Other(value) => value,
        }
    }
}
