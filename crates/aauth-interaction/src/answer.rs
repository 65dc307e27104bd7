//! Answers of the page.

use aauth_types::EndpointUrl;
use askama::Template;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;

use crate::headers::{self, Style};
use crate::pages::{Frame, NoticeLink, NoticePage};
use crate::text::{Language, Notice};

/// Makes answers; every one carries the headers of [`headers`].
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) style: Style,
    pub(crate) name: String,
    pub(crate) page: EndpointUrl,
    /// Path of the page of remembered consents.
    pub(crate) consents: String,
}

impl Answers {
    pub(crate) fn frame(&self) -> Frame<'_> {
        Frame { style: &self.style.text, server: &self.name, action: self.page.path() }
    }

    /// The frame of the page of remembered consents.
    pub(crate) fn consents_frame(&self) -> Frame<'_> {
        Frame { action: &self.consents, ..self.frame() }
    }

    /// A page. `callback`: the origin to which its form may end up redirecting.
    pub(crate) fn html(
        &self,
        status: StatusCode,
        language: Language,
        template: &impl Template,
        callback: Option<&str>,
    ) -> Response {
        let Ok(text) = template.render() else {
            return self.bare(StatusCode::INTERNAL_SERVER_ERROR);
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        headers::html(response.headers_mut(), language.tag(), &self.style, callback);
        response
    }

    /// A page that only says something.
    pub(crate) fn notice(
        &self,
        status: StatusCode,
        language: Language,
        notice: &'static Notice,
        link: Option<NoticeLink<'_>>,
    ) -> Response {
        let page = NoticePage { t: language.text(), frame: self.frame(), notice, link };
        self.html(status, language, &page, None)
    }

    /// The way back to the form that asks for a code.
    pub(crate) fn start_again(&self, language: Language) -> Option<NoticeLink<'_>> {
        Some(NoticeLink { url: self.page.path(), text: language.text().start_again })
    }

    /// The page of remembered consents, absolute.
    pub(crate) fn consents_url(&self) -> String {
        format!("{}{}", self.page.origin(), self.consents)
    }

    /// 303.
    pub(crate) fn see_other(&self, target: &str) -> Response {
        let mut response = self.bare(StatusCode::SEE_OTHER);
        if !headers::location(response.headers_mut(), target) {
            return self.bare(StatusCode::INTERNAL_SERVER_ERROR);
        }
        response
    }

    /// This page with a code, and the callback that the browser brought.
    pub(crate) fn return_to(&self, code: &str, callback: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("code", code);
        if let Some(callback) = callback {
            query.append_pair("callback", callback);
        }
        format!("{}?{}", self.page, query.finish())
    }

    fn bare(&self, status: StatusCode) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        headers::always(response.headers_mut());
        response
    }
}
