//! Texts that are kept.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Deref;
use std::sync::Arc;

use arrayvec::ArrayString;

/// The longest text that takes no memory of its own, in bytes: a UUID fits, and most server identifiers do.
const SHORT: usize = 40;

/// A text that does not change. Up to 40 bytes are kept in place; copies of a longer one share it.
///
/// Reading a token makes a dozen such texts, and asking for memory would cost more than reading them.
#[derive(Clone)]
pub struct Text(Kept);

#[derive(Clone)]
enum Kept {
    Short(ArrayString<SHORT>),
    Long(Arc<str>),
}

impl Text {
    /// The text without characters.
    pub const EMPTY: Self = Self(Kept::Short(ArrayString::new_const()));

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Short(text) => text,
            Kept::Long(text) => text,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(ArrayString::from(text).map_or_else(|_| Kept::Long(text.into()), Kept::Short))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_reads_back_whatever_its_length() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 1_000] {
            let text = "é".repeat(length / 2) + &"x".repeat(length % 2);
            let kept = Text::from(text.as_str());
            assert_eq!(kept.as_str(), text);
            assert_eq!(matches!(kept.0, Kept::Short(_)), length <= SHORT);
            assert_eq!(format!("{kept} {kept:?}"), format!("{text} {text:?}"));
        }
    }

    #[test]
    fn texts_compare_as_their_characters_do() {
        let long = "x".repeat(SHORT + 1);
        let sorted = ["", "a", "b", long.as_str(), "y"].map(Text::from);
        assert!(sorted.is_sorted());
        assert_eq!(Text::from(long.as_str()), Text::from(long.as_str()));
        assert_ne!(Text::from("a"), Text::from("b"));
        assert_eq!(Text::default(), Text::from(""));
    }

    #[test]
    fn a_text_is_six_words() {
        assert!(size_of::<Text>() <= 48);
    }
}
