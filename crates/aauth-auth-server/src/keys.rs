//! The keys that sign auth tokens, and how one follows the other.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aauth_jose::{Jwks, Signer};
use bytes::Bytes;

use crate::KeyError;
use crate::audit::AuditAct;
use crate::tell::Tell;

/// The keys of an auth server: one signs, one may be announced to follow it, earlier ones stay published. Cloning shares:
/// keep a clone, and rotate while the router serves.
///
/// The order, with no moment in which a resource meets a token whose key it cannot find:
///
/// 1. [`announce`](Self::announce) the next key. It is published and signs nothing yet.
/// 2. When every resource has fetched the key set since (3,600 s where nothing else is agreed), [`rotate`](Self::rotate).
///    New tokens are signed with it; the earlier key stays published.
/// 3. When the last token of the earlier key has expired (their lifetime, 3,600 s by default, and the 60 s of redelivery),
///    [`forget`](Self::forget) it.
///
/// A delivered token is given again, where the settings allow it, as the same bytes: signed by the key that signed it
/// first, be that key announced, active or retired by now. When that key was forgotten the answer is 503 until the time
/// of redelivery is over, never a second token.
///
/// Each instance and each start is given all keys that are still in use, in whatever role: with [`new`](Self::new),
/// [`announce`](Self::announce) and [`keep`](Self::keep).
#[derive(Clone)]
pub struct SigningKeys(Arc<Shared>);

struct Shared {
    ring: RwLock<Ring>,
    tell: OnceLock<Tell>,
}

struct Ring {
    active: Arc<dyn Signer>,
    next: Option<Arc<dyn Signer>>,
    /// The latest first.
    retired: Vec<Arc<dyn Signer>>,
    jwks: Bytes,
}

/// Which key has which role, by `kid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRoles {
    /// Signs.
    pub active: String,
    /// Is published and will sign.
    pub next: Option<String>,
    /// Are published and signed before, the latest first.
    pub retired: Vec<String>,
}

impl SigningKeys {
    /// Most keys that are published at a time: 16.
    pub const LIMIT: usize = 16;

    /// Signs with `active`.
    ///
    /// # Errors
    /// `NoKid`.
    pub fn new(active: Arc<dyn Signer>) -> Result<Self, KeyError> {
        kid(&*active).ok_or(KeyError::NoKid)?;
        let mut ring = Ring { active, next: None, retired: Vec::new(), jwks: Bytes::new() };
        ring.publish();
        Ok(Self(Arc::new(Shared { ring: RwLock::new(ring), tell: OnceLock::new() })))
    }

    /// Publishes the key that will sign after the next [`rotate`](Self::rotate).
    ///
    /// # Errors
    /// `NoKid`; `KidTaken`: another key has its `kid`; `NextTaken`: one is announced already; `TooMany`.
    pub fn announce(&self, next: Arc<dyn Signer>) -> Result<(), KeyError> {
        self.change(|ring| {
            ring.admit(&*next)?;
            if ring.next.is_some() {
                return Err(KeyError::NextTaken);
            }
            ring.next = Some(next);
            Ok(())
        })
    }

    /// Publishes a key that signed before this process was started.
    ///
    /// # Errors
    /// `NoKid`, `KidTaken`, `TooMany`.
    pub fn keep(&self, earlier: Arc<dyn Signer>) -> Result<(), KeyError> {
        self.change(|ring| {
            ring.admit(&*earlier)?;
            ring.retired.push(earlier);
            Ok(())
        })
    }

    /// Signs with the announced key from now on; the earlier one stays published. Returns the new roles.
    ///
    /// # Errors
    /// `NoNext`: none is announced.
    pub fn rotate(&self) -> Result<KeyRoles, KeyError> {
        self.change(|ring| {
            let next = ring.next.take().ok_or(KeyError::NoNext)?;
            let earlier = std::mem::replace(&mut ring.active, next);
            ring.retired.insert(0, earlier);
            Ok(())
        })?;
        let roles = self.roles();
        if let Some(tell) = self.0.tell.get() {
            tell.act(AuditAct::KeyRotated { roles: &roles });
        }
        Ok(roles)
    }

    /// Stops publishing a key, announced or retired. Tokens that it signed are refused wherever the key set is fetched
    /// again; wait until they have expired, unless the key was stolen.
    ///
    /// # Errors
    /// `Active`: it signs; rotate first. `UnknownKid`.
    pub fn forget(&self, forgotten: &str) -> Result<(), KeyError> {
        self.change(|ring| {
            if kid(&*ring.active) == Some(forgotten) {
                return Err(KeyError::Active);
            }
            let before = ring.signers().count();
            ring.next.take_if(|next| kid(&**next) == Some(forgotten));
            ring.retired.retain(|earlier| kid(&**earlier) != Some(forgotten));
            if ring.signers().count() == before { Err(KeyError::UnknownKid) } else { Ok(()) }
        })
    }

    /// Which key has which role now.
    #[must_use]
    pub fn roles(&self) -> KeyRoles {
        let name = |signer: &Arc<dyn Signer>| kid(&**signer).unwrap_or_default().to_owned();
        self.read(|ring| KeyRoles {
            active: name(&ring.active),
            next: ring.next.as_ref().map(name),
            retired: ring.retired.iter().map(name).collect(),
        })
    }

    /// The key set as it is published now, JSON text.
    #[must_use]
    pub fn jwks(&self) -> Bytes {
        self.read(|ring| ring.jwks.clone())
    }

    /// Rotations are told from now on; where several servers share the keys, by the first.
    pub(crate) fn tell(&self, tell: Tell) {
        let _first = self.0.tell.set(tell);
    }

    /// The same as keys to verify with.
    pub(crate) fn set(&self) -> Jwks {
        self.read(|ring| Jwks::from_keys(ring.signers().map(|signer| signer.public_jwk())))
    }

    pub(crate) fn active(&self) -> Arc<dyn Signer> {
        self.read(|ring| Arc::clone(&ring.active))
    }

    pub(crate) fn signer(&self, wanted: &str) -> Option<Arc<dyn Signer>> {
        self.read(|ring| ring.signers().find(|signer| kid(&***signer) == Some(wanted)).cloned())
    }

    /// Changes nothing when `change` fails.
    fn change(&self, change: impl FnOnce(&mut Ring) -> Result<(), KeyError>) -> Result<(), KeyError> {
        let mut ring = self.0.ring.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut ring)?;
        ring.publish();
        Ok(())
    }

    fn read<T>(&self, read: impl FnOnce(&Ring) -> T) -> T {
        read(&self.0.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ring {
    fn signers(&self) -> impl Iterator<Item = &Arc<dyn Signer>> {
        std::iter::once(&self.active).chain(&self.next).chain(&self.retired)
    }

    fn admit(&self, new: &dyn Signer) -> Result<(), KeyError> {
        let name = kid(new).ok_or(KeyError::NoKid)?;
        if self.signers().any(|signer| kid(&**signer) == Some(name)) {
            return Err(KeyError::KidTaken);
        }
        if self.signers().count() >= SigningKeys::LIMIT { Err(KeyError::TooMany) } else { Ok(()) }
    }

    fn publish(&mut self) {
        self.jwks = Jwks::from_keys(self.signers().map(|signer| signer.public_jwk())).to_json().into();
    }
}

fn kid(signer: &dyn Signer) -> Option<&str> {
    signer.kid().filter(|kid| !kid.is_empty())
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningKeys").field(&self.roles()).finish()
    }
}
