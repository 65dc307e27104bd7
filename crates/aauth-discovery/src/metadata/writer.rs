//! JSON objects with their members in a fixed order.

use aauth_types::json::quoted;

/// An object that is being written.
#[derive(Debug, Default)]
pub(super) struct Writer(String);

impl Writer {
    pub(super) fn text(self, member: &str, value: impl AsRef<str>) -> Self {
        let value = quoted(value.as_ref());
        self.member(member, &value)
    }

    pub(super) fn maybe(self, member: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.text(member, value),
            None => self,
        }
    }

    /// A truth value whose default is false, which is left out.
    pub(super) fn flag(self, member: &str, value: bool) -> Self {
        if value { self.member(member, "true") } else { self }
    }

    /// An object of strings, left out when it is empty.
    pub(super) fn pairs(self, member: &str, pairs: &[(String, String)]) -> Self {
        if pairs.is_empty() {
            return self;
        }
        let inner = pairs.iter().fold(Self::default(), |object, (name, value)| object.text(name, value));
        self.member(member, &inner.finish())
    }

    /// An array of strings, left out when it is empty.
    pub(super) fn list(self, member: &str, items: &[String]) -> Self {
        if items.is_empty() {
            return self;
        }
        let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
        self.member(member, &format!("[{}]", items.join(",")))
    }

    pub(super) fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }

    fn member(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }
}
