//! Known quirks of peers that a syntax may put up with.

/// A quirk of deployed peers that is tolerated on reading and never written.
///
/// No syntax of this crate has one turned on. An embedder who must talk to such a peer makes a row of its own:
///
/// ```
/// use aauth_signature::{DRAFT_11, FieldSyntax, Tolerance};
///
/// static WITH_THEIR_SIGNATURES: FieldSyntax = DRAFT_11.tolerating(Tolerance::UnpaddedBase64url);
/// # assert_eq!(WITH_THEIR_SIGNATURES.name(), "draft-11");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tolerance {
    /// `Signature` with one member in base64url or without padding, where a byte sequence of RFC 9651 is due. The Python
    /// implementation wrote it throughout 2026. It weakens nothing: the bytes are the same 64.
    UnpaddedBase64url,
    /// `@query` signed without its `?`, as the JavaScript signer of March 2026 does, against RFC 9421 section 2.2.7.
    ///
    /// Such a signature says less: it is the same for no query and for an empty one. A query that begins with `?` is
    /// never read this way, because it would pass for the properly signed query that lacks it.
    QueryWithoutItsMark,
}

/// How the line `@query` of a signature base may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueryMark {
    /// `?` and the query.
    Always,
    /// The same, or the query alone.
    MayLack,
}
