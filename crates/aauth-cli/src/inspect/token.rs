//! Tokens, whole and in parts.

use aauth_jose::{Header, JoseError, Jws};
use aauth_roles::Dialect;
use aauth_token::{Claims, IatSkew, TokenError, Unverified};
use aauth_types::UnixTime;
use aauth_types::json::Object;
use serde_json::Value;

use super::Setting;
use super::explanation::Explanation;
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::view;

/// Explains a compact token.
pub(super) fn explain(text: &str, setting: &Setting) -> Result<Explanation, Failure> {
    let jws = Jws::parse(text)?;
    let mut said = Explanation::new("token", title(jws.header(), setting));
    let dialect = dialect_of(jws.header(), setting);
    header(jws.header(), dialect, &mut said);
    said.fact("size", text.len());
    claims(jws.payload(), &mut said)?;
    let token = match Unverified::parse(text, dialect.tokens, setting.network) {
        Ok(token) => token,
        Err(error) => {
            said.note(format!("It is no token of dialect {}: {error}.", dialect.name));
            return Ok(said);
        }
    };
    let key_ref = token.key_ref();
    said.claim("key", format!("kid {:?} of {}, named in {}", key_ref.kid, key_ref.issuer, key_ref.document));
    if let Err(error) = well_formed(&jws, &token, dialect, setting, &mut said) {
        said.note(format!("Its claims are refused: {error}."));
        return Ok(said);
    }
    signature(&jws, &token, dialect, setting, &mut said)?;
    Ok(said)
}

/// The typed claims: what can be computed from them, and whether the times hold.
fn well_formed(
    jws: &Jws<'_>,
    token: &Unverified<'_>,
    dialect: &Dialect,
    setting: &Setting,
    said: &mut Explanation,
) -> Result<(), TokenError> {
    let claims = Claims::read(jws.payload(), token.kind(), dialect.tokens, setting.network)?;
    let view = view::claims(&claims, dialect.tokens)?;
    for name in ["bound_to", "lifetime", "lifetime_limit"] {
        said.fact(name, view.get(name).cloned().unwrap_or_default());
    }
    said.note(format!("The claims are those of a well-formed {} token.", token.kind().name()));
    if let Some(now) = setting.now {
        said.note(at_time(claims.check_times(dialect.tokens, now, IatSkew::default()), now));
    }
    Ok(())
}

fn at_time(checked: Result<(), TokenError>, now: UnixTime) -> String {
    match checked {
        Ok(()) => format!("At {now} it would be current."),
        Err(error) => format!("At {now} it is refused: {error}."),
    }
}

/// The signature, where the issuer's keys were given.
fn signature(
    jws: &Jws<'_>,
    token: &Unverified<'_>,
    dialect: &Dialect,
    setting: &Setting,
    said: &mut Explanation,
) -> Result<(), Failure> {
    let key_ref = token.key_ref();
    let Some(keys) = setting.keys.of(&key_ref.issuer)? else {
        said.note("Its signature is not verified: the keys of the issuer are not at hand (see --keys).");
        return Ok(());
    };
    let algs = dialect.tokens.algs;
    let checked = keys.key_for(&key_ref.kid, algs).and_then(|key| jws.verify(key, algs).map(|()| key));
    match checked {
        Ok(key) => {
            said.verified("signature", format!("by kid {:?} of {}", key_ref.kid, key_ref.issuer));
            said.verified("issuer", key_ref.issuer.as_str());
            said.verified("issuer_key", key.thumbprint().to_string());
            said.note("The issuer wrote the claims. Audience and binding are for the receiver to compare.");
        }
        Err(error) => said.note(format!("Its signature does not verify: {error}.")),
    }
    Ok(())
}

/// Explains a decoded header.
pub(super) fn explain_header(text: &[u8], setting: &Setting) -> Result<Explanation, Failure> {
    let read = Header::read(text)?;
    let mut said = Explanation::new("jwt-header", format!("{}, its header alone", title(&read, setting)));
    header(&read, dialect_of(&read, setting), &mut said);
    Ok(said)
}

/// Explains decoded claims.
pub(super) fn explain_claims(object: &Object<'_>) -> Explanation {
    let mut said =
        Explanation::new("jwt-claims", "Claims of a token, without the signature that would hold them");
    said_members(object, &mut said);
    said
}

fn header(header: &Header, dialect: &Dialect, said: &mut Explanation) {
    said.claim("alg", header.alg());
    said.claim_if("kid", header.kid());
    said.claim_if("typ", header.typ());
    if let Err(error) = dialect.tokens.algs.read(header.alg()) {
        said.note(format!("Dialect {} refuses the algorithm: {error}.", dialect.name));
    }
}

fn claims(payload: &[u8], said: &mut Explanation) -> Result<(), Failure> {
    let object =
        Object::parse(payload).map_err(|source| JoseError::Json { subject: "jws payload", source })?;
    said_members(&object, said);
    Ok(())
}

fn said_members(object: &Object<'_>, said: &mut Explanation) {
    for (name, value) in object.iter() {
        said.claim(name, view::plain(value));
    }
    let seconds = |name| object.get(name).and_then(aauth_types::json::Json::as_i64);
    if let (Some(issued), Some(expires)) = (seconds("iat"), seconds("exp")) {
        said.fact("seconds_from_iat_to_exp", Value::from(expires.saturating_sub(issued)));
    }
}

fn title(header: &Header, setting: &Setting) -> String {
    let dialect = dialect_of(header, setting);
    match header.typ().and_then(|typ| dialect.tokens.kind_of(typ)) {
        Some(kind) => format!("A token: {} token, dialect {}", kind.name(), dialect.name),
        None => String::from("A token of a type that is not AAuth's"),
    }
}

/// The dialect that knows the type.
fn dialect_of(header: &Header, setting: &Setting) -> &'static Dialect {
    let knows =
        |name: DialectName| header.typ().is_some_and(|typ| name.tables().tokens.kind_of(typ).is_some());
    setting.dialect_or(if knows(DialectName::Draft11) { DialectName::Draft11 } else { DialectName::Seed })
}
