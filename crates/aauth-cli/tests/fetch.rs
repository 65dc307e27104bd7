//! `fetch` without a terminal, and `serve-agent`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    dead_code,
    unreachable_pub
)]

mod support;

use serde_json::{Value, json};
use support::world::{LINK, World};
use support::{Scratch, aauth};

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn standard_output_has_the_body_alone_and_standard_error_one_line() {
    let world = World::new();
    world.grant();
    let said = aauth(&world.args(&[]), b"");
    assert_eq!((said.code, said.out.as_str()), (0, "the data"));
    assert_eq!(said.err, format!("interaction url={LINK} code=7R6XKPRP\n"));
}

#[test]
fn json_tells_every_step_on_standard_error() {
    let world = World::new();
    world.answer(202, r#"{"status":"interacting"}"#);
    world.answer(202, r#"{"status":"pending","clarification":"why\u001b[2J?"}"#);
    world.answer(202, r#"{"status":"pending"}"#);
    world.grant();
    let said = aauth(&world.args(&["--json", "--answer", "because"]), b"");
    assert_eq!((said.code, said.out.as_str()), (0, "the data"));
    let state = |state: &str| json!({ "event": "state", "state": state });
    let expected = [
        state("waiting"),
        json!({ "event": "interaction", "url": LINK, "code": "7R6XKPRP" }),
        state("arrived"),
        state("asked"),
        json!({ "event": "question", "text": "why [2J?" }),
        state("arrived"),
        state("granted"),
    ];
    assert_eq!(json_lines(&said.err), expected);
    let answers: Vec<_> =
        world.log.all().into_iter().filter(|seen| seen.line() == "POST /pending/1").collect();
    assert_eq!(String::from_utf8_lossy(&answers[0].body), r#"{"clarification_response": "because"}"#);
}

#[test]
fn a_question_without_an_answer_is_left_open() {
    let world = World::new();
    world.answer(202, r#"{"status":"pending","clarification":"why?"}"#);
    world.grant();
    let said = aauth(&world.args(&[]), b"not an answer\n");
    assert_eq!(said.code, 0);
    assert_eq!(said.err, format!("interaction url={LINK} code=7R6XKPRP\nquestion text=\"why?\"\n"));
    assert!(!world.heard("POST /pending/1"));
}

#[test]
fn a_refusal_is_status_1_and_says_which() {
    let rows = [
        (403, r#"{"error":"denied"}"#, "aauth: denied: the request was refused (denied)\n"),
        (408, r#"{"error":"expired"}"#, "aauth: expired: nobody consented in time (expired)\n"),
    ];
    for (status, body, line) in rows {
        let world = World::new();
        world.answer(status, body);
        let said = aauth(&world.args(&[]), b"");
        assert_eq!((said.code, said.out.as_str()), (1, ""));
        assert_eq!(said.err, format!("interaction url={LINK} code=7R6XKPRP\n{line}"));
    }
}

#[test]
fn hints_and_callback_reach_the_auth_server() {
    let world = World::new();
    world.grant();
    let more = [
        "--purpose",
        "plan",
        "--login-hint",
        "ada",
        "--tenant",
        "t",
        "--domain-hint",
        "d",
        "--callback",
        "https://agent.example/done",
    ];
    let said = aauth(&world.args(&more), b"");
    assert_eq!(said.code, 0);
    assert!(
        said.err.contains("code=7R6XKPRP&callback=https%3A%2F%2Fagent.example%2Fdone code="),
        "{}",
        said.err
    );
    let asked = world.log.all().into_iter().find(|seen| seen.line() == "POST /token").unwrap();
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let members = ["purpose", "login_hint", "tenant", "domain_hint"].map(|name| body[name].clone());
    assert_eq!(members, ["plan", "ada", "t", "d"]);
}

#[test]
fn a_call_is_made_as_the_options_say() {
    let world = World::new();
    let url = world.url.replace("/data", "/open");
    let body = Scratch::new();
    let file = body.write("body", "from a file\n");
    let at_file = format!("@{file}");
    let rows: [(&[&str], &str, &str); 5] = [
        (&[], "GET ", ""),
        (&["-d", "a=1"], "POST a=1", "application/x-www-form-urlencoded"),
        (&["-d", "@-"], "POST from standard input", "application/x-www-form-urlencoded"),
        (&["-d", &at_file, "-H", "Content-Type: text/plain"], "POST from a file\n", "text/plain"),
        (&["-X", "PUT", "-d", "x"], "PUT x", "application/x-www-form-urlencoded"),
    ];
    for (options, echo, content_type) in rows {
        let args = [&["fetch", "--allow-loopback", "-i", &url], options].concat();
        let said = aauth(&args, b"from standard input");
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{options:?}");
        let (head, body) = said.out.split_once("\n\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\n"), "{head}");
        assert!(head.contains(&format!("x-type: {content_type}")), "{head}");
        assert_eq!(body, echo);
    }
}

#[test]
fn the_body_goes_into_the_file_that_is_named() {
    let world = World::new();
    world.grant();
    let file = world.path("answer");
    let said = aauth(&world.args(&["-o", &file]), b"");
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "the data");
}

#[test]
fn an_agent_without_a_name_is_told_what_it_needs() {
    let world = World::new();
    let said = aauth(&["fetch", "--allow-loopback", &world.url], b"");
    assert_eq!(said.code, 1);
    assert_eq!(said.err, "aauth: the resource wants an auth token: give --agent and --key (pseudonym)\n");
}

#[test]
fn what_is_wrong_with_the_command_is_status_2() {
    let world = World::new();
    let rows: [(Vec<String>, &str); 4] = [
        (vec!["fetch".into(), "http://resource.example/".into()], "url"),
        (world.args(&["-H", "nothing"]), "header_name"),
        (world.args(&["--callback", "javascript:x"]), "url"),
        (world.args(&["--purpose", &"x".repeat(2049)]), "too_long"),
    ];
    for (args, kind) in rows {
        let said = aauth(&args, b"");
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{kind}");
        assert!(said.err.ends_with(&format!(" ({kind})\n")), "{}", said.err);
    }
}

#[test]
fn a_trace_has_every_message_in_order_and_whole() {
    let world = World::new();
    world.grant();
    let said = aauth(&world.args(&["--trace"]), b"");
    assert_eq!((said.code, said.out.as_str()), (0, "the data"));
    let titles: Vec<_> =
        said.err.lines().filter(|line| line.starts_with(">>>") || line.starts_with("<<<")).collect();
    let token =
        world.log.all().iter().find(|seen| seen.line() == "POST /token").unwrap().field("host").to_owned();
    let (url, auth) = (&world.url, format!("http://{token}"));
    let expected = [
        format!(">>> AGENT REQUEST to {url}"),
        "<<< RESOURCE RESPONSE".to_owned(),
        format!(">>> AGENT TOKEN REQUEST to {auth}/token"),
        "<<< AUTH SERVER RESPONSE".to_owned(),
        format!(">>> AGENT REQUEST to {auth}/pending/1"),
        "<<< AUTH SERVER RESPONSE".to_owned(),
        format!(">>> AGENT REQUEST to {url}"),
        "<<< RESOURCE RESPONSE".to_owned(),
    ];
    assert_eq!(titles, expected);
    assert!(said.err.contains("\"auth_token\": \"ey"), "{}", said.err);
}

#[test]
fn the_documents_of_an_agent_are_files_without_a_private_key() {
    let scratch = Scratch::new();
    let key = scratch.write("key.json", &aauth(&["keygen", "--kid", "k"], b"").out);
    let out = scratch.path().join("web");
    let out = out.to_str().unwrap();
    let args = [
        "serve-agent",
        "--id",
        "https://agent.example",
        "--key",
        &key,
        "--out",
        out,
        "--name",
        "Ada's agent",
        "--callback-endpoint",
        "https://agent.example/done",
        "--clarification-supported",
        "--tos",
        "https://agent.example/tos",
        "--policy",
        "https://agent.example/privacy",
    ];
    assert_eq!(aauth(&args, b"").code, 0);
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(format!("{out}/{name}")).unwrap()).unwrap()
    };
    let expected = json!({
        "agent": "https://agent.example",
        "jwks_uri": "https://agent.example/jwks.json",
        "client_name": "Ada's agent",
        "callback_endpoint": "https://agent.example/done",
        "clarification_supported": true,
        "tos_uri": "https://agent.example/tos",
        "policy_uri": "https://agent.example/privacy",
    });
    assert_eq!(read(".well-known/aauth-agent.json"), expected);
    assert_eq!(read(".well-known/aauth-agent"), expected);
    let published = &read("jwks.json")["keys"][0];
    assert_eq!((&published["kid"], published.get("d")), (&json!("k"), None));
}

#[test]
fn a_key_that_nobody_could_find_is_not_published() {
    let scratch = Scratch::new();
    let bare = scratch.write("bare.json", &aauth(&["keygen"], b"").out);
    let named = scratch.write("named.json", &aauth(&["keygen", "--kid", "k"], b"").out);
    let out = scratch.path().join("web");
    let start =
        ["serve-agent", "--json", "--id", "https://agent.example", "--out", out.to_str().unwrap(), "--key"];
    let said = aauth(&[&start[..], &[&bare]].concat(), b"");
    assert_eq!((said.code, said.kind().as_str()), (1, "key_without_kid"));
    let said = aauth(&[&start[..], &[&named, "--key", &named]].concat(), b"");
    assert_eq!((said.code, said.kind().as_str()), (1, "duplicate_kid"));
    assert!(!out.exists());
}
