//! A correlation identifier for what follows from one request.

/// The `txn` of the resource token that answers a request; the auth server copies it into the auth token.
///
/// Put it among a request's extensions before [`RequireLayer`](crate::RequireLayer) sees it. Without one the token has no
/// `txn`. It is no secret, and agents see it.
///
/// Source: draft-hardt-aauth (5 March 2026), "Resource Tokens".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction(String);

impl Transaction {
    /// The most characters of one.
    pub const MAX: usize = 128;

    /// A text of 1 to 128 visible ASCII characters; `None` for any other.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
