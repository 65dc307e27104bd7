//! `POST`: signing in and deciding.

use aauth_types::Scope;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::show::{Note, Shown};
use super::{MAX_CALLBACK, Person, SignedIn, Visit};
use crate::form::{Ambiguous, Form};
use crate::mac::Purpose;
use crate::text::Notice;
use crate::{
    Arrival, Attempted, Begin, Granted, InteractionError, Lookup, Outcome, PersonAct, RequestRef, Subject,
    Verdict,
};

/// Longest body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// What the person wants.
enum Wish<'a> {
    SignIn {
        name: &'a str,
        password: &'a str,
    },
    SignOut,
    Ask {
        question: &'a str,
    },
    /// `boxes`: those that are ticked, if the form had any; `seen`: what the person was shown.
    Grant {
        boxes: Option<Scope>,
        seen: Option<&'a str>,
    },
    Deny,
    Report,
}

/// The members that every form has.
struct Sent<'a> {
    handle: &'a str,
    token: &'a str,
    code: &'a str,
    callback: Option<&'a str>,
}

impl Visit<'_> {
    pub(crate) async fn submit(&self, body: Body) -> Result<Response, InteractionError> {
        let text = self.language.text();
        if !self.is_form() {
            return Ok(self.refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text.not_understood));
        }
        let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
            return Ok(self.refuse(StatusCode::PAYLOAD_TOO_LARGE, &text.too_large));
        };
        let Ok(form) = Form::parse(&bytes) else {
            return Ok(self.refuse(StatusCode::BAD_REQUEST, &text.not_understood));
        };
        let (sent, wish) = match (Sent::read(&form), Wish::read(&form)) {
            (Ok(sent), Ok(wish)) => (sent, wish),
            (Err(Ambiguous), _) | (_, Err(Ambiguous)) => {
                return Ok(self.refuse(StatusCode::BAD_REQUEST, &text.not_understood));
            }
        };
        let own = crate::origin::is_own(&self.parts.headers, self.page.answers.page.origin());
        let person = self.person().await?;
        if !own || !self.is_bound(&person, &sent) {
            // Anybody can send such forms: no level that wakes somebody.
            tracing::debug!(own_origin = own, "a form was refused");
            return Ok(self.refuse(StatusCode::FORBIDDEN, &text.forbidden));
        }
        self.admitted(&person, &sent, wish).await
    }

    /// The form is this browser's own; now the code.
    async fn admitted(
        &self,
        person: &Person,
        sent: &Sent<'_>,
        wish: Option<Wish<'_>>,
    ) -> Result<Response, InteractionError> {
        let Some(request) = RequestRef::parse(sent.handle) else {
            return Ok(self.refuse(StatusCode::FORBIDDEN, &self.language.text().forbidden));
        };
        let Some(spent) = self.spend(Attempted::Code, Some(&person.session)).await? else {
            return Ok(self.limited());
        };
        let found = match self.find(sent.code).await? {
            Lookup::Open(found) if found.request == request => found,
            Lookup::Decided(decided) if decided.request == request => {
                self.page.attempts.refund(spent, self.now).await?;
                let callback = sent.callback.and_then(|text| decided.callbacks.admit(text));
                let callback = callback.as_ref().map(crate::Callback::as_str);
                return Ok(self.decided_before(wish.as_ref(), decided.granted, callback));
            }
            Lookup::Open(_) | Lookup::Decided(_) | Lookup::Unknown => {
                self.page.deferrals.wrong_code(&request).await?;
                return self.wrong_code(spent, sent.callback).await;
            }
        };
        self.page.attempts.refund(spent, self.now).await?;
        let shown = Shown::new(&found, sent.code, sent.callback);
        match (wish, &person.subject) {
            (None, _) => Ok(self.refuse(StatusCode::BAD_REQUEST, &self.language.text().not_understood)),
            (Some(Wish::SignIn { name, password }), _) => {
                self.arrive(person, &shown).await?;
                self.try_sign_in(person, &shown, name, password).await
            }
            (Some(Wish::SignOut), _) => self.sign_out(person, &shown).await,
            (Some(_), None) => Ok(self.refuse(StatusCode::FORBIDDEN, &self.language.text().forbidden)),
            (Some(wish), Some(subject)) => {
                self.arrive(person, &shown).await?;
                self.decide(person, subject, &shown, &wish).await
            }
        }
    }

    async fn arrive(&self, person: &Person, shown: &Shown<'_>) -> Result<(), InteractionError> {
        if self.page.deferrals.arrive(&shown.found.request).await? == Arrival::First {
            self.tell(PersonAct::CodeAccepted, person.subject.as_ref(), Some(shown.found));
        }
        Ok(())
    }

    async fn try_sign_in(
        &self,
        person: &Person,
        shown: &Shown<'_>,
        name: &str,
        password: &str,
    ) -> Result<Response, InteractionError> {
        let target = self.page.answers.return_to(&shown.code, shown.callback());
        let kind = match self.page.sign_in.begin(&target) {
            Begin::Form(kind) => kind,
            Begin::Elsewhere(target) => return Ok(self.page.answers.see_other(&target)),
        };
        let Some(spent) = self.spend(Attempted::Password, Some(&person.session)).await? else {
            return Ok(self.limited());
        };
        let Some(subject) = self.page.sign_in.check(name, password).await? else {
            self.wrong(spent, Attempted::Password).await?;
            return Ok(self.sign_in(person, shown, kind, true));
        };
        self.page.attempts.refund(spent, self.now).await?;
        let session = self.page.sessions.sign_in(&person.session, subject.clone(), self.now).await?;
        self.tell(PersonAct::SignedIn, Some(&subject), Some(shown.found));
        let mut answer = self.page.answers.see_other(&target);
        self.set_cookie(&mut answer, &session);
        Ok(answer)
    }

    async fn sign_out(&self, person: &Person, shown: &Shown<'_>) -> Result<Response, InteractionError> {
        let target = self.page.answers.return_to(&shown.code, shown.callback());
        let mut answer = self.page.answers.see_other(&target);
        if person.signed_in == SignedIn::Here {
            self.page.sessions.end(&person.session, self.now).await?;
            self.tell(PersonAct::SignedOut, person.subject.as_ref(), Some(shown.found));
            self.set_cookie(&mut answer, &self.page.sessions.begin()?);
        }
        Ok(answer)
    }

    async fn decide(
        &self,
        person: &Person,
        subject: &Subject,
        shown: &Shown<'_>,
        wish: &Wish<'_>,
    ) -> Result<Response, InteractionError> {
        let asked = shown.found.facts.asked();
        let again =
            |status, note, ticked: Option<&Scope>| Ok(self.consent(status, person, shown, note, ticked));
        let mut granted_scope = Scope::default();
        let (verdict, granted) = match wish {
            Wish::Grant { boxes, seen } => {
                let scope = boxes.as_ref().map_or_else(|| asked.clone(), |boxes| asked.narrowed_to(boxes));
                if scope.is_empty() && !asked.is_empty() {
                    return again(StatusCode::BAD_REQUEST, Note::NothingTicked, Some(&scope));
                }
                let shown = seen.unwrap_or_default().to_owned();
                granted_scope = scope.clone();
                (Verdict::Approve { subject: subject.clone(), scope, shown }, Granted::Yes)
            }
            Wish::Deny => (Verdict::Deny, Granted::No),
            Wish::Report => (Verdict::Deny, Granted::No),
            Wish::Ask { question } => (Verdict::Ask { question: (*question).to_owned() }, Granted::No),
            Wish::SignIn { .. } | Wish::SignOut => return again(StatusCode::BAD_REQUEST, Note::None, None),
        };
        match self.page.deferrals.decide(&shown.found.request, verdict).await? {
            Outcome::Changed(found) => {
                let shown = Shown::new(&found, &shown.code, shown.callback());
                Ok(self.consent(StatusCode::CONFLICT, person, &shown, Note::Changed, None))
            }
            Outcome::Refused => again(StatusCode::BAD_REQUEST, Note::QuestionRefused, None),
            Outcome::Decided(granted) => Ok(self.decided_before(Some(wish), granted, shown.callback())),
            Outcome::Done if matches!(wish, Wish::Ask { .. }) => {
                self.tell(PersonAct::Asked, Some(subject), Some(shown.found));
                let target = self.page.answers.return_to(&shown.code, shown.callback());
                Ok(self.page.answers.see_other(&target))
            }
            Outcome::Done => {
                let act = match wish {
                    Wish::Grant { .. } => PersonAct::Approved { scope: &granted_scope, remembered: None },
                    Wish::Report => PersonAct::Reported,
                    _ => PersonAct::Denied,
                };
                if act == PersonAct::Reported {
                    tracing::warn!(agent = %shown.found.facts.agent, "a person reported a request that they did not start");
                }
                self.tell(act, Some(subject), Some(shown.found));
                Ok(self.end(wish, granted, shown.callback()))
            }
        }
    }

    /// The same decision sent twice (a double click) ends as the first did; another one changes nothing.
    fn decided_before(
        &self,
        wish: Option<&Wish<'_>>,
        granted: Option<Granted>,
        callback: Option<&str>,
    ) -> Response {
        match (wish, granted) {
            (Some(wish @ Wish::Grant { .. }), Some(Granted::Yes)) => self.end(wish, Granted::Yes, callback),
            (Some(wish @ (Wish::Deny | Wish::Report)), Some(Granted::No)) => {
                self.end(wish, Granted::No, callback)
            }
            _ => self.refuse(StatusCode::CONFLICT, &self.language.text().decided),
        }
    }

    /// Where the browser ends: at the agent's callback, unchanged, or on a last page.
    fn end(&self, wish: &Wish<'_>, granted: Granted, callback: Option<&str>) -> Response {
        let text = self.language.text();
        let notice = match (wish, granted) {
            // Whoever reports does not trust the agent: the browser is not handed to it.
            (Wish::Report, _) => &text.reported,
            (_, granted) => {
                if let Some(callback) = callback {
                    return self.page.answers.see_other(callback);
                }
                match granted {
                    Granted::Yes => &text.granted,
                    Granted::No => &text.denied,
                }
            }
        };
        self.page.answers.notice(StatusCode::OK, self.language, notice, false)
    }

    fn is_bound(&self, person: &Person, sent: &Sent<'_>) -> bool {
        let parts = Self::token_parts(person, sent.handle);
        self.page.deferrals.mac().agrees(Purpose::Form, &parts, sent.token)
    }

    fn is_form(&self) -> bool {
        let value =
            self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    fn refuse(&self, status: StatusCode, notice: &'static Notice) -> Response {
        self.page.answers.notice(status, self.language, notice, true)
    }
}

impl<'a> Sent<'a> {
    fn read(form: &'a Form<'a>) -> Result<Self, Ambiguous> {
        Ok(Self {
            handle: form.one("pending_id")?.unwrap_or_default(),
            token: form.one("csrf")?.unwrap_or_default(),
            code: form.one("code")?.unwrap_or_default(),
            callback: form.one("callback")?.filter(|text| text.len() <= MAX_CALLBACK),
        })
    }
}

impl<'a> Wish<'a> {
    /// `None`: a form that says nothing this page knows.
    fn read(form: &'a Form<'a>) -> Result<Option<Self>, Ambiguous> {
        Ok(match (form.one("consent")?, form.one("action")?) {
            (Some("grant"), _) => {
                // A form without the mark is the plain one of the seed: it has no boxes and means all that was asked.
                let has_boxes = form.one("ticked")?.is_some();
                Some(Self::Grant { boxes: has_boxes.then(|| ticked(form)), seen: form.one("shown")? })
            }
            (Some("deny"), _) => Some(Self::Deny),
            (Some("report"), _) => Some(Self::Report),
            (None, Some("login")) => Some(Self::SignIn {
                name: form.one("username")?.unwrap_or_default(),
                password: form.one("password")?.unwrap_or_default(),
            }),
            (None, Some("logout")) => Some(Self::SignOut),
            (None, Some("ask")) => Some(Self::Ask { question: form.one("question")?.unwrap_or_default() }),
            _ => None,
        })
    }
}

/// The boxes that are ticked; each has a member of its own.
fn ticked(form: &Form<'_>) -> Scope {
    let names: Vec<&str> = form.starting_with("scope_").filter(|name| !name.contains(' ')).collect();
    Scope::parse(&names.join(" ")).unwrap_or_default()
}
