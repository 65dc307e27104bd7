//! What the cryptography alone costs, on the same back end.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::request::KEY;

/// A message with its signature, and the key decoded, as bytes, and private.
#[derive(Debug)]
pub struct Floor {
    message: Vec<u8>,
    signature: Signature,
    private: SigningKey,
    ready: VerifyingKey,
    bytes: [u8; 32],
}

impl Floor {
    /// Over this message, signed with the key of all requests.
    #[must_use]
    pub fn new(message: Vec<u8>) -> Self {
        let private = SigningKey::from_bytes(&KEY);
        let ready = private.verifying_key();
        Self { signature: private.sign(&message), message, bytes: ready.to_bytes(), ready, private }
    }

    /// One signature.
    #[must_use]
    pub fn sign(&self) -> Signature {
        self.private.sign(&self.message)
    }

    /// One strict verification, the key decoded before.
    pub fn verify(&self) {
        self.ready.verify_strict(&self.message, &self.signature).expect("the signature is valid");
    }

    /// One strict verification, the key decoded for it.
    pub fn verify_from_bytes(&self) {
        let key = VerifyingKey::from_bytes(&self.bytes).expect("the key is valid");
        key.verify_strict(&self.message, &self.signature).expect("the signature is valid");
    }
}
