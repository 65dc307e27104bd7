//! `GET`: looking, which changes no request.

use aauth_types::{EndpointUrl, Scope};
use axum::response::Response;
use http::StatusCode;

use super::{MAX_CALLBACK, MAX_CODE, Person, SignedIn, Visit};
use crate::code::{canonical, grouped, without_spaces};
use crate::consents::RememberFor;
use crate::form::Form;
use crate::pages::{Carried, ConsentPage, Link, NoticeLink, RememberOption, Said, ScopeBox, SignInPage};
use crate::untrusted::{plain, plain_line, readable_host};
use crate::{
    Asking, Attempted, Begin, Callback, Facts, FormKind, Found, InteractionError, Lookup, ScopeLine,
};

/// What is said on top of a page that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Note {
    #[default]
    None,
    Changed,
    NothingTicked,
    QuestionRefused,
}

/// What the page keeps when it comes again: what was sent, and why it comes again.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Again<'a> {
    pub(super) note: Note,
    pub(super) ticked: Option<&'a Scope>,
    pub(super) remember: Option<RememberFor>,
}

/// A request that a browser may see, because it brought the code.
pub(super) struct Shown<'a> {
    pub(super) found: &'a Found,
    pub(super) code: String,
    pub(super) callback: Option<Callback>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(found: &'a Found, code: &'a str, callback: Option<&str>) -> Self {
        Self {
            found,
            code: canonical(code),
            callback: callback.and_then(|text| found.facts.callbacks.admit(text)),
        }
    }

    pub(super) fn callback(&self) -> Option<&str> {
        self.callback.as_ref().map(Callback::as_str)
    }
}

impl Visit<'_> {
    pub(crate) async fn show(&self) -> Result<Response, InteractionError> {
        let query = self.parts.uri.query().unwrap_or_default();
        let members = Form::parse(query.as_bytes());
        let read = members.as_ref().map_err(|e| *e).and_then(|m| Ok((m.one("code")?, m.one("callback")?)));
        let Ok((code, callback)) = read else {
            return Ok(self.ask_code(StatusCode::BAD_REQUEST, None));
        };
        let callback = callback.filter(|text| text.len() <= MAX_CALLBACK);
        let Some(code) = code.map(without_spaces) else {
            return Ok(self.ask_code(StatusCode::OK, callback));
        };
        let session = self.page.sessions.presented(&self.parts.headers);
        let Some(spent) = self.spend(Attempted::Code, session.as_ref()).await? else {
            return Ok(self.limited());
        };
        let found = match self.find(&code).await? {
            Lookup::Open(found) => found,
            Lookup::Decided(_) | Lookup::Unknown => return self.wrong_code(spent, callback).await,
        };
        self.page.attempts.refund(spent, self.now).await?;
        if let Some(target) = &found.facts.onward {
            let followed = members.is_ok_and(|members| matches!(members.one("typed"), Ok(None)));
            return Ok(if followed { self.page.answers.see_other(target) } else { self.onward(target) });
        }
        let person = self.person().await?;
        self.present(&person, &Shown::new(&found, &code, callback)).await
    }

    /// A link to where the person is asked. Browsers apply `form-action` to what the answer to a form redirects to, and a
    /// page that names no other origin must not begin to.
    pub(super) fn onward(&self, target: &str) -> Response {
        let text = self.language.text();
        let link = NoticeLink { url: target, text: text.code_button };
        self.page.answers.notice(StatusCode::OK, self.language, &text.onward, Some(link))
    }

    pub(super) async fn find(&self, code: &str) -> Result<Lookup, InteractionError> {
        // What cannot be a code is looked up as one that nobody has, so that it takes as long as any other.
        let code = if code.len() <= MAX_CODE { code } else { "" };
        self.page.deferrals.find(code).await
    }

    /// The sign-in or, for somebody who is signed in, the request.
    async fn present(&self, person: &Person, shown: &Shown<'_>) -> Result<Response, InteractionError> {
        if person.subject.is_some() {
            return self.consent(StatusCode::OK, person, shown, Again::default()).await;
        }
        let return_to = self.page.answers.return_to(&shown.code, shown.callback());
        Ok(match self.page.sign_in.begin(&return_to) {
            Begin::Form(kind) => self.sign_in(person, shown, kind, false),
            Begin::Elsewhere(target) => self.with_cookie(self.page.answers.see_other(&target), person),
        })
    }

    pub(super) fn sign_in(
        &self,
        person: &Person,
        shown: &Shown<'_>,
        kind: FormKind,
        wrong: bool,
    ) -> Response {
        let answers = &self.page.answers;
        let handle = &shown.found.request.to_string();
        let page = SignInPage {
            t: self.language.text(),
            frame: answers.frame(),
            carried: Carried {
                handle,
                code: &shown.code,
                token: &self.token(person, handle),
                callback: shown.callback(),
            },
            lead: self.language.text().sign_in_lead,
            wrong,
            demonstration: kind == FormKind::Demonstration,
        };
        self.with_cookie(answers.html(StatusCode::OK, self.language, &page, None), person)
    }

    /// The consent page.
    pub(super) async fn consent(
        &self,
        status: StatusCode,
        person: &Person,
        shown: &Shown<'_>,
        again: Again<'_>,
    ) -> Result<Response, InteractionError> {
        let (t, answers) = (self.language.text(), &self.page.answers);
        let (found, facts) = (shown.found, &shown.found.facts);
        let allowed_since = match &person.subject {
            Some(subject) => self.page.consents.first_allowed(subject, &facts.agent, self.now).await?,
            None => None,
        };
        let handle = &found.request.to_string();
        let asked = self.now.saturating_duration_since(found.opened).as_secs();
        let left = found.expires.saturating_duration_since(self.now).as_secs();
        let page = ConsentPage {
            t,
            frame: answers.frame(),
            carried: Carried {
                handle,
                code: &shown.code,
                token: &self.token(person, handle),
                callback: shown.callback(),
            },
            subject: person.subject.as_ref().map(|s| plain_line(s.as_str(), 255)).unwrap_or_default(),
            sign_out: person.signed_in == SignedIn::Here,
            note: match again.note {
                Note::None => None,
                Note::Changed => Some(t.changed),
                Note::NothingTicked => Some(t.nothing_ticked),
                Note::QuestionRefused => Some(t.question_refused),
            },
            shown_code: grouped(&shown.code),
            agent: facts.agent.as_str(),
            agent_readable: readable_host(facts.agent.as_str()),
            agent_name: facts.agent_name.as_deref().map(|name| plain_line(name, 80)),
            agent_seen: facts.agent_seen,
            allowed_since,
            terms: facts.agent_terms.as_ref().and_then(link),
            policy: facts.agent_policy.as_ref().and_then(link),
            delegate: facts.delegate.as_deref().map(|name| plain_line(name, 120)),
            resource: facts.resource.as_str(),
            resource_readable: readable_host(facts.resource.as_str()),
            resource_name: facts.resource_name.as_deref().map(|name| plain_line(name, 80)),
            age: t.age(asked),
            left: t.left(left),
            scopes: boxes(facts, again.ticked),
            purpose: facts.purpose.as_deref().map(|text| plain(text, 2048)),
            exchanges: found.said.iter().map(exchange).collect(),
            again: &answers.return_to(&shown.code, shown.callback()),
            may_ask: found.may_ask == Asking::Possible,
            shown: &found.shown,
            remember: self.remember_options(again.remember),
            consents: &answers.consents,
        };
        let source = shown.callback.as_ref().filter(|callback| callback.is_a_source());
        let callback = source.map(Callback::origin);
        Ok(self.with_cookie(answers.html(status, self.language, &page, callback), person))
    }

    fn remember_options(&self, chosen: Option<RememberFor>) -> Vec<RememberOption> {
        let option = |time: RememberFor| RememberOption {
            word: time.word(),
            text: (self.language.text().remember_for)(time),
            chosen: chosen == Some(time),
        };
        RememberFor::up_to(self.page.remember_up_to).map(option).collect()
    }
}

/// A link that may be shown: `https` only, also where loopback is admitted.
fn link(url: &EndpointUrl) -> Option<Link<'_>> {
    url.as_str().starts_with("https://").then(|| Link { url: url.as_str(), host: url.authority() })
}

/// One box for each scope; `ticked`: as they were sent, all of them when nothing was sent yet.
fn boxes<'a>(facts: &'a Facts, ticked: Option<&Scope>) -> Vec<ScopeBox<'a>> {
    let is_ticked = |line: &ScopeLine| ticked.is_none_or(|ticked| ticked.contains(&line.name));
    facts.scopes.iter().map(|line| scope_box(line, is_ticked(line))).collect()
}

pub(super) fn scope_box(line: &ScopeLine, ticked: bool) -> ScopeBox<'_> {
    let description = line.description.as_deref().map(|text| plain_line(text, 300));
    ScopeBox { name: &line.name, description, ticked }
}

fn exchange(said: &crate::Said) -> Said {
    Said {
        question: plain(&said.question, 1000),
        answer: said.answer.as_deref().map(|text| plain(text, 4096)),
    }
}
