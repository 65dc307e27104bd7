//! The pipeline of a signed request: parse, which key, verify.

use std::borrow::Cow;
use std::sync::Arc;

use aauth_jose::{Jwks, PublicJwk};
use aauth_signature::{Checked, Coverage, RequestHead, SignatureKey, SignedHead};
use aauth_token::{AgentRule, AgentWants, AuthWants, IssuerRule, TokenError, TokenKind, Unverified};
use aauth_types::{Document, KeyRef, Network, ServerId, UnixTime};

use crate::remember::{Remembered, Token};
use crate::{Caller, Dialect, Identity, Rejection, Scheme, VerifiedTokens};

/// Which spellings and identifiers a port accepts. There is no default: nobody is downgraded by accident.
#[derive(Debug, Clone, Copy)]
pub struct Accept<'a> {
    /// In order of preference; a request that no dialect reads is answered in the first.
    pub dialects: &'a [&'static Dialect],
    /// Whether loopback http identifiers are read.
    pub network: Network,
}

/// A request whose signature fields are well formed, sufficient and fresh. Nothing is verified yet.
#[derive(Debug)]
pub struct Inbound<'a> {
    dialect: &'static Dialect,
    network: Network,
    checked: Checked<'a>,
}

/// What `Signature-Key` refers to: the question that must be answered before the request can be verified.
#[derive(Debug)]
pub struct Credential<'i>(Kind<'i>);

#[derive(Debug)]
enum Kind<'i> {
    Inline(&'i PublicJwk),
    Set { id: &'i ServerId, document: Document, kid: &'i str },
    Token(Box<Unverified<'i>>),
    Remembered(Arc<Remembered>),
}

/// What the verifier wants of the tokens that a request may carry.
#[derive(Debug, Clone, Copy)]
pub struct CallerWants<'a> {
    /// The verifier itself: the audience.
    pub me: &'a ServerId,
    /// Auth servers whose tokens are accepted; empty where no auth token is.
    pub auth_servers: &'a [ServerId],
}

impl CallerWants<'_> {
    /// The most that a token can be here; a text that is no token at all is reported as a bad one of this kind.
    fn expected(&self) -> TokenKind {
        if self.auth_servers.is_empty() { TokenKind::Agent } else { TokenKind::Auth }
    }

    /// Refuses what no key could save.
    fn admit(&self, kind: TokenKind, issuer: &ServerId) -> Result<(), Rejection> {
        match kind {
            TokenKind::Agent => Ok(()),
            TokenKind::Auth if self.auth_servers.contains(issuer) => Ok(()),
            TokenKind::Auth if !self.auth_servers.is_empty() => {
                Err(Rejection::Token { kind, error: TokenError::IssuerUntrusted })
            }
            found => Err(Rejection::TokenKind { found, expected: self.expected() }),
        }
    }
}

impl<'a> Inbound<'a> {
    /// Reads the signature fields and checks scheme, coverage and time. Needs no key and no network.
    ///
    /// # Errors
    /// `Signature`: missing, malformed, too little covered, stale. `UnsupportedScheme`: not of this dialect.
    pub fn parse(
        head: &RequestHead<'a>,
        accept: Accept<'_>,
        coverage: &Coverage,
        now: UnixTime,
    ) -> Result<Self, Rejection> {
        let (dialect, signed) = read(head, accept)?;
        scheme(signed.key(), dialect)?;
        let checked = signed.check(coverage, now)?;
        Ok(Self { dialect, network: accept.network, checked })
    }

    /// The dialect in which the request was read.
    #[must_use]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// What the request refers to.
    ///
    /// A token that is bad whatever its signature, or of a kind or issuer that is not wanted, is refused here, so that
    /// it causes no fetch.
    ///
    /// # Errors
    /// `Token`, `TokenKind`: the token in `Signature-Key`. `UnsupportedScheme`: see [`Inbound::parse`].
    pub fn credential(&self, wants: CallerWants<'_>, now: UnixTime) -> Result<Credential<'_>, Rejection> {
        let kind = match self.checked.key() {
            SignatureKey::Hwk(jwk) => Kind::Inline(jwk),
            SignatureKey::JwksUri { id, document, kid } => Kind::Set { id, document: *document, kid },
            SignatureKey::Jwt(text) => {
                let token = Unverified::parse(text, self.dialect.tokens, self.network)
                    .map_err(|error| Rejection::Token { kind: wants.expected(), error })?;
                let kind = token.kind();
                wants.admit(kind, &token.key_ref().issuer)?;
                token.check_before_fetch(now).map_err(|error| Rejection::Token { kind, error })?;
                Kind::Token(Box::new(token))
            }
            SignatureKey::Other { .. } => return Err(Rejection::UnsupportedScheme),
        };
        Ok(Credential(kind))
    }

    /// As [`Inbound::credential`], looking among `tokens` first, whose signatures need not be verified again.
    ///
    /// # Errors
    /// As [`Inbound::credential`].
    pub fn credential_among(
        &self,
        tokens: &VerifiedTokens,
        wants: CallerWants<'_>,
        now: UnixTime,
    ) -> Result<Credential<'_>, Rejection> {
        if let SignatureKey::Jwt(text) = self.checked.key()
            && let Some(remembered) = tokens.find(text, self.dialect, now)
        {
            wants.admit(remembered.token.kind(), &remembered.key_ref.issuer)?;
            return Ok(Credential(Kind::Remembered(remembered)));
        }
        self.credential(wants, now)
    }

    /// Verifies the request: the token it carries, then its signature under the key that this leads to.
    ///
    /// `keys`: the set that [`Credential::key_ref`] asked for; not looked at when it asked for none.
    ///
    /// # Errors
    /// Every way in which the request can be wrong; see [`Rejection`].
    pub fn verify(
        &self,
        credential: Credential<'_>,
        keys: Option<&Jwks>,
        wants: CallerWants<'_>,
        now: UnixTime,
    ) -> Result<Caller, Rejection> {
        let absent = credential.keys_unavailable();
        let set = || keys.ok_or(absent);
        let (key, scheme, identity) = match credential.0 {
            Kind::Inline(key) => (key.clone(), Scheme::Hwk, Identity::Pseudonym),
            Kind::Set { id, kid, .. } => {
                let key = set()?.jwk(kid).map_err(Rejection::Key)?;
                key.check_alg(self.dialect.tokens.algs).map_err(Rejection::Key)?;
                (key.clone(), Scheme::JwksUri, Identity::Agent(id.clone()))
            }
            Kind::Token(token) => {
                let (key, identity) = verify_token(*token, set()?, wants, now)?;
                (key, Scheme::Jwt, identity)
            }
            Kind::Remembered(remembered) => {
                let (key, identity) = check_token_again(&remembered.token, set()?, wants, now)?;
                (key, Scheme::Jwt, identity)
            }
        };
        let signature = self.checked.verify(key.key())?;
        Ok(Caller { dialect: self.dialect, scheme, signature, key, identity })
    }
}

impl Credential<'_> {
    /// The key set that must be had; `None` when the key is in the request.
    #[must_use]
    pub fn key_ref(&self) -> Option<Cow<'_, KeyRef>> {
        match &self.0 {
            Kind::Inline(_) => None,
            Kind::Set { id, document, kid } => {
                let (issuer, kid) = ((*id).clone(), (*kid).to_owned());
                Some(Cow::Owned(KeyRef { issuer, document: *document, kid }))
            }
            Kind::Token(token) => Some(Cow::Borrowed(token.key_ref())),
            Kind::Remembered(remembered) => Some(Cow::Borrowed(&remembered.key_ref)),
        }
    }

    /// Whether it is a token whose signature is still to be verified: one worth
    /// [remembering](VerifiedTokens::remember) afterwards.
    #[must_use]
    pub fn is_new_token(&self) -> bool {
        matches!(self.0, Kind::Token(_))
    }

    /// What to refuse the request with when that key set cannot be had.
    #[must_use]
    pub fn keys_unavailable(&self) -> Rejection {
        self.token_kind().map_or(Rejection::KeysUnavailable, |kind| Rejection::TokenKeysUnavailable { kind })
    }

    /// What the token in the request says it is; `None` when there is no token.
    #[must_use]
    pub fn token_kind(&self) -> Option<TokenKind> {
        match &self.0 {
            Kind::Token(token) => Some(token.kind()),
            Kind::Remembered(remembered) => Some(remembered.token.kind()),
            _ => None,
        }
    }
}

fn read<'a>(
    head: &RequestHead<'a>,
    accept: Accept<'_>,
) -> Result<(&'static Dialect, SignedHead<'a>), Rejection> {
    let mut first = None;
    for dialect in accept.dialects {
        match SignedHead::parse(head, dialect.fields, accept.network) {
            Ok(signed) => return Ok((dialect, signed)),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.map_or(Rejection::UnsupportedScheme, Rejection::Signature))
}

fn scheme(key: &SignatureKey<'_>, dialect: &Dialect) -> Result<(), Rejection> {
    let scheme = match key {
        SignatureKey::Hwk(_) => Scheme::Hwk,
        SignatureKey::JwksUri { .. } => Scheme::JwksUri,
        SignatureKey::Jwt(_) => Scheme::Jwt,
        SignatureKey::Other { .. } => return Err(Rejection::UnsupportedScheme),
    };
    if dialect.schemes.contains(&scheme) { Ok(()) } else { Err(Rejection::UnsupportedScheme) }
}

fn verify_token(
    token: Unverified<'_>,
    keys: &Jwks,
    wants: CallerWants<'_>,
    now: UnixTime,
) -> Result<(PublicJwk, Identity), Rejection> {
    let kind = token.kind();
    let refused = |error| Rejection::Token { kind, error };
    match kind {
        TokenKind::Agent => {
            let verified = token.agent(keys, &agent_wants(wants), now).map_err(refused)?;
            Ok((verified.cnf().clone(), Identity::Delegate(Arc::new(verified))))
        }
        TokenKind::Auth if !wants.auth_servers.is_empty() => {
            let verified = token.auth(keys, &auth_wants(wants), now).map_err(refused)?;
            Ok((verified.cnf().clone(), Identity::Authorized(Arc::new(verified))))
        }
        found => Err(Rejection::TokenKind { found, expected: wants.expected() }),
    }
}

fn check_token_again(
    token: &Token,
    keys: &Jwks,
    wants: CallerWants<'_>,
    now: UnixTime,
) -> Result<(PublicJwk, Identity), Rejection> {
    token.check_again(keys, wants, now).map_err(|error| Rejection::Token { kind: token.kind(), error })?;
    Ok(match token {
        Token::Agent(token) => (token.cnf().clone(), Identity::Delegate(token.clone())),
        Token::Auth(token) => (token.cnf().clone(), Identity::Authorized(token.clone())),
    })
}

/// The key of an agent token is compared by verifying the request with it.
pub(crate) fn agent_wants(wants: CallerWants<'_>) -> AgentWants<'_> {
    AgentWants::binding_proved_by_request_signature(wants.me)
}

/// The same for an auth token, from an issuer that is accepted here.
pub(crate) fn auth_wants(wants: CallerWants<'_>) -> AuthWants<'_> {
    let issuers = IssuerRule::OneOf(wants.auth_servers);
    AuthWants::binding_proved_by_request_signature(issuers, wants.me, AgentRule::Named)
}
