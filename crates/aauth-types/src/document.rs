//! The closed list of well-known metadata documents.

use core::fmt;

use crate::TypeError;

/// A well-known metadata document.
///
/// The list is closed so that a name from a peer (`dwk`) can never become a path.
///
/// Source: draft-hardt-aauth (5 March 2026), "Metadata Documents"; draft-hardt-oauth-aauth-protocol-11 section 11.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Document {
    /// `aauth-agent.json`: an agent server, or an agent provider.
    Agent,
    /// `aauth-resource.json`: a resource.
    Resource,
    /// `aauth-issuer.json`: an auth server of the seed dialect.
    Issuer,
    /// `aauth-person.json`: a person server of the draft.
    Person,
    /// `aauth-access.json`: an access server of the draft.
    Access,
}

const NAMES: [(Document, &str, &str); 5] = [
    (Document::Agent, "aauth-agent", "aauth-agent.json"),
    (Document::Resource, "aauth-resource", "aauth-resource.json"),
    (Document::Issuer, "aauth-issuer", "aauth-issuer.json"),
    (Document::Person, "aauth-person", "aauth-person.json"),
    (Document::Access, "aauth-access", "aauth-access.json"),
];

impl Document {
    /// Every document.
    pub const ALL: [Self; 5] = [Self::Agent, Self::Resource, Self::Issuer, Self::Person, Self::Access];

    /// The name under `/.well-known/`, with its `.json` ending.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        self.row().2
    }

    /// The same without `.json`, as some peers of March 2026 serve and fetch it.
    #[must_use]
    pub fn short_name(self) -> &'static str {
        self.row().1
    }

    /// Reads a document name as it stands in `dwk`, with `.json`.
    ///
    /// # Errors
    /// `Document`: the name is not on the list.
    pub fn from_file_name(name: &str) -> Result<Self, TypeError> {
        NAMES.iter().find(|row| row.2 == name).map(|row| row.0).ok_or(TypeError::Document)
    }

    /// Reads a document name as it stands in `well-known`, without `.json`.
    ///
    /// # Errors
    /// `Document`: the name is not on the list.
    pub fn from_short_name(name: &str) -> Result<Self, TypeError> {
        NAMES.iter().find(|row| row.1 == name).map(|row| row.0).ok_or(TypeError::Document)
    }

    const fn row(self) -> (Self, &'static str, &'static str) {
        let [agent, resource, issuer, person, access] = NAMES;
        match self {
            Self::Agent => agent,
            Self::Resource => resource,
            Self::Issuer => issuer,
            Self::Person => person,
            Self::Access => access,
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_back() {
        for document in Document::ALL {
            assert_eq!(Document::from_file_name(document.file_name()), Ok(document));
            assert_eq!(Document::from_short_name(document.short_name()), Ok(document));
        }
    }

    #[test]
    fn a_path_is_no_document_name() {
        assert_eq!(Document::from_file_name("../uploads/x.json"), Err(TypeError::Document));
        assert_eq!(Document::from_short_name("aauth-agent.json"), Err(TypeError::Document));
    }
}
