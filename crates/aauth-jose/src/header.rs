//! The header of a JWS, as far as it is used.

use aauth_types::Text;
use aauth_types::json::{self, Json, Members};

use crate::JoseError;

/// The members of a JWS header that matter: `alg`, `kid` and `typ`.
///
/// Whatever else a header holds is dropped, so that no code can follow `jwk`, `jku` or `x5u`. `crit` and `b64` are
/// refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    alg: Text,
    kid: Option<Text>,
    typ: Option<Text>,
}

impl Header {
    /// A header to be signed.
    #[must_use]
    pub fn new(alg: &str, kid: Option<&str>, typ: Option<&str>) -> Self {
        Self { alg: alg.into(), kid: kid.map(Text::from), typ: typ.map(Text::from) }
    }

    /// `alg` as written; [`Jws::verify`](crate::Jws::verify) compares it with the key.
    #[must_use]
    pub fn alg(&self) -> &str {
        &self.alg
    }

    /// `kid`: compared as text with the keys of a set, and nothing else.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `typ`.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// Reads a decoded header.
    ///
    /// # Errors
    /// `Json`, `Critical`, `Unencoded`; `Absent` for `alg`; `WrongType` for the three members.
    pub fn read(text: &[u8]) -> Result<Self, JoseError> {
        let members =
            Members::parse(text).map_err(|source| JoseError::Json { subject: "jws header", source })?;
        if members.get("crit").is_some() {
            return Err(JoseError::Critical);
        }
        if members.get("b64").is_some() {
            return Err(JoseError::Unencoded);
        }
        let (mut alg, mut kid, mut typ) = (None, None, None);
        for (name, value) in members.iter() {
            match name {
                "alg" => alg = Some(text_of("alg", value)?),
                "kid" => kid = Some(text_of("kid", value)?),
                "typ" => typ = Some(text_of("typ", value)?),
                _ => {}
            }
        }
        Ok(Self { alg: alg.ok_or(JoseError::Absent { member: "alg" })?, kid, typ })
    }

    /// Writes the members in lexical order, without white space.
    pub(crate) fn to_json(&self) -> String {
        let mut text = format!("{{\"alg\":{}", json::quoted(&self.alg));
        for (name, value) in [("kid", &self.kid), ("typ", &self.typ)] {
            if let Some(value) = value {
                text.push_str(&format!(",\"{name}\":{}", json::quoted(value)));
            }
        }
        text.push('}');
        text
    }
}

fn text_of(member: &'static str, value: &Json<'_>) -> Result<Text, JoseError> {
    match value {
        Json::String(text) => Ok(Text::from(&**text)),
        other => Err(JoseError::WrongType { member, expected: "a string", found: other.type_name() }),
    }
}
