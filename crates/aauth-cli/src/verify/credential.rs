//! Which key signed, and who holds it: from `Signature-Key`, through the token where there is one.

use aauth_jose::{Jwks, PublicJwk};
use aauth_roles::Rejection;
use aauth_signature::SignatureKey;
use aauth_token::{
    AgentWants, Claims, IssuerRule, PersonWants, TokenError, TokenKind, TokenProfiles, Unverified,
};
use aauth_types::{Network, ServerId, UnixTime};
use serde_json::Value;

use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::keys::KeySets;
use crate::view;

/// What is wanted of a credential.
#[derive(Clone, Copy)]
pub(super) struct Wants<'a> {
    pub(super) dialect: DialectName,
    pub(super) network: Network,
    pub(super) now: UnixTime,
    /// The verifier; asked for only when there is a token.
    pub(super) audience: &'a dyn Fn() -> Result<ServerId, Failure>,
    pub(super) trust: &'a [ServerId],
    pub(super) keys: &'a KeySets,
}

/// The key under which the request must verify, and whom it belongs to.
pub(super) struct Credential {
    pub(super) key: PublicJwk,
    pub(super) agent: Option<String>,
    pub(super) delegate: Option<String>,
    pub(super) token: Option<Value>,
}

impl Wants<'_> {
    /// Finds the key.
    ///
    /// # Errors
    /// `unsupported_scheme`, `keys_unavailable`; why the key or the token is refused.
    pub(super) fn credential(&self, key: &SignatureKey<'_>) -> Result<Credential, Failure> {
        match key {
            SignatureKey::Hwk(jwk) => {
                Ok(Credential { key: jwk.clone(), agent: None, delegate: None, token: None })
            }
            SignatureKey::JwksUri { id, kid, .. } => {
                let set = match key.key_ref() {
                    Some(wanted) => self.keys.find(&wanted)?,
                    None => return Err(Rejection::KeysUnavailable.into()),
                };
                let key = set.jwk(kid)?;
                key.check_alg(self.profiles().algs)?;
                Ok(Credential { key: key.clone(), agent: Some(id.to_string()), delegate: None, token: None })
            }
            SignatureKey::Jwt(text) => self.token(text),
            SignatureKey::Other { .. } => Err(Rejection::UnsupportedScheme.into()),
        }
    }

    /// Verifies the token; that it is bound to the signing key shows when the signature verifies under its `cnf`.
    fn token(&self, text: &str) -> Result<Credential, Failure> {
        let token = Unverified::parse(text, self.profiles(), self.network)?;
        self.check_issuer(&token)?;
        token.check_before_fetch(self.now)?;
        let keys = self.keys.find(token.key_ref())?;
        let audience = (self.audience)()?;
        let claims = self.claims(token, &keys, &audience)?;
        let key = match &claims {
            Claims::Agent(claims) => claims.key.clone(),
            Claims::Person(claims) => claims.key.clone(),
            Claims::Auth(claims) => claims.key.clone(),
            Claims::Resource(_) => return Err(wrong_kind()),
        };
        let (agent, delegate) = (self.dialect.names())(&claims)?;
        let view = view::claims(&claims, self.profiles())?;
        Ok(Credential { key, agent, delegate, token: Some(view) })
    }

    /// Before anything else is done for it: a token of nobody who is trusted.
    fn check_issuer(&self, token: &Unverified<'_>) -> Result<(), Failure> {
        match token.kind() {
            TokenKind::Agent => Ok(()),
            TokenKind::Resource => Err(wrong_kind()),
            _ if self.trust.contains(&token.key_ref().issuer) => Ok(()),
            _ => Err(TokenError::IssuerUntrusted.into()),
        }
    }

    fn claims(&self, token: Unverified<'_>, keys: &Jwks, audience: &ServerId) -> Result<Claims, TokenError> {
        let issuer = IssuerRule::OneOf(self.trust);
        match token.kind() {
            TokenKind::Agent => {
                let wants = AgentWants::binding_proved_by_request_signature(audience);
                Ok(Claims::Agent(token.agent(keys, &wants, self.now)?.claims().clone()))
            }
            TokenKind::Person => {
                let wants = PersonWants::binding_proved_by_request_signature(issuer, audience);
                Ok(Claims::Person(token.person(keys, &wants, self.now)?.claims().clone()))
            }
            // `Unverified::auth` wants the `agent` claim, which the draft has not.
            _ => match token.claims_without_audience_and_binding(keys, self.now)? {
                Claims::Auth(claims) if claims.audience != *audience => Err(TokenError::AudienceMismatch),
                claims => Ok(claims),
            },
        }
    }

    fn profiles(&self) -> &'static TokenProfiles {
        self.dialect.tables().tokens
    }
}

/// Agent and delegate, by name.
type Names = (Option<String>, Option<String>);

impl DialectName {
    /// How the tokens of the dialect name their holder.
    fn names(self) -> fn(&Claims) -> Result<Names, TokenError> {
        match self {
            Self::Seed | Self::SeedDictionary => seed_names,
            Self::Draft11 => draft_names,
        }
    }
}

/// An agent token is its delegate's; an auth token names its agent.
///
/// Source: draft-hardt-aauth (5 March 2026), "Agent Tokens", "Auth Tokens".
fn seed_names(claims: &Claims) -> Result<Names, TokenError> {
    match claims {
        Claims::Agent(claims) => Ok((Some(claims.issuance.issuer.to_string()), Some(claims.subject.clone()))),
        Claims::Auth(claims) => match &claims.agent {
            Some(agent) => Ok((Some(agent.to_string()), None)),
            None => Err(TokenError::Absent { claim: "agent" }),
        },
        _ => Ok((None, None)),
    }
}

/// Only an agent token names the agent; the others name the person.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 sections 5.3, 7.1, 9.4.
fn draft_names(claims: &Claims) -> Result<Names, TokenError> {
    match claims {
        Claims::Agent(claims) => Ok((Some(claims.subject.clone()), None)),
        _ => Ok((None, None)),
    }
}

fn wrong_kind() -> Failure {
    Rejection::TokenKind { found: TokenKind::Resource, expected: TokenKind::Auth }.into()
}
