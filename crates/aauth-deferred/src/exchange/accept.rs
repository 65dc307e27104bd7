//! What a `202` changes.

use aauth_challenge::Challenge;
use aauth_types::UnixTime;
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use super::dialogue::Turn;
use super::{Exchange, Outcome, Send, Setup, Step};
use crate::{DeferredError, PendingBody, RequestUrl, Standing};

impl Exchange {
    /// Takes a `202`, or another success that only acknowledges an answer. `times`: when it was sent, and now.
    pub(super) fn accept(
        &mut self,
        send: Send,
        status: StatusCode,
        fields: &HeaderMap,
        body: &[u8],
        times: (UnixTime, UnixTime),
    ) {
        let (sent, now) = times;
        self.backoff.succeeded();
        if send == Send::Answer {
            self.dialogue.taken();
        }
        let followed =
            if status == StatusCode::ACCEPTED { self.follow(send, fields, body) } else { Ok(Turn::Nothing) };
        self.interval.accepted(fields, sent, now);
        let poll = Step::Due { send: Send::Poll, at: now.saturating_add(self.interval.wait()) };
        match followed {
            Ok(Turn::Nothing) => self.step = poll,
            Ok(Turn::Ask) => self.step = Step::Asking,
            Ok(Turn::Repeat) => self.step = Step::Due { send: Send::Answer, at: now },
            Err(outcome) => {
                self.finish(*outcome);
            }
        }
    }

    fn follow(&mut self, send: Send, fields: &HeaderMap, body: &[u8]) -> Result<Turn, Box<Outcome>> {
        let broken = |fault| Box::new(Outcome::Broken { fault });
        // Fields and status say enough; a peer that sends no body is not worth failing for.
        let body = match body {
            b"" => PendingBody::default(),
            body => PendingBody::read(body, self.setup.wire).map_err(broken)?,
        };
        let location = self.location(fields, &body).map_err(broken)?;
        let challenge = challenge(fields, &body, &self.setup, self.prompt.is_known()).map_err(broken)?;
        self.pending = Some(location);
        self.obey(challenge)?;
        if self.setup.wire.standing(&body.status) == Standing::Interacting {
            self.prompt.arrived();
        }
        // The answer to an answer may still show the question that was just answered.
        let question = body.clarification.as_deref();
        Ok(if send == Send::Answer && question.is_none() {
            Turn::Nothing
        } else {
            self.dialogue.seen(question)
        })
    }

    /// Field before body, and what was there before when both are silent.
    fn location(&self, fields: &HeaderMap, body: &PendingBody) -> Result<RequestUrl, DeferredError> {
        let base = self.pending.as_ref().unwrap_or(&self.first);
        let mut lines = fields.get_all(LOCATION).iter();
        let field = match (lines.next(), lines.next()) {
            (Some(_), Some(_)) => return Err(DeferredError::Location { found: "several locations" }),
            (Some(line), None) => Some(
                line.to_str()
                    .map_err(|_| DeferredError::Location { found: "a character that no pending url has" })?,
            ),
            (None, _) => None,
        };
        match (field.or(body.location.as_deref()), &self.pending) {
            (Some(reference), _) => base.resolve(reference),
            (None, Some(known)) => Ok(known.clone()),
            (None, None) => Err(DeferredError::MemberMissing { member: "location" }),
        }
    }

    fn obey(&mut self, challenge: Option<Challenge>) -> Result<(), Box<Outcome>> {
        match challenge {
            Some(Challenge::Interaction { url, code }) => self.prompt.code(url, code),
            // An unknown word cannot be satisfied, yet with a 202 polling may go on.
            None | Some(Challenge::Approval | Challenge::Clarification | Challenge::Unknown { .. }) => {}
            Some(other) => return Err(Box::new(Outcome::Requires(other))),
        }
        Ok(())
    }
}

/// Field before body. A fault in the field counts only when nothing else has told the code.
fn challenge(
    fields: &HeaderMap,
    body: &PendingBody,
    setup: &Setup,
    code_known: bool,
) -> Result<Option<Challenge>, DeferredError> {
    let vocabulary = setup.wire.vocabulary();
    let field = Challenge::read(fields, &[vocabulary], setup.network);
    if let Ok(Some((challenge, _))) = field {
        return Ok(Some(challenge));
    }
    if let Some(word) = body.require.as_deref() {
        let code = body.code.as_deref().map(|code| ("code", code));
        return Ok(Some(Challenge::from_words(word, code.as_slice(), vocabulary, setup.network)?));
    }
    match field {
        Err(fault) if !code_known => Err(fault.into()),
        _ => Ok(None),
    }
}
