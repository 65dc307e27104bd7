//! A browser with one cookie, and the person in front of it.

use super::{Answer, ORIGIN, World};
use axum::body::Body;
use http::Request;

pub struct Browser<'w> {
    world: &'w World,
    cookie: Option<String>,
    forms: Vec<String>,
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, cookie: None, forms: Vec::new() }
    }

    /// The session and all form tokens that it was given.
    pub fn secrets(&self) -> Vec<String> {
        let session = self.cookie.as_ref().unwrap().split_once('=').unwrap().1.to_owned();
        [vec![session], self.forms.clone()].concat()
    }

    /// A browser that kept its cookie from another time.
    pub fn with_cookie(world: &'w World, cookie: &str) -> Self {
        Self { cookie: Some(cookie.to_owned()), ..Self::new(world) }
    }

    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub async fn visit(&mut self, code: &str) -> Answer {
        self.send("GET", &format!("/interact?code={code}"), String::new()).await
    }

    /// Sends the form of `page` that has what the person adds.
    pub async fn submit(&mut self, page: &Answer, added: &[(&str, &str)]) -> Answer {
        self.send_form("/interact", page, added).await
    }

    pub async fn open(&mut self, target: &str) -> Answer {
        self.send("GET", target, String::new()).await
    }

    pub async fn send_form(&mut self, path: &str, page: &Answer, added: &[(&str, &str)]) -> Answer {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in hidden(&page.text) {
            if name == "csrf" {
                self.forms.push(value.clone());
            }
            if !pairs.iter().any(|(known, _)| *known == name) {
                pairs.push((name, value));
            }
        }
        for (name, value) in added {
            pairs.retain(|(known, _)| known != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.send("POST", path, pairs.join("&")).await
    }

    /// Signs in with the form that a code leads to; the consent page.
    pub async fn sign_in(&mut self, code: &str) -> Answer {
        let page = self.visit(code).await;
        let answer = self.submit(&page, &[("username", "testuser"), ("password", "testpass")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        self.visit(code).await
    }

    /// Signs in and decides: `grant` or `deny`.
    pub async fn decide(&mut self, code: &str, consent: &str) -> Answer {
        let page = self.sign_in(code).await;
        self.submit(&page, &[("consent", consent)]).await
    }

    /// Signs in and asks the agent.
    pub async fn ask(&mut self, code: &str, question: &str) -> Answer {
        let page = self.sign_in(code).await;
        self.submit(&page, &[("action", "ask"), ("question", question)]).await
    }

    async fn send(&mut self, method: &str, target: &str, form: String) -> Answer {
        let mut request = Request::builder().method(method).uri(target).header("accept-language", "en");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if method == "POST" {
            request =
                request.header("content-type", "application/x-www-form-urlencoded").header("origin", ORIGIN);
        }
        let answer = self.world.send(request.body(Body::from(form)).unwrap()).await;
        if let Some(cookie) = answer.field("set-cookie") {
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }
}

/// Names and values of the hidden members of all forms.
fn hidden(page: &str) -> Vec<(String, String)> {
    let part = |input: &str, name: &str| {
        let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'")
    };
    page.split("<input type=\"hidden\"")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .map(|input| (part(input, "name"), part(input, "value")))
        .collect()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
