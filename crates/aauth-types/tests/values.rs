//! What the small types give back, how long they may be, and how their errors are named.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use aauth_types::json::Json;
use aauth_types::{AgentId, EndpointUrl, Network, Scope, ServerId, Thumbprint, TokenId, TypeError};

#[test]
fn errors_have_a_stable_name_and_the_offset_of_one_byte() {
    let found = "x";
    for (error, kind, at) in [
        (TypeError::ServerId { found, at: 1 }, "server_id", Some(1)),
        (TypeError::EndpointUrl { found, at: 2 }, "endpoint_url", Some(2)),
        (TypeError::AgentId { found, at: 3 }, "agent_id", Some(3)),
        (TypeError::TokenId { found, at: 4 }, "token_id", Some(4)),
        (TypeError::Scope { found, at: 5 }, "scope", Some(5)),
        (TypeError::Thumbprint, "thumbprint", None),
        (TypeError::Document, "document", None),
    ] {
        assert_eq!((error.kind(), error.at()), (kind, at));
    }
}

#[test]
fn a_scope_holds_at_its_limits_and_one_above() {
    let long = |n: usize| "x".repeat(n);
    assert_eq!(Scope::parse(&long(2048)).unwrap().to_string(), long(2048));
    let refused = TypeError::Scope { found: "more than 2048 bytes", at: 2048 };
    assert_eq!(Scope::parse(&long(2049)), Err(refused));
    let names = |n: u8| (0..n).map(|i| format!("n{i}")).collect::<Vec<_>>().join(" ");
    assert_eq!(Scope::parse(&names(64)).unwrap().len(), 64);
    let one_more = names(65);
    let refused = TypeError::Scope { found: "more than 64 names", at: one_more.len() + 1 };
    assert_eq!(Scope::parse(&one_more), Err(refused));
}

#[test]
fn an_endpoint_url_holds_at_its_limit_and_one_above() {
    let long = |n: usize| format!("https://a.example/{}", "x".repeat(n - 18));
    assert_eq!(EndpointUrl::parse(&long(2048), Network::Public).unwrap().as_str(), long(2048));
    let refused = TypeError::EndpointUrl { found: "more than 2048 characters", at: 2048 };
    assert_eq!(EndpointUrl::parse(&long(2049), Network::Public), Err(refused));
}

#[test]
fn what_was_read_is_given_back() {
    let id: ServerId = "https://agent.example".parse().unwrap();
    assert_eq!(id.as_str(), "https://agent.example");
    let refused = TypeError::ServerId { found: "not https://", at: 0 };
    let loopback = "http://127.0.0.1:8001".parse::<ServerId>().unwrap_err();
    assert_eq!((loopback.kind(), loopback.at()), (refused.kind(), refused.at()));
    let agent = AgentId::parse("aauth:helper@agent.example").unwrap();
    assert_eq!(agent.as_str(), "aauth:helper@agent.example");
    let token = TokenId::parse("ed2b1398-3a50").unwrap();
    assert_eq!(
        (token.as_ref(), serde_json::to_string(&token).unwrap().as_str()),
        ("ed2b1398-3a50", r#""ed2b1398-3a50""#)
    );
    let thumbprint = Thumbprint::parse("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").unwrap();
    assert_eq!(thumbprint.as_bytes(), &[1; 32]);
}

#[test]
fn an_owned_value_is_the_one_that_was_read() {
    let text = String::from(r#"[null,true,1,"a",["b"],{"c":null}]"#);
    let read = Json::parse(text.as_bytes()).unwrap();
    assert_eq!(read.clone().into_owned(), read);
}
