//! What a decision does, and where it ends.

use aauth_types::{Scope, UnixTime};
use axum::response::Response;
use http::StatusCode;

use super::show::{Again, Note, Shown};
use super::submit::Wish;
use super::{Person, Visit};
use crate::consents::RememberFor;
use crate::pages::NoticeLink;
use crate::{Callback, Found, Granted, InteractionError, Outcome, PersonAct, Subject, Verdict};

impl Visit<'_> {
    pub(super) async fn decide(
        &self,
        person: &Person,
        subject: &Subject,
        shown: &Shown<'_>,
        wish: &Wish<'_>,
    ) -> Result<Response, InteractionError> {
        let asked = shown.found.facts.asked();
        let again = |note, ticked| Again { note, ticked, remember: wish.remember() };
        let scope = match wish {
            Wish::Grant { boxes: Some(boxes), .. } => asked.narrowed_to(boxes),
            _ => asked.clone(),
        };
        let verdict = match wish {
            Wish::Grant { .. } if scope.is_empty() && !asked.is_empty() => {
                let again = again(Note::NothingTicked, Some(&scope));
                return self.consent(StatusCode::BAD_REQUEST, person, shown, again).await;
            }
            Wish::Grant { seen, .. } => Verdict::Approve {
                subject: subject.clone(),
                scope: scope.clone(),
                shown: seen.unwrap_or_default().to_owned(),
            },
            Wish::Deny | Wish::Report => Verdict::Deny,
            Wish::Ask { question } => Verdict::Ask { question: (*question).to_owned() },
            Wish::SignIn { .. } | Wish::SignOut => {
                return self.consent(StatusCode::BAD_REQUEST, person, shown, Again::default()).await;
            }
        };
        self.before_decision(subject, shown.found, wish).await?;
        match self.page.deferrals.decide(&shown.found.request, verdict).await? {
            Outcome::Changed(found) => {
                let shown = Shown::new(&found, &shown.code, shown.callback());
                self.consent(StatusCode::CONFLICT, person, &shown, again(Note::Changed, None)).await
            }
            Outcome::Refused => {
                let again = again(Note::QuestionRefused, None);
                self.consent(StatusCode::BAD_REQUEST, person, shown, again).await
            }
            Outcome::Decided(granted) => {
                Ok(self.decided_before(Some(wish), granted, shown.callback.as_ref()))
            }
            Outcome::Done => Ok(self.decided(subject, shown, wish, &scope).await),
        }
    }

    /// What must be known before a decision counts: whom the agent serves; and that a report ends all trust first.
    async fn before_decision(
        &self,
        subject: &Subject,
        found: &Found,
        wish: &Wish<'_>,
    ) -> Result<(), InteractionError> {
        let consents = &self.page.consents;
        if matches!(wish, Wish::Report) {
            consents.distrust(subject, &found.facts.agent, self.now).await?;
        }
        if !matches!(wish, Wish::Ask { .. }) {
            consents.meet(subject, &found.facts, self.now).await?;
        }
        Ok(())
    }

    /// It counts; what is left to note and to say.
    async fn decided(
        &self,
        subject: &Subject,
        shown: &Shown<'_>,
        wish: &Wish<'_>,
        scope: &Scope,
    ) -> Response {
        let found = shown.found;
        let remembered = match wish {
            Wish::Grant { remember, .. } => self.note_allowed(subject, found, scope, *remember).await,
            _ => None,
        };
        let (act, granted) = match wish {
            Wish::Grant { .. } => (PersonAct::Approved { scope, remembered }, Granted::Yes),
            Wish::Report => (PersonAct::Reported, Granted::No),
            Wish::Ask { .. } => (PersonAct::Asked, Granted::No),
            _ => (PersonAct::Denied, Granted::No),
        };
        if act == PersonAct::Reported {
            tracing::warn!(agent = %found.facts.agent, "a person reported a request that they did not start");
        }
        self.tell(act, Some(subject), Some(found));
        if act == PersonAct::Asked {
            return self.page.answers.see_other(&self.page.answers.return_to(&shown.code, shown.callback()));
        }
        self.end(wish, granted, shown.callback.as_ref(), remembered)
    }

    /// Notes an approval for later requests; until when it is remembered, if it is.
    ///
    /// The approval stands whatever happens here: what is not noted costs the person another look next time.
    async fn note_allowed(
        &self,
        subject: &Subject,
        found: &Found,
        scope: &Scope,
        remember: Option<RememberFor>,
    ) -> Option<UnixTime> {
        let time = remember.filter(|time| time.life() <= self.page.remember_up_to);
        let until = time.map(|time| self.now.saturating_add(time.life()));
        let remember = until.map(|until| (scope, until));
        match self.page.consents.allowed(subject, &found.facts, remember, self.now).await {
            Ok(()) => until,
            Err(error) => {
                tracing::error!(kind = error.kind(), "an approval could not be noted for later");
                None
            }
        }
    }

    /// The same decision sent twice (a double click) ends as the first did; another one changes nothing.
    pub(super) fn decided_before(
        &self,
        wish: Option<&Wish<'_>>,
        granted: Option<Granted>,
        callback: Option<&Callback>,
    ) -> Response {
        match (wish, granted) {
            (Some(wish @ Wish::Grant { .. }), Some(Granted::Yes)) => {
                self.end(wish, Granted::Yes, callback, None)
            }
            (Some(wish @ (Wish::Deny | Wish::Report)), Some(Granted::No)) => {
                self.end(wish, Granted::No, callback, None)
            }
            _ => self.refuse(StatusCode::CONFLICT, &self.language.text().decided),
        }
    }

    /// Where the browser ends: at the agent's callback, unchanged, or on a last page.
    fn end(
        &self,
        wish: &Wish<'_>,
        granted: Granted,
        callback: Option<&Callback>,
        remembered: Option<UnixTime>,
    ) -> Response {
        let (text, answers) = (self.language.text(), &self.page.answers);
        // Whoever reports does not trust the agent: the browser is not handed to it.
        let callback = callback.filter(|_| !matches!(wish, Wish::Report));
        if let Some(callback) = callback.filter(|callback| callback.is_a_source()) {
            return answers.see_other(callback.as_str());
        }
        let notice = match (wish, granted) {
            (Wish::Report, _) => &text.reported,
            (_, Granted::No) => &text.denied,
            (_, Granted::Yes) if remembered.is_some() => &text.remembered,
            (_, Granted::Yes) => &text.granted,
        };
        let link = match (callback, remembered) {
            (Some(callback), _) => Some(NoticeLink { url: callback.as_str(), text: text.back_to_agent }),
            (None, Some(_)) => Some(NoticeLink { url: &answers.consents, text: text.consents_link }),
            (None, None) => None,
        };
        answers.notice(StatusCode::OK, self.language, notice, link)
    }
}
