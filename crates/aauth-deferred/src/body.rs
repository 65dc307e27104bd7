//! The JSON bodies of the deferred exchange.

use core::fmt;

use aauth_types::json::{Json, Object, quoted};

use crate::wire::Echo;
use crate::{DeferredError, DeferredWire};

/// The longest body that is read: 64 KiB.
pub const MAX_BODY: usize = 64 * 1024;

/// The body of a `202`. Its `Debug` form shows no code.
///
/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses"; draft-hardt-oauth-aauth-protocol-11 section 11.8.2.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PendingBody {
    /// `status` as it was received; [`DeferredWire::standing`] understands it.
    pub status: String,
    /// The pending URL again, absolute or relative. `None` where the dialect's body has no such member.
    pub location: Option<String>,
    /// The requirement's word again.
    pub require: Option<String>,
    /// The interaction code again.
    pub code: Option<String>,
    /// A question to the agent.
    pub clarification: Option<String>,
    /// Seconds in which the question wants an answer.
    pub timeout: Option<u64>,
    /// Answers to choose from.
    pub options: Vec<String>,
}

impl PendingBody {
    /// Reads a body. Unknown members are ignored, and those that the dialect leaves to the fields.
    ///
    /// # Errors
    /// `MemberMissing`: no `status`, or `require` is `interaction` without a `code`. `MemberType`: a known member of the
    /// wrong JSON type. `Json`, `BodyTooLong`.
    pub fn read(body: &[u8], wire: &DeferredWire) -> Result<Self, DeferredError> {
        let object = object(body)?;
        let mut read = Self {
            status: required(&object, "status")?,
            clarification: optional(&object, "clarification")?,
            timeout: seconds(&object, "timeout")?,
            options: strings(&object, "options")?,
            ..Self::default()
        };
        if wire.echo == Echo::Fields {
            read.location = optional(&object, "location")?;
            read.require = optional(&object, "require")?;
            read.code = optional(&object, "code")?;
            if read.code.is_none() && read.require.is_some() && read.require.as_deref() == interaction(wire) {
                return Err(DeferredError::MemberMissing { member: "code" });
            }
        }
        Ok(read)
    }

    /// Writes the members that are there, in the order of the fields of this type, with a space behind colon and comma.
    #[must_use]
    pub fn write(&self) -> String {
        let mut members = vec![format!("\"status\": {}", quoted(&self.status))];
        let texts = [
            ("location", &self.location),
            ("require", &self.require),
            ("code", &self.code),
            ("clarification", &self.clarification),
        ];
        for (name, text) in texts {
            members.extend(text.as_deref().map(|text| format!("\"{name}\": {}", quoted(text))));
        }
        members.extend(self.timeout.map(|timeout| format!("\"timeout\": {timeout}")));
        if !self.options.is_empty() {
            let options: Vec<_> = self.options.iter().map(|option| quoted(option)).collect();
            members.push(format!("\"options\": [{}]", options.join(", ")));
        }
        format!("{{{}}}", members.join(", "))
    }
}

fn interaction(wire: &DeferredWire) -> Option<&'static str> {
    wire.vocabulary().word(aauth_challenge::Requirement::Interaction)
}

impl fmt::Debug for PendingBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingBody")
            .field("status", &self.status)
            .field("require", &self.require)
            .field("clarification", &self.clarification)
            .finish_non_exhaustive()
    }
}

/// The body of the `200` that grants. Its `Debug` form shows no token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenBody {
    /// The auth token, a compact JWT, not verified.
    pub auth_token: String,
    /// Seconds from now until it expires; advisory, the token's `exp` rules.
    pub expires_in: Option<u64>,
}

impl TokenBody {
    /// Reads a body; unknown members are ignored.
    ///
    /// # Errors
    /// `MemberMissing`: no `auth_token`. `MemberType`, `Json`, `BodyTooLong`.
    pub fn read(body: &[u8]) -> Result<Self, DeferredError> {
        let object = object(body)?;
        Ok(Self { auth_token: required(&object, "auth_token")?, expires_in: seconds(&object, "expires_in")? })
    }

    /// Writes `{"auth_token":"…","expires_in":3600}`.
    #[must_use]
    pub fn write(&self) -> String {
        let expires_in = self.expires_in.map_or(String::new(), |left| format!(",\"expires_in\":{left}"));
        format!("{{\"auth_token\":{}{expires_in}}}", quoted(&self.auth_token))
    }
}

impl fmt::Debug for TokenBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenBody").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// The body of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorBody {
    /// The word to decide on.
    pub error: String,
    /// A text for people, untrusted: `error_description`, in the draft `detail`.
    pub text: Option<String>,
}

impl ErrorBody {
    /// Reads a body.
    ///
    /// # Errors
    /// `MemberMissing`: no `error`. `MemberType`, `Json`, `BodyTooLong`. Servers also send plain text with an error:
    /// then the status decides.
    pub fn read(body: &[u8], wire: &DeferredWire) -> Result<Self, DeferredError> {
        let object = object(body)?;
        Ok(Self { error: required(&object, "error")?, text: optional(&object, wire.error_text)? })
    }

    /// Writes `{"error":"…","error_description":"…"}`, the text only when there is one.
    #[must_use]
    pub fn write(&self, wire: &DeferredWire) -> String {
        let text = self
            .text
            .as_deref()
            .map_or(String::new(), |text| format!(",{}:{}", quoted(wire.error_text), quoted(text)));
        format!("{{\"error\":{}{text}}}", quoted(&self.error))
    }
}

/// The body of a `POST` to the pending URL: the agent's answer to a question. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerBody {
    /// What the agent answers.
    pub clarification_response: String,
}

const RESPONSE: &str = "clarification_response";

impl AnswerBody {
    /// Reads a body. Its length is limited by [`Pending`](crate::Pending), not here.
    ///
    /// # Errors
    /// `MemberMissing`: no `clarification_response`, or no `action` where the dialect has one. `MemberValue`: another
    /// `action`. `MemberType`, `Json`, `BodyTooLong`. All of them are `Event::Malformed` to the pending request.
    pub fn read(body: &[u8], wire: &DeferredWire) -> Result<Self, DeferredError> {
        let object = object(body)?;
        if let Some((member, value)) = wire.answer_action
            && required(&object, member)? != value
        {
            return Err(DeferredError::MemberValue { member });
        }
        Ok(Self { clarification_response: required(&object, RESPONSE)? })
    }

    /// Writes `{"clarification_response": "…"}`, with the dialect's `action` before it.
    #[must_use]
    pub fn write(&self, wire: &DeferredWire) -> String {
        let action = wire
            .answer_action
            .map_or(String::new(), |(member, value)| format!("{}: {}, ", quoted(member), quoted(value)));
        format!("{{{action}\"{RESPONSE}\": {}}}", quoted(&self.clarification_response))
    }
}

fn object(body: &[u8]) -> Result<Object<'_>, DeferredError> {
    if body.len() > MAX_BODY {
        return Err(DeferredError::BodyTooLong { bytes: body.len() });
    }
    Ok(Object::parse(body)?)
}

fn required(object: &Object<'_>, member: &'static str) -> Result<String, DeferredError> {
    optional(object, member)?.ok_or(DeferredError::MemberMissing { member })
}

fn optional(object: &Object<'_>, member: &'static str) -> Result<Option<String>, DeferredError> {
    object.get(member).map(|value| string(value, member)).transpose()
}

fn string(value: &Json<'_>, member: &'static str) -> Result<String, DeferredError> {
    let wrong = || DeferredError::MemberType { member, found: value.type_name(), expected: "a string" };
    value.as_str().map(ToOwned::to_owned).ok_or_else(wrong)
}

fn seconds(object: &Object<'_>, member: &'static str) -> Result<Option<u64>, DeferredError> {
    let Some(value) = object.get(member) else {
        return Ok(None);
    };
    let wrong =
        || DeferredError::MemberType { member, found: value.type_name(), expected: "a whole number from 0" };
    value.as_i64().and_then(|number| u64::try_from(number).ok()).map(Some).ok_or_else(wrong)
}

fn strings(object: &Object<'_>, member: &'static str) -> Result<Vec<String>, DeferredError> {
    let Some(value) = object.get(member) else {
        return Ok(Vec::new());
    };
    let wrong = || DeferredError::MemberType { member, found: value.type_name(), expected: "an array" };
    value.as_array().ok_or_else(wrong)?.iter().map(|item| string(item, member)).collect()
}
