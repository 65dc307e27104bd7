//! Prints what an agent sends and receives, in the layout of the post that first showed the flow, or as JSON lines.

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::sync::Mutex;

use aauth_types::json::{Json, quoted};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::{Exchanged, Observer, Side, Step};

/// How the transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Blocks between lines of `=`, header fields sorted, JSON of the auth server spread over lines.
    Post,
    /// One JSON object a line: `{"from","to","kind","method","url","status","headers","body"}`.
    JsonLines,
}

/// A transcript. Nothing is truncated: it holds tokens and interaction codes whole, and what peers sent as they sent it.
pub struct Transcript {
    layout: Layout,
    // Blocks of two tasks must not interleave.
    output: Mutex<Box<dyn Write + Send>>,
}

const RULE: &str = "================================================================================";

impl Transcript {
    /// A transcript in this layout on standard output.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self::to(layout, io::stdout())
    }

    /// A transcript in this layout, flushed after each block.
    #[must_use]
    pub fn to(layout: Layout, output: impl Write + Send + 'static) -> Self {
        Self { layout, output: Mutex::new(Box::new(output)) }
    }

    /// Writes something for a person beside the blocks; beside JSON lines it goes to standard error.
    pub fn remark(&self, text: &str) {
        match self.layout {
            Layout::Post => self.print(text),
            // Nothing can be said any more when standard error is closed.
            Layout::JsonLines => drop(writeln!(io::stderr(), "{text}")),
        }
    }

    /// Writes a request of the person's browser and its answer: a line of a server's log, or two JSON lines.
    pub fn person(&self, seen: &Exchanged<'_>) {
        match self.layout {
            Layout::Post => self.print(&log_line("person", seen)),
            Layout::JsonLines => self.json("person", "auth-server", seen),
        }
    }

    fn json(&self, agent: &str, server: &str, seen: &Exchanged<'_>) {
        let request = line(agent, server, "request", seen, None, seen.request_fields, seen.request_body);
        let response = line(
            server,
            agent,
            "response",
            seen,
            Some(seen.status),
            seen.response_fields,
            seen.response_body,
        );
        self.print(&format!("{request}\n{response}"));
    }

    fn print(&self, text: &str) {
        if let Ok(mut output) = self.output.lock() {
            // A closed pipe ends the transcript, not the flow.
            let _closed = writeln!(output, "{text}").and_then(|()| output.flush());
        }
    }
}

impl Observer for Transcript {
    fn exchanged(&self, seen: &Exchanged<'_>) {
        let (server, name) = match seen.side {
            Side::Resource => ("RESOURCE", "resource"),
            Side::AuthServer => ("AUTH SERVER", "auth-server"),
        };
        let title = if seen.step == Step::TokenRequest { "AGENT TOKEN REQUEST" } else { "AGENT REQUEST" };
        match self.layout {
            Layout::JsonLines => self.json("agent", name, seen),
            // While the person makes up their mind one poll is like the other; the post logs them in one line too.
            Layout::Post if seen.step == Step::Poll && seen.status == StatusCode::ACCEPTED => {
                self.print(&log_line("agent", seen));
            }
            Layout::Post => self.print(&post(title, server, seen)),
        }
    }
}

fn post(title: &str, server: &str, seen: &Exchanged<'_>) -> String {
    let mut text = format!("{RULE}\n>>> {title} to {}\n{RULE}\n", seen.url);
    let _ = writeln!(text, "{} {} HTTP/1.1", seen.method, seen.url);
    fields(&mut text, seen.request_fields, titled);
    if !seen.request_body.is_empty() {
        let _ = write!(text, "\n[Body ({} bytes)]\n{}\n", seen.request_body.len(), lossy(seen.request_body));
    }
    let _ = write!(text, "{RULE}\n{RULE}\n<<< {server} RESPONSE\n{RULE}\n");
    if server == "RESOURCE" {
        let _ = writeln!(text, "HTTP/1.1 {}", seen.status.as_u16());
        fields(&mut text, seen.response_fields, HeaderName::to_string);
    } else {
        let _ = writeln!(text, "HTTP/1.1 {}", seen.status);
        fields(&mut text, seen.response_fields, titled);
    }
    body(&mut text, seen.response_body, server != "RESOURCE");
    text.push_str(RULE);
    text
}

fn fields(text: &mut String, fields: &HeaderMap, spell: impl Fn(&HeaderName) -> String) {
    let mut lines: Vec<_> = fields.iter().collect();
    lines.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in lines {
        let _ = writeln!(text, "{}: {}", spell(name), lossy(value.as_bytes()));
    }
}

fn body(text: &mut String, body: &[u8], spread: bool) {
    let _ = match Json::parse(body) {
        Ok(json) if spread => write!(text, "\n[Body]\n{}\n", indented(&json, 0)),
        Ok(_) => write!(text, "\n[Body]\n{}\n", lossy(body)),
        Err(_) if body.is_empty() => Ok(()),
        Err(_) => write!(text, "\n[Body ({} bytes)]\n{}\n", body.len(), lossy(body)),
    };
}

/// JSON over several lines, members in the order in which they came.
fn indented(json: &Json<'_>, depth: usize) -> String {
    let (outer, inner) = ("  ".repeat(depth), "  ".repeat(depth.saturating_add(1)));
    let deeper = |value: &Json<'_>| indented(value, depth.saturating_add(1));
    match json {
        Json::Object(members) if !members.is_empty() => {
            let lines: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{inner}{}: {}", quoted(name), deeper(value)))
                .collect();
            format!("{{\n{}\n{outer}}}", lines.join(",\n"))
        }
        Json::Array(items) if !items.is_empty() => {
            let lines: Vec<_> = items.iter().map(|item| format!("{inner}{}", deeper(item))).collect();
            format!("[\n{}\n{outer}]", lines.join(",\n"))
        }
        Json::Object(_) => "{}".to_owned(),
        Json::Array(_) => "[]".to_owned(),
        Json::String(text) => quoted(text).into_owned(),
        Json::Number(number) => number.to_string(),
        Json::Bool(value) => value.to_string(),
        Json::Null => "null".to_owned(),
    }
}

/// A request in one line, as a server logs it.
fn log_line(who: &str, seen: &Exchanged<'_>) -> String {
    format!("INFO:     {who} - \"{} {} HTTP/1.1\" {}", seen.method, seen.path(), seen.status)
}

/// `signature-input` as `Signature-Input`: the usual spelling, which HTTP does not tell from the lower-case one.
fn titled(name: &HeaderName) -> String {
    let word = |part: &str| match part {
        "aauth" => "AAuth".to_owned(),
        _ => part.split_at_checked(1).map_or_else(String::new, |(a, b)| a.to_uppercase() + b),
    };
    name.as_str().split('-').map(word).collect::<Vec<_>>().join("-")
}

/// One message as one JSON object.
fn line(
    from: &str,
    to: &str,
    kind: &str,
    seen: &Exchanged<'_>,
    status: Option<StatusCode>,
    fields: &HeaderMap,
    body: &[u8],
) -> String {
    let text = |bytes: &[u8]| quoted(&lossy(bytes));
    let (from, to, kind) = (quoted(from), quoted(to), quoted(kind));
    let (method, url) = (quoted(seen.method.as_str()), quoted(seen.url));
    let status = status.map_or("null".to_owned(), |status| status.as_u16().to_string());
    let headers: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("[{},{}]", quoted(name.as_str()), text(value.as_bytes())))
        .collect();
    let (headers, body) = (headers.join(","), if body.is_empty() { "null".into() } else { text(body) });
    format!(
        r#"{{"from":{from},"to":{to},"kind":{kind},"method":{method},"url":{url},"status":{status},"headers":[{headers}],"body":{body}}}"#
    )
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript").field("layout", &self.layout).finish_non_exhaustive()
    }
}
