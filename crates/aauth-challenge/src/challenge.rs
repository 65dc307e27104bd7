//! What a server answers instead of what was asked for.

use core::fmt;

use aauth_types::{EndpointUrl, Network, ServerId};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::member::{Member, joined};
use crate::vocabulary::{Part, Row};
use crate::{ChallengeError, MAX_CODE, MAX_TOKEN, Requirement, Vocabulary};

/// A challenge, free of any dialect's spelling.
///
/// What it carries comes from the peer and is not verified: a resource token is verified by `aauth-token`. Its `Debug`
/// form shows neither token nor code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Challenge {
    /// Sign, with any key.
    Pseudonym,
    /// Sign as an identified agent.
    Identity,
    /// Come back with a person token.
    PersonToken,
    /// Exchange this resource token, then come back with the auth token.
    AuthToken {
        /// A compact JWT, 1 to 8,192 bytes, not verified.
        resource_token: String,
        /// Where to exchange it; `None` where the dialect leaves that to the token's `aud`.
        auth_server: Option<ServerId>,
    },
    /// Bring the person to a page.
    Interaction {
        /// The page; `None` where the dialect leaves that to the server's metadata.
        url: Option<EndpointUrl>,
        /// 1 to 64 unreserved URI characters, to be put into the URL or typed there.
        code: String,
    },
    /// Wait: the server asks somebody by itself.
    Approval,
    /// Answer the question in the body.
    Clarification,
    /// Send the claims that the body asks for.
    Claims,
    /// A word of no row of the table. It cannot be satisfied; with `202` polling may go on.
    Unknown {
        /// The word as it was received.
        word: String,
    },
}

impl Challenge {
    /// Reads the challenge that a server sent, if it sent one.
    ///
    /// `fields`: response fields, any number of lines a name (joined with `, `). `accept`: vocabularies in order of
    /// preference; the first that has a field present is used, its first field before its aliases.
    /// Returns the challenge and the vocabulary it is written in; `None` when no accepted field is present.
    ///
    /// Unknown parameters and other members are ignored; nothing may stand there twice.
    ///
    /// # Errors
    /// `Malformed { at }`: byte offset in the joined value. `BareAuthToken`, `ParameterMissing`: the requirement needs
    /// what is not there. Others: see [`ChallengeError`].
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "AAuth Response Header"; draft-hardt-oauth-aauth-protocol-11 section 11.6.1.
    pub fn read(
        fields: &HeaderMap,
        accept: &[&'static Vocabulary],
        network: Network,
    ) -> Result<Option<(Self, &'static Vocabulary)>, ChallengeError> {
        for vocabulary in accept {
            for name in vocabulary.fields {
                if let Some(value) = joined(fields, name)? {
                    let member = Member::read(&value, vocabulary)?;
                    return Self::understand(&member, vocabulary, network)
                        .map(|read| Some((read, *vocabulary)));
                }
            }
        }
        Ok(None)
    }

    /// Reads the challenge of one field value.
    ///
    /// # Errors
    /// As [`Challenge::read`].
    pub fn parse(
        value: &[u8],
        vocabulary: &'static Vocabulary,
        network: Network,
    ) -> Result<Self, ChallengeError> {
        if value.len() > crate::MAX_FIELD {
            return Err(ChallengeError::TooLong { bytes: value.len() });
        }
        Self::understand(&Member::read(value, vocabulary)?, vocabulary, network)
    }

    /// Understands a word and its parameters that came by another way than the header, as in the body of a `202`.
    ///
    /// # Errors
    /// As [`Challenge::read`], for what a word and its parameters can have wrong.
    pub fn from_words(
        word: &str,
        parameters: &[(&str, &str)],
        vocabulary: &'static Vocabulary,
        network: Network,
    ) -> Result<Self, ChallengeError> {
        let parameters =
            parameters.iter().map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned()))).collect();
        Self::understand(&Member { word: word.to_owned(), parameters }, vocabulary, network)
    }

    fn understand(
        member: &Member,
        vocabulary: &Vocabulary,
        network: Network,
    ) -> Result<Self, ChallengeError> {
        let Some(row) = vocabulary.rows.iter().find(|row| row.word == member.word) else {
            return Ok(Self::Unknown { word: member.word.clone() });
        };
        let parts = Parts::read(member, row, network)?;
        Ok(match row.requirement {
            Requirement::Pseudonym => Self::Pseudonym,
            Requirement::Identity => Self::Identity,
            Requirement::PersonToken => Self::PersonToken,
            Requirement::AuthToken => {
                Self::AuthToken { resource_token: parts.resource_token, auth_server: parts.auth_server }
            }
            Requirement::Interaction => Self::Interaction { url: parts.url, code: parts.code },
            Requirement::Approval => Self::Approval,
            Requirement::Clarification => Self::Clarification,
            Requirement::Claims => Self::Claims,
        })
    }

    /// Writes the field.
    ///
    /// A part for which the vocabulary has no parameter is left out: it travels elsewhere there (the auth server as the
    /// token's `aud`, the page in the server's metadata). A value with a token or a code is marked sensitive.
    ///
    /// # Errors
    /// `NoWord`: the vocabulary lacks the requirement. `ParameterMissing`: it needs a part that is `None`.
    /// `ResourceToken`, `Code`: a value that no field can carry.
    pub fn write(&self, vocabulary: &Vocabulary) -> Result<(HeaderName, HeaderValue), ChallengeError> {
        let no_word =
            ChallengeError::NoWord { vocabulary: vocabulary.name(), requirement: self.requirement() };
        let row = self
            .requirement()
            .and_then(|wanted| vocabulary.rows.iter().find(|row| row.requirement == wanted))
            .ok_or_else(|| no_word.clone())?;
        let mut text = format!("{}={}", vocabulary.member, row.word);
        for part in row.parts {
            let value =
                self.part(*part).ok_or(ChallengeError::ParameterMissing { parameter: part.name() })?;
            // The checks admit neither quote nor backslash, so that nothing needs an escape.
            check(*part, value)?;
            text.push_str(&format!("{}{}=\"{value}\"", vocabulary.separator, part.name()));
        }
        let name = vocabulary.fields.first().copied().ok_or_else(|| no_word.clone())?;
        let mut value = HeaderValue::from_str(&text).map_err(|_| no_word)?;
        value.set_sensitive(!row.parts.is_empty());
        Ok((HeaderName::from_static(name), value))
    }

    /// What is asked for; `None` for an unknown word.
    #[must_use]
    pub const fn requirement(&self) -> Option<Requirement> {
        Some(match self {
            Self::Pseudonym => Requirement::Pseudonym,
            Self::Identity => Requirement::Identity,
            Self::PersonToken => Requirement::PersonToken,
            Self::AuthToken { .. } => Requirement::AuthToken,
            Self::Interaction { .. } => Requirement::Interaction,
            Self::Approval => Requirement::Approval,
            Self::Clarification => Requirement::Clarification,
            Self::Claims => Requirement::Claims,
            Self::Unknown { .. } => return None,
        })
    }

    /// The statuses with which the vocabulary sends this challenge; empty when it has no word for it.
    #[must_use]
    pub fn statuses(&self, vocabulary: &Vocabulary) -> &'static [StatusCode] {
        self.requirement().map_or(&[], |requirement| vocabulary.statuses(requirement))
    }

    fn part(&self, part: Part) -> Option<&str> {
        match (part, self) {
            (Part::ResourceToken, Self::AuthToken { resource_token, .. }) => Some(resource_token),
            (Part::AuthServer, Self::AuthToken { auth_server, .. }) => {
                auth_server.as_ref().map(ServerId::as_str)
            }
            (Part::Url, Self::Interaction { url, .. }) => url.as_ref().map(EndpointUrl::as_str),
            (Part::Code, Self::Interaction { code, .. }) => Some(code),
            _ => None,
        }
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthToken { auth_server, .. } => f
                .debug_struct("AuthToken")
                .field("resource_token", &format_args!("***"))
                .field("auth_server", auth_server)
                .finish(),
            Self::Interaction { url, .. } => {
                f.debug_struct("Interaction").field("url", url).field("code", &format_args!("***")).finish()
            }
            Self::Unknown { word } => f.debug_struct("Unknown").field("word", word).finish(),
            Self::Pseudonym => f.write_str("Pseudonym"),
            Self::Identity => f.write_str("Identity"),
            Self::PersonToken => f.write_str("PersonToken"),
            Self::Approval => f.write_str("Approval"),
            Self::Clarification => f.write_str("Clarification"),
            Self::Claims => f.write_str("Claims"),
        }
    }
}

/// The parameters of one row, checked; a part that the row does not have stays empty.
#[derive(Default)]
struct Parts {
    resource_token: String,
    auth_server: Option<ServerId>,
    url: Option<EndpointUrl>,
    code: String,
}

impl Parts {
    fn read(member: &Member, row: &Row, network: Network) -> Result<Self, ChallengeError> {
        let given = |part: &Part| member.parameters.iter().find(|(name, _)| name == part.name());
        if row.requirement == Requirement::AuthToken && !row.parts.iter().any(|part| given(part).is_some()) {
            return Err(ChallengeError::BareAuthToken);
        }
        let mut parts = Self::default();
        for part in row.parts {
            let parameter = part.name();
            let (_, text) = given(part).ok_or(ChallengeError::ParameterMissing { parameter })?;
            let text = text.as_deref().ok_or(ChallengeError::ParameterNotString { parameter })?;
            check(*part, text)?;
            match part {
                Part::ResourceToken => parts.resource_token = text.to_owned(),
                Part::Code => parts.code = text.to_owned(),
                Part::AuthServer => {
                    let id = ServerId::parse(text, network);
                    parts.auth_server = Some(id.map_err(|fault| ChallengeError::AuthServer { fault })?);
                }
                Part::Url => {
                    let url = EndpointUrl::parse(text, network);
                    parts.url = Some(url.map_err(|fault| ChallengeError::Url { fault })?);
                }
            }
        }
        Ok(parts)
    }
}

/// What a value must be to stand in a field and, for a code, in a URL. Identifiers were checked when they were made.
fn check(part: Part, text: &str) -> Result<(), ChallengeError> {
    match part {
        Part::ResourceToken => {
            let refuse = |found| Err(ChallengeError::ResourceToken { found });
            match text {
                "" => refuse("nothing"),
                _ if text.len() > MAX_TOKEN => refuse("more than 8192 bytes"),
                _ if !text.bytes().all(|b| is_unreserved(b) || b == b'=') => {
                    refuse("a character that no token has")
                }
                _ => Ok(()),
            }
        }
        Part::Code => {
            let refuse = |found| Err(ChallengeError::Code { found });
            match text {
                "" => refuse("nothing"),
                _ if text.len() > MAX_CODE => refuse("more than 64 characters"),
                _ if !text.bytes().all(is_unreserved) => refuse("a character that no code has"),
                _ => Ok(()),
            }
        }
        Part::AuthServer | Part::Url => Ok(()),
    }
}

/// RFC 3986 section 2.3.
const fn is_unreserved(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}
