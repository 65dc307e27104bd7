//! The one place that draws random bytes.

use std::fmt::Debug;

use thiserror::Error;

/// Draws random bytes.
///
/// Keys, pending URLs, interaction codes, session and token identifiers are made of them: a source that can be
/// predicted gives all of those away. Use [`SystemEntropy`] outside tests.
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// `EntropyError`: the source gave nothing; nothing may be issued.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The source of random bytes failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the operating system gave no random bytes")]
pub struct EntropyError;

/// The random source of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// Draws `N` random bytes.
///
/// # Errors
/// As [`Entropy::fill`].
pub fn random<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (one, two) = (random::<16>(&SystemEntropy), random::<16>(&SystemEntropy));
        assert!(one.is_ok() && one != two);
    }
}
