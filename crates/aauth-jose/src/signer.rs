//! Whoever can sign: a local key, hardware, a remote service.

use crate::{Algorithm, JoseError, PublicJwk};

/// Signs bytes with one key.
///
/// For a signer that answers asynchronously, take the bytes from [`signing_input`](crate::signing_input), have them
/// signed, and hand the signature to [`attach`](crate::attach); no implementation of this trait is needed then.
pub trait Signer: Send + Sync {
    /// The algorithm of the key.
    fn algorithm(&self) -> Algorithm;

    /// The name under which the public key is published, if it is.
    fn kid(&self) -> Option<&str>;

    /// The public key, as it is published.
    fn public_jwk(&self) -> PublicJwk;

    /// Signs `message`: Ed25519 over the bytes themselves, ES256 over their SHA-256 digest, then r‖s (never DER).
    ///
    /// # Errors
    /// `SignerFailed`: hardware or a service did not sign. A local key does not fail.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], JoseError>;
}
