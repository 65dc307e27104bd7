//! Everything that is derived from the one shared secret.

use aauth_types::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What a digest is for. Digests of two purposes never agree.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// The row of a browser session.
    Session,
    /// The form token of a session, a person and a request.
    Form,
    /// The counter of one source of wrong codes.
    Attempts,
    /// What a person was shown.
    Shown,
    /// The rows of a person and of an agent in [`Consents`](crate::Consents).
    Consent,
}

/// HMAC-SHA256 under the secret that all instances share.
#[derive(Debug, Clone)]
pub(crate) struct Mac256(Secret<[u8; 32]>);

impl Mac256 {
    pub(crate) fn new(secret: Secret<[u8; 32]>) -> Self {
        Self(secret)
    }

    /// The secret, for the hash of interaction codes, which keeps itself apart by a label of its own.
    pub(crate) fn secret(&self) -> &Secret<[u8; 32]> {
        &self.0
    }

    /// Digest of `parts`, each with its length before it.
    pub(crate) fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a short key with zeros to its block (RFC 2104); done here, nothing can fail.
        let mut block = [0_u8; 64];
        for (to, from) in block.iter_mut().zip(self.0.expose()) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(label(purpose).as_bytes());
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The digest as 43 base64url characters.
    pub(crate) fn text(&self, purpose: Purpose, parts: &[&[u8]]) -> String {
        URL_SAFE_NO_PAD.encode(self.digest(purpose, parts))
    }

    /// Compares such a text in constant time.
    pub(crate) fn agrees(&self, purpose: Purpose, parts: &[&[u8]], presented: &str) -> bool {
        self.text(purpose, parts).as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

/// Never change a label: rows and open pages of other instances rest on them.
const fn label(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Session => "session",
        Purpose::Form => "form",
        Purpose::Attempts => "attempts",
        Purpose::Shown => "shown",
        Purpose::Consent => "consent",
    }
}
