//! The one dictionary member that carries a challenge, before its words are understood.

use std::collections::BTreeSet;
use std::convert::Infallible;

use http::HeaderMap;
use sfv::visitor::{
    DictionaryVisitor, EntryVisitor, Ignored, InnerListVisitor, ItemVisitor, ParameterVisitor,
};
use sfv::{BareItemFromInput, KeyRef, Parser};

use crate::{ChallengeError, MAX_FIELD, Vocabulary};

/// The word and its parameters; a parameter that is not a string has no text.
#[derive(Debug, Default)]
pub(crate) struct Member {
    pub(crate) word: String,
    pub(crate) parameters: Vec<(String, Option<String>)>,
}

/// Joins the lines of a field as RFC 9110 section 5.2 says; `None` when there is no line.
pub(crate) fn joined(fields: &HeaderMap, name: &str) -> Result<Option<Vec<u8>>, ChallengeError> {
    let lines: Vec<&[u8]> = fields.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    let value = lines.join(&b", "[..]);
    if value.len() > MAX_FIELD {
        return Err(ChallengeError::TooLong { bytes: value.len() });
    }
    Ok(Some(value))
}

impl Member {
    /// Finds the member of `vocabulary` in a dictionary; other members are ignored.
    pub(crate) fn read(value: &[u8], vocabulary: &Vocabulary) -> Result<Self, ChallengeError> {
        let member = vocabulary.member;
        let found = Parser::new(value)
            .with_version(vocabulary.version)
            .parse_dictionary_with_visitor(Dictionary::new(member))
            .map_err(|error| ChallengeError::Malformed { at: error.index().unwrap_or(value.len()) })?;
        if found.duplicate {
            return Err(ChallengeError::Duplicate);
        }
        match found.member {
            None => Err(ChallengeError::RequirementMissing { member }),
            Some(None) => Err(ChallengeError::RequirementNotToken { member }),
            Some(Some(member)) => Ok(member),
        }
    }
}

/// Collects while parsing. RFC 9651 lets the last duplicate win; here any duplicate is noted, to be refused.
struct Dictionary {
    wanted: &'static str,
    keys: BTreeSet<String>,
    duplicate: bool,
    /// `Some(None)`: the member is there and is not a token.
    member: Option<Option<Member>>,
}

impl Dictionary {
    const fn new(wanted: &'static str) -> Self {
        Self { wanted, keys: BTreeSet::new(), duplicate: false, member: None }
    }
}

impl<'de> DictionaryVisitor<'de> for Dictionary {
    type Out = Self;
    type Error = Infallible;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Infallible> {
        self.duplicate |= !self.keys.insert(key.as_str().to_owned());
        Ok((key.as_str() == self.wanted).then_some(self))
    }

    fn finish(self) -> Result<Self, Infallible> {
        Ok(self)
    }
}

impl<'de> EntryVisitor<'de> for &mut Dictionary {
    type Error = Infallible;

    fn item(self) -> Result<impl ItemVisitor<'de>, Infallible> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Infallible> {
        self.member = Some(None);
        Ok(Ignored)
    }
}

impl<'de> ItemVisitor<'de> for &mut Dictionary {
    type Out = ();
    type Error = Infallible;

    fn bare_item(
        self,
        item: BareItemFromInput<'de>,
    ) -> Result<impl ParameterVisitor<'de, Out = ()>, Infallible> {
        let BareItemFromInput::Token(word) = item else {
            self.member = Some(None);
            return Ok(Parameters { keys: BTreeSet::new(), dictionary: self });
        };
        self.member = Some(Some(Member { word: word.as_str().to_owned(), parameters: Vec::new() }));
        Ok(Parameters { keys: BTreeSet::new(), dictionary: self })
    }
}

struct Parameters<'d> {
    keys: BTreeSet<String>,
    dictionary: &'d mut Dictionary,
}

impl<'de> ParameterVisitor<'de> for Parameters<'_> {
    type Out = ();
    type Error = Infallible;

    fn parameter(&mut self, key: &'de KeyRef, value: BareItemFromInput<'de>) -> Result<(), Infallible> {
        let name = key.as_str().to_owned();
        self.dictionary.duplicate |= !self.keys.insert(name.clone());
        if let Some(Some(member)) = &mut self.dictionary.member {
            let text = match value {
                BareItemFromInput::String(text) => Some(text.as_str().to_owned()),
                _ => None,
            };
            member.parameters.push((name, text));
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Infallible> {
        Ok(())
    }
}
