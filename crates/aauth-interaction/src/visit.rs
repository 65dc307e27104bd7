//! One request of a browser.

mod consents;
mod decide;
mod show;
mod submit;

use aauth_types::UnixTime;
use axum::response::Response;
use http::StatusCode;
use http::header::{RETRY_AFTER, SET_COOKIE};
use http::request::Parts;

use crate::attempts::{Guesser, Left, Spent};
use crate::mac::Purpose;
use crate::pages::CodePage;
use crate::router::Page;
use crate::session::SessionId;
use crate::text::Language;
use crate::{Attempted, Found, InteractionError, PersonAct, PersonEvent, Subject};

pub(crate) struct Visit<'a> {
    page: &'a Page,
    parts: &'a Parts,
    language: Language,
    now: UnixTime,
}

/// Whose browser it is, as far as known.
struct Person {
    session: SessionId,
    /// Whether the browser has the session's cookie yet.
    known: Known,
    subject: Option<Subject>,
    signed_in: SignedIn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Presented,
    New,
}

/// Where the sign-in was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SignedIn {
    /// With this crate's form, or nowhere.
    Here,
    /// In a session of the embedding server.
    Elsewhere,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(page: &'a Page, parts: &'a Parts) -> Self {
        let language = Language::choose(&parts.headers);
        Self { page, parts, language, now: page.deferrals.now() }
    }

    /// The answer to a fault of this server.
    pub(crate) fn failed(&self, error: &InteractionError) -> Response {
        tracing::error!(kind = error.kind(), "the interaction page failed");
        let notice = &self.language.text().unavailable;
        let mut answer =
            self.page.answers.notice(StatusCode::SERVICE_UNAVAILABLE, self.language, notice, None);
        answer.headers_mut().insert(RETRY_AFTER, 5.into());
        answer
    }

    async fn person(&self) -> Result<Person, InteractionError> {
        let sessions = &self.page.sessions;
        let presented = sessions.presented(&self.parts.headers);
        let (session, known) = match presented {
            Some(session) => (session, Known::Presented),
            None => (sessions.begin()?, Known::New),
        };
        if let Some(subject) = self.page.sign_in.recognise(self.parts).await? {
            return Ok(Person { session, known, subject: Some(subject), signed_in: SignedIn::Elsewhere });
        }
        let subject = match known {
            Known::Presented => sessions.subject(&session, self.now).await?,
            Known::New => None,
        };
        Ok(Person { session, known, subject, signed_in: SignedIn::Here })
    }

    /// Binds a form to this browser's session, the person and the request.
    fn token_parts<'b>(person: &'b Person, handle: &'b str) -> [&'b [u8]; 3] {
        let subject = person.subject.as_ref().map_or("", Subject::as_str);
        [person.session.as_str().as_bytes(), subject.as_bytes(), handle.as_bytes()]
    }

    fn token(&self, person: &Person, handle: &str) -> String {
        self.page.deferrals.mac().text(Purpose::Form, &Self::token_parts(person, handle))
    }

    /// Gives the browser its cookie, if it has none.
    fn with_cookie(&self, mut answer: Response, person: &Person) -> Response {
        if person.known == Known::New {
            self.set_cookie(&mut answer, &person.session);
        }
        answer
    }

    fn set_cookie(&self, answer: &mut Response, session: &SessionId) {
        if let Some(cookie) = self.page.sessions.cookie(session) {
            answer.headers_mut().insert(SET_COOKIE, cookie);
        }
    }

    async fn spend(
        &self,
        guess: Attempted,
        session: Option<&SessionId>,
    ) -> Result<Option<Spent>, InteractionError> {
        let address = self.page.addresses.address(self.parts);
        let who = Guesser { address, session: session.map(SessionId::as_str) };
        Ok(self.page.attempts.spend(guess, who, self.now).await?)
    }

    /// Counts a wrong attempt and tells of it.
    async fn wrong(&self, spent: Spent, attempts: Attempted) -> Result<(), InteractionError> {
        let left = self.page.attempts.keep(spent, self.now).await?;
        let act = match attempts {
            Attempted::Code => PersonAct::WrongCode,
            Attempted::Password => PersonAct::WrongPassword,
        };
        self.tell(act, None, None);
        if left == Left::None {
            self.tell(PersonAct::Locked { attempts }, None, None);
        }
        Ok(())
    }

    /// Tells the embedder what happened.
    fn tell(&self, act: PersonAct<'_>, subject: Option<&Subject>, found: Option<&Found>) {
        self.page.observer.observe(&PersonEvent {
            at: self.now,
            act,
            subject,
            address: self.page.addresses.address(self.parts),
            request: found.map(|found| found.request),
            agent: found.map(|found| &found.facts.agent),
            delegate: found.and_then(|found| found.facts.delegate.as_deref()),
            resource: found.map(|found| &found.facts.resource),
        });
    }

    async fn wrong_code(&self, spent: Spent, callback: Option<&str>) -> Result<Response, InteractionError> {
        self.wrong(spent, Attempted::Code).await?;
        Ok(self.ask_code(StatusCode::BAD_REQUEST, callback))
    }

    /// The form that asks for a code; after a wrong one it says so.
    fn ask_code(&self, status: StatusCode, callback: Option<&str>) -> Response {
        let answers = &self.page.answers;
        let (t, wrong) = (self.language.text(), status != StatusCode::OK);
        let page = CodePage { t, frame: answers.frame(), wrong, callback };
        answers.html(status, self.language, &page, None)
    }

    fn limited(&self) -> Response {
        let notice = &self.language.text().limited;
        let mut answer = self.page.answers.notice(StatusCode::TOO_MANY_REQUESTS, self.language, notice, None);
        answer.headers_mut().insert(RETRY_AFTER, self.page.attempts.limits.window.as_secs().into());
        answer
    }
}

/// Longest code input that is looked at, in bytes.
const MAX_CODE: usize = 64;
/// Longest callback that is carried along, in bytes.
const MAX_CALLBACK: usize = 2048;
