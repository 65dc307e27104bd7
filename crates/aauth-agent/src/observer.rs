//! Seeing what an agent sends and receives.

use std::fmt::Debug;

use http::{HeaderMap, Method, StatusCode};

/// Is told of every signed request and its answer, as they went over the wire.
///
/// What it sees contains tokens and interaction codes: a transcript for a person in front of the terminal, never a log.
pub trait Observer: Debug + Send + Sync + 'static {
    /// A request was answered.
    fn exchanged(&self, seen: &Exchanged<'_>);
}

/// Where in the flow a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A call of the resource.
    Call,
    /// The request to a resource token endpoint.
    ResourceToken,
    /// The request to the token endpoint.
    TokenRequest,
    /// A poll of the pending URL.
    Poll,
    /// An answer to a question of the person.
    Clarification,
    /// The cancellation of a pending request.
    Cancel,
}

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Side {
    /// A resource, which the user of the agent has chosen; its pending URLs too.
    Resource,
    /// An auth server, which a resource has named.
    AuthServer,
}

/// One request and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Exchanged<'a> {
    /// Where in the flow it stands.
    pub step: Step,
    /// Who was called.
    pub side: Side,
    /// Request method.
    pub method: &'a Method,
    /// Whole request URL.
    pub url: &'a str,
    /// Request fields that the agent set.
    pub request_fields: &'a HeaderMap,
    /// Request body.
    pub request_body: &'a [u8],
    /// Response status.
    pub status: StatusCode,
    /// Response fields.
    pub response_fields: &'a HeaderMap,
    /// Response body.
    pub response_body: &'a [u8],
}

impl Exchanged<'_> {
    /// Path and query of the request URL.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.url.split_once("://").map_or(self.url, |(_, rest)| rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
    }
}
