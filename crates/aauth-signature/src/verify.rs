//! From a request to the proof that it was signed: syntax, then rules, then the key.

use std::borrow::Cow;

use aauth_jose::VerifyingKey;
use aauth_types::{Network, Text, Thumbprint, UnixTime};
use http::HeaderValue;
use http::header::GetAll;
use sha2::{Digest as _, Sha256};

use crate::SignatureError;
use crate::base;
use crate::component::{Component, Components};
use crate::coverage::Coverage;
use crate::digest::ContentDigest;
use crate::field::{self, Field};
use crate::head::RequestHead;
use crate::input::SignatureInput;
use crate::key::SignatureKey;
use crate::syntax::FieldSyntax;
use crate::tolerance::QueryMark;

/// A request whose three signature fields are well formed. Nothing is verified: every value is the peer's claim.
#[derive(Debug, Clone)]
pub struct SignedHead<'a> {
    head: RequestHead<'a>,
    key: SignatureKey<'a>,
    input: SignatureInput<'a>,
    signature: [u8; 64],
    query: QueryMark,
}

/// A signed request that covers what it must and was made now. Still nothing is verified, but its key may be fetched.
#[derive(Debug, Clone)]
pub struct Checked<'a> {
    signed: SignedHead<'a>,
    base: Vec<u8>,
    /// What a tolerated signer has signed instead.
    lacking_mark: Option<Vec<u8>>,
    uncovered: Vec<Component>,
    digest: Option<ContentDigest>,
}

/// The proof that one key signed a request. Only [`Checked::verify`] makes it.
///
/// ```compile_fail
/// let forged = aauth_signature::SignatureValid { signature: [0; 64] };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureValid {
    label: Text,
    thumbprint: Thumbprint,
    algorithm: aauth_jose::Algorithm,
    created: UnixTime,
    covered: Components,
    pub(crate) uncovered: Vec<Component>,
    pub(crate) digest: Option<ContentDigest>,
    signature: [u8; 64],
}

impl<'a> SignedHead<'a> {
    /// Reads the three fields in one syntax: the first label of `Signature-Key`, which the others must have too.
    ///
    /// `network`: whether identifiers on loopback are admitted.
    ///
    /// # Errors
    /// `Unsigned`: none of the fields is there. `MissingField`, `RepeatedField`, `HeadTooLong`, `FieldTooLong`,
    /// `LabelMismatch`. Otherwise as [`FieldSyntax::read_key`], [`FieldSyntax::read_input`] and
    /// [`FieldSyntax::read_signature`].
    pub fn parse(
        head: &RequestHead<'a>,
        syntax: &'static FieldSyntax,
        network: Network,
    ) -> Result<Self, SignatureError> {
        Self::parse_label(head, syntax, network, None)
    }

    /// As [`SignedHead::parse`], for one label among several.
    ///
    /// # Errors
    /// As [`SignedHead::parse`]; `LabelMismatch` also when `Signature-Key` lacks the label.
    pub fn parse_label(
        head: &RequestHead<'a>,
        syntax: &'static FieldSyntax,
        network: Network,
        label: Option<&str>,
    ) -> Result<Self, SignatureError> {
        let [keys, inputs, signatures] = FIELDS.map(|field| head.fields.get_all(field.name()));
        check_presence([&keys, &inputs, &signatures])?;
        field::check_sizes(head.fields)?;
        let value = syntax.value(Field::SignatureKey, &keys)?;
        let (label, key) = match &value {
            Cow::Borrowed(text) => syntax.read_key(text, label, network)?,
            Cow::Owned(text) => {
                let (label, key) = syntax.read_key(text, label, network)?;
                (label, key.into_owned())
            }
        };
        let input = match syntax.value(Field::SignatureInput, &inputs)? {
            Cow::Borrowed(text) => syntax.read_input(text, Some(label))?,
            Cow::Owned(text) => syntax.read_input(&text, Some(label))?.into_owned(),
        };
        let signature = syntax.value(Field::Signature, &signatures)?;
        let (_, signature) = syntax.read_signature(&signature, Some(label))?;
        Ok(Self { head: *head, key, input, signature, query: syntax.query })
    }

    /// The label of the signature.
    #[must_use]
    pub fn label(&self) -> &str {
        self.input.label()
    }

    /// Which key the request says it was signed with.
    #[must_use]
    pub fn key(&self) -> &SignatureKey<'a> {
        &self.key
    }

    /// What the request says is covered, and the parameters.
    #[must_use]
    pub fn input(&self) -> &SignatureInput<'a> {
        &self.input
    }

    /// Checks coverage and times, and builds the signature base: all that can be refused before a key is fetched.
    ///
    /// # Errors
    /// `CoverageShort`, `CreatedMissing`, `CreatedStale`, `CreatedAhead`, `Expired`, in this order. `FieldAbsent`,
    /// `ForbiddenByte`, `Authority`, `RequestTarget`: no base. `Malformed`: a covered `content-digest`.
    pub fn check(self, rule: &Coverage, now: UnixTime) -> Result<Checked<'a>, SignatureError> {
        rule.check_components(&self.head, &self.input)?;
        rule.check_times(&self.input, now)?;
        let base = base::signature_base(&self.head, &self.input)?;
        let digest = match self.input.components().contains(&Component::CONTENT_DIGEST) {
            true => ContentDigest::read(self.head.fields)?,
            false => None,
        };
        let uncovered = rule.content_uncovered(self.input.components());
        let lacking_mark = match self.query {
            QueryMark::Always => None,
            QueryMark::MayLack => base::without_query_mark(&self.head, &self.input, &base),
        };
        Ok(Checked { signed: self, base, lacking_mark, uncovered, digest })
    }
}

impl Checked<'_> {
    /// The label of the signature.
    #[must_use]
    pub fn label(&self) -> &str {
        self.signed.label()
    }

    /// Which key the request says it was signed with.
    #[must_use]
    pub fn key(&self) -> &SignatureKey<'_> {
        self.signed.key()
    }

    /// What the request says is covered, and the parameters.
    #[must_use]
    pub fn input(&self) -> &SignatureInput<'_> {
        &self.signed.input
    }

    /// The bytes that must have been signed.
    #[must_use]
    pub fn base(&self) -> &[u8] {
        &self.base
    }

    /// Verifies the signature with the key to which [`Checked::key`] led.
    ///
    /// The algorithm is the key's. A signature parameter `alg` is ignored; it stays in the base.
    ///
    /// # Errors
    /// `Mismatch`. `ForeignKey`: the request carries its key and this is another.
    pub fn verify(&self, key: &VerifyingKey) -> Result<SignatureValid, SignatureError> {
        if matches!(self.key(), SignatureKey::Hwk(own) if own.key() != key) {
            return Err(SignatureError::ForeignKey);
        }
        let signs = |base: &Vec<u8>| key.verify(base, &self.signed.signature).is_ok();
        if !signs(&self.base) && !self.lacking_mark.as_ref().is_some_and(signs) {
            return Err(SignatureError::Mismatch);
        }
        let input = &self.signed.input;
        Ok(SignatureValid {
            label: input.label().into(),
            thumbprint: key.thumbprint(),
            algorithm: key.algorithm(),
            created: input.created().ok_or(SignatureError::CreatedMissing)?,
            covered: input.components().iter().cloned().collect(),
            uncovered: self.uncovered.clone(),
            digest: self.digest.clone(),
            signature: self.signed.signature,
        })
    }
}

impl SignatureValid {
    /// The label of the signature.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The thumbprint of the key that signed.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    /// When the signer says it signed; it was within the window.
    #[must_use]
    pub fn created(&self) -> UnixTime {
        self.created
    }

    /// What is covered, in order.
    #[must_use]
    pub fn covered(&self) -> &[Component] {
        &self.covered
    }

    /// Whether the signature covers this.
    #[must_use]
    pub fn covers(&self, component: &Component) -> bool {
        self.covered.contains(component)
    }

    /// What two copies of one request have in common, for a guard against replay: a digest of signature and body.
    ///
    /// `body_digest`: SHA-256 of the body as received. Keep the key for twice the window. Of an ES256 signature only
    /// the first half counts, because whoever sees (r, s) can make (r, n−s), which verifies too.
    #[must_use]
    pub fn replay_key(&self, body_digest: &[u8; 32]) -> [u8; 32] {
        let (first, second) = self.signature.split_at(32);
        let mut hash = Sha256::new();
        hash.update(b"aauth request replay\0");
        hash.update(first);
        if self.algorithm == aauth_jose::Algorithm::Ed25519 {
            hash.update(second);
        }
        hash.update(body_digest);
        hash.finalize().into()
    }
}

const FIELDS: [Field; 3] = [Field::SignatureKey, Field::SignatureInput, Field::Signature];

fn check_presence(lines: [&GetAll<'_, HeaderValue>; 3]) -> Result<(), SignatureError> {
    let absent = lines.map(|lines| lines.iter().next().is_none());
    match absent {
        [false, false, false] => Ok(()),
        [true, true, true] => Err(SignatureError::Unsigned),
        [true, ..] => Err(SignatureError::MissingField { field: Field::SignatureKey }),
        [_, true, _] => Err(SignatureError::MissingField { field: Field::SignatureInput }),
        [_, _, true] => Err(SignatureError::MissingField { field: Field::Signature }),
    }
}
