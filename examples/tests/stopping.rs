//! The auth server is asked to stop, and speaks TLS: as a process, by its own flags.
#![cfg(unix)]
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

use std::time::Duration;

use http::{Method, StatusCode};
use support::Folder;
use support::agent::Parties;
use support::browser::Browser;
use support::program::{Program, word_from};

fn start(directory: &Folder, flags: &[&str]) -> (Program, String) {
    let store = directory.path().join("store.sqlite");
    let common = ["--listen", "127.0.0.1:0", "--store", store.to_str().unwrap()];
    let mut program = Program::start(env!("CARGO_BIN_EXE_auth-server"), &[&common[..], flags].concat());
    let origin = word_from(&program.line_with("auth server"), "http");
    (program, origin)
}

#[tokio::test]
async fn a_held_poll_is_answered_when_the_server_is_asked_to_stop_and_it_ends_with_success() {
    let directory = Folder::new();
    let audit = directory.path().join("audit.jsonl");
    let flags = ["--notice", "2", "--audit", audit.to_str().unwrap()];
    let (server, origin) = start(&directory, &flags);
    let parties = Parties::new().await;
    let open = parties.open(&origin).await.unwrap();
    let mut probe = Browser::new(&origin);
    assert_eq!(probe.get(&format!("{origin}/readyz")).await.0, StatusCode::OK);

    let held = parties.send_via(None, Method::GET, &open.location, None, Some(45));
    let stop = async {
        // Until the poll is held: the server says so nowhere, and a poll that comes later is answered at once as well.
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.terminate();
    };
    let in_time = tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(held, stop) });
    let (answer, ()) = in_time.await.expect("the poll was not cut short");
    assert_eq!(answer.unwrap().status, StatusCode::ACCEPTED);
    let (status, page, _) = probe.get(&format!("{origin}/readyz")).await;
    assert_eq!((status, page.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "{\"status\":\"stopping\"}"));
    assert_eq!(probe.get(&format!("{origin}/healthz")).await.0, StatusCode::OK);

    let (status, _, errors) = server.rest();
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let audit = std::fs::read_to_string(audit).unwrap();
    let events: Vec<_> = audit.lines().map(|line| line.split('"').nth(5).unwrap()).collect();
    assert_eq!(events, ["policy_decided", "deferred"]);
    assert!(!audit.contains(&open.code) && !audit.contains(open.location.rsplit('/').next().unwrap()));
}

#[tokio::test]
async fn auth_server_and_resource_speak_tls_with_the_certificate_they_are_given() {
    let directory = Folder::new();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    let (certificate, key) = (directory.path().join("cert.pem"), directory.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let tls = ["--tls-cert", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
    let (_auth_server, origin) = start(&directory, &tls);
    assert!(origin.starts_with("https://127.0.0.1:"), "{origin}");
    let flags = [&tls[..], &["--listen", "127.0.0.1:0", "--auth-server", &origin]].concat();
    let mut resource = Program::start(env!("CARGO_BIN_EXE_resource"), &flags);
    let resource_origin = word_from(&resource.line_with("resource"), "https");

    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([root]).build().unwrap();
    for (origin, document) in [(&origin, "aauth-issuer.json"), (&resource_origin, "aauth-resource.json")] {
        let answer = http.get(format!("{origin}/.well-known/{document}")).send().await.unwrap();
        assert_eq!((answer.status(), answer.version()), (StatusCode::OK, http::Version::HTTP_2));
        assert!(answer.text().await.unwrap().contains(&format!("\"{origin}/jwks.json\"")));
    }
    let answer = http.get(format!("{resource_origin}/data-auth")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let strangers = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(strangers.get(&origin).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_certificate_that_is_none_stops_the_start_with_one_line() {
    let directory = Folder::new();
    let nothing = directory.path().join("nothing.pem");
    std::fs::write(&nothing, "nothing").unwrap();
    let path = nothing.to_str().unwrap();
    let flags = ["--listen", "127.0.0.1:0", "--tls-cert", path, "--tls-key", path];
    let (status, _, errors) = Program::start(env!("CARGO_BIN_EXE_auth-server"), &flags).rest();
    let expected = "error: the certificates are no PEM text with at least one certificate\n";
    assert_eq!((status, errors.as_str()), (Some(1), expected));
}
