//! A real browser, driven through WebDriver.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How long a condition may take to come true.
const PATIENCE: Duration = Duration::from_secs(20);

/// More browsers at once are slower, not faster, on a small machine.
static AT_ONCE: Semaphore = Semaphore::const_new(3);

/// What is special about a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ordinary,
    German,
    WithoutScript,
    /// Asks for a page again that it goes back to.
    Forgetful,
}

/// One browser with a profile of its own.
pub(crate) struct Browser {
    client: Client,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// `driver`: the address of the driver.
    pub(crate) async fn start(driver: &str, kind: Kind) -> Self {
        let turn = AT_ONCE.acquire().await.unwrap();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(kind))
            .connect(driver)
            .await
            .unwrap();
        Self { client, _turn: turn }
    }

    pub(crate) async fn quit(self) {
        self.client.close().await.unwrap();
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(crate) async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// Waits for the page with this main heading.
    pub(crate) async fn reaches(&self, heading: &str) {
        let found = format!("//h1[normalize-space()=\"{heading}\"]");
        let waited = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&found)).await;
        if waited.is_err() {
            panic!("no page {heading:?} but {}: {}", self.url().await, self.text("body").await);
        }
    }

    pub(crate) async fn element(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    pub(crate) async fn click(&self, css: &str) {
        self.element(css).await.click().await.unwrap();
    }

    /// Clicks what sends a form or follows a link, and waits until the page is another.
    pub(crate) async fn send(&self, css: &str) {
        let page = self.element("html").await;
        self.click(css).await;
        self.left(page).await;
    }

    /// Waits until `page`, the root of a document, is gone.
    pub(crate) async fn left(&self, page: Element) {
        let gone = async { while page.tag_name().await.is_ok() {} };
        tokio::time::timeout(PATIENCE, gone).await.expect("the page stays");
    }

    /// Types into an empty field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        self.element(css).await.send_keys(text).await.unwrap();
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.element(css).await.text().await.unwrap()
    }

    pub(crate) async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    pub(crate) async fn source(&self) -> String {
        self.client.source().await.unwrap()
    }

    pub(crate) async fn back(&self) {
        self.client.back().await.unwrap();
    }

    /// Runs the body of a function in the page and returns what it returns.
    pub(crate) async fn run(&self, body: &str) -> Value {
        self.client.execute(body, Vec::new()).await.unwrap()
    }

    /// Runs the body of a function that ends by calling its last argument.
    pub(crate) async fn run_async(&self, body: &str) -> Value {
        self.client.execute_async(body, Vec::new()).await.unwrap()
    }

    /// Presses keys on whatever has the focus.
    pub(crate) async fn press(&self, keys: &[Key]) {
        let mut sequence = KeyActions::new("keyboard".to_owned());
        for key in keys {
            let value = char::from(*key);
            sequence = sequence.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(sequence).await.unwrap();
    }

    /// As the screen of a phone, 360 px wide.
    pub(crate) async fn as_phone(&self) {
        self.sized(360, 740, 2.0).await;
    }

    pub(crate) async fn sized(&self, width: u32, height: u32, scale: f32) {
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// `light` or `dark`, as the person has set it up for the whole machine.
    pub(crate) async fn prefers(&self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// The page as a PNG, from the top to the end of the first of these elements, and a little more.
    pub(crate) async fn picture(&self, last: &str) -> Vec<u8> {
        let end = format!(
            "const box = document.querySelector('{last}').getBoundingClientRect();
             return [document.documentElement.clientWidth, Math.ceil(box.bottom + scrollY + 16)]"
        );
        let size = self.run(&end).await;
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1});
        let wanted = json!({"captureBeyondViewport": true, "clip": clip});
        let taken = self.devtools("Page.captureScreenshot", wanted).await;
        STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
    }

    /// A command of the browser's own protocol, for what WebDriver has no word for.
    pub(crate) async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.client.issue_cmd(DevTools { command, parameters }).await.unwrap()
    }
}

fn capabilities(kind: Kind) -> Capabilities {
    let language = if kind == Kind::German { "de-DE,de" } else { "en-US,en" };
    let mut preferences = json!({"intl.accept_languages": language});
    if kind == Kind::WithoutScript {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    // A container that runs as root has no sandbox to offer; nothing but the page under test is ever loaded.
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--disable-component-update",
        if kind == Kind::Forgetful { "--disable-features=BackForwardCache" } else { "--disable-breakpad" },
        "--window-size=1000,900",
        &format!("--lang={}", &language[..2]),
    ];
    let wanted = json!({
        "browserName": "chrome",
        "pageLoadStrategy": "normal",
        "goog:chromeOptions": {"args": arguments, "prefs": preferences},
    });
    wanted.as_object().unwrap().clone()
}

#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (http::Method::POST, Some(body.to_string()))
    }
}
