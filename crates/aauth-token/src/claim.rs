//! The table of claims: each word once, with how it is read and how it is written.

use core::fmt;

use aauth_types::json::quoted;
use smallvec::smallvec;

use crate::TokenError;
use crate::claim_set::ClaimSet;
use crate::value::Value;

/// A claim: its name on the wire, and the field of the set that holds it.
pub(crate) struct Claim {
    pub(crate) name: &'static str,
    pub(crate) read: fn(&mut ClaimSet, Value<'_>) -> Result<(), TokenError>,
    /// The value as JSON; `None` when the set has none.
    pub(crate) write: fn(&ClaimSet) -> Option<String>,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Fills one field with what one reader makes of the value, and writes it as a JSON string.
macro_rules! string_claim {
    ($(#[$doc:meta])* $constant:ident, $name:literal, $field:ident, $read:ident) => {
        $(#[$doc])*
        pub(crate) static $constant: Claim = Claim {
            name: $name,
            read: |set, value| {
                set.$field = Some(value.$read()?);
                Ok(())
            },
            write: |set| set.$field.as_ref().map(|value| quoted(&value.to_string()).into_owned()),
        };
    };
}

string_claim!(ISS, "iss", issuer, server_id);
string_claim!(DWK, "dwk", document, document);
string_claim!(JTI, "jti", id, token_id);
string_claim!(SUB, "sub", subject, text);
string_claim!(AGENT, "agent", agent, server_id);
string_claim!(AGENT_JKT, "agent_jkt", agent_jkt, thumbprint);
string_claim!(SCOPE, "scope", scope, scope);
string_claim!(TXN, "txn", txn, text);
string_claim!(AUD_SUB, "aud_sub", aud_sub, text);
string_claim!(PS, "ps", person_server, server_id);
string_claim!(PARENT_AGENT, "parent_agent", parent_agent, agent_id);
string_claim!(PRESENTED_JTI, "presented_jti", presented, token_id);
string_claim!(ACCOUNT, "account", account, text);
string_claim!(LOGIN_HINT, "login_hint", login_hint, text);
string_claim!(MISSION_S256, "mission_s256", mission, thumbprint);
string_claim!(TENANT, "tenant", tenant, text);

/// `sub` where it is an agent identifier.
pub(crate) static SUB_AGENT_ID: Claim = Claim {
    name: SUB.name,
    read: |set, value| {
        set.subject = Some(value.agent_id()?.to_string());
        Ok(())
    },
    write: write_subject,
};

/// `aud` as exactly one string.
pub(crate) static AUD: Claim = Claim {
    name: "aud",
    read: |set, value| {
        set.audience = smallvec![value.server_id()?];
        Ok(())
    },
    write: write_audience,
};

/// `aud` as a string or an array of exactly one.
pub(crate) static AUD_ALONE: Claim = Claim {
    name: AUD.name,
    read: |set, value| {
        set.audience = smallvec![value.server_id_alone()?];
        Ok(())
    },
    write: write_audience,
};

/// `aud` as a string or an array.
pub(crate) static AUD_LIST: Claim = Claim {
    name: AUD.name,
    read: |set, value| {
        set.audience = value.server_ids()?;
        Ok(())
    },
    write: write_audience,
};

pub(crate) static CNF: Claim = Claim {
    name: "cnf",
    read: |set, value| {
        set.key = Some(value.confirmation()?);
        Ok(())
    },
    write: |set| set.key.as_ref().map(|key| format!("{{\"jwk\":{}}}", key.to_json())),
};

pub(crate) static IAT: Claim = Claim {
    name: "iat",
    read: |set, value| {
        set.issued = Some(value.time()?);
        Ok(())
    },
    write: |set| set.issued.map(|at| at.to_string()),
};

pub(crate) static EXP: Claim = Claim {
    name: "exp",
    read: |set, value| {
        set.expires = Some(value.time()?);
        Ok(())
    },
    write: |set| set.expires.map(|at| at.to_string()),
};

pub(crate) static INTERACTION: Claim = Claim {
    name: "interaction",
    read: |set, value| {
        set.interaction = Some(value.interaction()?);
        Ok(())
    },
    write: |set| {
        let interaction = set.interaction.as_ref()?;
        let (url, code) = (quoted(interaction.url.as_str()), quoted(interaction.code.expose()));
        Some(format!("{{\"url\":{url},\"code\":{code}}}"))
    },
};

/// Never read and never written: it only occurs as a claim that must not be there.
pub(crate) static ACT: Claim = Claim { name: "act", read: |_, _| Ok(()), write: |_| None };

/// Every claim, for finding one that a profile lacks.
pub(crate) static ALL: [&Claim; 21] = [
    &ISS,
    &DWK,
    &AUD,
    &SUB,
    &JTI,
    &CNF,
    &IAT,
    &EXP,
    &AGENT,
    &AGENT_JKT,
    &SCOPE,
    &TXN,
    &AUD_SUB,
    &PS,
    &PARENT_AGENT,
    &PRESENTED_JTI,
    &ACCOUNT,
    &LOGIN_HINT,
    &MISSION_S256,
    &TENANT,
    &INTERACTION,
];

fn write_subject(set: &ClaimSet) -> Option<String> {
    (SUB.write)(set)
}

/// One audience is written as a string, several as an array.
fn write_audience(set: &ClaimSet) -> Option<String> {
    match set.audience.as_slice() {
        [] => None,
        [one] => Some(quoted(one.as_str()).into_owned()),
        several => {
            let items: Vec<_> = several.iter().map(|id| quoted(id.as_str())).collect();
            Some(format!("[{}]", items.join(",")))
        }
    }
}
