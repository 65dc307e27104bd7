//! The body of a signed request: bound to the signature, or not.

use crate::SignatureError;
use crate::component::Component;
use crate::verify::SignatureValid;

/// The body of a request whose signature is valid.
///
/// The two cases are different types, so that code which needs an authentic body cannot take one that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBody<'b> {
    /// The signature covers a digest of the body.
    Bound(BoundBody<'b>),
    /// Nothing ties the body to the signature: whoever is between could have changed it.
    Unbound(UnboundBody<'b>),
}

/// A body that is the one that was signed. Only [`SignatureValid::bind_body`] and [`SignatureValid::body`] make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoundBody<'b>(&'b [u8]);

/// A body that the signature says nothing about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnboundBody<'b>(&'b [u8]);

impl<'b> BoundBody<'b> {
    /// The bytes that were signed.
    #[must_use]
    pub const fn bytes(&self) -> &'b [u8] {
        self.0
    }
}

impl<'b> UnboundBody<'b> {
    /// The bytes, which are not authentic.
    #[must_use]
    pub const fn unauthenticated_bytes(&self) -> &'b [u8] {
        self.0
    }
}

impl SignatureValid {
    /// Compares the received body with the `content-digest` that was signed.
    ///
    /// The digest is the one that the signature covers, kept from the request; none can be put in its place.
    ///
    /// # Errors
    /// `DigestUncovered`: the signature does not cover `content-digest`. `DigestMismatch`: it is another body.
    pub fn bind_body<'b>(&self, body: &'b [u8]) -> Result<BoundBody<'b>, SignatureError> {
        self.digest.as_ref().ok_or(SignatureError::DigestUncovered)?.verify(body)?;
        Ok(BoundBody(body))
    }

    /// Takes the received body: bound if the signature covers a digest, which then must fit, unbound otherwise.
    ///
    /// # Errors
    /// `DigestMismatch`. `CoverageShort`: there is a body, and the [`Coverage`](crate::Coverage) that the request
    /// was checked against wants components of the content which the signature does not cover.
    pub fn body<'b>(&self, body: &'b [u8]) -> Result<SignedBody<'b>, SignatureError> {
        if !body.is_empty() && !self.uncovered.is_empty() {
            let missing = self.uncovered.clone();
            let required = self.covered().iter().chain(&missing).cloned().collect();
            return Err(SignatureError::CoverageShort { missing, required });
        }
        match self.covers(&Component::CONTENT_DIGEST) {
            true => self.bind_body(body).map(SignedBody::Bound),
            false => Ok(SignedBody::Unbound(UnboundBody(body))),
        }
    }
}
