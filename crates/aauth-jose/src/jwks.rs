//! Key sets: members stay as they came until somebody asks for one by `kid`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aauth_types::json::{Json, Object};

use crate::{AlgNames, JoseError, PublicJwk, VerifyingKey};

/// A JWK Set (RFC 7517 section 5).
///
/// A member is decoded when it is first selected, and once. What the other members hold never matters: an unknown key
/// type, a broken key or a member without `kid` beside the one selected hurts nobody. There is no limit on how many
/// members there are; whoever fetches sets limits their bytes.
#[derive(Debug, Clone, Default)]
pub struct Jwks {
    members: Vec<Member>,
    by_kid: BTreeMap<String, Named>,
}

#[derive(Debug, Clone)]
struct Member {
    raw: Object<'static>,
    key: OnceLock<Result<PublicJwk, JoseError>>,
}

#[derive(Debug, Clone, Copy)]
enum Named {
    One(usize),
    Several,
}

impl Jwks {
    /// Reads a key set.
    ///
    /// # Errors
    /// `Json`: not JSON, or an object anywhere in it has a member twice. `Absent`, `WrongType`: `keys`.
    pub fn parse(text: &[u8]) -> Result<Self, JoseError> {
        let object = Object::parse(text).map_err(|source| JoseError::Json { subject: "jwks", source })?;
        let keys = object.into_iter().find(|(name, _)| name == "keys");
        let (_, keys) = keys.ok_or(JoseError::Absent { member: "keys" })?;
        let Json::Array(items) = keys else {
            let found = keys.type_name();
            return Err(JoseError::WrongType { member: "keys", expected: "an array", found });
        };
        let mut set = Self::default();
        for item in items {
            if let Json::Object(raw) = item {
                let kid = raw.get("kid").and_then(Json::as_str).map(str::to_owned);
                set.push(kid, Member { raw: raw.into_owned(), key: OnceLock::new() });
            }
        }
        Ok(set)
    }

    /// Makes a set of keys to publish. Two keys with one `kid` cannot be selected by it.
    pub fn from_keys(keys: impl IntoIterator<Item = PublicJwk>) -> Self {
        let mut set = Self::default();
        for key in keys {
            let kid = key.kid().map(str::to_owned);
            set.push(kid, Member { raw: Object::default(), key: OnceLock::from(Ok(key)) });
        }
        set
    }

    /// The key whose `kid` is `kid`, byte for byte.
    ///
    /// # Errors
    /// `UnknownKid`; `DuplicateKid`: several members have it, usable or not; `KeyUnusable`: the one that has it is
    /// no key that can verify, for the reason given.
    pub fn key(&self, kid: &str) -> Result<&VerifyingKey, JoseError> {
        self.jwk(kid).map(PublicJwk::key)
    }

    /// As [`Jwks::key`], with the rest of the member.
    ///
    /// # Errors
    /// As [`Jwks::key`].
    pub fn jwk(&self, kid: &str) -> Result<&PublicJwk, JoseError> {
        let member = match self.by_kid.get(kid) {
            None => return Err(JoseError::UnknownKid),
            Some(Named::Several) => return Err(JoseError::DuplicateKid),
            // Members are never removed, so the index is always one of them.
            Some(Named::One(index)) => self.members.get(*index).ok_or(JoseError::UnknownKid)?,
        };
        member.decode().map_err(unusable)
    }

    /// As [`Jwks::key`], for a key that must be one of the dialect: see [`PublicJwk::check_alg`].
    ///
    /// # Errors
    /// As [`Jwks::key`]; `KeyUnusable` also for an algorithm that the dialect does not use, for another name of it,
    /// and for `alg` left out where the dialect requires it.
    pub fn key_for(&self, kid: &str, names: &AlgNames) -> Result<&VerifyingKey, JoseError> {
        let jwk = self.jwk(kid)?;
        jwk.check_alg(names).map_err(unusable)?;
        Ok(jwk.key())
    }

    /// The `kid` of every member that has one, sorted, each once.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.by_kid.keys().map(String::as_str)
    }

    /// How many members are objects, usable or not.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no such member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Writes the usable keys, in their order, each as [`PublicJwk::to_json`] does.
    #[must_use]
    pub fn to_json(&self) -> String {
        let keys: Vec<_> =
            self.members.iter().filter_map(|m| m.decode().ok()).map(PublicJwk::to_json).collect();
        format!("{{\"keys\":[{}]}}", keys.join(","))
    }

    fn push(&mut self, kid: Option<String>, member: Member) {
        if let Some(kid) = kid {
            let index = self.members.len();
            self.by_kid.entry(kid).and_modify(|named| *named = Named::Several).or_insert(Named::One(index));
        }
        self.members.push(member);
    }
}

impl Member {
    fn decode(&self) -> Result<&PublicJwk, JoseError> {
        self.key.get_or_init(|| PublicJwk::from_object(&self.raw)).as_ref().map_err(Clone::clone)
    }
}

fn unusable(source: JoseError) -> JoseError {
    JoseError::KeyUnusable { source: Box::new(source) }
}
