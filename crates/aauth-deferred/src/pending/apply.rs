//! Old row in, new row out.

use aauth_types::{Scope, TokenId, UnixTime};

use super::phase::{Decision, Phase};
use super::row::Round;
use super::table::{Edge, edge};
use super::{Clarification, Effect, Event, Grant, MAX_CLARIFICATION, Need, Pending, Refused};
use crate::PollError;

impl Pending {
    /// Lets an event happen at `now`: passing time first, then the event, by one table of state × event.
    ///
    /// Returns the row to store and what to do once it is stored. When the row is the same as before it need not be stored.
    ///
    /// # Errors
    /// The event changes nothing: see [`Refused`]. `NotOwner` is to be answered as an unknown URL.
    pub fn apply(&self, event: &Event, now: UnixTime) -> Result<(Self, Effect), Refused> {
        if event.owner().is_some_and(|owner| *owner != self.owner) {
            return Err(Refused::NotOwner);
        }
        let mut row = self.at(now);
        let effect = match edge(row.state(), event.kind()) {
            Edge::Keep => Effect::Recorded,
            Edge::Wait => Effect::Wait(row.wait()),
            Edge::Arrive => row.moved(Phase::Arrived, now),
            Edge::Ask => row.ask(event, now)?,
            Edge::TakeAnswer | Edge::CountAnswer => row.answer(event, now),
            Edge::Grant => row.grant(event, now)?,
            Edge::Deny => row.moved(Phase::Denied, now),
            Edge::KillCode => row.kill_code(now)?,
            Edge::Deliver => row.deliver(event, now),
            Edge::Redeliver => row.granted().map_or(Effect::Refuse(PollError::Gone), Effect::Deliver),
            Edge::Cancel => {
                row.enter(Phase::Cancelled, now);
                Effect::Cancelled
            }
            Edge::Finish(error) => {
                row.enter(Phase::Gone, now);
                Effect::Refuse(error)
            }
            Edge::Say(error) => Effect::Refuse(error),
            Edge::TooLate => return Err(Refused::TooLate { state: row.state() }),
            Edge::NotNow => return Err(Refused::NotNow { state: row.state() }),
        };
        Ok((row, effect))
    }

    fn moved(&mut self, phase: Phase, now: UnixTime) -> Effect {
        self.enter(phase, now);
        Effect::Recorded
    }

    fn ask(&mut self, event: &Event, now: UnixTime) -> Result<Effect, Refused> {
        let Event::Ask { question } = event else {
            return Ok(Effect::Recorded);
        };
        if self.clarification == Clarification::Unsupported {
            return Err(Refused::TakesNoQuestions);
        }
        if self.answers >= self.terms.rounds {
            return Err(Refused::RoundsUsedUp);
        }
        let bytes = question.len();
        if bytes == 0 || bytes > MAX_CLARIFICATION {
            return Err(Refused::QuestionLength { bytes });
        }
        Ok(self.moved(Phase::Asking { question: question.clone() }, now))
    }

    /// An answer to no question is counted and dropped: nobody asked for the text.
    fn answer(&mut self, event: &Event, now: UnixTime) -> Effect {
        let Event::Answer { text, .. } = event else {
            return Effect::Recorded;
        };
        if text.len() > MAX_CLARIFICATION {
            return Effect::Refuse(PollError::InvalidRequest);
        }
        if self.answers >= self.terms.rounds {
            self.enter(Phase::Denied, now);
            return Effect::Refuse(PollError::RoundsUsedUp);
        }
        self.answers = self.answers.saturating_add(1);
        if let Phase::Asking { question } = &self.phase {
            self.rounds.push(Round { question: question.clone(), answer: text.clone() });
            self.enter(Phase::Arrived, now);
        }
        Effect::Wait(self.wait())
    }

    fn grant(&mut self, event: &Event, now: UnixTime) -> Result<Effect, Refused> {
        let Event::Approve { subject, scope, jti } = event else {
            return Ok(Effect::Recorded);
        };
        if !self.scope.covers(scope) {
            return Err(Refused::ScopeTooWide);
        }
        Ok(self.moved(Phase::Granted { decision: decision(subject, scope, jti) }, now))
    }

    fn kill_code(&mut self, now: UnixTime) -> Result<Effect, Refused> {
        match self.need {
            Need::Interaction(_) => Ok(self.moved(Phase::CodeDead, now)),
            Need::Approval => Err(Refused::NotNow { state: self.state() }),
        }
    }

    fn deliver(&mut self, event: &Event, now: UnixTime) -> Effect {
        if let (Phase::Granted { decision }, Event::Poll { kid, .. }) = (&self.phase, event) {
            let delivered = Phase::Delivered { decision: decision.clone(), kid: kid.clone(), iat: now };
            self.enter(delivered, now);
        }
        let granted = self.granted();
        // Without redelivery nothing more can come of the payload.
        if self.terms.redelivery().is_zero() {
            self.request.clear();
            self.rounds.clear();
        }
        granted.map_or(Effect::Refuse(PollError::Gone), Effect::Deliver)
    }

    fn granted(&self) -> Option<Grant> {
        let Phase::Delivered { decision, kid, iat } = &self.phase else {
            return None;
        };
        Some(Grant {
            request: self.request.clone(),
            subject: decision.subject.clone(),
            scope: decision.scope.clone(),
            jti: decision.jti.clone(),
            iat: *iat,
            kid: kid.clone(),
        })
    }
}

fn decision(subject: &str, scope: &Scope, jti: &TokenId) -> Decision {
    Decision { subject: subject.to_owned(), scope: scope.clone(), jti: jti.clone() }
}
