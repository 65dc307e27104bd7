//! A person with one browser who decides about many requests.

use std::collections::BTreeMap;

use http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, StatusCode};

/// A browser: one cookie jar.
pub(crate) struct Person {
    origin: String,
    via: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// What the person saw after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// The last page, 200: the decision is recorded.
    Recorded,
    /// The code leads nowhere (any more).
    NoSuchCode,
    /// No answer: nobody knows.
    Nothing,
}

impl Person {
    pub(crate) fn new(origin: &str) -> Self {
        Self::via(origin, origin)
    }

    /// A person whose browser reaches `origin` at the instance `via`.
    pub(crate) fn via(origin: &str, via: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { origin: origin.to_owned(), via: via.to_owned(), http, cookies: BTreeMap::new() }
    }

    /// Opens the page of `code`, signs in where needed, and decides with `consent` (`grant` or `deny`).
    pub(crate) async fn decide(&mut self, code: &str, consent: &str) -> Told {
        let url = format!("{}/interact?code={code}", self.via);
        let Some((status, mut page, _)) = self.get(&url).await else { return Told::Nothing };
        if status == StatusCode::BAD_REQUEST {
            return Told::NoSuchCode;
        }
        if page.contains("name=\"username\"") {
            let form = form(&page, "username", &[("username", "testuser"), ("password", "testpass")]);
            let Some((status, _, _)) = self.post(&form).await else { return Told::Nothing };
            assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
            let Some((_, again, _)) = self.get(&url).await else { return Told::Nothing };
            page = again;
        }
        match self.post(&form(&page, "consent", &[("consent", consent)])).await {
            Some((StatusCode::OK, ..)) => Told::Recorded,
            Some((StatusCode::BAD_REQUEST, ..)) => Told::NoSuchCode,
            Some((status, page, _)) => panic!("{status}: {page}"),
            None => Told::Nothing,
        }
    }

    async fn get(&mut self, url: &str) -> Option<(StatusCode, String, Option<String>)> {
        let request = self.http.get(url);
        self.send(request).await
    }

    async fn post(&mut self, form: &str) -> Option<(StatusCode, String, Option<String>)> {
        let request = self
            .http
            .post(format!("{}/interact", self.via))
            .header(ORIGIN, &self.origin)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned());
        self.send(request).await
    }

    async fn send(
        &mut self,
        request: reqwest::RequestBuilder,
    ) -> Option<(StatusCode, String, Option<String>)> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let host = self.origin.strip_prefix("http://").unwrap();
        let request = request.header(HOST, host).header(COOKIE, cookies.join("; "));
        let answer = request.send().await.ok()?;
        let (status, fields) = (answer.status(), answer.headers().clone());
        let page = answer.text().await.ok()?;
        self.keep_cookies(&fields);
        let location = fields.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Some((status, page, location))
    }

    fn keep_cookies(&mut self, fields: &HeaderMap) {
        for line in fields.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// The hidden fields of the form that has the control `control`, and what the person adds.
fn form(page: &str, control: &str, added: &[(&str, &str)]) -> String {
    let control = format!("name=\"{control}\"");
    let form = page.split("<form").find(|form| form.contains(&control)).unwrap_or_else(|| panic!("{page}"));
    let form = form.split("</form>").next().unwrap();
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"").unwrap();
        (name, rest.split_once('"').unwrap().0)
    });
    let pairs = hidden.chain(added.iter().copied()).map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("&")
}
