//! What an auth server decides about a verified request.

use aauth_types::Scope;

/// The decision about one verified request for access.
///
/// The agent cannot choose: it sends the same request whatever the outcome will be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Issue the token at once (200).
    Grant {
        /// Whom the token speaks for; `None` when the agent acts for itself. Where a verified token has named the person
        /// (call chaining, refresh), that one counts and this is not looked at.
        subject: Option<String>,
        /// What is granted; cut down to what was asked for.
        scope: Scope,
    },
    /// A person must consent first (202 with an interaction code).
    Consent,
    /// Somebody else decides, without the agent's help (202 without a code).
    Approval,
    /// No (403 `denied`).
    Refuse {
        /// Told to the agent: no secrets, no internals.
        reason: &'static str,
    },
}

impl Decision {
    /// The decision in one word, for logs: `grant`, `consent`, `approval`, `refuse`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Grant { .. } => "grant",
            Self::Consent => "consent",
            Self::Approval => "approval",
            Self::Refuse { .. } => "refuse",
        }
    }
}
