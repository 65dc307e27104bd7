//! From a verified request to a token, with a restart in between if need be.

use aauth_jose::{JoseError, PublicJwk};
use aauth_token::{AuthClaims, Issuance};
use aauth_types::{Network, Scope, ServerId, TokenId, TypeError, UnixTime};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{AccessRequest, Asked, AuthServer, Dialect};

/// What must be kept of a verified [`AccessRequest`] until somebody has decided: enough to mint a token, no token and no
/// private key.
///
/// It is as trustworthy as the store that kept it: whoever can write there can mint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantBasis {
    dialect: String,
    agent: String,
    resource: String,
    cnf: String,
    scope: Scope,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    txn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    delegate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    aud_sub: Option<String>,
    #[serde(skip_serializing_if = "Known::is_nobody", default)]
    known: Known,
}

/// What is known of the person before anybody has decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    #[default]
    Nobody,
    /// By this server's own name, or known to be nobody.
    Own(Option<String>),
    /// By another server's name.
    Foreign(Option<String>),
}

impl Known {
    fn is_nobody(&self) -> bool {
        *self == Self::Nobody
    }
}

/// Who granted what. The scope is cut down to what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// Whom the token speaks for.
    pub subject: Option<String>,
    /// What was granted.
    pub scope: Scope,
}

/// A kept basis that does not read back. The fault is this server's: its store, or a dialect that was switched off.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BasisError {
    /// Not what [`GrantBasis::to_bytes`] wrote.
    #[error("the kept request does not read back")]
    Damaged,
    /// The request came in a dialect that is not accepted any more.
    #[error("the kept request is of a dialect that is not accepted any more")]
    Dialect,
    /// An identifier that is not accepted any more.
    #[error("the kept request: {0}")]
    Identifier(#[from] TypeError),
    /// The key.
    #[error("the kept request: {0}")]
    Key(#[from] JoseError),
}

impl GrantBasis {
    /// Keeps what a token of `auth_server` needs.
    #[must_use]
    pub fn of(request: &AccessRequest, auth_server: &AuthServer) -> Self {
        Self {
            dialect: request.dialect().name.to_owned(),
            agent: request.agent().to_string(),
            resource: request.resource().to_string(),
            cnf: request.cnf().to_json(),
            scope: request.scope().clone(),
            txn: request.txn().map(str::to_owned),
            delegate: request.delegate().map(str::to_owned),
            aud_sub: request.aud_sub().map(str::to_owned),
            known: known(request, auth_server),
        }
    }

    /// A grant of the policy. Where a token has already named the person, that is the subject, whatever the policy says.
    #[must_use]
    pub fn by_policy(&self, granted: Granted) -> Granted {
        match &self.known {
            Known::Nobody => granted,
            Known::Own(subject) | Known::Foreign(subject) => Granted { subject: subject.clone(), ..granted },
        }
    }

    /// A grant of a person. `None` when a token of this server has named another: nobody grants for somebody else.
    #[must_use]
    pub fn by_person(&self, granted: Granted) -> Option<Granted> {
        match &self.known {
            Known::Own(Some(known)) if granted.subject.as_ref() != Some(known) => None,
            Known::Nobody | Known::Own(_) | Known::Foreign(_) => Some(granted),
        }
    }

    /// Agent and delegate, where a delegate asked.
    #[must_use]
    pub fn delegate(&self) -> Option<(&str, &str)> {
        self.delegate.as_deref().map(|delegate| (self.agent.as_str(), delegate))
    }

    /// Whether the delegate that asked may act for `person`: its agent token names nobody else (`aud_sub`).
    #[must_use]
    pub fn may_act_for(&self, person: &str) -> bool {
        self.aud_sub.as_deref().is_none_or(|named| named == person)
    }

    /// Writes it for a store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings and a scope: nothing here can fail to serialise.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads it back.
    ///
    /// # Errors
    /// `Damaged`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BasisError> {
        serde_json::from_slice(bytes).map_err(|_| BasisError::Damaged)
    }

    /// What was asked for.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

fn known(request: &AccessRequest, auth_server: &AuthServer) -> Known {
    match request.asked() {
        Asked::Access(_) | Asked::SelfAccess => Known::Nobody,
        Asked::Refresh(token) => Known::Own(token.subject().map(str::to_owned)),
        Asked::Chain { upstream, .. } => {
            let subject = upstream.subject().map(str::to_owned);
            match upstream.issuer() == auth_server.id() {
                true => Known::Own(subject),
                false => Known::Foreign(subject),
            }
        }
    }
}

impl AuthServer {
    /// The claims of the auth token for a grant, and the dialect in which it is minted.
    ///
    /// `id`, `now`: token identifier and time of issue; the same two give the same claims.
    ///
    /// # Errors
    /// See [`BasisError`].
    pub fn auth_claims(
        &self,
        basis: &GrantBasis,
        granted: &Granted,
        id: TokenId,
        now: UnixTime,
    ) -> Result<(AuthClaims, &'static Dialect), BasisError> {
        let dialect = self.dialect(&basis.dialect).ok_or(BasisError::Dialect)?;
        // Checked when it was accepted; the loopback form must not fail here for being read again.
        let network = Network::InsecureLoopback;
        let (agent, resource) =
            (ServerId::parse(&basis.agent, network)?, ServerId::parse(&basis.resource, network)?);
        let issuance = Issuance::new(self.id().clone(), id, now, self.token_life());
        let mut claims = AuthClaims::new(issuance, resource, PublicJwk::parse(basis.cnf.as_bytes())?);
        claims.agent = Some(agent);
        claims.subject = granted.subject.clone();
        claims.scope = Some(basis.scope.narrowed_to(&granted.scope)).filter(|scope| !scope.is_empty());
        claims.txn = basis.txn.clone();
        Ok((claims, dialect))
    }
}
