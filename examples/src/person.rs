//! Plays the person in front of a browser: opens the link, signs in, decides.

use std::collections::BTreeMap;

use aauth_agent::{Exchanged, Side, Step};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use thiserror::Error;

use crate::Transcript;

/// What the person decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Consents to everything that is asked.
    Approve,
    /// Consents to nothing.
    Deny,
}

/// The person did not get through.
#[derive(Debug, Error)]
pub enum PersonError {
    /// The page could not be fetched.
    #[error("the consent page cannot be reached: {0}")]
    Http(#[from] reqwest::Error),
    /// Another status than the flow has at this place.
    #[error("the consent page answered {found}, expected {expected}")]
    Status {
        /// What came.
        found: StatusCode,
        /// What the flow has here.
        expected: StatusCode,
    },
}

/// A browser with one cookie jar and one page open.
struct Browser<'t> {
    http: reqwest::Client,
    transcript: &'t Transcript,
    cookies: BTreeMap<String, String>,
    origin: String,
}

/// Opens `url`, signs in as the test user and decides: the four requests of the recorded flow.
///
/// # Errors
/// The page is not there, or does not do what the flow says.
pub async fn play(url: &str, choice: Choice, transcript: &Transcript) -> Result<(), PersonError> {
    let (mut browser, page) = signed_in(url, transcript).await?;
    let decision = match choice {
        Choice::Approve => [("consent", "grant")],
        Choice::Deny => [("consent", "deny")],
    };
    browser.post(&form(&page, &decision), StatusCode::OK).await?;
    Ok(())
}

/// Opens `url`, signs in as the test user and asks the agent a question.
///
/// # Errors
/// As [`play`].
pub async fn ask(url: &str, question: &str, transcript: &Transcript) -> Result<(), PersonError> {
    let (mut browser, page) = signed_in(url, transcript).await?;
    let asking = form(&page, &[("question", question), ("action", "ask")]);
    browser.post(&asking, StatusCode::SEE_OTHER).await?;
    Ok(())
}

/// Opens `url`, which sends the person on; gives where to.
///
/// # Errors
/// As [`play`].
pub async fn follow(url: &str, transcript: &Transcript) -> Result<String, PersonError> {
    let mut browser = Browser::new(url, transcript)?;
    let (_, next) = browser.send(Method::GET, url, String::new(), StatusCode::SEE_OTHER).await?;
    Ok(next)
}

/// A browser in front of the consent page.
async fn signed_in<'t>(url: &str, transcript: &'t Transcript) -> Result<(Browser<'t>, String), PersonError> {
    let mut browser = Browser::new(url, transcript)?;
    let page = browser.get(url).await?;
    let login = [("username", "testuser"), ("password", "testpass")];
    let (_, next) = browser.post(&form(&page, &login), StatusCode::SEE_OTHER).await?;
    let page = browser.get(&next).await?;
    Ok((browser, page))
}

impl<'t> Browser<'t> {
    /// Without cookies, for pages of the origin of `url`.
    fn new(url: &str, transcript: &'t Transcript) -> Result<Self, PersonError> {
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        Ok(Self { http, transcript, cookies: BTreeMap::new(), origin })
    }

    async fn get(&mut self, url: &str) -> Result<String, PersonError> {
        let (page, _) = self.send(Method::GET, url, String::new(), StatusCode::OK).await?;
        Ok(page)
    }

    async fn post(&mut self, form: &str, expected: StatusCode) -> Result<(String, String), PersonError> {
        let url = format!("{}/interact", self.origin);
        self.send(Method::POST, &url, form.to_owned(), expected).await
    }

    /// Sends one request; gives the page and, absolute, where it leads.
    async fn send(
        &mut self,
        method: Method,
        url: &str,
        body: String,
        expected: StatusCode,
    ) -> Result<(String, String), PersonError> {
        let mut fields = HeaderMap::new();
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if let (false, Ok(value)) = (cookies.is_empty(), HeaderValue::from_str(&cookies.join("; "))) {
            fields.insert(COOKIE, value);
        }
        if method == Method::POST {
            fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
            if let Ok(origin) = HeaderValue::from_str(&self.origin) {
                fields.insert(ORIGIN, origin);
            }
        }
        let request = self.http.request(method.clone(), url).headers(fields.clone()).body(body.clone());
        let response = request.send().await?;
        let (status, answer_fields) = (response.status(), response.headers().clone());
        let page = response.text().await?;
        self.keep_cookies(&answer_fields);
        self.transcript.person(&Exchanged {
            step: Step::Call,
            side: Side::AuthServer,
            method: &method,
            url,
            request_fields: &fields,
            request_body: body.as_bytes(),
            status,
            response_fields: &answer_fields,
            response_body: page.as_bytes(),
        });
        if status != expected {
            return Err(PersonError::Status { found: status, expected });
        }
        let location = answer_fields.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("");
        let next = if location.starts_with('/') {
            format!("{}{location}", self.origin)
        } else {
            location.to_owned()
        };
        Ok((page, next))
    }

    fn keep_cookies(&mut self, fields: &HeaderMap) {
        for line in fields.get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap_or("").split(';').next().unwrap_or("");
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// What a browser sends of the form that has a control named like the first of `added`: hidden fields, boxes that are
/// ticked, and what the person adds.
#[must_use]
pub fn form(page: &str, added: &[(&str, &str)]) -> String {
    let wanted = added.first().map_or(String::new(), |(name, _)| format!("name=\"{name}\""));
    let forms = page.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
    let form = forms.into_iter().find(|form| form.contains(&wanted)).unwrap_or("");
    let mut pairs = Vec::new();
    for tag in form.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) else { continue };
        if tag.contains("hidden") || tag.contains(" checked") {
            pairs.push(format!("{}={}", encoded(&name), encoded(&value)));
        }
    }
    pairs.extend(added.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))));
    pairs.join("&")
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#x2f;", "/").replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&"))
}

fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
