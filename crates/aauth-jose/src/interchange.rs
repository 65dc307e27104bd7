//! Keys of and for programs that speak the types of `jose-jwk`.

use jose_jwk::jose_jwa::{Algorithm as Named, Signing};
use jose_jwk::{Ec, EcCurves, Jwk, Key, Okp, OkpCurves, Parameters};

use crate::{Algorithm, JoseError, PublicJwk};

impl TryFrom<&Jwk> for PublicJwk {
    type Error = JoseError;

    /// Takes a key over, with all checks of [`PublicJwk::parse`].
    ///
    /// # Errors
    /// `PrivateMember`: it holds its private half. `UnsupportedKeyType`: neither `OKP` nor `EC`. Otherwise as
    /// [`PublicJwk::parse`].
    fn try_from(jwk: &Jwk) -> Result<Self, JoseError> {
        // Before anything is written: the private half must not be copied.
        let private = match &jwk.key {
            Key::Okp(key) => key.d.is_some(),
            Key::Ec(key) => key.d.is_some(),
            _ => return Err(JoseError::UnsupportedKeyType),
        };
        if private {
            return Err(JoseError::PrivateMember { member: "d" });
        }
        // A key of these two types has no member that cannot be written.
        Self::parse(&serde_json::to_vec(jwk).unwrap_or_default())
    }
}

impl From<&PublicJwk> for Jwk {
    /// The same key with its name. `alg` is there if `jose-jwk` knows it: `Ed25519` it does not.
    fn from(jwk: &PublicJwk) -> Self {
        let (x, y) = jwk.key().coordinates();
        let key = match (jwk.key().algorithm(), y) {
            (Algorithm::Es256, Some(y)) => {
                let (x, y) = (x.to_vec().into(), y.to_vec().into());
                Key::Ec(Ec { crv: EcCurves::P256, x, y, d: None })
            }
            _ => Key::Okp(Okp { crv: OkpCurves::Ed25519, x: x.to_vec().into(), d: None }),
        };
        let alg = match jwk.alg() {
            Some("EdDSA") => Some(Named::Signing(Signing::EdDsa)),
            Some("ES256") => Some(Named::Signing(Signing::Es256)),
            _ => None,
        };
        Self { key, prm: Parameters { alg, kid: jwk.kid().map(str::to_owned), ..Parameters::default() } }
    }
}
