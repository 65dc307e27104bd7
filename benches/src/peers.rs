//! The same operations in other published crates, each with requests of its own making.

mod aauth_core;
mod aauth_protocol;
mod httpsig;
mod web_bot_auth;

/// One operation of one crate.
pub struct Peer {
    /// The crate.
    pub name: &'static str,
    /// What it does.
    pub run: Box<dyn Fn()>,
}

/// What a crate offers of the rows of the table; `None`: nothing that compares.
struct Offer {
    name: &'static str,
    sign: Option<Box<dyn Fn()>>,
    verify_key_at_hand: Option<Box<dyn Fn()>>,
    verify_inline_key: Option<Box<dyn Fn()>>,
    parse: Option<Box<dyn Fn()>>,
}

/// The rows that have peers, by their names.
pub(crate) const SIGN: &str = "sign a GET, jwks_uri";
pub(crate) const VERIFY: &str = "verify jwks_uri, key cached";
pub(crate) const VERIFY_INLINE: &str = "verify hwk";
pub(crate) const PARSE: &str = "parse three fields, jwks_uri";

/// Who does the same as the row of this name.
pub(crate) fn of(row: &str) -> Vec<Peer> {
    let offers = [aauth_protocol::offer(), aauth_core::offer(), httpsig::offer(), web_bot_auth::offer()];
    let wanted = |offer: Offer| {
        let run = match row {
            SIGN => offer.sign,
            VERIFY => offer.verify_key_at_hand,
            VERIFY_INLINE => offer.verify_inline_key,
            PARSE => offer.parse,
            _ => None,
        };
        run.map(|run| Peer { name: offer.name, run })
    };
    offers.into_iter().filter_map(wanted).collect()
}

const AUTHORITY: &str = "important.resource.com";
const PATH: &str = "/data-auth";
const URL: &str = "https://important.resource.com/data-auth";
const AGENT: &str = "https://agent.supply-chain.com";
const DOCUMENT: &str = "aauth-agent.json";
const CREATED: i64 = 1_774_923_811;
