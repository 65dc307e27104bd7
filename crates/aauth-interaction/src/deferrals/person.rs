//! The person's side: finding a request by its code, and deciding it.

use core::fmt;

use aauth_deferred::{
    Clarification, CodeHash, Event, InteractionCode, Need, Pending, PendingHash, Refused, State,
};
use aauth_runtime::random;
use aauth_store::{Key, Space};
use aauth_types::{Scope, TokenId, UnixTime};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::envelope::Envelope;
use super::{Deferrals, TURNS, WaitsFor, code_key, row_key};
use crate::attempts::count_up;
use crate::mac::Purpose;
use crate::{CallbackRule, Facts, InteractionError, Subject};

/// Names a request to whoever decides; 43 base64url characters. The agent's pending URL cannot be made of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestRef(PendingHash);

impl RequestRef {
    pub(super) const fn of(hash: PendingHash) -> Self {
        Self(hash)
    }

    /// Reads what [`Display`](fmt::Display) wrote; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        Some(Self(PendingHash::from_bytes(bytes)))
    }
}

impl fmt::Display for RequestRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0.as_bytes()))
    }
}

impl fmt::Debug for RequestRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestRef(***)")
    }
}

/// What a code leads to.
#[derive(Debug)]
pub enum Lookup {
    /// A request that can be decided.
    Open(Box<Found>),
    /// A request that was decided with this code. Tell it only to a browser that has seen the request.
    Decided(Box<Decided>),
    /// Nothing, or nothing any more.
    Unknown,
}

/// A request that waits for a decision.
#[derive(Debug, Clone)]
pub struct Found {
    /// Names it to [`Deferrals::decide`].
    pub request: RequestRef,
    /// Whom it waits for.
    pub waits_for: WaitsFor,
    /// What to show.
    pub facts: Facts,
    /// When it was opened.
    pub opened: UnixTime,
    /// When it ends undecided.
    pub expires: UnixTime,
    /// Questions and answers, oldest first.
    pub said: Vec<Said>,
    /// Whether a question can be asked now.
    pub may_ask: Asking,
    /// Digest of all of this that a person reads; an approval must bring it back.
    pub shown: String,
}

/// One question, and the answer when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The person's words.
    pub question: String,
    /// The agent's words; untrusted.
    pub answer: Option<String>,
}

/// Whether a question can be asked now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// It can.
    Possible,
    /// The agent takes none, all rounds are used, or one is open.
    Impossible,
}

/// Whether a person arrived just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Just now.
    First,
    /// Before, or there is nothing left to arrive at.
    Again,
}

/// A request that was decided.
#[derive(Debug)]
pub struct Decided {
    /// The request.
    pub request: RequestRef,
    /// How, while that is known.
    pub granted: Option<Granted>,
    /// Where the browser may be sent, while that is known.
    pub callbacks: CallbackRule,
}

/// How a request was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// Granted.
    Yes,
    /// Refused.
    No,
}

/// What a person decides or asks.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// The person grants.
    Approve {
        /// Who: authenticated by the caller.
        subject: Subject,
        /// What was asked for, or less.
        scope: Scope,
        /// [`Found::shown`] of what this person has seen.
        shown: String,
    },
    /// The person refuses.
    Deny,
    /// The person asks the agent: 1 to 4,096 bytes.
    Ask {
        /// The person's words.
        question: String,
    },
}

/// What became of a verdict.
#[derive(Debug)]
pub enum Outcome {
    /// It counts.
    Done,
    /// The request is no longer what the person saw; nothing was decided. This is what it is now.
    Changed(Box<Found>),
    /// It had been decided, or is over; nothing changed.
    Decided(Option<Granted>),
    /// Not possible: a question that may not be asked, a scope that was not asked for.
    Refused,
}

impl Deferrals {
    /// Looks up what a person typed. Changes nothing. The same reads happen whatever the code is.
    ///
    /// The caller limits attempts; the page of this crate does.
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn find(&self, typed: &str) -> Result<Lookup, InteractionError> {
        let now = self.now();
        let hash = InteractionCode::read(typed).ok().map(|code| code.hash(self.0.mac.secret()));
        let key = hash.as_ref().map_or_else(|| Ok(Key::new(Space::Code, NOWHERE)?), code_key)?;
        let pointer = self.0.store.get(&key, now).await?.map(|row| row.value).unwrap_or_default();
        let (to, mark) = pointer.split_at_checked(32).unwrap_or((&NOWHERE, &[]));
        let to = PendingHash::from_bytes(to.try_into().unwrap_or(NOWHERE));
        let read = self.read(&row_key(to)?, now).await?;
        let (Some(hash), Some((pending, _))) = (hash, read) else {
            return Ok(Lookup::Unknown);
        };
        let pending = pending.at(now);
        if pending.admits(&hash, now) {
            return Ok(Lookup::Open(Box::new(self.found(RequestRef(to), &pending)?)));
        }
        if !matches!(pending.need(), Need::Interaction(own) if own == hash) {
            return Ok(Lookup::Unknown);
        }
        Ok(decided(RequestRef(to), &pending, mark))
    }

    /// A request by its name, for whoever decides without a code. `None` when it is not open.
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn look(&self, request: &RequestRef) -> Result<Option<Found>, InteractionError> {
        let now = self.now();
        let read = self.read(&row_key(request.0)?, now).await?;
        let open = read.map(|(pending, _)| pending.at(now)).filter(|pending| pending.state().is_open());
        open.map(|pending| self.found(*request, &pending)).transpose()
    }

    /// The person has arrived: first `POST` with a valid code.
    ///
    /// # Errors
    /// `Store`, `Row`, `Contended`.
    pub async fn arrive(&self, request: &RequestRef) -> Result<Arrival, InteractionError> {
        let happened = self.happen(request, &Event::Arrive).await?;
        Ok(if matches!(happened, Happened::Done(_)) { Arrival::First } else { Arrival::Again })
    }

    /// The person decides or asks. The caller has authenticated the person and checked that the form is theirs.
    ///
    /// # Errors
    /// `Store`, `Row`, `Contended`: nothing is known; look again. `Entropy`: nothing was decided.
    pub async fn decide(&self, request: &RequestRef, verdict: Verdict) -> Result<Outcome, InteractionError> {
        let (event, shown) = match verdict {
            Verdict::Approve { subject, scope, shown } => {
                let jti = TokenId::from_entropy(random(&*self.0.entropy)?);
                (Event::Approve { subject: subject.as_str().to_owned(), scope, jti }, Some(shown))
            }
            Verdict::Deny => (Event::Deny, None),
            Verdict::Ask { question } => (Event::Ask { question }, None),
        };
        let granted = match event {
            Event::Approve { .. } => Some(Granted::Yes),
            Event::Deny => Some(Granted::No),
            _ => None,
        };
        let outcome = self.happen_as_shown(request, &event, shown.as_deref()).await?;
        if let (Happened::Done(code), Some(granted)) = (&outcome, granted) {
            self.0.room.close(request.0);
            self.mark(code.as_ref(), granted).await;
            tracing::info!(granted = granted == Granted::Yes, "a request was decided");
        }
        Ok(match outcome {
            Happened::Done(_) | Happened::Nothing => Outcome::Done,
            Happened::Changed(found) => Outcome::Changed(found),
            Happened::Refused(Refused::TooLate { state }) => Outcome::Decided(granted_in(state)),
            Happened::Refused(_) => Outcome::Refused,
            Happened::Absent => Outcome::Decided(None),
        })
    }

    /// A form that names this request came with a wrong code; too many of them kill its code.
    pub(crate) async fn wrong_code(&self, request: &RequestRef) -> Result<(), InteractionError> {
        let id = self.0.mac.digest(Purpose::Attempts, &[b"request", request.0.as_bytes()]);
        let key = Key::new(Space::Attempts, id)?;
        let life = core::time::Duration::from_secs(u64::from(self.0.settings.terms.life));
        let count = count_up(&*self.0.store, &key, life, self.now()).await?;
        if count >= self.0.settings.wrong_codes {
            self.happen(request, &Event::CodeKilled).await?;
        }
        Ok(())
    }

    async fn happen(&self, request: &RequestRef, event: &Event) -> Result<Happened, InteractionError> {
        self.happen_as_shown(request, event, None).await
    }

    /// Lets an event of a person happen, if what they were shown is still so.
    async fn happen_as_shown(
        &self,
        request: &RequestRef,
        event: &Event,
        shown: Option<&str>,
    ) -> Result<Happened, InteractionError> {
        let key = row_key(request.0)?;
        for _ in 0..TURNS {
            let now = self.now();
            let Some((pending, row)) = self.read(&key, now).await? else {
                return Ok(Happened::Absent);
            };
            let next = match pending.apply(event, now) {
                Ok((next, _)) => next,
                Err(refused) => return Ok(Happened::Refused(refused)),
            };
            if shown.is_some_and(|shown| shown != self.shown(pending.request(), &pending)) {
                return Ok(Happened::Changed(Box::new(self.found(*request, &pending)?)));
            }
            if next == pending {
                return Ok(Happened::Nothing);
            }
            if self.swap(&key, row.version, &next, now).await? {
                return Ok(Happened::Done(match pending.need() {
                    Need::Interaction(code) => Some(code),
                    Need::Approval => None,
                }));
            }
        }
        Err(InteractionError::Contended)
    }

    /// Notes at the code how it was used, so that a form sent twice ends as it did the first time.
    ///
    /// A hint for the page and no truth: when it cannot be written, the second answer is only less friendly.
    async fn mark(&self, code: Option<&CodeHash>, granted: Granted) {
        let Some(Ok(key)) = code.map(code_key) else {
            return;
        };
        let now = self.now();
        if let Ok(Some(row)) = self.0.store.get(&key, now).await {
            let mut value = row.value;
            value.truncate(32);
            value.push(match granted {
                Granted::Yes => MARK_YES,
                Granted::No => MARK_NO,
            });
            let _ = self.0.store.swap(&key, row.version, &value, row.expires, now).await;
        }
    }

    fn found(&self, request: RequestRef, pending: &Pending) -> Result<Found, InteractionError> {
        let open = pending.question().map(|question| Said { question: question.to_owned(), answer: None });
        let used = usize::from(self.0.settings.terms.rounds) <= pending.rounds().len();
        let possible = pending.clarification() == Clarification::Supported && open.is_none() && !used;
        let answered = pending
            .rounds()
            .iter()
            .map(|round| Said { question: round.question.clone(), answer: Some(round.answer.clone()) });
        Ok(Found {
            request,
            waits_for: match pending.need() {
                Need::Interaction(_) => WaitsFor::Interaction,
                Need::Approval => WaitsFor::Approval,
            },
            facts: Envelope::from_bytes(pending.request())?.facts,
            opened: pending.opened(),
            expires: pending.deadline(),
            said: answered.chain(open).collect(),
            may_ask: if possible { Asking::Possible } else { Asking::Impossible },
            shown: self.shown(pending.request(), pending),
        })
    }
}

enum Happened {
    /// With the code that led there.
    Done(Option<CodeHash>),
    /// It was so already.
    Nothing,
    Changed(Box<Found>),
    Refused(Refused),
    Absent,
}

const NOWHERE: [u8; 32] = [0; 32];
const MARK_YES: u8 = b'+';
const MARK_NO: u8 = b'-';

fn decided(request: RequestRef, pending: &Pending, mark: &[u8]) -> Lookup {
    let granted = granted_in(pending.state()).or(match mark {
        [MARK_YES] => Some(Granted::Yes),
        [MARK_NO] => Some(Granted::No),
        _ => None,
    });
    if granted.is_none() {
        return Lookup::Unknown;
    }
    let envelope = Envelope::from_bytes(pending.request());
    let callbacks = envelope.map(|envelope| envelope.facts.callbacks).unwrap_or_default();
    Lookup::Decided(Box::new(Decided { request, granted, callbacks }))
}

const fn granted_in(state: State) -> Option<Granted> {
    match state {
        State::Granted | State::Delivered => Some(Granted::Yes),
        State::Denied => Some(Granted::No),
        _ => None,
    }
}
