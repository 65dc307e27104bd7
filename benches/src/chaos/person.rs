//! A person with one browser who decides about many requests.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header::{COOKIE, ORIGIN, SET_COOKIE};
use http::{HeaderMap, StatusCode};

/// A browser: one cookie jar, one address.
#[derive(Debug)]
pub struct Person {
    origin: String,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// What the person saw after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The last page: the decision is recorded.
    Recorded,
    /// The code leads nowhere (any more).
    NoSuchCode,
    /// No answer, or one that says that the server cannot answer now: nobody knows.
    Nothing,
}

/// Wrong codes are counted for each address, so every person has one of their own.
static ADDRESSES: AtomicU32 = AtomicU32::new(0);

impl Person {
    /// Somebody whom `origin` does not know, with an address of their own.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        let address = u32::from(Ipv4Addr::new(127, 1, 0, 1)) + ADDRESSES.fetch_add(1, Ordering::Relaxed);
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .local_address(IpAddr::V4(Ipv4Addr::from(address)))
            .build()
            .expect("an HTTP client");
        Self { origin: origin.to_owned(), http, cookies: BTreeMap::new() }
    }

    /// Opens the page of `code`, signs in where needed, and decides with `consent` (`grant` or `deny`).
    pub async fn decide(&mut self, code: &str, consent: &str) -> Told {
        self.attempt(code, consent).await.unwrap_or(Told::Nothing)
    }

    /// Whether `code` still leads anywhere; `None` when nobody knows. As somebody whom the server does not know.
    pub async fn leads(&mut self, code: &str) -> Option<bool> {
        self.cookies.clear();
        let (status, _) = self.get(&format!("{}/interact?code={code}", self.origin)).await?;
        Some(status != StatusCode::BAD_REQUEST)
    }

    async fn attempt(&mut self, code: &str, consent: &str) -> Option<Told> {
        let url = format!("{}/interact?code={code}", self.origin);
        let (status, mut page) = self.get(&url).await?;
        if status == StatusCode::BAD_REQUEST {
            return Some(Told::NoSuchCode);
        }
        if page.contains("name=\"username\"") {
            let form = form(&page, "username", &[("username", "testuser"), ("password", "testpass")])?;
            self.post(form).await?;
            (_, page) = self.get(&url).await?;
        }
        match self.post(form(&page, "consent", &[("consent", consent)])?).await? {
            (StatusCode::OK, _) => Some(Told::Recorded),
            (StatusCode::BAD_REQUEST, _) => Some(Told::NoSuchCode),
            _ => None,
        }
    }

    async fn get(&mut self, url: &str) -> Option<(StatusCode, String)> {
        let request = self.http.get(url);
        self.send(request).await
    }

    async fn post(&mut self, form: String) -> Option<(StatusCode, String)> {
        let request = self
            .http
            .post(format!("{}/interact", self.origin))
            .header(ORIGIN, &self.origin)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Option<(StatusCode, String)> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, cookies.join("; ")).send().await.ok()?;
        let (status, fields) = (answer.status(), answer.headers().clone());
        let page = answer.text().await.ok()?;
        self.keep_cookies(&fields);
        if status == StatusCode::TOO_MANY_REQUESTS {
            // Too many answers were lost and their codes tried again; somebody else goes on.
            *self = Self::new(&self.origin);
            return None;
        }
        (!status.is_server_error()).then_some((status, page))
    }

    fn keep_cookies(&mut self, fields: &HeaderMap) {
        for line in fields.get_all(SET_COOKIE) {
            let pair = line.to_str().ok().and_then(|line| line.split(';').next()?.split_once('='));
            if let Some((name, value)) = pair {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The hidden fields of the form that has the control `control`, and what the person adds.
fn form(page: &str, control: &str, added: &[(&str, &str)]) -> Option<String> {
    let control = format!("name=\"{control}\"");
    let form = page.split("<form").find(|form| form.contains(&control))?;
    let form = form.split("</form>").next()?;
    let hidden = form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once("\" value=\"")?;
        Some((name, rest.split_once('"')?.0))
    });
    let pairs = hidden.chain(added.iter().copied()).map(|(name, value)| format!("{name}={value}"));
    Some(pairs.collect::<Vec<_>>().join("&"))
}
