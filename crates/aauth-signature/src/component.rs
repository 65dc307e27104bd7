//! What a signature can cover.

use core::fmt;

use http::HeaderName;
use smallvec::SmallVec;

use crate::SignatureError;
use crate::field::Field;
use crate::limits::MAX_COMPONENTS;
use crate::sf;

/// What one signature covers; more than six ask for memory.
pub(crate) type Components = SmallVec<[Component; 6]>;

/// A component of a request that a signature covers, without parameters (RFC 9421 section 2).
///
/// The parameters `sf`, `key`, `bs`, `req`, `tr` and the components `@query-param` and `@status` are not supported
/// and refused as such.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Component {
    /// `@method`
    Method,
    /// `@target-uri`
    TargetUri,
    /// `@authority`
    Authority,
    /// `@scheme`
    Scheme,
    /// `@request-target`
    RequestTarget,
    /// `@path`
    Path,
    /// `@query`
    Query,
    /// A field, all its lines.
    Field(HeaderName),
}

const DERIVED: [Component; 7] = [
    Component::Method,
    Component::TargetUri,
    Component::Authority,
    Component::Scheme,
    Component::RequestTarget,
    Component::Path,
    Component::Query,
];

/// Of RFC 9421, and not read here: a response's, one that needs a parameter, and the line that ends every base.
const UNSUPPORTED: [&str; 3] = ["@status", "@query-param", "@signature-params"];

/// Component parameters of RFC 9421 sections 2.1 and 2.2.8, by name.
const PARAMETERS: [&str; 6] = ["sf", "key", "bs", "req", "tr", "name"];

impl Component {
    /// The field `signature-key`, which every signature covers.
    pub const SIGNATURE_KEY: Self = Self::Field(Field::SignatureKey.name());
    /// The field `content-digest`, which binds the body.
    pub const CONTENT_DIGEST: Self = Self::Field(Field::ContentDigest.name());
    /// The field `content-type`.
    pub const CONTENT_TYPE: Self = Self::Field(http::header::CONTENT_TYPE);

    /// Reads a component name, as it stands between the quotes.
    ///
    /// # Errors
    /// `UnsupportedComponent`: `@status`, `@query-param` or `@signature-params`. `UnknownComponent`: another name
    /// with `@`, or no field name in lower case.
    pub fn parse(name: &str) -> Result<Self, SignatureError> {
        Self::read(name, 0)
    }

    /// Reads a component name that stands at byte `at` of its field.
    pub(crate) fn read(name: &str, at: usize) -> Result<Self, SignatureError> {
        if !name.starts_with('@') {
            return field_name(name).map(Self::Field).ok_or(SignatureError::UnknownComponent { at });
        }
        if let Some(component) = DERIVED.iter().find(|known| known.name() == name) {
            return Ok(component.clone());
        }
        match UNSUPPORTED.iter().find(|known| **known == name) {
            Some(name) => Err(SignatureError::UnsupportedComponent { name, at }),
            None => Err(SignatureError::UnknownComponent { at }),
        }
    }

    /// The name, as it stands between the quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Field(name) => name.as_str(),
            Self::Method => "@method",
            Self::TargetUri => "@target-uri",
            Self::Authority => "@authority",
            Self::Scheme => "@scheme",
            Self::RequestTarget => "@request-target",
            Self::Path => "@path",
            Self::Query => "@query",
        }
    }

    /// Whether a component that stands at byte `at` of its field may join a list, which has none twice (RFC 9421
    /// section 2.5).
    pub(crate) fn check_new(&self, list: &[Self], at: usize) -> Result<(), SignatureError> {
        if list.len() >= MAX_COMPONENTS {
            return Err(SignatureError::TooManyComponents { limit: MAX_COMPONENTS });
        }
        if list.contains(self) {
            return Err(SignatureError::DuplicateComponent { at });
        }
        Ok(())
    }

    /// The error for a component's parameter at byte `at` of its field: there are none that are read.
    pub(crate) fn parameter_error(name: &str, at: usize) -> SignatureError {
        match PARAMETERS.iter().find(|known| **known == name) {
            Some(name) => SignatureError::UnsupportedComponentParameter { name, at },
            None => SignatureError::UnknownComponentParameter { at },
        }
    }

    /// Whether it describes the content, so that a request without content need not cover it.
    pub(crate) fn is_of_content(&self) -> bool {
        *self == Self::CONTENT_DIGEST || *self == Self::CONTENT_TYPE
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names of this protocol are static in `http`, or here, so that reading them allocates nothing.
fn field_name(name: &str) -> Option<HeaderName> {
    match name {
        "signature-key" => Some(Field::SignatureKey.name()),
        "content-digest" => Some(Field::ContentDigest.name()),
        _ if is_field_name(name) => HeaderName::from_lowercase(name.as_bytes()).ok(),
        _ => None,
    }
}

/// A token in lower case (RFC 9110 section 5.1). `HeaderName::from_lowercase` also takes a quote, which could
/// forge a line of the base.
pub(crate) fn is_field_name(name: &str) -> bool {
    let belongs = |b: u8| sf::is_token_byte(b) && !b.is_ascii_uppercase() && !matches!(b, b':' | b'/');
    !name.is_empty() && name.bytes().all(belongs)
}

/// The names with spaces between them, for messages.
pub(crate) fn listed(components: &[Component]) -> String {
    components.iter().map(Component::name).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_derived_component_reads_back() {
        for component in DERIVED {
            assert_eq!(Component::parse(component.name()), Ok(component));
        }
    }

    #[test]
    fn names_of_this_protocol_are_no_copies() {
        for name in ["signature-key", "content-digest"] {
            let [one, other] = [Component::parse(name).unwrap(), Component::parse(name).unwrap()];
            assert_eq!(one, other);
            assert_eq!(one.name().as_ptr(), other.name().as_ptr(), "{name}");
        }
    }

    #[test]
    fn what_is_not_supported_is_told_from_what_is_unknown() {
        for name in UNSUPPORTED {
            assert_eq!(Component::parse(name), Err(SignatureError::UnsupportedComponent { name, at: 0 }));
        }
        for name in ["@foo", "@", "@Method", "", "Content-Type", "a b", "x\u{e9}", "a\"b", "a:b", "a/b"] {
            assert_eq!(Component::parse(name), Err(SignatureError::UnknownComponent { at: 0 }), "{name}");
        }
    }
}
