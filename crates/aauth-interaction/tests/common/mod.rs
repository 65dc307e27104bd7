//! One auth server without a network, one agent, one browser.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::sync::Arc;
use std::time::Duration;

use aauth_deferred::{Clarification, Owner, Pending, PendingId};
use aauth_interaction::{
    CallbackRule, DeferralSettings, Deferrals, Facts, Loopback, NewPending, Opened, PageSettings, ScopeLine,
    TestUsers, WaitsFor, router,
};
use aauth_store::{Key, Memory, Space, Store};
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_types::{EndpointUrl, Network, Secret, ServerId, Thumbprint};
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

pub const ORIGIN: &str = "https://auth.example";

pub struct World {
    pub store: Arc<Memory>,
    pub clock: Arc<FakeClock>,
    pub deferrals: Deferrals,
    pub router: Router,
}

impl World {
    pub fn new() -> Self {
        Self::with(|_| {}, |_| {})
    }

    pub fn with(deferral: impl Fn(&mut DeferralSettings), page: impl Fn(&mut PageSettings)) -> Self {
        let store = Arc::new(Memory::default());
        let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        let base = EndpointUrl::parse("https://auth.example/pending", Network::Public).unwrap();
        let mut settings = DeferralSettings::new(base, Secret::new([7; 32]));
        deferral(&mut settings);
        let deferrals =
            Deferrals::new(settings, store.clone(), clock.clone(), Arc::new(CountingEntropy::default()));
        let users =
            TestUsers::demonstration_only([("testuser", "testpass"), ("mallory", "malpass")]).unwrap();
        let address = EndpointUrl::parse("https://auth.example/interact", Network::Public).unwrap();
        let mut settings = PageSettings::new(address, Network::Public);
        page(&mut settings);
        let router = router(deferrals.clone(), Arc::new(users), settings);
        Self { store, clock, deferrals, router }
    }

    pub async fn open(&self) -> Opened {
        self.deferrals.open(request()).await.unwrap()
    }

    /// The bytes of the pending row.
    pub async fn row(&self, opened: &Opened) -> Vec<u8> {
        let key = Key::new(Space::Pending, PendingId::parse(id(opened)).unwrap().hash().as_bytes()).unwrap();
        let now = aauth_runtime::Clock::now(&*self.clock);
        self.store.get(&key, now).await.unwrap().map(|row| row.value).unwrap_or_default()
    }

    pub async fn state(&self, opened: &Opened) -> String {
        Pending::from_bytes(&self.row(opened).await).unwrap().state().to_string()
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

pub fn id(opened: &Opened) -> &str {
    opened.location.rsplit('/').next().unwrap()
}

pub fn code(opened: &Opened) -> String {
    opened.code.as_ref().unwrap().expose().to_owned()
}

pub fn owner() -> Owner {
    Owner { agent: "https://agent.example".to_owned(), key: Thumbprint::from_bytes([1; 32]) }
}

pub fn request() -> NewPending {
    let server = |text| ServerId::parse(text, Network::Public).unwrap();
    let mut facts = Facts::new(
        server("https://agent.example"),
        server("https://api.example"),
        Thumbprint::from_bytes([1; 32]),
    );
    facts.agent_name = Some("Trip Planner".to_owned());
    facts.scopes = vec![
        ScopeLine { name: "data.read".to_owned(), description: Some("Read your data".to_owned()) },
        ScopeLine { name: "data.write".to_owned(), description: None },
    ];
    facts.purpose = Some("To plan your trip".to_owned());
    facts.callbacks =
        CallbackRule { origin: Some("https://agent.example".to_owned()), loopback: Loopback::Refused };
    NewPending {
        owner: owner(),
        waits_for: WaitsFor::Interaction,
        facts,
        payload: b"mint this".to_vec(),
        clarification: Clarification::Supported,
    }
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub fields: HeaderMap,
    pub text: String,
}

impl Page {
    pub fn location(&self) -> &str {
        self.fields.get("location").map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Values of the hidden members, each name once.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let mut members: Vec<(String, String)> = Vec::new();
        for input in self.text.split("<input type=\"hidden\"").skip(1) {
            let input = input.split('>').next().unwrap();
            let part = |name: &str| {
                let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                unescaped(rest.split('"').next().unwrap())
            };
            let member = (part("name"), part("value"));
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }

    pub fn member(&self, name: &str) -> String {
        let hidden = self.hidden();
        hidden.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
}

/// A browser with one cookie.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookie: Option<String>,
    pub origin: Option<&'static str>,
    pub language: &'static str,
    pub from: [u8; 4],
}

impl Browser {
    pub fn new(world: &World) -> Self {
        Self {
            router: world.router.clone(),
            cookie: None,
            origin: Some(ORIGIN),
            language: "en",
            from: [192, 0, 2, 1],
        }
    }

    pub async fn get(&mut self, target: &str) -> Page {
        self.send("GET", target, "").await
    }

    pub async fn get_code(&mut self, code: &str) -> Page {
        self.get(&format!("/interact?code={code}")).await
    }

    pub async fn post(&mut self, members: &[(String, String)], more: &[(&str, &str)]) -> Page {
        self.post_to("/interact", members, more).await
    }

    pub async fn post_to(&mut self, path: &str, members: &[(String, String)], more: &[(&str, &str)]) -> Page {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(members).extend_pairs(more);
        self.send("POST", path, &body.finish()).await
    }

    pub async fn send(&mut self, method: &str, target: &str, body: &str) -> Page {
        let target = target.strip_prefix(ORIGIN).unwrap_or(target);
        let mut request =
            Request::builder().method(method).uri(target).header("accept-language", self.language);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
            if let Some(origin) = self.origin {
                request = request.header("origin", origin);
            }
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        let address = std::net::SocketAddr::from((self.from, 4711));
        request.extensions_mut().insert(axum::extract::ConnectInfo(address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned());
        }
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Page { status: parts.status, fields: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// Signs in with the form that a code leads to; the consent page.
    pub async fn sign_in(&mut self, code: &str) -> Page {
        self.sign_in_as(code, "testuser", "testpass").await
    }

    pub async fn sign_in_as(&mut self, code: &str, name: &str, password: &str) -> Page {
        let page = self.get_code(code).await;
        assert_eq!(page.status, StatusCode::OK);
        let answer = self.post(&page.hidden(), &[("username", name), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let location = answer.location().to_owned();
        self.get(&location).await
    }
}

/// What every answer must carry, HTML or not.
pub fn assert_headers(page: &Page) {
    let field = |name: &str| {
        page.fields.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    assert_eq!(field("cache-control"), "no-store");
    assert_eq!(field("referrer-policy"), "same-origin");
    assert_eq!(field("x-frame-options"), "DENY");
    assert_eq!(field("x-content-type-options"), "nosniff");
    if page.status != StatusCode::SEE_OTHER {
        let policy = field("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.contains("; form-action 'self'"), "{policy}");
        assert!(policy.ends_with("; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(field("content-type"), "text/html; charset=utf-8");
        assert!(!page.text.contains("<script") && !page.text.contains(" style=\""));
    }
}
