//! Whichever document: whose it is, and where its keys are.

use aauth_types::{Document, Network, ServerId};

use super::members::Members;
use crate::{DiscoveryError, HttpsUri};

/// What a verifier needs of a metadata document, whatever else it holds.
///
/// A document that lacks an endpoint is no good to an agent that wants to call it, but its keys are still its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySource {
    /// Whose keys they are; equal to the identifier it was asked for.
    pub owner: ServerId,
    /// Where the key set is.
    pub jwks_uri: HttpsUri,
}

impl KeySource {
    /// Reads the `document` that was fetched from `expected`.
    ///
    /// # Errors
    /// `Json`, `Absent`, `WrongType`, `WrongValue`; `WrongIdentifier` when it is another server's.
    pub fn parse(
        text: &[u8],
        document: Document,
        expected: &ServerId,
        network: Network,
    ) -> Result<Self, DiscoveryError> {
        let members = Members::parse(text, document, network)?;
        let [own, later] = owner_members(document);
        let member = if members.has(own) || !members.has(later) { own } else { later };
        Ok(Self { owner: members.owner(member, expected)?, jwks_uri: members.jwks_uri()? })
    }
}

/// The member that names the owner: the seed dialect's, and the one that every document of later drafts has.
const fn owner_members(document: Document) -> [&'static str; 2] {
    match document {
        Document::Agent => ["agent", "issuer"],
        Document::Resource => ["resource", "issuer"],
        Document::Issuer | Document::Person | Document::Access => ["issuer", "issuer"],
    }
}
