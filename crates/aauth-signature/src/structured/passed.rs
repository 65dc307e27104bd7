//! What is of no interest here.

use sfv::visitor::{EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, KeyRef};

use super::{Key, Refused, Source};
use crate::sf::Names;

/// Passes over an item or inner list, in which a parameter may not occur twice all the same.
pub(crate) struct Passed<'s, 'a> {
    source: &'s Source<'a>,
    names: Names<'a>,
}

impl<'s, 'a> Passed<'s, 'a> {
    pub(crate) fn new(source: &'s Source<'a>) -> Self {
        Self { source, names: Names::default() }
    }

    /// Counts a parameter.
    pub(crate) fn key(&mut self, key: &'a KeyRef) -> Result<Key<'a>, Refused> {
        let key = self.source.key(key);
        match self.names.add(key.name, key.at, self.source.field) {
            Ok(()) => Ok(key),
            Err(error) => Err(self.source.refuse(error)),
        }
    }
}

impl<'a> ParameterVisitor<'a> for Passed<'_, 'a> {
    type Out = ();
    type Error = Refused;

    fn parameter(&mut self, key: &'a KeyRef, _: BareItemFromInput<'a>) -> Result<(), Refused> {
        self.key(key).map(|_| ())
    }

    fn finish(self) -> Result<(), Refused> {
        Ok(())
    }
}

impl<'a> ItemVisitor<'a> for Passed<'_, 'a> {
    type Out = ();
    type Error = Refused;

    fn bare_item(self, _: BareItemFromInput<'a>) -> Result<impl ParameterVisitor<'a, Out = ()>, Refused> {
        Ok(self)
    }
}

impl<'a> EntryVisitor<'a> for Passed<'_, 'a> {
    type Error = Refused;

    fn item(self) -> Result<impl ItemVisitor<'a>, Refused> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Refused> {
        Ok(self)
    }
}

impl<'a> InnerListVisitor<'a> for Passed<'_, 'a> {
    type Error = Refused;

    fn item(&mut self) -> Result<impl ItemVisitor<'a>, Refused> {
        Ok(Self::new(self.source))
    }

    fn finish(self) -> Result<impl ParameterVisitor<'a>, Refused> {
        Ok(self)
    }
}
