//! Identifiers and URLs: what reads, and what is refused where.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use aauth_types::{AgentId, EndpointUrl, Network, Scope, ServerId, TypeError};

fn server(text: &str, network: Network) -> Result<String, usize> {
    match ServerId::parse(text, network) {
        Ok(id) => Ok(id.to_string()),
        Err(TypeError::ServerId { at, .. }) => Err(at),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn server_identifiers_are_scheme_and_host() {
    for text in ["https://agent.example", "https://xn--nxasmq6b.example", "https://a-b.c9.example"] {
        assert_eq!(server(text, Network::Public).as_deref(), Ok(text));
    }
    for (text, at) in [
        ("http://agent.example", 0),
        ("HTTPS://agent.example", 0),
        ("https://Agent.example", 8),
        ("https://agent.example:8443", 21),
        ("https://agent.example/", 21),
        ("https://agent.example/v1", 21),
        ("https://agent.example?x", 21),
        ("https://agent.example#x", 21),
        ("https://user@agent.example", 12),
        ("https://", 8),
        ("https://.example", 8),
        ("https://agent..example", 14),
        ("https://agent.example.", 22),
        ("https://-agent.example", 8),
        ("https://agent-.example", 8),
        ("https://ag_ent.example", 10),
        ("https://bücher.example", 9),
        ("https://127.0.0.1", 8),
        ("https://0x7f.1", 8),
        ("https://2130706433", 8),
        ("https://agent.0x7f", 8),
        ("https://[::1]", 8),
        ("agent.example", 0),
        ("", 0),
        (" https://agent.example", 0),
        ("https://agent.example\n", 21),
    ] {
        assert_eq!(server(text, Network::Public), Err(at), "{text}");
    }
}

#[test]
fn loopback_needs_the_setting() {
    for text in ["http://127.0.0.1:8001", "http://[::1]:8001", "http://localhost:8001", "http://localhost"] {
        assert_eq!(server(text, Network::Public), Err(0), "{text}");
        assert_eq!(server(text, Network::InsecureLoopback).as_deref(), Ok(text));
    }
    for text in [
        "http://127.0.0.2:8001",
        "http://127.0.0.1:0",
        "http://127.0.0.1:08001",
        "http://127.0.0.1:65536",
        "http://127.0.0.1:+80",
        "http://127.0.0.1:8001/",
        "http://localhost.evil.example:80",
        "http://agent.example",
    ] {
        assert!(server(text, Network::InsecureLoopback).is_err(), "{text}");
    }
}

#[test]
fn labels_and_hosts_hold_at_the_limit_and_one_above() {
    let label = |n: usize| format!("https://{}.example", "a".repeat(n));
    assert!(server(&label(63), Network::Public).is_ok());
    assert_eq!(server(&label(64), Network::Public), Err(8));
    let host = |n: usize| {
        format!(
            "https://{}.{}",
            format!("{}.", "a".repeat(61)).repeat(4).trim_end_matches('.'),
            "b".repeat(n)
        )
    };
    assert_eq!(host(5).len() - 8, 253);
    assert!(server(&host(5), Network::Public).is_ok());
    assert_eq!(server(&host(6), Network::Public), Err(8 + 253));
}

#[test]
fn endpoint_urls_keep_their_text_and_know_their_parts() {
    let url = EndpointUrl::parse("https://auth.example:8443/a%2fb/token", Network::Public).unwrap();
    assert_eq!((url.origin(), url.authority()), ("https://auth.example:8443", "auth.example:8443"));
    assert_eq!(url.path(), "/a%2fb/token");
    assert_eq!(EndpointUrl::parse("https://auth.example", Network::Public).unwrap().path(), "/");
    for text in [
        "https://auth.example/token?x",
        "https://auth.example/token#x",
        "https://user@auth.example/token",
        "http://auth.example/token",
        "https://auth.example:0/token",
        "https://127.0.0.1/token",
        "https://auth.example/to ken",
        "https://auth.example/t\r\nx: y",
        "/token",
        "",
    ] {
        assert!(
            matches!(EndpointUrl::parse(text, Network::Public), Err(TypeError::EndpointUrl { .. })),
            "{text}"
        );
    }
    let id = ServerId::parse("https://auth.example", Network::Public).unwrap();
    assert_eq!(EndpointUrl::on(&id, "/token").as_str(), "https://auth.example/token");
    assert_eq!(EndpointUrl::on(&id, "/token").path(), "/token");
}

#[test]
fn agent_identifiers_are_local_part_and_domain() {
    let id = AgentId::parse("aauth:Travel+sub_1.x-y@agent.example").unwrap();
    assert_eq!((id.local(), id.domain()), ("Travel+sub_1.x-y", "agent.example"));
    let long = |n: usize| format!("aauth:{}@agent.example", "a".repeat(n));
    assert!(AgentId::parse(&long(255)).is_ok());
    for text in [
        long(256),
        long(0),
        "aauth:a b@agent.example".into(),
        "aauth:a%20@agent.example".into(),
        "aauth:a~b@agent.example".into(),
        "aauth:a@https://agent.example".into(),
        "aauth:a@Agent.example".into(),
        "aauth:a@agent.example:443".into(),
        "aauth:a@agent.example/p".into(),
        "a@agent.example".into(),
        "aauth:a".into(),
    ] {
        assert!(matches!(AgentId::parse(&text), Err(TypeError::AgentId { .. })), "{text}");
    }
}

#[test]
fn scopes_are_sets_that_keep_their_order() {
    let asked = Scope::parse("data.write data.read data.write").unwrap();
    assert_eq!(asked.to_string(), "data.write data.read");
    assert_eq!(asked, Scope::parse("data.read data.write").unwrap());
    assert!(asked.covers(&Scope::EMPTY));
    assert!(!Scope::EMPTY.covers(&asked));
    assert_eq!(asked.narrowed_to(&Scope::parse("admin data.read").unwrap()).to_string(), "data.read");
    for (text, at) in
        [("", 0), (" a", 0), ("a ", 2), ("a  b", 2), ("a\tb", 1), ("a\"b", 1), ("a\\b", 1), ("ä", 0)]
    {
        assert_eq!(Scope::parse(text).unwrap_err().at(), Some(at), "{text:?}");
    }
}
