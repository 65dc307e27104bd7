//! Why a command has no answer, in the one shape that is printed.

use aauth_challenge::ChallengeError;
use aauth_deferred::DeferredError;
use aauth_jose::JoseError;
use aauth_roles::Rejection;
use aauth_signature::SignatureError;
use aauth_token::TokenError;
use aauth_types::TypeError;
use aauth_types::json::JsonError;
use serde_json::{Value, json};

/// A refusal: what kind, where in the input, and in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    kind: &'static str,
    at: Option<usize>,
    message: String,
    fault: Fault,
}

/// Who is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The input: exit status 1.
    Input,
    /// Whoever called the command: exit status 2.
    Usage,
}

impl Failure {
    /// An input that is refused.
    pub(crate) fn new(kind: &'static str, at: Option<usize>, message: impl Into<String>) -> Self {
        Self { kind, at, message: message.into(), fault: Fault::Input }
    }

    /// A command that cannot be carried out as it was given.
    pub(crate) fn usage(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, at: None, message: message.into(), fault: Fault::Usage }
    }

    /// The same fault in a text that begins `by` bytes into the input.
    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.at = self.at.map(|at| at.saturating_add(by));
        self
    }

    pub(crate) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn fault(&self) -> Fault {
        self.fault
    }

    /// The members of `error` in the answer.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "at": self.at, "message": self.message })
    }

    /// The same as a text: kind, place, message, in this order.
    pub(crate) fn to_text(&self) -> String {
        let (kind, message) = (json!(self.kind), json!(self.message));
        format!(r#"{{"kind":{kind},"at":{},"message":{message}}}"#, json!(self.at))
    }
}

macro_rules! from_error {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.kind(), error.at(), error.to_string())
            }
        })*
    };
}

from_error!(ChallengeError, DeferredError, JoseError, JsonError, SignatureError, TokenError, TypeError);

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        let at = match &rejection {
            Rejection::Signature(error) => error.at(),
            Rejection::Key(error) => error.at(),
            Rejection::Token { error, .. } => error.at(),
            _ => None,
        };
        Self::new(rejection.kind(), at, rejection.to_string())
    }
}
