//! One event for each decision, ready for a log.

use std::fmt;
use std::net::IpAddr;

use aauth_deferred::PendingId;
use aauth_interaction::{PersonAct, PersonEvent, RequestRef};
use aauth_jose::b64;
use aauth_types::{Scope, ServerId, TokenId, UnixTime};
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::KeyRoles;

/// Is told of every decision. It is called while the request waits: hand slow work to a task of your own.
///
/// ```
/// use aauth_auth_server::{Audit, AuditEvent};
///
/// let audit = |event: &AuditEvent<'_>| println!("{event}");
/// # let _: &dyn Audit = &audit;
/// ```
pub trait Audit: Send + Sync + 'static {
    /// Takes note of `event`, which has happened already.
    fn record(&self, event: &AuditEvent<'_>);
}

impl<F: Fn(&AuditEvent<'_>) + Send + Sync + 'static> Audit for F {
    fn record(&self, event: &AuditEvent<'_>) {
        self(event);
    }
}

/// One decision. It holds no token, code, pending URL, session or password.
///
/// `Display` writes one line of JSON with the members `at`, `event` and those that apply: `request`, `agent`, `delegate`,
/// `resource`, `subject`, `address`, `scope`, `decision`, `reason`, `jti`, `kid`, `endpoint`, `remembered_until`. `Serialize` gives
/// the same members. Names stay as they are; new ones may come.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditEvent<'a> {
    /// When, by the server's clock.
    pub at: UnixTime,
    /// What was decided or done.
    pub act: AuditAct<'a>,
    /// The request that was deferred, the same in all its events.
    pub request: Option<RequestTag>,
    /// The verified agent.
    pub agent: Option<&'a ServerId>,
    /// The verified delegate of that agent.
    pub delegate: Option<&'a str>,
    /// The resource that signed the resource token.
    pub resource: Option<&'a ServerId>,
    /// The person.
    pub subject: Option<&'a str>,
    /// The client's address in a browser's events, as far as it is known.
    pub address: Option<IpAddr>,
}

/// What was decided or done.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AuditAct<'a> {
    /// The policy decided about a verified request.
    PolicyDecided {
        /// Its word: `grant`, `consent`, `approval`, `refuse`.
        decision: &'static str,
    },
    /// A token was issued at once.
    Granted {
        /// What it allows.
        scope: &'a Scope,
        /// Its identifier.
        jti: &'a TokenId,
        /// The key that signed it.
        kid: &'a str,
        /// For whom, if the policy named somebody.
        subject: Option<&'a str>,
    },
    /// The request waits for a decision.
    Deferred {
        /// What was asked for.
        scope: &'a Scope,
    },
    /// Somebody did something on the consent page.
    Person(PersonAct<'a>),
    /// The token of a granted request was handed out, or again within the time of redelivery.
    Delivered {
        /// What it allows.
        scope: &'a Scope,
        /// Its identifier: one a grant.
        jti: &'a TokenId,
        /// The key that signed it.
        kid: &'a str,
    },
    /// The agent cancelled.
    Cancelled,
    /// The agent learned that nobody decided in time. A request that nobody polls ends without an event.
    Expired,
    /// A request was refused. Strangers can cause it as often as they like.
    Refused {
        /// Where: `token` or `pending`.
        endpoint: &'static str,
        /// Why: `Refusal::kind`, `Rejection::kind`.
        kind: &'static str,
    },
    /// Another key signs from now on.
    KeyRotated {
        /// The keys after it.
        roles: &'a KeyRoles,
    },
}

impl AuditAct<'_> {
    /// The act in one word, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::PolicyDecided { .. } => "policy_decided",
            Self::Granted { .. } => "granted",
            Self::Deferred { .. } => "deferred",
            Self::Person(act) => act.name(),
            Self::Delivered { .. } => "delivered",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Refused { .. } => "refused",
            Self::KeyRotated { .. } => "key_rotated",
        }
    }
}

/// Names a deferred request in logs: 16 characters, of which nothing that opens it can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestTag([u8; 12]);

impl RequestTag {
    /// The tag of a request that a person or an approver decides about.
    #[must_use]
    pub fn of(request: &RequestRef) -> Self {
        Self::hash(request.to_string().as_bytes())
    }

    /// The same tag, of what stands in a pending URL.
    pub(crate) fn of_pending(id: &str) -> Option<Self> {
        let id = PendingId::parse(id).ok()?;
        Some(Self::hash(b64::encode(id.hash().as_bytes()).as_bytes()))
    }

    fn hash(text: &[u8]) -> Self {
        let digest = Sha256::new_with_prefix(b"aauth audit ").chain_update(text).finalize();
        let mut tag = [0; 12];
        tag.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(tag)
    }
}

impl fmt::Display for RequestTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&b64::encode(&self.0))
    }
}

impl<'a> AuditEvent<'a> {
    pub(crate) fn new(at: UnixTime, act: AuditAct<'a>) -> Self {
        let (request, agent, delegate, resource) = (None, None, None, None);
        Self { at, act, request, agent, delegate, resource, subject: None, address: None }
    }

    pub(crate) fn of_person(event: &'a PersonEvent<'a>) -> Self {
        Self {
            at: event.at,
            act: AuditAct::Person(event.act),
            request: event.request.as_ref().map(RequestTag::of),
            agent: event.agent,
            delegate: event.delegate,
            resource: event.resource,
            subject: event.subject.map(aauth_interaction::Subject::as_str),
            address: event.address,
        }
    }

    fn line(&self) -> Line<'_> {
        let mut line = Line {
            at: self.at.as_secs(),
            event: self.act.name(),
            request: self.request.map(|tag| tag.to_string()),
            agent: self.agent,
            delegate: self.delegate,
            resource: self.resource,
            subject: self.subject,
            address: self.address,
            ..Line::default()
        };
        match self.act {
            AuditAct::PolicyDecided { decision } => line.decision = Some(decision),
            AuditAct::Granted { scope, jti, kid, .. } | AuditAct::Delivered { scope, jti, kid } => {
                (line.scope, line.jti, line.kid) = (Some(scope), Some(jti.as_str()), Some(kid));
            }
            AuditAct::Deferred { scope } => line.scope = Some(scope),
            AuditAct::Person(PersonAct::Approved { scope, remembered }) => {
                line.scope = Some(scope);
                line.remembered_until = remembered.map(UnixTime::as_secs);
            }
            AuditAct::Refused { endpoint, kind } => {
                (line.endpoint, line.reason) = (Some(endpoint), Some(kind));
            }
            AuditAct::KeyRotated { roles } => line.kid = Some(&roles.active),
            _ => {}
        }
        line
    }
}

/// The members in their order.
#[derive(Default, Serialize)]
struct Line<'a> {
    at: i64,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<&'a ServerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delegate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a ServerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a Scope>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remembered_until: Option<i64>,
}

impl Serialize for AuditEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.line().serialize(serializer)
    }
}

impl fmt::Display for AuditEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
