//! What an agent adds to a token request for the auth server and the person.

use aauth_types::json::quoted;

use crate::TokenRequestError;

/// Optional members of a token request. None of them is verified, and none selects anything by itself.
///
/// Source: draft-hardt-aauth (5 March 2026), "Token Endpoint".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Words of the agent for the person, plain text: why it asks.
    pub purpose: Option<String>,
    /// Whom the agent expects to be asked (OpenID Connect Core 3.1.2.1).
    pub login_hint: Option<String>,
    /// The tenant the agent expects (OpenID Connect Enterprise Extensions).
    pub tenant: Option<String>,
    /// The domain the agent expects (OpenID Connect Enterprise Extensions).
    pub domain_hint: Option<String>,
}

/// The longest of each: 2 KiB.
pub(crate) const HINT_LIMIT: usize = 2048;

impl Hints {
    /// Refuses what an auth server would not read.
    ///
    /// # Errors
    /// `TooLong`: a member has more than 2048 bytes.
    pub fn check(&self) -> Result<(), TokenRequestError> {
        let long = self.members().find(|(_, text)| text.len() > HINT_LIMIT);
        long.map_or(Ok(()), |(member, _)| Err(TokenRequestError::TooLong { member, limit: HINT_LIMIT }))
    }

    /// The members as they follow others in a JSON object; nothing when there are none. An empty one counts as absent.
    pub(crate) fn following(&self) -> String {
        self.members().map(|(name, text)| format!(", \"{name}\": {}", quoted(text))).collect()
    }

    fn members(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("purpose", &self.purpose),
            ("login_hint", &self.login_hint),
            ("tenant", &self.tenant),
            ("domain_hint", &self.domain_hint),
        ];
        let present = all.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
        present.filter(|(_, text)| !text.is_empty())
    }
}
