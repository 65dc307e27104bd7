//! The claims of one token before they are a type of their own.

use aauth_jose::PublicJwk;
use aauth_types::json::{Members, quoted};
use aauth_types::{AgentId, Document, Network, Scope, ServerId, Thumbprint, TokenId, UnixTime};
use smallvec::SmallVec;

use crate::claim::{self, Claim};
use crate::profile::{Documents, KindProfile, Presence};
use crate::times::Times;
use crate::value::{Context, Value};
use crate::{Interaction, TokenError, TokenProfiles};

/// One server as a rule, which needs no list.
pub(crate) type Audience = SmallVec<[ServerId; 1]>;

/// Every claim of every kind and dialect, each present or not.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimSet {
    pub(crate) issuer: Option<ServerId>,
    pub(crate) document: Option<Document>,
    pub(crate) audience: Audience,
    pub(crate) subject: Option<String>,
    pub(crate) id: Option<TokenId>,
    pub(crate) key: Option<PublicJwk>,
    pub(crate) issued: Option<UnixTime>,
    pub(crate) expires: Option<UnixTime>,
    pub(crate) agent: Option<ServerId>,
    pub(crate) agent_jkt: Option<Thumbprint>,
    pub(crate) scope: Option<Scope>,
    pub(crate) txn: Option<String>,
    pub(crate) aud_sub: Option<String>,
    pub(crate) person_server: Option<ServerId>,
    pub(crate) parent_agent: Option<AgentId>,
    pub(crate) presented: Option<TokenId>,
    pub(crate) account: Option<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) mission: Option<Thumbprint>,
    pub(crate) tenant: Option<String>,
    pub(crate) interaction: Option<Interaction>,
}

impl ClaimSet {
    /// Reads the claims in the order of the table; what is not in the table is ignored.
    pub(crate) fn read(
        payload: &Members<'_>,
        row: &KindProfile,
        profiles: &TokenProfiles,
        network: Network,
    ) -> Result<Self, TokenError> {
        let context = Context { algs: profiles.algs, network };
        let mut set = Self { document: Some(read_document(payload, row, context)?), ..Self::default() };
        for (presence, claim) in row.claims {
            match (presence, payload.get(claim.name)) {
                (Presence::Required, None) => return Err(TokenError::Absent { claim: claim.name }),
                (Presence::Never, Some(_)) => return Err(TokenError::Forbidden { claim: claim.name }),
                (Presence::Never, None) | (Presence::Optional, None) => {}
                (_, Some(json)) => (claim.read)(&mut set, Value { claim: claim.name, json, context })?,
            }
        }
        if let (Some(issued), Some(expires)) = (set.issued, set.expires) {
            Times { issued, expires }.check_lifetime(row)?;
        }
        (row.rule)(&set)?;
        Ok(set)
    }

    /// Writes the claims in the order of the table, without white space.
    pub(crate) fn write(&self, row: &KindProfile) -> Result<String, TokenError> {
        for claim in claim::ALL {
            // A fixed document is known without being said.
            let unsaid = claim.name == claim::DWK.name && matches!(row.documents, Documents::Fixed(_));
            if !unsaid && !row.has(claim.name) && (claim.write)(self).is_some() {
                return Err(TokenError::NotInProfile { claim: claim.name });
            }
        }
        let mut text = String::from("{");
        for (_, claim) in row.claims {
            if let Some(value) = (claim.write)(self) {
                if text.len() > 1 {
                    text.push(',');
                }
                text.push_str(&quoted(claim.name));
                text.push(':');
                text.push_str(&value);
            }
        }
        text.push('}');
        Ok(text)
    }
}

/// The document in which the issuer names its keys: the fixed one, or what `dwk` says.
pub(crate) fn read_document(
    payload: &Members<'_>,
    row: &KindProfile,
    context: Context,
) -> Result<Document, TokenError> {
    match row.documents {
        Documents::Fixed(document) => Ok(document),
        Documents::Named(accepted) => {
            let value = Value::of(payload.get(claim::DWK.name), claim::DWK.name, context)?;
            let document = value.document()?;
            if !accepted.contains(&document) {
                return Err(value.wrong("another document", "the document of this kind of token"));
            }
            Ok(document)
        }
    }
}

/// A claim that reading has already found to be there.
pub(crate) fn need<T>(value: Option<T>, claim: &Claim) -> Result<T, TokenError> {
    value.ok_or(TokenError::Absent { claim: claim.name })
}

pub(crate) fn no_rule(_: &ClaimSet) -> Result<(), TokenError> {
    Ok(())
}

/// draft-hardt-aauth, "Auth Tokens": at least one of `sub` and `scope`.
pub(crate) fn subject_or_scope(set: &ClaimSet) -> Result<(), TokenError> {
    match (&set.subject, &set.scope) {
        (None, None) => Err(TokenError::SubjectAndScopeAbsent),
        _ => Ok(()),
    }
}

/// Draft section 5.2: an agent's identifier ends in the host of its provider.
pub(crate) fn subject_of_issuer(set: &ClaimSet) -> Result<(), TokenError> {
    let domain = set.subject.as_deref().and_then(|text| text.rsplit_once('@')).map(|(_, domain)| domain);
    let host = set.issuer.as_ref().map(ServerId::authority);
    // A loopback authority with its port is no domain that an identifier can end in.
    let named = host.is_some_and(|host| AgentId::parse(&format!("aauth:a@{host}")).is_ok());
    if domain == host || !named {
        return Ok(());
    }
    let (found, expected) = ("another domain than that of iss", "an agent of the issuer");
    Err(TokenError::WrongValue { claim: "sub", found, expected })
}

/// Draft section 9.4.1: `ps` equals `iss` in a token that a person server issued.
pub(crate) fn person_server_of_issuer(set: &ClaimSet) -> Result<(), TokenError> {
    if set.document == Some(Document::Person) && set.person_server != set.issuer {
        let (found, expected) = ("another server than iss", "the person server that issued the token");
        return Err(TokenError::WrongValue { claim: "ps", found, expected });
    }
    Ok(())
}
