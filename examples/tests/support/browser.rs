//! A browser that follows nothing by itself.

use std::collections::BTreeMap;

use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{Method, StatusCode};

pub(crate) struct Browser {
    origin: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(origin: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self { origin: origin.to_owned(), http, cookies: BTreeMap::new() }
    }

    /// Status, page, and where it leads, absolute.
    pub(crate) async fn get(&mut self, url: &str) -> (StatusCode, String, String) {
        self.send(Method::GET, url, "").await
    }

    pub(crate) async fn post(&mut self, url: &str, form: &str) -> (StatusCode, String, String) {
        self.send(Method::POST, url, form).await
    }

    async fn send(&mut self, method: Method, url: &str, body: &str) -> (StatusCode, String, String) {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method.clone(), url).header(COOKIE, cookies.join("; "));
        if method == Method::POST {
            request = request
                .header(ORIGIN, &self.origin)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.to_owned());
        }
        let answer = request.send().await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get(LOCATION).map_or("", |value| value.to_str().unwrap());
        let next = if location.starts_with('/') {
            format!("{}{location}", self.origin)
        } else {
            location.to_owned()
        };
        (answer.status(), answer.text().await.unwrap(), next)
    }
}
