//! Public JWKs: one legal pair of key type and curve for each algorithm, and nothing private.

use std::collections::BTreeSet;

use aauth_types::Text;
use aauth_types::json::{self, Json, Object};

use crate::{AlgNames, Algorithm, JoseError, Requirement, VerifyingKey, b64};

/// The longest JWK that is read: 4 KiB.
pub const MAX_JWK: usize = 4 * 1024;

/// Names of private and symmetric members (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1; RFC 8037 section 2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// A public key with its name and algorithm (RFC 7517).
///
/// It can only hold a key that passed the checks of [`VerifyingKey`]. `use` and `key_ops` were checked and are not
/// kept; unknown members were ignored (RFC 7517 section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicJwk {
    key: VerifyingKey,
    kid: Option<Text>,
    alg: Option<&'static str>,
}

/// The members that make a public key, as text, wherever they were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JwkMembers<'a> {
    /// `OKP` or `EC`.
    pub kty: &'a str,
    /// `Ed25519` or `P-256`.
    pub crv: Option<&'a str>,
    /// 32 bytes in base64url.
    pub x: Option<&'a str>,
    /// 32 bytes in base64url; with `EC` only.
    pub y: Option<&'a str>,
    /// The algorithm's name in any dialect; [`PublicJwk::check_alg`] asks for one dialect's.
    pub alg: Option<&'a str>,
    /// The key's name.
    pub kid: Option<&'a str>,
}

/// Which half of a pair a JWK is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// It verifies, and holds nothing private.
    Public,
    /// It signs, and holds `d`.
    Private,
}

impl PublicJwk {
    /// Reads a JWK.
    ///
    /// # Errors
    /// `TooLong`: more than [`MAX_JWK`] bytes. `Json`. Otherwise as [`PublicJwk::from_object`].
    pub fn parse(text: &[u8]) -> Result<Self, JoseError> {
        check_length(text.len())?;
        let object = Object::parse(text).map_err(|source| JoseError::Json { subject: "jwk", source })?;
        Self::read(&object, Half::Public)
    }

    /// Reads a JWK that is part of another JSON text, as in `cnf.jwk`.
    ///
    /// # Errors
    /// `TooLong`: more than [`MAX_JWK`] bytes when written without white space. `Absent`, `WrongType`: a member, for
    /// its key type. `PrivateMember`. `KeyUse`: `use` is not `sig`, or `key_ops` is without `verify` or lists
    /// an operation twice. Otherwise as [`PublicJwk::from_members`].
    pub fn from_object(object: &Object<'_>) -> Result<Self, JoseError> {
        check_length(object_length(object))?;
        Self::read(object, Half::Public)
    }

    /// Makes a key of members that were found one by one.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: an `alg` of no dialect. `AlgorithmMismatch`: `kty` or `crv` are not those of `alg`.
    /// `UnsupportedKeyType`, `UnsupportedCurve`, where no `alg` is given. `Absent`: `crv`, `x`, or `y` with `EC`.
    /// `Base64`, `KeyLength`: a coordinate. `NotOnCurve`, `NonCanonicalKey`, `SmallOrderKey`: the key.
    pub fn from_members(members: &JwkMembers<'_>) -> Result<Self, JoseError> {
        let (algorithm, alg) = algorithm_of(members)?;
        Ok(Self { key: import(algorithm, members)?, kid: members.kid.map(Text::from), alg })
    }

    /// Reads the members of a public key, or of the public half of a private one.
    pub(crate) fn read(object: &Object<'_>, half: Half) -> Result<Self, JoseError> {
        let members = JwkMembers {
            kty: text(object, "kty")?.ok_or(JoseError::Absent { member: "kty" })?,
            crv: text(object, "crv")?,
            x: text(object, "x")?,
            y: text(object, "y")?,
            alg: text(object, "alg")?,
            kid: text(object, "kid")?,
        };
        // The type first: of a key that is not supported, no other member has a known meaning.
        algorithm_of(&members)?;
        refuse_private(object, half)?;
        check_use(object, half)?;
        Self::from_members(&members)
    }

    pub(crate) fn new(key: VerifyingKey, kid: Option<&str>) -> Self {
        Self { key, kid: kid.map(Text::from), alg: None }
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &VerifyingKey {
        &self.key
    }

    /// `kid`.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `alg` as written. It agrees with the key, in some dialect.
    #[must_use]
    pub fn alg(&self) -> Option<&str> {
        self.alg
    }

    /// Checks that the key is one of the dialect: its algorithm has a name there, and `alg`, if present, is that name.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: the dialect does not use the algorithm, or not this name for it. `AlgorithmAbsent`:
    /// the dialect requires `alg`.
    pub fn check_alg(&self, names: &AlgNames) -> Result<(), JoseError> {
        let name = names.name(self.key.algorithm()).ok_or(JoseError::UnsupportedAlgorithm)?;
        match self.alg {
            Some(alg) if alg == name => Ok(()),
            Some(_) => Err(JoseError::UnsupportedAlgorithm),
            None if names.jwk_alg == Requirement::Required => Err(JoseError::AlgorithmAbsent),
            None => Ok(()),
        }
    }

    /// The same key with the `alg` that the dialect calls it by.
    ///
    /// # Errors
    /// `UnsupportedAlgorithm`: the dialect does not use the algorithm.
    pub fn with_alg(self, names: &AlgNames) -> Result<Self, JoseError> {
        let name = names.name(self.key.algorithm()).ok_or(JoseError::UnsupportedAlgorithm)?;
        Ok(Self { alg: Some(name), ..self })
    }

    /// Writes the members in the order `kty`, `crv`, `x`, `y`, `kid`, `alg`, without white space.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.write(None)
    }

    /// As [`PublicJwk::to_json`], with `d`, in base64url, before `kid`.
    pub(crate) fn write(&self, d: Option<&str>) -> String {
        let (kty, crv) = self.key.algorithm().key_type();
        let (x, y) = self.key.coordinates();
        let kid = self.kid().map(json::quoted);
        // Room enough from the start: a text that grows leaves copies of `d` behind.
        let mut written = String::with_capacity(kid.as_deref().map_or(0, str::len).saturating_add(512));
        written.push_str(&format!(r#"{{"kty":"{kty}","crv":"{crv}","x":"{}""#, b64::encode(&x)));
        if let Some(y) = y {
            written.push_str(&format!(r#","y":"{}""#, b64::encode(&y)));
        }
        if let Some(d) = d {
            for piece in [r#","d":""#, d, "\""] {
                written.push_str(piece);
            }
        }
        for (name, value) in [("kid", kid), ("alg", self.alg().map(json::quoted))] {
            if let Some(value) = value {
                written.push_str(&format!(",\"{name}\":{value}"));
            }
        }
        written.push('}');
        written
    }
}

/// The algorithm that `alg`, or else `kty` and `crv`, names; and `alg`, if it is there.
fn algorithm_of(members: &JwkMembers<'_>) -> Result<(Algorithm, Option<&'static str>), JoseError> {
    let Some(alg) = members.alg else {
        return Ok((Algorithm::of_key_type(members.kty, members.crv)?, None));
    };
    let (algorithm, name) = AlgNames::read_any(alg)?;
    let (kty, crv) = algorithm.key_type();
    if members.kty != kty {
        return Err(JoseError::AlgorithmMismatch);
    }
    match members.crv {
        None => Err(JoseError::Absent { member: "crv" }),
        Some(named) if named != crv => Err(JoseError::AlgorithmMismatch),
        Some(_) => Ok((algorithm, Some(name))),
    }
}

fn import(algorithm: Algorithm, members: &JwkMembers<'_>) -> Result<VerifyingKey, JoseError> {
    let coordinate =
        |member, text: Option<&str>| b64::decode_32(member, text.ok_or(JoseError::Absent { member })?);
    match algorithm {
        Algorithm::Ed25519 => VerifyingKey::from_ed25519(&coordinate("x", members.x)?),
        Algorithm::Es256 => {
            VerifyingKey::from_p256(&coordinate("x", members.x)?, &coordinate("y", members.y)?)
        }
    }
}

/// Refuses private members, except `d` where it belongs.
fn refuse_private(object: &Object<'_>, half: Half) -> Result<(), JoseError> {
    let allowed = |name: &str| name == "d" && half == Half::Private;
    match PRIVATE.into_iter().find(|name| object.get(name).is_some() && !allowed(name)) {
        Some(member) => Err(JoseError::PrivateMember { member }),
        None => Ok(()),
    }
}

/// `use` is `sig`, if it is there; `key_ops` lists the operation, and none twice (RFC 7517 sections 4.2 and 4.3).
fn check_use(object: &Object<'_>, half: Half) -> Result<(), JoseError> {
    if text(object, "use")?.is_some_and(|value| value != "sig") {
        return Err(JoseError::KeyUse { member: "use" });
    }
    let Some(value) = object.get("key_ops") else { return Ok(()) };
    let wrong_type = |found: &Json<'_>| JoseError::WrongType {
        member: "key_ops",
        expected: "an array of strings",
        found: found.type_name(),
    };
    let operation = match half {
        Half::Public => "verify",
        Half::Private => "sign",
    };
    let mut listed = BTreeSet::new();
    for value in value.as_array().ok_or_else(|| wrong_type(value))? {
        if !listed.insert(value.as_str().ok_or_else(|| wrong_type(value))?) {
            return Err(JoseError::KeyUse { member: "key_ops" });
        }
    }
    if listed.contains(operation) { Ok(()) } else { Err(JoseError::KeyUse { member: "key_ops" }) }
}

fn text<'o>(object: &'o Object<'_>, member: &'static str) -> Result<Option<&'o str>, JoseError> {
    match object.get(member) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(other) => Err(JoseError::WrongType { member, expected: "a string", found: other.type_name() }),
    }
}

fn check_length(found: usize) -> Result<(), JoseError> {
    if found > MAX_JWK {
        return Err(JoseError::TooLong { subject: "jwk", limit: MAX_JWK, found });
    }
    Ok(())
}

/// How many bytes the object takes without white space, escapes not counted.
fn object_length(object: &Object<'_>) -> usize {
    let member =
        |(name, value): (&str, &Json<'_>)| name.len().saturating_add(json_length(value)).saturating_add(3);
    list_length(object.len(), object.iter().map(member))
}

fn json_length(value: &Json<'_>) -> usize {
    match value {
        Json::Null | Json::Bool(true) => 4,
        Json::Bool(false) => 5,
        Json::Number(number) => number.to_string().len(),
        Json::String(text) => text.len().saturating_add(2),
        Json::Array(items) => list_length(items.len(), items.iter().map(json_length)),
        Json::Object(object) => object_length(object),
    }
}

/// Two brackets, the items, and a comma between each two.
fn list_length(count: usize, items: impl Iterator<Item = usize>) -> usize {
    let commas = count.saturating_sub(1);
    items.fold(commas.saturating_add(2), usize::saturating_add)
}
