//! What an agent can do beside calling: `AAuth-Capabilities`.

use std::collections::BTreeSet;
use std::convert::Infallible;

use http::{HeaderMap, HeaderName, HeaderValue};
use sfv::visitor::{EntryVisitor, Ignored, InnerListVisitor, ItemVisitor, ListVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, Parser};

use crate::ChallengeError;
use crate::member::joined;

const FIELD: &str = "aauth-capabilities";

/// One thing an agent, or its person server, can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Capability {
    /// It can bring a person to a page.
    Interaction,
    /// It can answer questions.
    Clarification,
    /// It can pay.
    Payment,
}

const WORDS: [(Capability, &str); 3] = [
    (Capability::Interaction, "interaction"),
    (Capability::Clarification, "clarification"),
    (Capability::Payment, "payment"),
];

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 3] = [Self::Interaction, Self::Clarification, Self::Payment];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        let [interaction, clarification, payment] = WORDS;
        match self {
            Self::Interaction => interaction.1,
            Self::Clarification => clarification.1,
            Self::Payment => payment.1,
        }
    }

    /// The capability of a word; `None` for a word of no row.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        WORDS.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// A set of capabilities. Without the field nothing may be assumed: the empty set.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 section 11.7.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<Capability>);

impl Capabilities {
    /// Reads `AAuth-Capabilities`; empty when it is absent. Unknown words and all parameters are ignored.
    ///
    /// # Errors
    /// `Malformed`: not a list. `CapabilityNotToken`: a string, a number or an inner list in it. `TooLong`.
    pub fn read(fields: &HeaderMap) -> Result<Self, ChallengeError> {
        let Some(value) = joined(fields, FIELD)? else {
            return Ok(Self::default());
        };
        let collected = Parser::new(&value)
            .parse_list_with_visitor(Collector::default())
            .map_err(|error| ChallengeError::Malformed { at: error.index().unwrap_or(value.len()) })?;
        if collected.other {
            return Err(ChallengeError::CapabilityNotToken);
        }
        Ok(collected.found)
    }

    /// Writes the field; `None` for the empty set, which is said by saying nothing.
    #[must_use]
    pub fn write(&self) -> Option<(HeaderName, HeaderValue)> {
        let words: Vec<&str> = self.0.iter().map(|capability| capability.word()).collect();
        let value = HeaderValue::from_str(&words.join(", ")).ok()?;
        (!words.is_empty()).then_some((HeaderName::from_static(FIELD), value))
    }

    /// Whether the capability is in the set.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.0.contains(&capability)
    }

    /// The capabilities, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = Capability> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

#[derive(Default)]
struct Collector {
    found: Capabilities,
    other: bool,
}

impl<'de> ListVisitor<'de> for Collector {
    type Out = Self;
    type Error = Infallible;

    fn entry(&mut self) -> Result<impl EntryVisitor<'de>, Infallible> {
        Ok(self)
    }

    fn finish(self) -> Result<Self, Infallible> {
        Ok(self)
    }
}

impl<'de> EntryVisitor<'de> for &mut Collector {
    type Error = Infallible;

    fn item(self) -> Result<impl ItemVisitor<'de>, Infallible> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Infallible> {
        self.other = true;
        Ok(Ignored)
    }
}

impl<'de> ItemVisitor<'de> for &mut Collector {
    type Out = ();
    type Error = Infallible;

    fn bare_item(
        self,
        item: BareItemFromInput<'de>,
    ) -> Result<impl ParameterVisitor<'de, Out = ()>, Infallible> {
        match item {
            BareItemFromInput::Token(word) => self.found.0.extend(Capability::from_word(word.as_str())),
            _ => self.other = true,
        }
        Ok(Ignored)
    }
}
