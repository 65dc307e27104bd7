//! Signing a request: the base goes out, the signature comes back.

use aauth_jose::Signer;
use aauth_types::UnixTime;
use http::{HeaderName, HeaderValue};

use crate::SignatureError;
use crate::base;
use crate::component::{Component, Components, is_field_name};
use crate::coverage::Coverage;
use crate::field::Field;
use crate::head::RequestHead;
use crate::input::{SignatureInput, SignatureParameters};
use crate::key::SignatureKey;
use crate::syntax::FieldSyntax;

/// The three fields of a signature, to be put into the request as they are.
pub type SignatureFields = [(HeaderName, HeaderValue); 3];

/// A request that waits for its signature. Hand [`Unsigned::base`] to whoever holds the key, which may take its time,
/// then [`Unsigned::attach`] what comes back.
#[derive(Debug, Clone)]
pub struct Unsigned {
    syntax: &'static FieldSyntax,
    key: String,
    input: SignatureInput<'static>,
    base: Vec<u8>,
}

impl Unsigned {
    /// Prepares a signature made at `now`, label `sig`, that covers what `cover` requires of this request.
    ///
    /// `head`: with every field that is to be covered, except `Signature-Key`. For a body that is to be bound, put
    /// `Content-Digest` (and `Content-Type`, `Content-Length`) there first.
    ///
    /// # Errors
    /// `FieldAbsent`, `ForbiddenByte`: a field to be covered. `Authority`, `RequestTarget`: the head. `Uncoverable`:
    /// `signature`, `signature-input`, or a name that is no field's. `Unwritable`: the key, in this syntax.
    pub fn new(
        head: &RequestHead<'_>,
        key: &SignatureKey<'_>,
        syntax: &'static FieldSyntax,
        cover: &Coverage,
        now: UnixTime,
    ) -> Result<Self, SignatureError> {
        Self::prepare(head, key, syntax, cover, SignatureParameters::new(now))
    }

    /// As [`Unsigned::new`], with a label and parameters of the caller's choice.
    ///
    /// # Errors
    /// As [`Unsigned::new`]; `Unwritable` also for the label or a parameter.
    pub fn with_parameters(
        head: &RequestHead<'_>,
        key: &SignatureKey<'_>,
        syntax: &'static FieldSyntax,
        cover: &Coverage,
        parameters: &SignatureParameters,
    ) -> Result<Self, SignatureError> {
        Self::prepare(head, key, syntax, cover, parameters.clone())
    }

    fn prepare(
        head: &RequestHead<'_>,
        key: &SignatureKey<'_>,
        syntax: &'static FieldSyntax,
        cover: &Coverage,
        parameters: SignatureParameters,
    ) -> Result<Self, SignatureError> {
        let key = syntax.write_key(&parameters.label, key)?;
        let components = components(head, cover);
        refuse_uncoverable(&components)?;
        let input = SignatureInput::write(components, parameters)?;
        let base = base::build(head, &input, Some(&key))?;
        Ok(Self { syntax, key, input, base })
    }

    /// The bytes to sign.
    #[must_use]
    pub fn base(&self) -> &[u8] {
        &self.base
    }

    /// What the signature covers, and its parameters.
    #[must_use]
    pub fn input(&self) -> &SignatureInput<'static> {
        &self.input
    }

    /// Takes the signature and gives the three fields: `Signature-Input`, `Signature`, `Signature-Key`.
    ///
    /// `signature`: 64 bytes; of ES256 r‖s, never DER.
    ///
    /// # Errors
    /// `SignatureLength`. `Unwritable`: a value that no field can have.
    pub fn attach(self, signature: &[u8]) -> Result<SignatureFields, SignatureError> {
        let found = signature.len();
        let signature = signature.try_into().map_err(|_| SignatureError::SignatureLength { found })?;
        let signature = self.syntax.write_signature(self.input.label(), signature)?;
        Ok([
            line(Field::SignatureInput, self.input.into_member())?,
            line(Field::Signature, signature)?,
            line(Field::SignatureKey, self.key)?,
        ])
    }
}

/// Prepares, signs and attaches in one step, with a key at hand.
///
/// # Errors
/// As [`Unsigned::new`]; `Signer`: the signer failed.
pub fn sign(
    head: &RequestHead<'_>,
    key: &SignatureKey<'_>,
    syntax: &'static FieldSyntax,
    cover: &Coverage,
    now: UnixTime,
    signer: &dyn Signer,
) -> Result<SignatureFields, SignatureError> {
    let unsigned = Unsigned::new(head, key, syntax, cover, now)?;
    let signature = signer.sign(unsigned.base()).map_err(|source| SignatureError::Signer { source })?;
    unsigned.attach(&signature)
}

/// What is required, and what was asked for of the content when its field is there though nothing announces content.
fn components(head: &RequestHead<'_>, cover: &Coverage) -> Components {
    let mut components = Components::with_capacity(cover.additional().len().saturating_add(5));
    components.extend(cover.required(head).cloned());
    let sent = |component: &&Component| match component {
        Component::Field(name) => head.fields.contains_key(name) && !components.contains(component),
        _ => false,
    };
    let further: Vec<Component> = cover.additional().iter().filter(sent).cloned().collect();
    let last = components.len().saturating_sub(1);
    components.insert_many(last, further);
    components
}

/// A signature cannot cover itself, nor a name that would need escapes in its base.
fn refuse_uncoverable(components: &[Component]) -> Result<(), SignatureError> {
    let own = [Field::Signature.as_str(), Field::SignatureInput.as_str()];
    let is_coverable = |component: &Component| match component {
        Component::Field(name) => is_field_name(name.as_str()) && !own.contains(&name.as_str()),
        _ => true,
    };
    match components.iter().position(|component| !is_coverable(component)) {
        Some(index) => Err(SignatureError::Uncoverable { index }),
        None => Ok(()),
    }
}

fn line(field: Field, text: String) -> Result<(HeaderName, HeaderValue), SignatureError> {
    let value = HeaderValue::try_from(text)
        .map_err(|_| SignatureError::Unwritable { what: "a value with a control character" })?;
    Ok((field.name(), value))
}
