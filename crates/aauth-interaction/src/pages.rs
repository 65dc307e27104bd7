//! The pages, filled in.

use aauth_types::UnixTime;
use askama::Template;

use crate::Seen;
use crate::text::{Notice, Text};

/// What every page has around its own part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    pub(crate) style: &'a str,
    pub(crate) server: &'a str,
    /// Path to which all forms go.
    pub(crate) action: &'a str,
}

/// What every form carries; without a code it is bound to no request.
#[derive(Debug, Clone)]
pub(crate) struct Carried<'a> {
    /// Names the request to this page; the agent's pending URL cannot be made of it.
    pub(crate) handle: &'a str,
    pub(crate) code: &'a str,
    pub(crate) token: &'a str,
    pub(crate) callback: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage<'a> {
    pub(crate) t: &'static Text,
    pub(crate) frame: Frame<'a>,
    pub(crate) wrong: bool,
    pub(crate) callback: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    pub(crate) t: &'static Text,
    pub(crate) frame: Frame<'a>,
    pub(crate) carried: Carried<'a>,
    pub(crate) lead: &'static str,
    pub(crate) wrong: bool,
    pub(crate) demonstration: bool,
}

#[derive(Template)]
#[template(path = "consent.html")]
pub(crate) struct ConsentPage<'a> {
    pub(crate) t: &'static Text,
    pub(crate) frame: Frame<'a>,
    pub(crate) carried: Carried<'a>,
    pub(crate) subject: String,
    pub(crate) sign_out: bool,
    pub(crate) note: Option<&'static str>,
    pub(crate) shown_code: String,
    pub(crate) agent: &'a str,
    pub(crate) agent_readable: Option<String>,
    pub(crate) agent_name: Option<String>,
    pub(crate) agent_seen: Seen,
    pub(crate) allowed_since: Option<UnixTime>,
    pub(crate) terms: Option<Link<'a>>,
    pub(crate) policy: Option<Link<'a>>,
    pub(crate) delegate: Option<String>,
    pub(crate) resource: &'a str,
    pub(crate) resource_readable: Option<String>,
    pub(crate) resource_name: Option<String>,
    pub(crate) age: String,
    pub(crate) left: String,
    pub(crate) scopes: Vec<ScopeBox<'a>>,
    pub(crate) purpose: Option<String>,
    pub(crate) exchanges: Vec<Said>,
    pub(crate) again: &'a str,
    pub(crate) may_ask: bool,
    pub(crate) shown: &'a str,
    pub(crate) remember: Vec<RememberOption>,
    /// Path of the page of remembered consents.
    pub(crate) consents: &'a str,
}

/// One time for which a decision can be remembered.
pub(crate) struct RememberOption {
    pub(crate) word: &'static str,
    pub(crate) text: &'static str,
    pub(crate) chosen: bool,
}

/// A page of the agent, and the host where it is.
pub(crate) struct Link<'a> {
    pub(crate) url: &'a str,
    pub(crate) host: &'a str,
}

/// `2026-03-31`, which reads the same in every language.
fn day(at: &UnixTime) -> String {
    time::OffsetDateTime::from_unix_timestamp(at.as_secs())
        .map(|at| at.date().to_string())
        .unwrap_or_default()
}

pub(crate) struct ScopeBox<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: Option<String>,
    pub(crate) ticked: bool,
}

pub(crate) struct Said {
    pub(crate) question: String,
    pub(crate) answer: Option<String>,
}

#[derive(Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage<'a> {
    pub(crate) t: &'static Text,
    pub(crate) frame: Frame<'a>,
    pub(crate) notice: &'static Notice,
    pub(crate) link: Option<NoticeLink<'a>>,
}

/// Where to go from a notice.
pub(crate) struct NoticeLink<'a> {
    pub(crate) url: &'a str,
    pub(crate) text: &'static str,
}

#[derive(Template)]
#[template(path = "consents.html")]
pub(crate) struct ConsentsPage<'a> {
    pub(crate) t: &'static Text,
    pub(crate) frame: Frame<'a>,
    pub(crate) carried: Carried<'a>,
    pub(crate) subject: String,
    pub(crate) sign_out: bool,
    pub(crate) revoked: bool,
    pub(crate) consents: Vec<ConsentItem<'a>>,
}

pub(crate) struct ConsentItem<'a> {
    pub(crate) id: String,
    pub(crate) agent: &'a str,
    pub(crate) agent_readable: Option<String>,
    pub(crate) agent_name: Option<String>,
    pub(crate) delegate: Option<String>,
    pub(crate) resource: &'a str,
    pub(crate) resource_readable: Option<String>,
    pub(crate) resource_name: Option<String>,
    pub(crate) scopes: Vec<ScopeBox<'a>>,
    pub(crate) since: UnixTime,
    pub(crate) until: UnixTime,
}
