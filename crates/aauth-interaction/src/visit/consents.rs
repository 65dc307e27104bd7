//! The person's own page: what is remembered, and taking it back.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;

use super::show::scope_box;
use super::submit::Checked;
use super::{Person, SignedIn, Visit};
use crate::form::{Ambiguous, Form};
use crate::pages::{Carried, ConsentItem, ConsentsPage, SignInPage};
use crate::untrusted::{plain_line, readable_host};
use crate::{Begin, FormKind, InteractionError, PersonAct, PersonEvent, RememberedConsent, Subject};

/// Stands for this page where other forms name a request. No request is named so: those names are longer.
const HANDLE: &str = "consents";

enum Wish<'a> {
    SignIn { name: &'a str, password: &'a str },
    SignOut,
    Revoke { id: &'a str },
}

impl Visit<'_> {
    pub(crate) async fn show_consents(&self) -> Result<Response, InteractionError> {
        let person = self.person().await?;
        match &person.subject {
            Some(subject) => self.list(&person, subject, false).await,
            None => Ok(self.sign_in_first(&person, false)),
        }
    }

    pub(crate) async fn submit_consents(&self, body: Body) -> Result<Response, InteractionError> {
        let text = self.language.text();
        let bytes = match self.form_bytes(body).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(refusal),
        };
        let form = Form::parse(&bytes);
        let read = form.as_ref().map_err(|e| *e);
        let Ok((token, wish)) = read.and_then(|form| Ok((form.one("csrf")?, Wish::read(form)?))) else {
            return Ok(self.refuse(StatusCode::BAD_REQUEST, &text.not_understood));
        };
        let person = self.person().await?;
        if !self.is_own_form(&person, HANDLE, token.unwrap_or_default()) {
            return Ok(self.refuse(StatusCode::FORBIDDEN, &text.forbidden));
        }
        let here = self.page.answers.consents_url();
        match (wish, &person.subject) {
            (None, _) => Ok(self.refuse(StatusCode::BAD_REQUEST, &text.not_understood)),
            (Some(Wish::SignIn { name, password }), _) => {
                Ok(match self.check_password(&person, name, password, None).await? {
                    Checked::Limited => self.limited(),
                    Checked::Wrong => self.sign_in_first(&person, true),
                    Checked::Right(session) => {
                        let mut answer = self.page.answers.see_other(&here);
                        self.set_cookie(&mut answer, &session);
                        answer
                    }
                })
            }
            (Some(Wish::SignOut), _) => self.sign_out(&person, &here, None).await,
            (Some(Wish::Revoke { .. }), None) => Ok(self.refuse(StatusCode::FORBIDDEN, &text.forbidden)),
            (Some(Wish::Revoke { id }), Some(subject)) => {
                if let Some(revoked) = self.page.consents.revoke(subject, id, self.now).await? {
                    self.tell_revoked(subject, &revoked);
                }
                // Said also of what was gone already: it is so, and a form sent twice ends as it did the first time.
                self.list(&person, subject, true).await
            }
        }
    }

    fn sign_in_first(&self, person: &Person, wrong: bool) -> Response {
        let answers = &self.page.answers;
        let kind = match self.page.sign_in.begin(&answers.consents_url()) {
            Begin::Form(kind) => kind,
            Begin::Elsewhere(target) => return self.with_cookie(answers.see_other(&target), person),
        };
        let (t, token) = (self.language.text(), &self.token(person, HANDLE));
        let page = SignInPage {
            t,
            frame: answers.consents_frame(),
            carried: carried(token),
            lead: t.consents_sign_in,
            wrong,
            demonstration: kind == FormKind::Demonstration,
        };
        self.with_cookie(answers.html(StatusCode::OK, self.language, &page, None), person)
    }

    async fn list(
        &self,
        person: &Person,
        subject: &Subject,
        revoked: bool,
    ) -> Result<Response, InteractionError> {
        let answers = &self.page.answers;
        let (consents, token) =
            (self.page.consents.of(subject, self.now).await?, &self.token(person, HANDLE));
        let page = ConsentsPage {
            t: self.language.text(),
            frame: answers.consents_frame(),
            carried: carried(token),
            subject: plain_line(subject.as_str(), 255),
            sign_out: person.signed_in == SignedIn::Here,
            revoked,
            consents: consents.iter().map(item).collect(),
        };
        Ok(self.with_cookie(answers.html(StatusCode::OK, self.language, &page, None), person))
    }

    fn tell_revoked(&self, subject: &Subject, revoked: &RememberedConsent) {
        self.page.observer.observe(&PersonEvent {
            at: self.now,
            act: PersonAct::Revoked,
            subject: Some(subject),
            address: self.page.addresses.address(self.parts),
            request: None,
            agent: Some(&revoked.agent),
            delegate: revoked.delegate.as_deref(),
            resource: Some(&revoked.resource),
        });
    }
}

impl<'a> Wish<'a> {
    fn read(form: &'a Form<'a>) -> Result<Option<Self>, Ambiguous> {
        Ok(match form.one("action")? {
            Some("login") => Some(Self::SignIn {
                name: form.one("username")?.unwrap_or_default(),
                password: form.one("password")?.unwrap_or_default(),
            }),
            Some("logout") => Some(Self::SignOut),
            Some("revoke") => Some(Self::Revoke { id: form.one("consent_id")?.unwrap_or_default() }),
            _ => None,
        })
    }
}

const fn carried(token: &str) -> Carried<'_> {
    Carried { handle: "", code: "", token, callback: None }
}

fn item(one: &RememberedConsent) -> ConsentItem<'_> {
    ConsentItem {
        id: one.id(),
        agent: one.agent.as_str(),
        agent_readable: readable_host(one.agent.as_str()),
        agent_name: one.agent_name.as_deref().map(|name| plain_line(name, 80)),
        delegate: one.delegate.as_deref().map(|name| plain_line(name, 120)),
        resource: one.resource.as_str(),
        resource_readable: readable_host(one.resource.as_str()),
        resource_name: one.resource_name.as_deref().map(|name| plain_line(name, 80)),
        scopes: one.scopes.iter().map(|line| scope_box(line, true)).collect(),
        since: one.since,
        until: one.until,
    }
}
