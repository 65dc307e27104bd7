//! Why a request is not the signed request it should be.

mod report;

use aauth_jose::JoseError;
use thiserror::Error;

use crate::component::{Component, listed};
use crate::field::Field;
use crate::key_scheme::KeyScheme;

/// What is wrong with a signature, its fields or its body.
///
/// Most variants blame the peer. [`SignatureError::Unwritable`], [`SignatureError::Uncoverable`] and
/// [`SignatureError::Signer`] blame the caller of the API. `at` is a byte offset in the field value, lines joined and
/// outer whitespace removed. No variant repeats a value that a peer sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// None of the three fields is there.
    #[error("the request carries no signature fields")]
    Unsigned,
    /// Some of the three fields are there, this one is not.
    #[error("{field} is missing although the request carries other signature fields")]
    MissingField {
        /// The field.
        field: Field,
    },
    /// The field has more than one line in a syntax that allows one.
    #[error("{field} has more than one line, expected one")]
    RepeatedField {
        /// The field.
        field: Field,
    },
    /// The header section is too long.
    #[error("the header section is longer than {limit} bytes")]
    HeadTooLong {
        /// [`MAX_HEAD`](crate::limits::MAX_HEAD).
        limit: usize,
    },
    /// A field is too long.
    #[error("a field is longer than {limit} bytes")]
    FieldTooLong {
        /// [`MAX_FIELD`](crate::limits::MAX_FIELD).
        limit: usize,
    },
    /// The value does not follow the grammar of its field.
    #[error("{field}: found {found} at byte {at}")]
    Malformed {
        /// The field.
        field: Field,
        /// What stands there, in words.
        found: &'static str,
        /// Where.
        at: usize,
    },
    /// A label occurs twice in a field.
    #[error("{field}: a label for the second time at byte {at}")]
    DuplicateLabel {
        /// The field.
        field: Field,
        /// Where it occurs again.
        at: usize,
    },
    /// The field has a second member in a syntax that allows one.
    #[error("{field}: a second member at byte {at}, expected one")]
    SeveralMembers {
        /// The field.
        field: Field,
        /// Where the first member ends.
        at: usize,
    },
    /// More labels than are read.
    #[error("{field}: more than {limit} labels")]
    TooManyLabels {
        /// The field.
        field: Field,
        /// [`MAX_LABELS`](crate::limits::MAX_LABELS).
        limit: usize,
    },
    /// The label that was selected is not in this field.
    #[error("{field} lacks the label of the other signature fields")]
    LabelMismatch {
        /// The field.
        field: Field,
    },
    /// A parameter occurs twice.
    #[error("{field}: a parameter for the second time at byte {at}")]
    DuplicateParameter {
        /// The field.
        field: Field,
        /// Where it occurs again.
        at: usize,
    },
    /// More parameters than are read.
    #[error("{field}: more than {limit} parameters")]
    TooManyParameters {
        /// The field.
        field: Field,
        /// [`MAX_PARAMETERS`](crate::limits::MAX_PARAMETERS).
        limit: usize,
    },
    /// A parameter has another type than it must have.
    #[error("{field}: parameter {name} at byte {at} is not {expected}")]
    ParameterType {
        /// The field.
        field: Field,
        /// The parameter.
        name: &'static str,
        /// The type it must have, with its article.
        expected: &'static str,
        /// Where its value stands.
        at: usize,
    },
    /// `created` or `expires` lies before 1970.
    #[error("{name} at byte {at} is negative")]
    NegativeTime {
        /// The parameter.
        name: &'static str,
        /// Where its value stands.
        at: usize,
    },
    /// A component is covered twice (RFC 9421 section 2.5).
    #[error("a component is covered for the second time at byte {at}")]
    DuplicateComponent {
        /// Where it stands again.
        at: usize,
    },
    /// More components than are read.
    #[error("more than {limit} components are covered")]
    TooManyComponents {
        /// [`MAX_COMPONENTS`](crate::limits::MAX_COMPONENTS).
        limit: usize,
    },
    /// The name is neither a derived component nor a field name in lower case.
    #[error("no component of a request has the name at byte {at}")]
    UnknownComponent {
        /// Where it stands.
        at: usize,
    },
    /// A component of RFC 9421 that is not supported.
    #[error("component {name} at byte {at} is not supported")]
    UnsupportedComponent {
        /// Its name.
        name: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// A component parameter of RFC 9421 that is not supported.
    #[error("component parameter {name} at byte {at} is not supported")]
    UnsupportedComponentParameter {
        /// Its name.
        name: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// A component parameter that RFC 9421 does not have.
    #[error("an unknown component parameter at byte {at}")]
    UnknownComponentParameter {
        /// Where it stands.
        at: usize,
    },
    /// The key's scheme needs a parameter that is not there.
    #[error("scheme {scheme} lacks its parameter {name}")]
    KeyParameterMissing {
        /// The scheme.
        scheme: KeyScheme,
        /// The parameter.
        name: &'static str,
    },
    /// The key's scheme has no such parameter, or forbids it.
    #[error("scheme {scheme} has no parameter as at byte {at}")]
    KeyParameterUnknown {
        /// The scheme.
        scheme: KeyScheme,
        /// Where it stands.
        at: usize,
    },
    /// A parameter of the key has a value that it cannot have.
    #[error("parameter {name} of scheme {scheme}: not {expected}")]
    KeyParameterValue {
        /// The scheme.
        scheme: KeyScheme,
        /// The parameter.
        name: &'static str,
        /// What it must be, with its article.
        expected: &'static str,
    },
    /// The key type or algorithm of an inline key is not accepted in this syntax.
    #[error("the algorithm of the inline key is absent or not accepted")]
    UnsupportedAlgorithm,
    /// The inline key is not a key.
    #[error("the inline key is not usable: {source}")]
    InvalidKey {
        /// What is wrong with it.
        source: JoseError,
    },
    /// The signature is not in a spelling that is read.
    #[error("the signature is not canonical base64 of this syntax, at byte {at}")]
    SignatureEncoding {
        /// Where it begins.
        at: usize,
    },
    /// The signature does not have 64 bytes.
    #[error("the signature has {found} bytes, expected 64")]
    SignatureLength {
        /// How many it has.
        found: usize,
    },
    /// The signature covers less than is required.
    #[error("the signature does not cover {}", listed(missing))]
    CoverageShort {
        /// What it would have to cover too.
        missing: Vec<Component>,
        /// All that it must cover.
        required: Vec<Component>,
    },
    /// There is no `created`.
    #[error("the signature has no created parameter")]
    CreatedMissing,
    /// `created` is too long ago.
    #[error("the signature is {age} s old, expected at most {window} s")]
    CreatedStale {
        /// Seconds since `created`.
        age: i64,
        /// Seconds that are allowed.
        window: u64,
    },
    /// `created` is too far ahead.
    #[error("the signature was created {ahead} s ahead, expected at most {window} s")]
    CreatedAhead {
        /// Seconds until `created`.
        ahead: i64,
        /// Seconds that are allowed.
        window: u64,
    },
    /// `expires` has passed.
    #[error("the signature expired {since} s ago")]
    Expired {
        /// Seconds since `expires`.
        since: i64,
    },
    /// A covered field is not in the request.
    #[error("a covered field is not in the request: component {index}")]
    FieldAbsent {
        /// Position among the covered components, from 0.
        index: usize,
    },
    /// A covered value has a byte that no signature base may have: a control character or one beyond ASCII.
    #[error("a covered value has a forbidden byte: component {index}, byte {at}")]
    ForbiddenByte {
        /// Position among the covered components, from 0.
        index: usize,
        /// Where in the value.
        at: usize,
    },
    /// The authority given is not host and optional port.
    #[error("the authority is not a host with an optional port: byte {at}")]
    Authority {
        /// Where.
        at: usize,
    },
    /// The request target given is not a path with an optional query.
    #[error("the request target is not in origin form: byte {at}")]
    RequestTarget {
        /// Where.
        at: usize,
    },
    /// The signature does not verify with this key.
    #[error("the signature does not verify")]
    Mismatch,
    /// The key given is not the inline key of the request.
    #[error("the key given is not the one that the request carries")]
    ForeignKey,
    /// A body has to be bound and there is no `Content-Digest`.
    #[error("the request has no content-digest")]
    DigestMissing,
    /// The signature does not cover `content-digest`, so nothing binds the body.
    #[error("the signature does not cover content-digest")]
    DigestUncovered,
    /// `Content-Digest` has no algorithm that is accepted.
    #[error("content-digest has neither sha-256 nor sha-512")]
    DigestUnsupported,
    /// A digest does not have the length of its algorithm.
    #[error("{algorithm} digest of {found} bytes, expected {expected}")]
    DigestLength {
        /// The algorithm.
        algorithm: &'static str,
        /// Bytes found.
        found: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// The body does not have the digest.
    #[error("the body does not have its {algorithm} digest")]
    DigestMismatch {
        /// The algorithm.
        algorithm: &'static str,
    },
    /// A value cannot be written in this syntax.
    #[error("{what} cannot be written in this syntax")]
    Unwritable {
        /// Which value.
        what: &'static str,
    },
    /// A signer was asked to cover what cannot be covered.
    #[error("a signature cannot cover component {index}")]
    Uncoverable {
        /// Position among the components to cover, from 0.
        index: usize,
    },
    /// The local signer failed.
    #[error("the signer failed: {source}")]
    Signer {
        /// Why.
        source: JoseError,
    },
}
