//! Keys from files: one key of either half, or the sets of other parties.

use std::path::Path;

use aauth_jose::{JoseError, Jwks, PublicJwk, Signer as _, SigningKey};
use aauth_types::json::{JsonError, Object};
use aauth_types::{KeyRef, ServerId};

use crate::failure::Failure;
use crate::{input, view};

/// Reads the public half of a private or public JWK.
///
/// # Errors
/// Those of `aauth-jose`.
pub(crate) fn public_half(text: &[u8]) -> Result<PublicJwk, Failure> {
    let object = Object::parse(text).map_err(|source| JoseError::Json { subject: "jwk", source })?;
    match object.get("d") {
        Some(_) => Ok(SigningKey::from_jwk(text)?.public_jwk()),
        None => Ok(PublicJwk::parse(text)?),
    }
}

/// Reads a private key.
///
/// # Errors
/// A fault of usage, with the kind that `aauth-jose` gives it.
pub(crate) fn private_key(path: &Path) -> Result<SigningKey, Failure> {
    let text = input::read(Some(path))?;
    SigningKey::from_jwk(&text).map_err(|error| Failure::usage(error.kind(), format!("the key: {error}")))
}

/// Key sets by identifier, in place of the network.
#[derive(Debug, Default)]
pub(crate) struct KeySets(Object<'static>);

impl KeySets {
    /// Reads `{"https://agent.example":{"keys":[…]},…}`; without a file there are no sets.
    ///
    /// # Errors
    /// A fault of usage, with the kind that the strict reader of JSON gives it.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = input::read(Some(path))?;
        let wrong = |error: JsonError| Failure::usage(error.kind(), format!("the key file: {error}"));
        Object::parse(&text).map(|object| Self(object.into_owned())).map_err(wrong)
    }

    /// The set of the server that `wanted` names.
    ///
    /// # Errors
    /// `keys_unavailable`: the file has none. Otherwise why the set is none.
    pub(crate) fn find(&self, wanted: &KeyRef) -> Result<Jwks, Failure> {
        self.of(&wanted.issuer)?.ok_or_else(|| {
            Failure::new("keys_unavailable", None, "the key file has no keys of the server that is named")
        })
    }

    /// The set of `id`, if there is one.
    ///
    /// # Errors
    /// Why the set is none.
    pub(crate) fn of(&self, id: &ServerId) -> Result<Option<Jwks>, Failure> {
        let set = self.0.get(id.as_str());
        set.map(|set| Ok(Jwks::parse(view::plain(set).to_string().as_bytes())?)).transpose()
    }
}
