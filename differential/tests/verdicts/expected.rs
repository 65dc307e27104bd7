//! Every disagreement there is.

use crate::class::Class;
use crate::verifiers::Peer::{self, AauthCore, Httpsig};

/// A change, the peer that judges otherwise, our error or none, how often in [`crate::EACH`] requests, and why.
pub(crate) type Row = (&'static str, Peer, Option<&'static str>, usize, Class);

pub(crate) const ROWS: &[Row] = &[
    ("created after other parameters", Httpsig, None, 100, Class::Reserialised),
    ("an unknown parameter", Httpsig, None, 100, Class::Reserialised),
    ("two spaces between components", Httpsig, None, 100, Class::Reserialised),
    ("another label", AauthCore, None, 21, Class::LabelAlphabet),
    ("a label with a star in front", AauthCore, None, 100, Class::LabelAlphabet),
    ("a component of the four missing", Httpsig, Some("coverage_short"), 100, Class::Coverage),
    ("a query uncovered", Httpsig, Some("coverage_short"), 100, Class::Coverage),
    ("an empty query uncovered", AauthCore, Some("coverage_short"), 100, Class::EmptyQuery),
    ("an empty query uncovered", Httpsig, Some("coverage_short"), 100, Class::Coverage),
    ("no query and @query covered", AauthCore, None, 100, Class::AbsentQuery),
    ("created missing", Httpsig, Some("created_missing"), 100, Class::Time),
    ("created further away", Httpsig, Some("created_ahead"), 45, Class::Time),
    ("created further away", Httpsig, Some("created_stale"), 55, Class::Time),
    ("created as a string", AauthCore, Some("parameter_type"), 100, Class::CreatedUnquoted),
    ("expires in the past", AauthCore, Some("expired"), 100, Class::ExpiresIgnored),
    (
        "a component with a parameter",
        Httpsig,
        Some("unsupported_component_parameter"),
        33,
        Class::ComponentParameters,
    ),
    ("a method in lower case", Httpsig, None, 100, Class::MethodFolded),
    ("the default port", Httpsig, None, 100, Class::PortKept),
    ("a path that URL parsers change", AauthCore, None, 100, Class::PathNormalised),
    (
        "a key that does not say its algorithm",
        AauthCore,
        Some("unsupported_algorithm"),
        100,
        Class::InlineAlgorithm,
    ),
    (
        "a key that does not say its algorithm",
        Httpsig,
        Some("unsupported_algorithm"),
        100,
        Class::InlineAlgorithm,
    ),
    ("a signature without padding", AauthCore, Some("signature_encoding"), 100, Class::Base64),
    ("a signature without padding", Httpsig, Some("signature_encoding"), 100, Class::Base64),
    ("a signature in base64url", AauthCore, Some("malformed"), 93, Class::Base64),
    ("a signature in base64url", AauthCore, Some("signature_encoding"), 7, Class::Base64),
    ("a signature in base64url", Httpsig, Some("signature_encoding"), 7, Class::Base64),
    ("bits after the last byte", Httpsig, Some("signature_encoding"), 100, Class::Base64),
    ("another query", Httpsig, Some("coverage_short"), 68, Class::Coverage),
    ("spaces in the parameters", Httpsig, Some("signature_mismatch"), 100, Class::Reserialised),
    ("spaces in the list", Httpsig, Some("signature_mismatch"), 100, Class::Reserialised),
    ("white space around the three fields", AauthCore, None, 100, Class::Untrimmed),
    ("a second member beside it", AauthCore, None, 100, Class::OneMember),
    ("the label twice, the good one last", Httpsig, Some("duplicate_label"), 100, Class::LastWins),
    ("a key with which everybody can forge", AauthCore, Some("invalid_key"), 100, Class::SmallOrder),
];
