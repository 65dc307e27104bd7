//! How an agent that was called calls on.

/// What a token request of [`Client::on_behalf_of`](crate::Client::on_behalf_of) is signed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Chaining {
    /// As the agent itself, with the caller's token in the body alone.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Call Chaining".
    #[default]
    DraftForm,
    /// The Python implementation of the time wants the caller's token in `Signature-Key` as well, although the request is
    /// signed with the agent's own key. Such a signature does not verify under the token's `cnf`: only auth servers of
    /// that implementation take it, and those of this workspace never do.
    ReferenceForm,
}
