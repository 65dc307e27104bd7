//! Tokens that were verified before.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aauth_jose::Jwks;
use aauth_token::{AgentToken, AuthToken, TokenError, TokenKind};
use aauth_types::{KeyRef, ServerId, TokenId, UnixTime};
use sha2::{Digest as _, Sha256};

use crate::inbound::{CallerWants, agent_wants, auth_wants};
use crate::{Caller, Dialect, Identity};

/// A bounded memory of verified tokens, so that a token that comes again costs one signature check and not two.
///
/// A token is found by the SHA-256 of its text and stays until it expires or room is needed, the one that expires
/// first going first. What can change is checked for each request all the same: that its issuer's key set still has
/// the key that signed it, `exp`, issuer, audience, and that its key signed the request. A rotated key thus drops the
/// tokens it had signed; [`VerifiedTokens::forget`] drops one by hand.
///
/// Only tokens of requests that verified as a whole get in, so that strangers cannot fill it.
pub struct VerifiedTokens {
    shards: [Mutex<Shard>; SHARDS],
    most_in_shard: usize,
}

/// A token that was verified before, with what led to its key.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    dialect: &'static Dialect,
    pub(crate) key_ref: KeyRef,
    pub(crate) token: Token,
}

/// The two kinds that come in `Signature-Key`.
#[derive(Debug, Clone)]
pub(crate) enum Token {
    Agent(Arc<AgentToken>),
    Auth(Arc<AuthToken>),
}

#[derive(Default)]
struct Shard {
    tokens: BTreeMap<Hash, Arc<Remembered>>,
    by_expiry: BTreeSet<(UnixTime, Hash)>,
}

type Hash = [u8; 32];

const SHARDS: usize = 16;

impl VerifiedTokens {
    /// Remembers about `most` tokens, of some 2 KiB each; 0 remembers none.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { shards: Default::default(), most_in_shard: most.div_ceil(SHARDS) }
    }

    /// Remembers the token of a verified request, if it carried one that is not remembered yet.
    pub fn remember(&self, caller: &Caller, key_ref: &KeyRef) {
        let token = match &caller.identity {
            Identity::Delegate(token) => Token::Agent(token.clone()),
            Identity::Authorized(token) => Token::Auth(token.clone()),
            _ => return,
        };
        let hash = hash(token.text());
        let remembered = Remembered { dialect: caller.dialect, key_ref: key_ref.clone(), token };
        if self.most_in_shard > 0 {
            self.shard(&hash).insert(hash, remembered, self.most_in_shard);
        }
    }

    /// Drops the token `id` of `issuer`, as after a revocation. It looks through all that is remembered.
    ///
    /// A token that comes again is verified and remembered again: refuse revoked ones in your policy as well.
    pub fn forget(&self, issuer: &ServerId, id: &TokenId) {
        for shard in &self.shards {
            lock(shard).remove_where(|token| token.issuer() == issuer && token.id() == id);
        }
    }

    /// How many tokens are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).tokens.len()).fold(0, usize::saturating_add)
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is known of this text, if it was verified in this dialect and has not expired.
    pub(crate) fn find(&self, text: &str, dialect: &Dialect, now: UnixTime) -> Option<Arc<Remembered>> {
        if self.most_in_shard == 0 {
            return None;
        }
        let hash = hash(text);
        let mut shard = self.shard(&hash);
        let found = shard.tokens.get(&hash).filter(|found| found.dialect == dialect)?.clone();
        if found.token.expires() > now {
            return Some(found);
        }
        shard.remove(&hash, found.token.expires());
        None
    }

    fn shard(&self, hash: &Hash) -> MutexGuard<'_, Shard> {
        let [first, ..] = hash;
        let [one, rest @ ..] = &self.shards;
        lock(rest.get(usize::from(*first) % SHARDS).unwrap_or(one))
    }
}

impl Shard {
    fn insert(&mut self, hash: Hash, remembered: Remembered, most: usize) {
        let expires = remembered.token.expires();
        if self.tokens.contains_key(&hash) {
            return;
        }
        while self.tokens.len() >= most
            && let Some((_, oldest)) = self.by_expiry.pop_first()
        {
            self.tokens.remove(&oldest);
        }
        self.by_expiry.insert((expires, hash));
        self.tokens.insert(hash, Arc::new(remembered));
    }

    fn remove(&mut self, hash: &Hash, expires: UnixTime) {
        self.tokens.remove(hash);
        self.by_expiry.remove(&(expires, *hash));
    }

    fn remove_where(&mut self, drop: impl Fn(&Token) -> bool) {
        let by_expiry = &mut self.by_expiry;
        self.tokens.retain(|hash, remembered| {
            let dropped = drop(&remembered.token);
            if dropped {
                by_expiry.remove(&(remembered.token.expires(), *hash));
            }
            !dropped
        });
    }
}

impl Token {
    pub(crate) fn kind(&self) -> TokenKind {
        match self {
            Self::Agent(_) => TokenKind::Agent,
            Self::Auth(_) => TokenKind::Auth,
        }
    }

    /// As the first verification, but for the signature of the issuer.
    pub(crate) fn check_again(
        &self,
        keys: &Jwks,
        wants: CallerWants<'_>,
        now: UnixTime,
    ) -> Result<(), TokenError> {
        match self {
            Self::Agent(token) => token.check_again(keys, &agent_wants(wants), now),
            Self::Auth(token) => token.check_again(keys, &auth_wants(wants), now),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Agent(token) => token.text(),
            Self::Auth(token) => token.text(),
        }
    }

    pub(crate) fn issuer(&self) -> &ServerId {
        match self {
            Self::Agent(token) => token.issuer(),
            Self::Auth(token) => token.issuer(),
        }
    }

    fn id(&self) -> &TokenId {
        match self {
            Self::Agent(token) => token.id(),
            Self::Auth(token) => token.id(),
        }
    }

    fn expires(&self) -> UnixTime {
        match self {
            Self::Agent(token) => token.expires(),
            Self::Auth(token) => token.expires(),
        }
    }
}

/// Shows how many there are, none of them.
impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedTokens").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// No code panics while it holds the lock; if one did, what it left would still be tokens that were verified.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}
