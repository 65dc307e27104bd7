//! What one agent and one person saw of one request, and whether it may be so.

use http::StatusCode;

use super::person::Told;

/// What one agent and one person saw of one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    /// Whether the person meant to grant.
    pub(crate) grant: bool,
    pub(crate) told: Option<Told>,
    /// Every token that was received, in the order of the answers.
    pub(crate) tokens: Vec<String>,
    /// The last status before the poll after the end.
    pub(crate) ended: Option<StatusCode>,
    /// The poll after the end.
    pub(crate) after: Option<StatusCode>,
    /// Polls without an answer, or answered 5xx.
    pub(crate) lost: u32,
    /// What the resource token led to when it was sent again.
    pub(crate) replayed: Option<StatusCode>,
    /// Answers that no agent expects.
    pub(crate) odd: Option<String>,
}

impl Story {
    /// What must not be, in words; `None` if all is well.
    pub(crate) fn fault(&self, redelivery: bool) -> Option<&'static str> {
        let first = self.tokens.first();
        if self.odd.is_some() {
            return Some("an answer that no agent expects");
        }
        if self.told.is_none() {
            return Some("never decided");
        }
        if self.replayed != Some(StatusCode::BAD_REQUEST) {
            return Some("a resource token accepted again");
        }
        match (self.grant, self.ended, self.after) {
            (false, ..) if first.is_some() => Some("a token after a denial"),
            (false, Some(StatusCode::FORBIDDEN), Some(StatusCode::NOT_FOUND)) => None,
            (false, Some(StatusCode::NOT_FOUND), _) if self.lost > 0 => None,
            (false, ..) => Some("a denial that was not told"),
            (true, Some(StatusCode::OK), Some(StatusCode::OK)) if redelivery => {
                (self.tokens.iter().any(|token| Some(token) != first)).then_some("two tokens of one request")
            }
            (true, Some(StatusCode::OK), Some(StatusCode::NOT_FOUND)) if !redelivery => {
                (self.tokens.len() != 1).then_some("two tokens of one request")
            }
            (true, Some(StatusCode::NOT_FOUND), _) if !redelivery && self.lost > 0 => None,
            (true, ..) if redelivery => Some("an approval that was lost"),
            (true, ..) => Some("an approval that was lost with no response lost"),
        }
    }

    /// Granted, and its only response lost (redelivery off).
    pub(crate) fn lost_to_a_response(&self) -> bool {
        self.grant && self.tokens.is_empty()
    }
}
