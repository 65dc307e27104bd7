//! The three programs of the README, run beside each other on free ports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use examples::{Choice, Layout, Transcript, play};

/// A program that is stopped when the test is over.
struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(path: &str, flags: &[&str]) -> Self {
        let mut child =
            Command::new(path).args(flags).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Reads lines until one holds `wanted`; gives it and what came before.
    fn line_with(&mut self, wanted: &str) -> String {
        let mut text = String::new();
        loop {
            let before = text.len();
            assert_ne!(self.output.read_line(&mut text).unwrap(), 0, "no {wanted} in:\n{text}");
            let line = text.split_at(before).1.trim();
            if line.contains(wanted) {
                return line.to_owned();
            }
        }
    }

    fn rest(mut self) -> (Option<i32>, String, String) {
        let (mut output, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut output).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code(), output, errors)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn word_from(line: &str, start: &str) -> String {
    let at = line.find(start).unwrap();
    line.split_at(at).1.split([',', ';', ' ']).next().unwrap().to_owned()
}

/// Auth server and resource, and the URL that an agent calls.
fn servers(policy: &str) -> (Program, Program, String) {
    let free = ["--listen", "127.0.0.1:0"];
    let mut auth_server =
        Program::start(env!("CARGO_BIN_EXE_auth-server"), &[&free[..], &["--policy", policy]].concat());
    let auth_id = word_from(&auth_server.line_with("auth server"), "http://");
    let mut resource =
        Program::start(env!("CARGO_BIN_EXE_resource"), &[&free[..], &["--auth-server", &auth_id]].concat());
    let resource_id = word_from(&resource.line_with("resource"), "http://");
    (auth_server, resource, format!("{resource_id}/data-auth"))
}

fn agent(url: &str) -> Program {
    Program::start(env!("CARGO_BIN_EXE_agent"), &["--listen", "127.0.0.1:0", "--url", url])
}

#[tokio::test]
async fn an_agent_gets_the_data_when_the_person_consents() {
    let (_auth_server, _resource, url) = servers("consent");
    let mut agent = agent(&url);
    let link = word_from(&agent.line_with("/interact?code="), "http://");
    play(&link, Choice::Approve, &Transcript::new(Layout::Post)).await.unwrap();
    let (status, output, errors) = agent.rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(output.contains("Access granted"), "{output}");
}

#[tokio::test]
async fn an_agent_fails_when_the_person_denies() {
    let (_auth_server, _resource, url) = servers("consent");
    let mut agent = agent(&url);
    let link = word_from(&agent.line_with("/interact?code="), "http://");
    play(&link, Choice::Deny, &Transcript::new(Layout::Post)).await.unwrap();
    let (status, _, errors) = agent.rest();
    assert_eq!((status, errors.as_str()), (Some(1), "error: denied: the request was refused\n"));
}

#[test]
fn an_auth_server_that_grants_directly_needs_no_person() {
    let (_auth_server, _resource, url) = servers("direct");
    let (status, output, errors) = agent(&url).rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(output.contains("Access granted"), "{output}");
}

#[test]
fn a_resource_that_is_not_there_is_one_clear_line() {
    let (status, _, errors) = agent("http://127.0.0.1:1/data-auth").rest();
    assert_eq!((status, errors.as_str()), (Some(1), "error: the server cannot be reached\n"));
}
