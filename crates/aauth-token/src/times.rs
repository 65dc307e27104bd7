//! The one rule about time for every token.

use core::time::Duration;

use aauth_types::UnixTime;

use crate::profile::{IatRule, KindProfile};
use crate::{TokenError, TokenProfiles};

/// How far in the future `iat` may lie, for clocks that disagree: 5 seconds by default, at most 60.
///
/// `exp` never has a tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IatSkew(Duration);

impl IatSkew {
    /// Takes a tolerance in whole seconds.
    ///
    /// # Errors
    /// `SkewTooLong`: more than 60 seconds.
    pub fn new(skew: Duration) -> Result<Self, TokenError> {
        if skew > Duration::from_secs(60) {
            return Err(TokenError::SkewTooLong { seconds: skew.as_secs() });
        }
        Ok(Self(skew))
    }
}

impl Default for IatSkew {
    fn default() -> Self {
        Self(Duration::from_secs(5))
    }
}

/// The claims `iat` and `exp` of one token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) issued: UnixTime,
    pub(crate) expires: UnixTime,
}

/// How long after its expiry a token still passes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expiry {
    Strict,
    IgnoredUpTo(Duration),
}

impl Times {
    /// `exp` strictly in the future, `iat` not in the future, and the two not too far apart.
    pub(crate) fn check(
        self,
        profiles: &TokenProfiles,
        kind: &KindProfile,
        expiry: Expiry,
        now: UnixTime,
        skew: IatSkew,
    ) -> Result<(), TokenError> {
        let last = match expiry {
            Expiry::Strict => self.expires,
            Expiry::IgnoredUpTo(window) => self.expires.saturating_add(window),
        };
        if last <= now {
            return Err(TokenError::Expired { expires: self.expires, now });
        }
        if profiles.iat == IatRule::NotInTheFuture && self.issued > now.saturating_add(skew.0) {
            return Err(TokenError::NotYetValid { issued: self.issued, now });
        }
        self.check_lifetime(kind)
    }

    /// What needs no clock: `exp` after `iat`, and below the ceiling.
    pub(crate) fn check_lifetime(self, kind: &KindProfile) -> Result<(), TokenError> {
        let seconds = self.expires.seconds_since(self.issued);
        if seconds <= 0 {
            let (found, expected) = ("a time not after iat", "a time after iat");
            return Err(TokenError::WrongValue { claim: "exp", found, expected });
        }
        let most = i64::try_from(kind.ceiling.as_secs()).unwrap_or(i64::MAX);
        if seconds > most {
            return Err(TokenError::LifetimeTooLong { seconds, most });
        }
        Ok(())
    }
}
