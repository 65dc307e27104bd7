//! The three programs of the README, run beside each other on free ports.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    missing_docs
)]

mod support;

use examples::{Choice, Layout, Transcript, ask, play};
use support::program::{Program, word_from};

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
    agent_with(url, &[])
}

fn agent_with(url: &str, flags: &[&str]) -> Program {
    let told = ["--listen", "127.0.0.1:0", "--url", url];
    Program::start(env!("CARGO_BIN_EXE_agent"), &[&told[..], flags].concat())
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
fn a_delegate_calls_with_the_token_that_its_agent_server_issued() {
    let (_auth_server, _resource, url) = servers("direct");
    let by_identity = url.replace("/data-auth", "/data-jwks");
    let mut agent = agent_with(&by_identity, &["--delegate", "delegate-1"]);
    agent.line_with("\"agent_delegate\":\"delegate-1\"");
    let (status, _, errors) = agent.rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn an_agent_with_an_answer_answers_the_person_who_asks() {
    let (_auth_server, _resource, url) = servers("consent");
    let mut agent = agent_with(&url, &["--answer", "To order parts"]);
    let link = word_from(&agent.line_with("/interact?code="), "http://");
    let transcript = Transcript::new(Layout::Post);
    ask(&link, "What \u{1b}[2J for?", &transcript).await.unwrap();
    agent.line_with(r#"You are asked: "What "#);
    agent.line_with("To order parts");
    play(&link, Choice::Approve, &transcript).await.unwrap();
    let (status, output, errors) = agent.rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    assert!(output.contains("Access granted"), "{output}");
}

#[test]
fn a_resource_that_is_not_there_is_one_clear_line() {
    let (status, _, errors) = agent("http://127.0.0.1:1/data-auth").rest();
    assert_eq!((status, errors.as_str()), (Some(1), "error: the server cannot be reached\n"));
}
