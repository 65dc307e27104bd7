//! The demonstration as its user runs it: the program, its exit status, what it prints.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::Value;

fn demo(flags: &[&str]) -> Output {
    finish(start(flags), Duration::from_secs(60))
}

fn start(flags: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The output of a program that ends in time.
fn finish(child: Child, limit: Duration) -> Output {
    let (done, output) = channel();
    thread::spawn(move || done.send(child.wait_with_output()));
    output.recv_timeout(limit).expect("the program ends in time").unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn messages(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// `from to kind method path status` of each message between two parties.
fn between(messages: &[Value], who: &str) -> Vec<String> {
    let sides = |message: &&Value| message["from"] == who || message["to"] == who;
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |message: &Value| {
        let url = word(&message["url"]);
        let path = url.splitn(4, '/').nth(3).unwrap().split(['/', '?']).next().unwrap().to_owned();
        let names = ["from", "to", "kind", "method"].map(|name| word(&message[name]));
        format!("{} /{path} {}", names.join(" "), message["status"])
    };
    messages.iter().filter(sides).map(line).collect()
}

fn header<'a>(message: &'a Value, name: &str) -> &'a str {
    let headers = message["headers"].as_array().unwrap();
    let found = headers.iter().find(|pair| pair[0].as_str().unwrap().eq_ignore_ascii_case(name));
    found.map_or("", |pair| pair[1].as_str().unwrap())
}

fn is_token(text: &str) -> bool {
    let segments: Vec<_> = text.split('.').collect();
    segments.len() == 3 && segments[2].len() == 86 && segments.iter().all(|segment| !segment.is_empty())
}

#[test]
fn approval_prints_the_whole_flow_in_order() {
    let output = demo(&["--approve"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let transcript = text(&output.stdout);
    let mut rest = transcript;
    for next in [
        ">>> AGENT REQUEST to http://127.0.0.1:",
        "GET http://127.0.0.1:",
        "/data-auth HTTP/1.1",
        "Signature-Key: sig=(scheme=jwks_uri id=\"http://127.0.0.1:",
        "<<< RESOURCE RESPONSE",
        "HTTP/1.1 401",
        "aauth: require=auth-token; resource-token=\"ey",
        "Authorization required",
        ">>> AGENT TOKEN REQUEST to http://127.0.0.1:",
        "/token HTTP/1.1",
        "{\"resource_token\": \"ey",
        "<<< AUTH SERVER RESPONSE",
        "HTTP/1.1 202 Accepted",
        "require=interaction; code=\"",
        "\"status\": \"pending\"",
        ">>> AGENT REQUEST to http://127.0.0.1:",
        "/pending/",
        "HTTP/1.1 200 OK",
        "\"auth_token\": \"ey",
        "\"expires_in\": 3600",
        ">>> AGENT REQUEST to http://127.0.0.1:",
        "Signature-Key: sig=(scheme=jwt jwt=\"ey",
        "<<< RESOURCE RESPONSE",
        "HTTP/1.1 200",
        "\"message\":\"Access granted\"",
    ] {
        let found = rest.split_once(next);
        (_, rest) = found.unwrap_or_else(|| {
            panic!(
                "{next} is missing or out of order:
{transcript}"
            )
        });
    }
    let person: Vec<_> = transcript.lines().filter(|line| line.contains("person - ")).collect();
    assert_eq!(person.len(), 4, "{person:?}");
}

#[test]
fn json_lines_tell_the_whole_flow() {
    let output = demo(&["--approve", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let messages = messages(&output);
    let names = ["from", "to", "kind", "method", "url", "status", "headers", "body"];
    for message in &messages {
        assert!(message.as_object().unwrap().keys().map(String::as_str).all(|name| names.contains(&name)));
        assert_eq!(message.as_object().unwrap().len(), names.len());
    }
    assert_eq!(
        between(&messages, "resource"),
        [
            "agent resource request GET /data-auth null",
            "resource agent response GET /data-auth 401",
            "agent resource request GET /data-auth null",
            "resource agent response GET /data-auth 200",
        ]
    );
    let mut asked = between(&messages, "agent");
    asked.retain(|line| line.contains("auth-server"));
    assert_eq!(asked[0], "agent auth-server request POST /token null");
    assert_eq!(asked[1], "auth-server agent response POST /token 202");
    let (polls, last) = asked[2..].split_at(asked.len() - 4);
    for poll in polls.chunks(2) {
        assert_eq!(poll[0], "agent auth-server request GET /pending null");
        assert_eq!(poll[1], "auth-server agent response GET /pending 202");
    }
    assert_eq!(last[1], "auth-server agent response GET /pending 200");
    assert_eq!(
        between(&messages, "person"),
        [
            "person auth-server request GET /interact null",
            "auth-server person response GET /interact 200",
            "person auth-server request POST /interact null",
            "auth-server person response POST /interact 303",
            "person auth-server request GET /interact null",
            "auth-server person response GET /interact 200",
            "person auth-server request POST /interact null",
            "auth-server person response POST /interact 200",
        ]
    );
}

#[test]
fn every_request_of_the_agent_is_signed_and_no_token_is_cut() {
    let messages = messages(&demo(&["--approve", "--json"]));
    let requests =
        messages.iter().filter(|message| message["from"] == "agent" && message["kind"] == "request");
    for request in requests {
        for name in ["signature", "signature-input", "signature-key"] {
            assert_ne!(header(request, name), "", "{name} of {request}");
        }
    }
    let challenge = messages.iter().find(|message| message["status"] == 401).unwrap();
    let resource_token = header(challenge, "aauth").split('"').nth(1).unwrap();
    assert!(is_token(resource_token), "{resource_token}");
    let asked = messages.iter().find(|message| message["method"] == "POST").unwrap();
    let body: Value = serde_json::from_str(asked["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["resource_token"], resource_token);
    let bodies = messages.iter().filter_map(|message| message["body"].as_str());
    let granted = bodies.filter_map(|body| serde_json::from_str::<Value>(body).ok());
    let auth_token =
        granted.filter_map(|body| Some(body.get("auth_token")?.as_str()?.to_owned())).next().unwrap();
    assert!(is_token(&auth_token), "{auth_token}");
    let last = messages.iter().rfind(|message| message["kind"] == "request" && message["to"] == "resource");
    assert!(header(last.unwrap(), "signature-key").contains(&auth_token));
}

#[test]
fn a_denial_ends_with_one_line() {
    let output = demo(&["--deny"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: denied: the request was refused\n");
    assert!(text(&output.stdout).contains("\"error\": \"denied\""));
}

#[test]
fn a_direct_grant_asks_nobody() {
    let output = demo(&["--policy", "direct", "--json"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let statuses: Vec<_> =
        messages(&output).iter().filter_map(|message| message["status"].as_u64()).collect();
    assert_eq!(statuses, [401, 200, 200]);
}

#[test]
fn a_refusal_ends_with_one_line() {
    let output = demo(&["--policy", "refuse", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("error: "), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr).lines().count(), 1);
    let statuses: Vec<_> =
        messages(&output).iter().filter_map(|message| message["status"].as_u64()).collect();
    assert_eq!(statuses, [401, 403]);
}

#[test]
fn a_request_that_nobody_sees_expires() {
    let output = demo(&["--life", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "error: expired: nobody consented in time\n");
}

#[test]
fn approving_and_denying_at_once_is_bad_usage() {
    let output = demo(&["--approve", "--deny"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_it_at_once() {
    let mut child = start(&[]);
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("/interact?code=") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "it ended before it asked for consent");
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    thread::spawn(move || output.read_to_string(&mut String::new()));
    let ended = finish(child, Duration::from_secs(5));
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(text(&ended.stderr), "error: interrupted\n");
}
