//! What a signature must cover, and when it must have been made.

use core::time::Duration;

use aauth_types::UnixTime;

use crate::SignatureError;
use crate::component::Component;
use crate::head::RequestHead;
use crate::input::SignatureInput;

/// What is required of a signature before it counts.
///
/// By default `@method`, `@authority`, `@path` and `signature-key`, `@query` whenever the target has a `?`, and
/// `created` at most 60 s away in either direction. These leave the body unauthenticated, as the protocol does; add
/// [`Component::CONTENT_DIGEST`] where the body must be bound. Components of the content (`content-type` and
/// `content-digest`) are required of requests with content only.
///
/// Source: draft-hardt-aauth (5 March 2026), "Covered Components" and "Signature Parameters";
/// draft-hardt-oauth-aauth-protocol-11 section 11.3.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    additional: Vec<Component>,
    window: Duration,
    query: Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Query {
    CoveredWhenSent,
    Unprotected,
}

/// How far `created` may be away by default: 60 s.
pub const DEFAULT_WINDOW: Duration = Duration::from_secs(60);

impl Coverage {
    /// The default rule.
    #[must_use]
    pub const fn new() -> Self {
        Self { additional: Vec::new(), window: DEFAULT_WINDOW, query: Query::CoveredWhenSent }
    }

    /// Requires further components too, in this order; what is required anyway is skipped.
    #[must_use]
    pub fn also(mut self, components: impl IntoIterator<Item = Component>) -> Self {
        for component in components {
            if !is_default(&component) && !self.additional.contains(&component) {
                self.additional.push(component);
            }
        }
        self
    }

    /// Allows `created` to be this far away, in whole seconds, both ends included. A longer window gives whoever
    /// records a request longer to repeat it.
    #[must_use]
    pub const fn with_window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Accepts a query that the signature does not cover: whoever is between can then change it.
    #[must_use]
    pub const fn with_unprotected_query(mut self) -> Self {
        self.query = Query::Unprotected;
        self
    }

    /// How far `created` may be away.
    #[must_use]
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// What was added to the default.
    #[must_use]
    pub fn additional(&self) -> &[Component] {
        &self.additional
    }

    /// What a signature of this request must cover, in the order in which a signer writes it: `signature-key` last.
    ///
    /// Components of the content are in it when the request has content, or carries their field.
    pub fn required<'s>(&'s self, head: &RequestHead<'_>) -> impl Iterator<Item = &'s Component> {
        let query = self.query == Query::CoveredWhenSent && head.query().is_some();
        let content = head.announces_content();
        let wanted = move |component: &&Component| {
            (content || !component.is_of_content()) && !(query && **component == Component::Query)
        };
        BEFORE
            .iter()
            .chain(query.then_some(&Component::Query))
            .chain(self.additional.iter().filter(wanted))
            .chain([&LAST])
    }

    /// Refuses an input that covers less than this request needs.
    ///
    /// # Errors
    /// `CoverageShort { missing, required }`.
    pub fn check_components(
        &self,
        head: &RequestHead<'_>,
        input: &SignatureInput<'_>,
    ) -> Result<(), SignatureError> {
        let covered = input.components();
        match self.required(head).all(|component| covered.contains(component)) {
            true => Ok(()),
            false => Err(short(self.required(head), covered)),
        }
    }

    /// Refuses an input that was not made now.
    ///
    /// # Errors
    /// `CreatedMissing`. `CreatedStale`, `CreatedAhead`: further away than the window. `Expired`: `expires` has
    /// passed; in that very second it has not.
    pub fn check_times(&self, input: &SignatureInput<'_>, now: UnixTime) -> Result<(), SignatureError> {
        let created = input.created().ok_or(SignatureError::CreatedMissing)?;
        let window = self.window.as_secs();
        let age = now.seconds_since(created);
        if age.unsigned_abs() > window {
            return Err(match age.is_negative() {
                true => SignatureError::CreatedAhead { ahead: age.saturating_neg(), window },
                false => SignatureError::CreatedStale { age, window },
            });
        }
        match input.expires() {
            Some(expires) if expires < now => {
                Err(SignatureError::Expired { since: now.seconds_since(expires) })
            }
            _ => Ok(()),
        }
    }

    /// The components of the content that are required and not covered, for the time when the body is known.
    pub(crate) fn content_uncovered(&self, covered: &[Component]) -> Vec<Component> {
        let missing = |component: &&Component| component.is_of_content() && !covered.contains(component);
        self.additional.iter().filter(missing).cloned().collect()
    }
}

impl Default for Coverage {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) fn short<'c>(
    required: impl Iterator<Item = &'c Component>,
    covered: &[Component],
) -> SignatureError {
    let required: Vec<Component> = required.cloned().collect();
    let missing = required.iter().filter(|component| !covered.contains(component)).cloned().collect();
    SignatureError::CoverageShort { missing, required }
}

static BEFORE: [Component; 3] = [Component::Method, Component::Authority, Component::Path];
static LAST: Component = Component::SIGNATURE_KEY;

fn is_default(component: &Component) -> bool {
    BEFORE.contains(component) || *component == LAST
}
