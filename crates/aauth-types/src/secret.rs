//! Values that must not be printed.

use core::fmt;

use zeroize::{Zeroize, Zeroizing};

/// A value that is wiped when dropped and prints as `***`.
///
/// It is read through [`Secret::expose`], so that every place that sees the value can be found.
/// It has neither `Display` nor `PartialEq`: compare secrets in constant time.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes the value over.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_three_stars() {
        assert_eq!(format!("{:?}", Secret::new(String::from("hunter2"))), "***");
    }
}
