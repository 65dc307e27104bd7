//! Members of a form or a query.

use std::borrow::Cow;

/// The members, in order, decoded.
pub(crate) struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// A member that stands there twice with different values, or too many members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ambiguous;

const MAX_MEMBERS: usize = 256;

impl<'a> Form<'a> {
    /// Reads `application/x-www-form-urlencoded` (WHATWG URL section 5.1).
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Ambiguous> {
        let members: Vec<_> = form_urlencoded::parse(bytes).take(MAX_MEMBERS.saturating_add(1)).collect();
        if members.len() > MAX_MEMBERS { Err(Ambiguous) } else { Ok(Self(members)) }
    }

    /// The value of a member; the empty text counts as absent.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&str>, Ambiguous> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_ref());
        let first = values.next();
        if values.any(|other| Some(other) != first) {
            return Err(Ambiguous);
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Values of all members whose name begins with `prefix`.
    pub(crate) fn starting_with(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| name.starts_with(prefix)).map(|(_, value)| value.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_with_two_values_is_ambiguous() {
        let form = Form::parse(b"a=1&a=1&b=1&b=2&c=").unwrap();
        assert_eq!(form.one("a"), Ok(Some("1")));
        assert_eq!(form.one("b"), Err(Ambiguous));
        assert_eq!((form.one("c"), form.one("d")), (Ok(None), Ok(None)));
    }

    #[test]
    fn one_member_above_the_limit_is_refused() {
        assert!(Form::parse("a=1&".repeat(256).as_bytes()).is_ok());
        assert_eq!(Form::parse("a=1&".repeat(257).as_bytes()).err(), Some(Ambiguous));
    }
}
