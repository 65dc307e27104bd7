//! Prints what an agent sends and receives, in the layout of the post that first showed the flow, or as JSON lines.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::sync::Mutex;

use aauth_agent::{Exchanged, Observer, Step};
use http::{HeaderMap, HeaderName, StatusCode};

/// How the transcript is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Blocks between lines of `=`, header fields sorted, JSON of the auth server spread over lines.
    Post,
    /// One JSON object a line: `{"from","to","kind","method","url","status","headers","body"}`.
    JsonLines,
}

/// A transcript on standard output. Nothing is truncated.
#[derive(Debug)]
pub struct Transcript {
    layout: Layout,
    // Blocks of two tasks must not interleave.
    output: Mutex<io::Stdout>,
}

const RULE: &str = "================================================================================";

impl Transcript {
    /// A transcript in this layout.
    #[must_use]
    pub fn new(layout: Layout) -> Self {
        Self { layout, output: Mutex::new(io::stdout()) }
    }

    /// Writes one line beside the blocks, for a person; left out of JSON lines.
    pub fn remark(&self, text: &str) {
        if self.layout == Layout::Post {
            self.print(text);
        }
    }

    /// Writes a request of the person's browser and its answer: a line of a server's log, or two JSON lines.
    pub fn person(&self, seen: &Exchanged<'_>) {
        match self.layout {
            Layout::Post => self.print(&format!(
                "INFO:     person - \"{} {} HTTP/1.1\" {} {}",
                seen.method,
                seen.path(),
                seen.status.as_u16(),
                seen.status.canonical_reason().unwrap_or(""),
            )),
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
            let _closed = writeln!(output, "{text}");
        }
    }
}

impl Observer for Transcript {
    fn exchanged(&self, seen: &Exchanged<'_>) {
        let (title, server, name) = match seen.step {
            Step::Call => ("AGENT REQUEST", "RESOURCE", "resource"),
            Step::TokenRequest => ("AGENT TOKEN REQUEST", "AUTH SERVER", "auth-server"),
            _ => ("AGENT REQUEST", "AUTH SERVER", "auth-server"),
        };
        match self.layout {
            Layout::JsonLines => self.json("agent", name, seen),
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
    body(&mut text, seen.response_body);
    text.push_str(RULE);
    text
}

fn fields(text: &mut String, fields: &HeaderMap, spell: impl Fn(&HeaderName) -> String) {
    let mut lines: Vec<_> =
        fields.iter().map(|(name, value)| format!("{}: {}", spell(name), lossy(value.as_bytes()))).collect();
    lines.sort();
    for line in lines {
        let _ = writeln!(text, "{line}");
    }
}

fn body(text: &mut String, body: &[u8]) {
    match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(json) => {
            let spread = serde_json::to_string_pretty(&json).unwrap_or_default();
            let _ = write!(text, "\n[Body ({} bytes)]\n{spread}\n", body.len());
        }
        Err(_) if body.is_empty() => {}
        Err(_) => {
            let _ = write!(text, "\n[Body ({} bytes)]\n{}\n", body.len(), lossy(body));
        }
    }
}

/// `signature-input` as `Signature-Input`: the usual spelling, which HTTP does not tell from the lower-case one.
fn titled(name: &HeaderName) -> String {
    let word = |part: &str| match part {
        "aauth" => "AAuth".to_owned(),
        _ => part.split_at_checked(1).map_or_else(String::new, |(a, b)| a.to_uppercase() + b),
    };
    name.as_str().split('-').map(word).collect::<Vec<_>>().join("-")
}

fn line(
    from: &str,
    to: &str,
    kind: &str,
    seen: &Exchanged<'_>,
    status: Option<StatusCode>,
    fields: &HeaderMap,
    body: &[u8],
) -> String {
    let headers: Vec<_> = fields.iter().map(|(n, v)| [n.as_str().to_owned(), lossy(v.as_bytes())]).collect();
    serde_json::json!({
        "from": from,
        "to": to,
        "kind": kind,
        "method": seen.method.as_str(),
        "url": seen.url,
        "status": status.map(|status| status.as_u16()),
        "headers": headers,
        "body": if body.is_empty() { None } else { Some(lossy(body)) },
    })
    .to_string()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
