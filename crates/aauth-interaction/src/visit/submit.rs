//! `POST`: signing in and deciding.

use aauth_types::Scope;
use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::show::Shown;
use super::{MAX_CALLBACK, Person, SignedIn, Visit};
use crate::consents::RememberFor;
use crate::form::{Ambiguous, Form};
use crate::mac::Purpose;
use crate::session::SessionId;
use crate::text::Notice;
use crate::{Arrival, Attempted, Begin, Found, InteractionError, Lookup, PersonAct, RequestRef};

/// Longest body that is read, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// What the person wants.
pub(super) enum Wish<'a> {
    SignIn {
        name: &'a str,
        password: &'a str,
    },
    SignOut,
    Ask {
        question: &'a str,
    },
    /// `boxes`: those that are ticked, if the form had any; `seen`: what the person was shown; `remember`: how long.
    Grant {
        boxes: Option<Scope>,
        seen: Option<&'a str>,
        remember: Option<RememberFor>,
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
        let bytes = match self.form_bytes(body).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(refusal),
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
        let person = self.person().await?;
        if !self.is_own_form(&person, sent.handle, sent.token) {
            return Ok(self.refuse(StatusCode::FORBIDDEN, &text.forbidden));
        }
        self.admitted(&person, &sent, wish).await
    }

    /// The body of a form, or the answer to what is none.
    pub(super) async fn form_bytes(&self, body: Body) -> Result<Bytes, Response> {
        let text = self.language.text();
        if !self.is_form() {
            return Err(self.refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text.not_understood));
        }
        let bytes = to_bytes(body, MAX_BODY).await;
        bytes.map_err(|_| self.refuse(StatusCode::PAYLOAD_TOO_LARGE, &text.too_large))
    }

    /// Whether a form came from this page, in this browser, with this person signed in.
    pub(super) fn is_own_form(&self, person: &Person, handle: &str, token: &str) -> bool {
        let own = crate::origin::is_own(&self.parts.headers, self.page.answers.page.origin());
        let parts = Self::token_parts(person, handle);
        let bound = self.page.deferrals.mac().agrees(Purpose::Form, &parts, token);
        if !own || !bound {
            // Anybody can send such forms: no level that wakes somebody.
            tracing::debug!(own, bound, "a form was refused");
        }
        own && bound
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
                return Ok(self.decided_before(wish.as_ref(), decided.granted, callback.as_ref()));
            }
            Lookup::Open(_) | Lookup::Decided(_) | Lookup::Unknown => {
                self.page.deferrals.wrong_code(&request).await?;
                return self.wrong_code(spent, sent.callback).await;
            }
        };
        self.page.attempts.refund(spent, self.now).await?;
        if let Some(target) = &found.facts.onward {
            return Ok(self.onward(target));
        }
        let shown = Shown::new(&found, sent.code, sent.callback);
        match (wish, &person.subject) {
            (None, _) => Ok(self.refuse(StatusCode::BAD_REQUEST, &self.language.text().not_understood)),
            (Some(Wish::SignIn { name, password }), _) => {
                self.arrive(person, &shown).await?;
                self.try_sign_in(person, &shown, name, password).await
            }
            (Some(Wish::SignOut), _) => {
                let target = self.page.answers.return_to(&shown.code, shown.callback());
                self.sign_out(person, &target, Some(shown.found)).await
            }
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
        Ok(match self.check_password(person, name, password, Some(shown.found)).await? {
            Checked::Limited => self.limited(),
            Checked::Wrong => self.sign_in(person, shown, kind, true),
            Checked::Right(session) => {
                let mut answer = self.page.answers.see_other(&target);
                self.set_cookie(&mut answer, &session);
                answer
            }
        })
    }

    /// Checks a password within the limits; the right one begins a new session.
    pub(super) async fn check_password(
        &self,
        person: &Person,
        name: &str,
        password: &str,
        found: Option<&Found>,
    ) -> Result<Checked, InteractionError> {
        let Some(spent) = self.spend(Attempted::Password, Some(&person.session)).await? else {
            return Ok(Checked::Limited);
        };
        let Some(subject) = self.page.sign_in.check(name, password).await? else {
            self.wrong(spent, Attempted::Password).await?;
            return Ok(Checked::Wrong);
        };
        self.page.attempts.refund(spent, self.now).await?;
        let session = self.page.sessions.sign_in(&person.session, subject.clone(), self.now).await?;
        self.tell(PersonAct::SignedIn, Some(&subject), found);
        Ok(Checked::Right(session))
    }

    /// Ends the session, if it is this crate's own, and goes on to `target`.
    pub(super) async fn sign_out(
        &self,
        person: &Person,
        target: &str,
        found: Option<&Found>,
    ) -> Result<Response, InteractionError> {
        let mut answer = self.page.answers.see_other(target);
        if person.signed_in == SignedIn::Here {
            self.page.sessions.end(&person.session, self.now).await?;
            self.tell(PersonAct::SignedOut, person.subject.as_ref(), found);
            self.set_cookie(&mut answer, &self.page.sessions.begin()?);
        }
        Ok(answer)
    }

    fn is_form(&self) -> bool {
        let value =
            self.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }

    pub(super) fn refuse(&self, status: StatusCode, notice: &'static Notice) -> Response {
        let answers = &self.page.answers;
        answers.notice(status, self.language, notice, answers.start_again(self.language))
    }
}

/// What became of a password.
pub(super) enum Checked {
    Limited,
    Wrong,
    /// With the session that it began.
    Right(SessionId),
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
    pub(super) const fn remember(&self) -> Option<RememberFor> {
        match self {
            Self::Grant { remember, .. } => *remember,
            _ => None,
        }
    }

    /// `None`: a form that says nothing this page knows.
    fn read(form: &'a Form<'a>) -> Result<Option<Self>, Ambiguous> {
        Ok(match (form.one("consent")?, form.one("action")?) {
            (Some("grant"), _) => {
                // A form without the mark is the plain one of the seed: it has no boxes and means all that was asked.
                let has_boxes = form.one("ticked")?.is_some();
                let remember =
                    form.one("remember")?.map(|word| RememberFor::read(word).ok_or(Ambiguous)).transpose()?;
                Some(Self::Grant {
                    boxes: has_boxes.then(|| ticked(form)),
                    seen: form.one("shown")?,
                    remember,
                })
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
