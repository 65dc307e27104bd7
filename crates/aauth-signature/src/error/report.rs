//! What an error is called: to programs, to readers of a value, to a peer.

use crate::SignatureError;
use crate::key_scheme::KeyScheme;
use crate::signature_error::ErrorCode;

impl SignatureError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::MissingField { .. } => "missing_field",
            Self::RepeatedField { .. } => "repeated_field",
            Self::HeadTooLong { .. } => "head_too_long",
            Self::FieldTooLong { .. } => "field_too_long",
            Self::Malformed { .. } => "malformed",
            Self::DuplicateLabel { .. } => "duplicate_label",
            Self::SeveralMembers { .. } => "several_members",
            Self::TooManyLabels { .. } => "too_many_labels",
            Self::LabelMismatch { .. } => "label_mismatch",
            Self::DuplicateParameter { .. } => "duplicate_parameter",
            Self::TooManyParameters { .. } => "too_many_parameters",
            Self::ParameterType { .. } => "parameter_type",
            Self::NegativeTime { .. } => "negative_time",
            Self::DuplicateComponent { .. } => "duplicate_component",
            Self::TooManyComponents { .. } => "too_many_components",
            Self::UnknownComponent { .. } => "unknown_component",
            Self::UnsupportedComponent { .. } => "unsupported_component",
            Self::UnsupportedComponentParameter { .. } => "unsupported_component_parameter",
            Self::UnknownComponentParameter { .. } => "unknown_component_parameter",
            Self::KeyParameterMissing { .. } => "key_parameter_missing",
            Self::KeyParameterUnknown { .. } => "key_parameter_unknown",
            Self::KeyParameterValue { .. } => "key_parameter_value",
            Self::UnsupportedAlgorithm => "unsupported_algorithm",
            Self::InvalidKey { .. } => "invalid_key",
            Self::SignatureEncoding { .. } => "signature_encoding",
            Self::SignatureLength { .. } => "signature_length",
            Self::CoverageShort { .. } => "coverage_short",
            Self::CreatedMissing => "created_missing",
            Self::CreatedStale { .. } => "created_stale",
            Self::CreatedAhead { .. } => "created_ahead",
            Self::Expired { .. } => "expired",
            Self::FieldAbsent { .. } => "field_absent",
            Self::ForbiddenByte { .. } => "forbidden_byte",
            Self::Authority { .. } => "authority",
            Self::RequestTarget { .. } => "request_target",
            Self::Mismatch => "signature_mismatch",
            Self::ForeignKey => "foreign_key",
            Self::DigestMissing => "digest_missing",
            Self::DigestUncovered => "digest_uncovered",
            Self::DigestUnsupported => "digest_unsupported",
            Self::DigestLength { .. } => "digest_length",
            Self::DigestMismatch { .. } => "digest_mismatch",
            Self::Unwritable { .. } => "unwritable",
            Self::Uncoverable { .. } => "uncoverable",
            Self::Signer { .. } => "signer",
        }
    }

    /// Byte offset of the fault in its value, where one byte is at fault.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Malformed { at, .. }
            | Self::DuplicateLabel { at, .. }
            | Self::SeveralMembers { at, .. }
            | Self::DuplicateParameter { at, .. }
            | Self::ParameterType { at, .. }
            | Self::NegativeTime { at, .. }
            | Self::DuplicateComponent { at }
            | Self::UnknownComponent { at }
            | Self::UnsupportedComponent { at, .. }
            | Self::UnsupportedComponentParameter { at, .. }
            | Self::UnknownComponentParameter { at }
            | Self::KeyParameterUnknown { at, .. }
            | Self::SignatureEncoding { at }
            | Self::ForbiddenByte { at, .. }
            | Self::Authority { at }
            | Self::RequestTarget { at } => Some(*at),
            _ => None,
        }
    }

    /// The code under which a server of the draft reports this error in `Signature-Error`.
    ///
    /// A digest that does not match has no code of its own; it is reported as `invalid_signature`.
    ///
    /// Source: draft-hardt-httpbis-signature-key-09 section 5.4; draft-hardt-oauth-aauth-protocol-11 section 11.3.4.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::CoverageShort { .. } => ErrorCode::InvalidInput,
            Self::CreatedAhead { .. } => ErrorCode::ClockSkew,
            Self::UnsupportedAlgorithm => ErrorCode::UnsupportedAlgorithm,
            Self::KeyParameterValue { scheme: KeyScheme::Jwt, .. } => ErrorCode::InvalidJwt,
            Self::InvalidKey { .. } | Self::ForeignKey => ErrorCode::InvalidKey,
            Self::KeyParameterMissing { scheme: KeyScheme::Hwk, .. }
            | Self::KeyParameterUnknown { scheme: KeyScheme::Hwk, .. }
            | Self::KeyParameterValue { scheme: KeyScheme::Hwk, .. } => ErrorCode::InvalidKey,
            Self::HeadTooLong { .. } | Self::Authority { .. } | Self::RequestTarget { .. } => {
                ErrorCode::InvalidRequest
            }
            _ => ErrorCode::InvalidSignature,
        }
    }
}
