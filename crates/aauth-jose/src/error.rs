//! Everything that is refused here, and why.

use aauth_types::json::JsonError;
use thiserror::Error;

/// A key, key set or token that is refused, or a key that cannot be used as the caller asks.
///
/// Texts of a peer are never repeated in a message. The peer is at fault unless a variant says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JoseError {
    /// The text, or the decoded header, is not JSON that is accepted.
    #[error("{subject}: {source}")]
    Json {
        /// What was read: `jwk`, `jwks` or `jws header`.
        subject: &'static str,
        /// Why; its offset counts in the JSON text.
        source: JsonError,
    },
    /// More bytes than the limit.
    #[error("{subject} of {found} bytes, expected at most {limit}")]
    TooLong {
        /// What was read: `jwk` or `jws`.
        subject: &'static str,
        /// The limit in bytes.
        limit: usize,
        /// Length in bytes.
        found: usize,
    },
    /// A compact JWS has three segments.
    #[error("jws of {found} segments, expected 3")]
    Segments {
        /// How many segments there are.
        found: usize,
    },
    /// A segment of a compact JWS is empty.
    #[error("jws with an empty {segment}")]
    EmptySegment {
        /// `header`, `payload` or `signature`.
        segment: &'static str,
    },
    /// Not base64, or not its canonical spelling.
    #[error("{subject}: not canonical base64 at byte {at}")]
    Base64 {
        /// The segment or member, or `text`.
        subject: &'static str,
        /// Byte offset in the whole JWS, or in the value of the member.
        at: usize,
    },
    /// A member that must be there is absent.
    #[error("member {member:?} is absent")]
    Absent {
        /// Its name.
        member: &'static str,
    },
    /// A member has another JSON type than it must have.
    #[error("member {member:?} is {found}, expected {expected}")]
    WrongType {
        /// Its name.
        member: &'static str,
        /// The type it must have, in words.
        expected: &'static str,
        /// The type it has, in words.
        found: &'static str,
    },
    /// Another `kty` than `OKP` and `EC`.
    #[error("unsupported kty, expected \"OKP\" or \"EC\"")]
    UnsupportedKeyType,
    /// Another `crv` than `Ed25519` with `OKP` and `P-256` with `EC`.
    #[error("unsupported crv, expected \"Ed25519\" with \"OKP\" or \"P-256\" with \"EC\"")]
    UnsupportedCurve,
    /// A private or symmetric key where a public one belongs.
    #[error("public key with the private member {member:?}")]
    PrivateMember {
        /// Its name; never its value.
        member: &'static str,
    },
    /// A coordinate or private key of another length than the curve's.
    #[error("member {member:?} holds {found} bytes, expected {expected}")]
    KeyLength {
        /// Its name.
        member: &'static str,
        /// The length that the curve asks for, in bytes.
        expected: usize,
        /// The decoded length in bytes.
        found: usize,
    },
    /// The coordinates are no point of the curve.
    #[error("public key is not a point of its curve")]
    NotOnCurve,
    /// An Ed25519 key whose y is not below the field prime.
    #[error("public key is not encoded canonically")]
    NonCanonicalKey,
    /// An Ed25519 key of small order, under which anybody can forge.
    #[error("public key is of small order")]
    SmallOrderKey,
    /// `use` or `key_ops` says that the key is not for signatures.
    #[error("key is not for signatures: member {member:?} says otherwise")]
    KeyUse {
        /// `use` or `key_ops`.
        member: &'static str,
    },
    /// An algorithm that the dialect does not use, in a header or in a key.
    #[error("unsupported alg")]
    UnsupportedAlgorithm,
    /// A key without `alg` in a dialect that requires it.
    #[error("key without alg, expected one that names its algorithm")]
    AlgorithmAbsent,
    /// The key is for another algorithm than `alg` says.
    #[error("alg does not agree with the key")]
    AlgorithmMismatch,
    /// A JWS with critical header members: none is understood (RFC 7515 section 4.1.11).
    #[error("jws header with \"crit\", of which nothing is understood")]
    Critical,
    /// A JWS with the unencoded payload option (RFC 7797).
    #[error("jws header with \"b64\", which is not supported")]
    Unencoded,
    /// No key of the set has this `kid`.
    #[error("no key of the set has this kid")]
    UnknownKid,
    /// Several keys of the set have this `kid`.
    #[error("several keys of the set have this kid, expected one")]
    DuplicateKid,
    /// The key that was selected cannot be used.
    #[error("the key of this kid cannot be used: {source}")]
    KeyUnusable {
        /// Why.
        source: Box<JoseError>,
    },
    /// A signature of another length than 64 bytes. From a signer: the caller's fault.
    #[error("signature of {found} bytes, expected 64")]
    SignatureLength {
        /// Length in bytes.
        found: usize,
    },
    /// The signature is not one of this key over this message.
    #[error("signature does not match")]
    SignatureMismatch,
    /// The private key is not a number that the curve allows. The caller's fault.
    #[error("private key out of range")]
    PrivateKeyRange,
    /// The private key does not belong to the public one beside it. The caller's fault.
    #[error("private key does not belong to the public key")]
    KeyPairMismatch,
    /// The signer could not sign: hardware or a remote service failed.
    #[error("the signer failed")]
    SignerFailed,
}

impl JoseError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json { source, .. } => source.kind(),
            Self::TooLong { .. } => "too_long",
            Self::Segments { .. } => "segments",
            Self::EmptySegment { .. } => "empty_segment",
            Self::Base64 { .. } => "base64",
            Self::Absent { .. } => "absent",
            Self::WrongType { .. } => "wrong_type",
            Self::UnsupportedKeyType => "unsupported_key_type",
            Self::UnsupportedCurve => "unsupported_curve",
            Self::PrivateMember { .. } => "private_member",
            Self::KeyLength { .. } => "key_length",
            Self::NotOnCurve => "not_on_curve",
            Self::NonCanonicalKey => "non_canonical_key",
            Self::SmallOrderKey => "small_order_key",
            Self::KeyUse { .. } => "key_use",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::AlgorithmAbsent => "algorithm_absent",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::Critical => "critical",
            Self::Unencoded => "unencoded",
            Self::UnknownKid => "unknown_kid",
            Self::DuplicateKid => "duplicate_kid",
            Self::KeyUnusable { .. } => "key_unusable",
            Self::SignatureLength { .. } => "signature_length",
            Self::SignatureMismatch => "signature_mismatch",
            Self::PrivateKeyRange => "private_key_range",
            Self::KeyPairMismatch => "key_pair_mismatch",
            Self::SignerFailed => "signer_failed",
        }
    }

    /// Byte offset of the fault, where it is known.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Json { source, .. } => source.at(),
            Self::Base64 { at, .. } => Some(*at),
            Self::KeyUnusable { source } => source.at(),
            _ => None,
        }
    }
}
