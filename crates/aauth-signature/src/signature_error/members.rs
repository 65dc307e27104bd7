//! The members of `Signature-Error`, read with `sfv`.

use sfv::visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, KeyRef};

use super::{ERROR, FIELD, REQUIRED_INPUT};
use crate::component::Component;
use crate::sf::Names;
use crate::structured::{Key, Passed, Refused, Source};

/// The dictionary so far.
pub(super) struct Members<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) known: Names<'a>,
    pub(super) word: Option<String>,
    pub(super) required_input: Vec<Component>,
}

impl<'a> DictionaryVisitor<'a> for Members<'_, 'a> {
    type Out = Self;
    type Error = Refused;

    fn entry(&mut self, key: &'a KeyRef) -> Result<impl EntryVisitor<'a>, Refused> {
        let place = self.source.key(key);
        self.known.add(place.name, place.at, FIELD).map_err(|error| self.source.refuse(error))?;
        let into = match key {
            key if key == ERROR => Slot::Word(&mut self.word),
            key if key == REQUIRED_INPUT => Slot::Components(&mut self.required_input),
            _ => Slot::Nothing,
        };
        Ok(Entry { source: self.source, key: place, into })
    }

    fn finish(self) -> Result<Self, Refused> {
        Ok(self)
    }
}

struct Entry<'m, 's, 'a> {
    source: &'s Source<'a>,
    key: Key<'a>,
    into: Slot<'m>,
}

/// Where the value of a member goes.
enum Slot<'m> {
    Word(&'m mut Option<String>),
    Components(&'m mut Vec<Component>),
    Nothing,
}

impl<'a> EntryVisitor<'a> for Entry<'_, '_, 'a> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'a>, Refused> {
        match (&self.into, self.key.value) {
            (Slot::Components(_), None) => Err(self.source.malformed("no list of components", self.key.end)),
            (Slot::Components(_), Some(at)) => Err(self.source.malformed("no inner list", at)),
            _ => Ok(self),
        }
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Refused> {
        let into = match self.into {
            Slot::Word(_) => return Err(no_token(self.source, self.key)),
            Slot::Components(components) => Some(components),
            Slot::Nothing => None,
        };
        let end = self.key.value.unwrap_or(self.key.end).saturating_add(1);
        Ok(Components { source: self.source, into, end })
    }
}

impl<'a> ItemVisitor<'a> for Entry<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        if let Slot::Word(word) = self.into {
            let token = item.as_token().ok_or_else(|| no_token(self.source, self.key))?;
            *word = Some(token.as_str().to_owned());
        }
        Ok(Passed::new(self.source))
    }
}

fn no_token(source: &Source<'_>, key: Key<'_>) -> Refused {
    source.malformed("an error that is no token", key.end)
}

/// An inner list; without `into` its items are of no interest.
struct Components<'m, 's, 'a> {
    source: &'s Source<'a>,
    into: Option<&'m mut Vec<Component>>,
    /// Where the component before ends: it has no parameters, and one with escapes is none.
    end: usize,
}

impl<'a> InnerListVisitor<'a> for Components<'_, '_, 'a> {
    type Error = Refused;

    fn item(&mut self) -> Result<impl ItemVisitor<'a>, Refused> {
        let at = self.source.skip(self.end, b" ");
        match self.into.is_some() && self.source.peek(at) != Some(b'"') {
            true => Err(self.source.malformed("no string", at)),
            false => Ok(Name { source: self.source, into: self.into.as_deref_mut(), at, end: &mut self.end }),
        }
    }

    fn finish(self) -> Result<impl ParameterVisitor<'a>, Refused> {
        Ok(Passed::new(self.source))
    }
}

struct Name<'m, 's, 'a> {
    source: &'s Source<'a>,
    into: Option<&'m mut Vec<Component>>,
    at: usize,
    end: &'m mut usize,
}

impl<'a> ItemVisitor<'a> for Name<'_, '_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, item: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        let parameters = match self.into {
            None => Parameters::Passed(Passed::new(self.source)),
            Some(components) => {
                let name = item.as_string().map_or("", |name| name.as_str());
                let component = Component::read(name, self.at)
                    .and_then(|component| component.check_new(components, self.at).map(|()| component))
                    .map_err(|error| self.source.refuse(error))?;
                components.push(component);
                *self.end = self.at.saturating_add(name.len()).saturating_add(2);
                Parameters::None(self.source)
            }
        };
        Ok(parameters)
    }
}

/// Parameters of an item in a list.
enum Parameters<'s, 'a> {
    Passed(Passed<'s, 'a>),
    /// A component's, which may have none.
    None(&'s Source<'a>),
}

impl<'a> ParameterVisitor<'a> for Parameters<'_, 'a> {
    type Out = ();
    type Error = Refused;

    fn parameter(&mut self, key: &'a KeyRef, value: BareItemFromInput<'a>) -> Result<(), Refused> {
        match self {
            Self::Passed(passed) => passed.parameter(key, value),
            Self::None(source) => {
                let key = source.key(key);
                Err(source.refuse(Component::parameter_error(key.name, key.at)))
            }
        }
    }

    fn finish(self) -> Result<(), Refused> {
        Ok(())
    }
}
