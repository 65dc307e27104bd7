//! Typed access to the members of a document.

use aauth_types::json::{Json, Object};
use aauth_types::{Document, EndpointUrl, Network, Scope, ServerId};

use crate::{DiscoveryError, HttpsUri};

/// A document that was parsed as JSON, and what its errors say about it.
#[derive(Debug)]
pub(super) struct Members<'t> {
    document: Document,
    object: Object<'t>,
    network: Network,
}

impl<'t> Members<'t> {
    pub(super) fn parse(
        text: &'t [u8],
        document: Document,
        network: Network,
    ) -> Result<Self, DiscoveryError> {
        let object = Object::parse(text).map_err(|source| DiscoveryError::Json { document, source })?;
        Ok(Self { document, object, network })
    }

    pub(super) fn has(&self, member: &str) -> bool {
        self.object.get(member).is_some()
    }

    /// The identifier of the document's owner, which must be the server that was asked.
    pub(super) fn owner(
        &self,
        member: &'static str,
        expected: &ServerId,
    ) -> Result<ServerId, DiscoveryError> {
        // Bytes, not URLs: lower-casing or stripping a slash would let one server speak for another.
        match self.text(member)? {
            Some(text) if text == expected.as_str() => Ok(expected.clone()),
            Some(_) => Err(DiscoveryError::WrongIdentifier { document: self.document, member }),
            None => Err(self.absent(member)),
        }
    }

    pub(super) fn text(&self, member: &'static str) -> Result<Option<&str>, DiscoveryError> {
        self.read(member, "a string", Json::as_str)
    }

    /// A truth value; absent means false.
    pub(super) fn flag(&self, member: &'static str) -> Result<bool, DiscoveryError> {
        Ok(self.read(member, "a boolean", Json::as_bool)?.unwrap_or(false))
    }

    pub(super) fn endpoint(&self, member: &'static str) -> Result<Option<EndpointUrl>, DiscoveryError> {
        let expected = "an https url without query and fragment";
        let read = |text| {
            EndpointUrl::parse(text, self.network).map_err(|e| self.wrong_value(member, expected, e.at()))
        };
        self.text(member)?.map(read).transpose()
    }

    pub(super) fn uri(&self, member: &'static str) -> Result<Option<HttpsUri>, DiscoveryError> {
        let read = |text| {
            HttpsUri::parse(text, self.network).map_err(|e| self.wrong_value(member, "an https url", e.at()))
        };
        self.text(member)?.map(read).transpose()
    }

    pub(super) fn jwks_uri(&self) -> Result<HttpsUri, DiscoveryError> {
        match self.uri("jwks_uri")? {
            Some(uri) if uri.has_fragment() => {
                Err(self.wrong_value("jwks_uri", "an https url without fragment", uri.as_str().find('#')))
            }
            Some(uri) => Ok(uri),
            None => Err(self.absent("jwks_uri")),
        }
    }

    /// `scope_descriptions`: scope name to text, in the order of the document.
    pub(super) fn scope_descriptions(&self) -> Result<Vec<(String, String)>, DiscoveryError> {
        let member = "scope_descriptions";
        let Some(object) = self.read(member, "an object", Json::as_object)? else {
            return Ok(Vec::new());
        };
        let pair = |(name, value): (&str, &Json<'_>)| {
            if Scope::parse(name).map_or(0, |scope| scope.len()) != 1 {
                return Err(self.wrong_value(member, "an object whose names are scopes", None));
            }
            match value {
                Json::String(text) => Ok((name.to_owned(), text.to_string())),
                other => Err(self.wrong_type(member, other, "an object of strings")),
            }
        };
        object.iter().map(pair).collect()
    }

    /// `additional_signature_components`: derived components and field names, in the order of the document.
    pub(super) fn components(&self) -> Result<Vec<String>, DiscoveryError> {
        let member = "additional_signature_components";
        let name = |item: &Json<'_>| match item {
            Json::String(text) if is_component(text) => Ok(text.to_string()),
            Json::String(_) => Err(self.wrong_value(member, "an array of lower-case component names", None)),
            other => Err(self.wrong_type(member, other, "an array of strings")),
        };
        self.read(member, "an array", Json::as_array)?.unwrap_or_default().iter().map(name).collect()
    }

    pub(super) fn absent(&self, member: &'static str) -> DiscoveryError {
        DiscoveryError::Absent { document: self.document, member }
    }

    fn read<'a, T>(
        &'a self,
        member: &'static str,
        expected: &'static str,
        view: impl FnOnce(&'a Json<'t>) -> Option<T>,
    ) -> Result<Option<T>, DiscoveryError> {
        let Some(value) = self.object.get(member) else { return Ok(None) };
        view(value).map(Some).ok_or_else(|| self.wrong_type(member, value, expected))
    }

    fn wrong_type(&self, member: &'static str, found: &Json<'_>, expected: &'static str) -> DiscoveryError {
        DiscoveryError::WrongType { document: self.document, member, found: found.type_name(), expected }
    }

    fn wrong_value(&self, member: &'static str, expected: &'static str, at: Option<usize>) -> DiscoveryError {
        DiscoveryError::WrongValue { document: self.document, member, expected, at }
    }
}

/// A derived component (`@query`) or a field name in lower case (RFC 9421 section 2.1), without parameters.
fn is_component(text: &str) -> bool {
    let name = text.strip_prefix('@').unwrap_or(text);
    let token = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(token)
}
