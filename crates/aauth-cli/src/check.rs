//! `aauth check`

use aauth_challenge::Challenge;
use aauth_deferred::PendingBody;
use aauth_jose::{JoseError, Jwks, MAX_JWS, PublicJwk};
use aauth_roles::Dialect;
use aauth_signature::{Coverage, FieldSyntax, SignatureError, SignatureInput, SignatureKey};
use aauth_token::{Claims, IatSkew, TokenError, TokenHeader, TokenKind};
use aauth_types::UnixTime;
use clap::{Args, ValueEnum};
use serde_json::Value;

use crate::args::{Reach, Source, unix_time};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::input::{self, FieldValue};
use crate::output::Report;
use crate::view;

/// Options of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// What the input is
    #[arg(value_enum)]
    kind: Kind,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The dialect [default: seed]. A key is held against a dialect's algorithm names only when one is named
    #[arg(long, value_enum)]
    dialect: Option<DialectName>,
    /// Hold times against this clock: created, expires, iat, exp. Without it no clock is asked
    #[arg(long, value_name = "UNIX", value_parser = unix_time)]
    now: Option<UnixTime>,
    /// The key id that must be there: selects in a jwks, and must be that of a jwk, jwt-header or signature-key
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
    /// The label to read where a field has several; the first without it
    #[arg(long, value_name = "LABEL")]
    label: Option<String>,
    /// The kind of token; required with jwt-claims
    #[arg(long = "type", value_enum, value_name = "TYPE", required_if_eq("kind", "jwt-claims"))]
    token: Option<Token>,
    #[command(flatten)]
    reach: Reach,
}

/// What can be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The value of Signature-Input
    SignatureInput,
    /// The value of Signature
    Signature,
    /// The value of Signature-Key
    SignatureKey,
    /// The value of AAuth or AAuth-Requirement
    Challenge,
    /// The decoded header of a token
    JwtHeader,
    /// The decoded claims of a token
    JwtClaims,
    /// A public key
    Jwk,
    /// A public key set
    Jwks,
    /// The body of a 202
    PendingBody,
}

/// Kinds of tokens by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Token {
    Resource,
    Auth,
    Agent,
    Person,
}

impl Token {
    fn kind(self) -> TokenKind {
        match self {
            Self::Resource => TokenKind::Resource,
            Self::Auth => TokenKind::Auth,
            Self::Agent => TokenKind::Agent,
            Self::Person => TokenKind::Person,
        }
    }
}

/// Checks one value.
pub(crate) fn run(args: &CheckArgs) -> Result<Report, Failure> {
    let bytes = input::read(args.source.file.as_deref())?;
    let value = match args.kind {
        Kind::SignatureInput => in_field(&bytes, |value| args.signature_input(value)),
        Kind::Signature => in_field(&bytes, |value| args.signature(value)),
        Kind::SignatureKey => in_field(&bytes, |value| args.signature_key(value)),
        Kind::Challenge => in_field(&bytes, |value| args.challenge(value)),
        Kind::JwtHeader => args.jwt_header(&bytes),
        Kind::JwtClaims => args.jwt_claims(&bytes),
        Kind::Jwk => args.jwk(&bytes),
        Kind::Jwks => args.jwks(&bytes),
        Kind::PendingBody => args.pending_body(&bytes),
    };
    value.map(Report::value)
}

/// Reads the input as the value of a field; offsets count in the input.
fn in_field(bytes: &[u8], check: impl Fn(&str) -> Result<Value, Failure>) -> Result<Value, Failure> {
    let FieldValue { text, start } = input::field_value(bytes)?;
    check(&text).map_err(|failure| failure.shifted(start))
}

impl CheckArgs {
    fn dialect(&self) -> &'static Dialect {
        self.dialect.unwrap_or(DialectName::Seed).tables()
    }

    fn fields(&self) -> &'static FieldSyntax {
        self.dialect().fields
    }

    fn signature_input(&self, value: &str) -> Result<Value, Failure> {
        let input = self.fields().read_input(value, self.label.as_deref())?;
        check_times(&input, self.now)?;
        Ok(view::signature_input(&input))
    }

    fn signature(&self, value: &str) -> Result<Value, Failure> {
        let (label, bytes) = self.fields().read_signature(value, self.label.as_deref())?;
        Ok(view::signature(label, &bytes))
    }

    fn signature_key(&self, value: &str) -> Result<Value, Failure> {
        let (label, key) = self.fields().read_key(value, self.label.as_deref(), self.reach.network())?;
        if !self.dialect().schemes.iter().any(|scheme| scheme.name() == key.scheme()) {
            let message = "signature-key scheme is not accepted in this dialect";
            return Err(Failure::new("unsupported_scheme", None, message));
        }
        match &key {
            SignatureKey::JwksUri { kid, .. } => self.check_kid(Some(kid))?,
            // The field may be longer than the longest token in it.
            SignatureKey::Jwt(token) if token.len() > MAX_JWS => {
                let (limit, found) = (MAX_JWS, token.len());
                return Err(JoseError::TooLong { subject: "jws", limit, found }.into());
            }
            _ => {}
        }
        Ok(view::signature_key(label, &key))
    }

    fn challenge(&self, value: &str) -> Result<Value, Failure> {
        let vocabulary = self.dialect().challenge;
        let challenge = Challenge::parse(value.as_bytes(), vocabulary, self.reach.network())?;
        Ok(view::challenge(&challenge, vocabulary))
    }

    fn jwt_header(&self, text: &[u8]) -> Result<Value, Failure> {
        let profiles = self.dialect().tokens;
        let header = TokenHeader::read(text, profiles)?;
        if let Some(token) = self.token
            && token.kind() != header.kind
        {
            let typ = |kind| profiles.typ(kind).unwrap_or("");
            let (found, expected) = (typ(header.kind), typ(token.kind()));
            return Err(TokenError::TypMismatch { found, expected }.into());
        }
        self.check_kid(Some(&header.kid))?;
        Ok(view::header(&header, profiles))
    }

    fn jwt_claims(&self, text: &[u8]) -> Result<Value, Failure> {
        let profiles = self.dialect().tokens;
        let Some(token) = self.token else {
            return Err(Failure::usage("type", "jwt-claims needs --type"));
        };
        let claims = Claims::read(text, token.kind(), profiles, self.reach.network())?;
        if let Some(now) = self.now {
            claims.check_times(profiles, now, IatSkew::default())?;
        }
        Ok(view::claims(&claims, profiles)?)
    }

    fn jwk(&self, text: &[u8]) -> Result<Value, Failure> {
        let key = PublicJwk::parse(text)?;
        if let Some(dialect) = self.dialect {
            key.check_alg(dialect.tables().tokens.algs)?;
        }
        self.check_kid(key.kid())?;
        Ok(view::public_key(&key))
    }

    fn jwks(&self, text: &[u8]) -> Result<Value, Failure> {
        let set = Jwks::parse(text)?;
        let mut value = view::key_set(&set);
        if let Some(kid) = &self.kid {
            if let Some(dialect) = self.dialect {
                set.key_for(kid, dialect.tables().tokens.algs)?;
            }
            let selected = view::public_key(set.jwk(kid)?);
            if let Some(members) = value.as_object_mut() {
                members.insert(String::from("selected"), selected);
            }
        }
        Ok(value)
    }

    fn pending_body(&self, text: &[u8]) -> Result<Value, Failure> {
        let wire = self.dialect().deferred;
        let body = PendingBody::read(text, wire)?;
        if let Some(word) = &body.require {
            // What the body requires is understood as the header is.
            let code: Vec<_> = body.code.iter().map(|code| ("code", code.as_str())).collect();
            Challenge::from_words(word, &code, wire.vocabulary(), self.reach.network())?;
        }
        Ok(view::pending_body(&body, wire))
    }

    fn check_kid(&self, found: Option<&str>) -> Result<(), Failure> {
        match &self.kid {
            Some(wanted) if found != Some(wanted) => {
                Err(Failure::new("kid_mismatch", None, "kid is not the one that is wanted"))
            }
            _ => Ok(()),
        }
    }
}

/// Every dialect wants `created`; whether it is fresh is a question of the clock.
fn check_times(input: &SignatureInput<'_>, now: Option<UnixTime>) -> Result<(), SignatureError> {
    match (now, input.created()) {
        (Some(now), _) => Coverage::default().check_times(input, now),
        (None, None) => Err(SignatureError::CreatedMissing),
        (None, Some(_)) => Ok(()),
    }
}
