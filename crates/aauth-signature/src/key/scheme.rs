//! The schemes that are used here: their words, their parameters, and what differs between the syntaxes.

use std::borrow::Cow;

use aauth_jose::{AlgNames, Algorithm, JoseError, JwkMembers, PublicJwk, b64};
use aauth_types::{Document, Network, ServerId, TypeError};
use smallvec::{SmallVec, smallvec};

use super::{Parameter, Parameters, SignatureKey, Value};
use crate::SignatureError;
use crate::field::Field;
use crate::key_scheme::KeyScheme;

/// What a syntax calls the document that names the key set, and which parameters and inline keys it admits.
#[derive(Debug)]
pub(crate) struct SchemeWords {
    /// Without it the document is the agent's.
    document: Option<DocumentWord>,
    /// Algorithms of inline keys.
    algorithms: &'static [Algorithm],
    /// Names of `alg` in an inline key, which then must be there.
    alg: Option<&'static AlgNames>,
    /// What an inline key must not have.
    forbidden: &'static [&'static str],
    /// What becomes of parameters that the scheme does not have.
    unknown: Unknown,
}

#[derive(Debug)]
struct DocumentWord {
    name: &'static str,
    read: fn(&str) -> Result<Document, TypeError>,
    write: fn(Document) -> &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Refused,
    Ignored,
}

/// The agent's document, Ed25519 only, exactly the parameters of the scheme.
pub(crate) static SEED: SchemeWords = SchemeWords {
    document: None,
    algorithms: &[Algorithm::Ed25519],
    alg: None,
    forbidden: &[],
    unknown: Unknown::Refused,
};

/// `well-known="aauth-agent"`, no `alg` (Signature-Key draft of March 2026).
pub(crate) static SEED_DICTIONARY: SchemeWords = SchemeWords {
    document: Some(DocumentWord {
        name: "well-known",
        read: Document::from_short_name,
        write: Document::short_name,
    }),
    algorithms: &[Algorithm::Ed25519, Algorithm::Es256],
    alg: None,
    forbidden: &["alg"],
    unknown: Unknown::Ignored,
};

/// `dwk="aauth-agent.json"`, `alg` and no `kid` in an inline key (draft-hardt-httpbis-signature-key-09 sections 3.4, 3.6).
pub(crate) static DRAFT_11: SchemeWords = SchemeWords {
    document: Some(DocumentWord { name: "dwk", read: Document::from_file_name, write: Document::file_name }),
    algorithms: &[Algorithm::Ed25519, Algorithm::Es256],
    alg: Some(&aauth_jose::DRAFT_11),
    forbidden: &["kid"],
    unknown: Unknown::Ignored,
};

/// The parameters of one member, from which a scheme takes what it knows.
#[derive(Debug)]
pub(crate) struct Given<'a> {
    scheme: KeyScheme,
    parameters: Parameters<'a>,
}

/// Names and values to write, in order.
pub(crate) type Written<'k> = SmallVec<[(&'static str, Cow<'k, str>); 5]>;

type Build = for<'a> fn(&mut Given<'a>, &SchemeWords, Network) -> Result<SignatureKey<'a>, SignatureError>;

/// What is used here; the other schemes are [`SignatureKey::Other`].
static SCHEMES: [(KeyScheme, Build); 3] =
    [(KeyScheme::Hwk, hwk), (KeyScheme::JwksUri, jwks_uri), (KeyScheme::Jwt, jwt)];

impl SchemeWords {
    /// Makes the key that a member names.
    pub(crate) fn read<'a>(
        &self,
        scheme: &str,
        parameters: Parameters<'a>,
        network: Network,
    ) -> Result<SignatureKey<'a>, SignatureError> {
        let Some((scheme, build)) = SCHEMES.iter().find(|row| row.0.word() == scheme) else {
            return Ok(SignatureKey::other(scheme, parameters));
        };
        let mut given = Given { scheme: *scheme, parameters };
        let key = build(&mut given, self, network)?;
        given.finish(self)?;
        Ok(key)
    }

    /// The parameters of a key, in the order in which they are written; `None` for [`SignatureKey::Other`].
    pub(crate) fn write<'k>(&self, key: &'k SignatureKey<'_>) -> Result<Option<Written<'k>>, SignatureError> {
        match key {
            SignatureKey::Hwk(jwk) => self.write_hwk(jwk).map(Some),
            SignatureKey::JwksUri { id, document, kid } => {
                let mut parameters: Written<'k> = smallvec![("id", Cow::Borrowed(id.as_str()))];
                match &self.document {
                    Some(word) => parameters.push((word.name, Cow::Borrowed((word.write)(*document)))),
                    None if *document == Document::Agent => {}
                    None => return Err(SignatureError::Unwritable { what: "the metadata document" }),
                }
                parameters.push(("kid", Cow::Borrowed(kid)));
                Ok(Some(parameters))
            }
            SignatureKey::Jwt(token) => Ok(Some(smallvec![("jwt", Cow::Borrowed(&**token))])),
            SignatureKey::Other { scheme, .. } if SCHEMES.iter().any(|row| row.0.word() == scheme) => {
                Err(SignatureError::Unwritable { what: "a known scheme with parameters of its own" })
            }
            SignatureKey::Other { .. } => Ok(None),
        }
    }

    fn write_hwk<'k>(&self, jwk: &PublicJwk) -> Result<Written<'k>, SignatureError> {
        let unwritable = SignatureError::Unwritable { what: "the algorithm of the inline key" };
        let algorithm = jwk.key().algorithm();
        if !self.algorithms.contains(&algorithm) {
            return Err(unwritable);
        }
        let (kty, crv) = algorithm.key_type();
        let mut parameters: Written<'k> = smallvec![("kty", Cow::Borrowed(kty)), ("crv", Cow::Borrowed(crv))];
        for (name, value) in coordinates(jwk) {
            parameters.push((name, Cow::Owned(value)));
        }
        if let Some(names) = self.alg {
            parameters.push(("alg", Cow::Borrowed(names.name(algorithm).ok_or(unwritable)?)));
        }
        Ok(parameters)
    }
}

fn coordinates(jwk: &PublicJwk) -> impl Iterator<Item = (&'static str, String)> {
    let (x, y) = jwk.key().coordinates();
    [("x", Some(x)), ("y", y)].into_iter().filter_map(|(name, bytes)| Some((name, b64::encode(&bytes?))))
}

impl<'a> Given<'a> {
    /// Takes a string parameter out, if it is there.
    fn take(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, SignatureError> {
        let Some(index) = self.parameters.iter().position(|given| given.name == name) else {
            return Ok(None);
        };
        let given = self.parameters.swap_remove(index);
        match given.value {
            Value::String(text) => Ok(Some(text)),
            Value::Other(_) => Err(wrong_type(name, "a string", given.value_at)),
        }
    }

    fn require(&mut self, name: &'static str) -> Result<Cow<'a, str>, SignatureError> {
        self.take(name)?.ok_or(SignatureError::KeyParameterMissing { scheme: self.scheme, name })
    }

    fn value_error(&self, name: &'static str, expected: &'static str) -> SignatureError {
        SignatureError::KeyParameterValue { scheme: self.scheme, name, expected }
    }

    fn finish(&self, words: &SchemeWords) -> Result<(), SignatureError> {
        let forbidden = |name: &str| self.scheme == KeyScheme::Hwk && words.forbidden.contains(&name);
        let refused = |given: &&Parameter<'_>| words.unknown == Unknown::Refused || forbidden(given.name);
        match self.parameters.iter().filter(refused).map(|given| given.at).min() {
            Some(at) => Err(SignatureError::KeyParameterUnknown { scheme: self.scheme, at }),
            None => Ok(()),
        }
    }
}

fn wrong_type(name: &'static str, expected: &'static str, at: usize) -> SignatureError {
    SignatureError::ParameterType { field: Field::SignatureKey, name, expected, at }
}

fn hwk<'a>(
    given: &mut Given<'a>,
    words: &SchemeWords,
    _: Network,
) -> Result<SignatureKey<'a>, SignatureError> {
    let kty = given.require("kty")?;
    let of_type = |algorithm: &&Algorithm| algorithm.key_type().0 == kty;
    if !words.algorithms.iter().any(|algorithm| of_type(&algorithm)) {
        return Err(SignatureError::UnsupportedAlgorithm);
    }
    let crv = given.require("crv")?;
    let x = given.require("x")?;
    let y = match *kty == *Algorithm::Es256.key_type().0 {
        true => Some(given.require("y")?),
        false => None,
    };
    let alg = match words.alg {
        Some(_) => given.take("alg")?,
        None => None,
    };
    let members = JwkMembers {
        kty: &kty,
        crv: Some(&crv),
        x: Some(&x),
        y: y.as_deref(),
        alg: alg.as_deref(),
        kid: None,
    };
    let jwk = PublicJwk::from_members(&members).map_err(inline_key)?;
    if let Some(names) = words.alg {
        jwk.check_alg(names).map_err(inline_key)?;
    }
    Ok(SignatureKey::Hwk(jwk))
}

/// A key of an algorithm that is not used is told from a key that is none.
fn inline_key(source: JoseError) -> SignatureError {
    match source {
        JoseError::UnsupportedAlgorithm
        | JoseError::AlgorithmAbsent
        | JoseError::UnsupportedKeyType
        | JoseError::UnsupportedCurve => SignatureError::UnsupportedAlgorithm,
        source => SignatureError::InvalidKey { source },
    }
}

fn jwks_uri<'a>(
    given: &mut Given<'a>,
    words: &SchemeWords,
    network: Network,
) -> Result<SignatureKey<'a>, SignatureError> {
    let id = given.require("id")?;
    let id = ServerId::parse(&id, network).map_err(|_| given.value_error("id", "a server identifier"))?;
    let document = match &words.document {
        None => Document::Agent,
        Some(word) => (word.read)(&given.require(word.name)?)
            .map_err(|_| given.value_error(word.name, "the name of a well-known document"))?,
    };
    let kid = given.require("kid")?;
    match kid.is_empty() {
        true => Err(given.value_error("kid", "a text of at least one character")),
        false => Ok(SignatureKey::JwksUri { id, document, kid }),
    }
}

fn jwt<'a>(given: &mut Given<'a>, _: &SchemeWords, _: Network) -> Result<SignatureKey<'a>, SignatureError> {
    let token = given.require("jwt")?;
    match is_compact(&token) {
        true => Ok(SignatureKey::Jwt(token)),
        false => Err(given.value_error("jwt", "a compact token of three base64url parts")),
    }
}

fn is_compact(token: &str) -> bool {
    let is_part = |part: &str| {
        // Without an early end the comparison runs on several bytes at once; tokens are long.
        let known = |b: u8| b.is_ascii_alphanumeric() | (b == b'-') | (b == b'_');
        !part.is_empty() && part.bytes().fold(true, |so_far, b| so_far & known(b))
    };
    let mut parts = token.split('.');
    let three = [parts.next(), parts.next(), parts.next()];
    parts.next().is_none() && three.into_iter().all(|part| part.is_some_and(is_part))
}
