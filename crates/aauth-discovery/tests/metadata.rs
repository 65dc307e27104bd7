//! The documents: what is read, what is refused and why, and what is written.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)]

use aauth_discovery::{
    AgentMetadata, DiscoveryError, HttpsUri, IssuerMetadata, KeySource, ResourceMetadata, StaticResolver,
};
use aauth_jose::JoseError;
use aauth_types::json::JsonError;
use aauth_types::{Document, EndpointUrl, Network, ServerId, TypeError};

const PUBLIC: Network = Network::Public;

fn id(text: &str) -> ServerId {
    ServerId::parse(text, PUBLIC).unwrap()
}

fn uri(text: &str) -> HttpsUri {
    HttpsUri::parse(text, PUBLIC).unwrap()
}

fn endpoint(text: &str) -> EndpointUrl {
    EndpointUrl::parse(text, PUBLIC).unwrap()
}

fn agent(text: &str) -> Result<AgentMetadata, DiscoveryError> {
    AgentMetadata::parse(text.as_bytes(), &id("https://agent.example"), PUBLIC)
}

fn issuer(text: &str) -> Result<IssuerMetadata, DiscoveryError> {
    IssuerMetadata::parse(text.as_bytes(), &id("https://auth.example"), PUBLIC)
}

fn resource(text: &str) -> Result<ResourceMetadata, DiscoveryError> {
    ResourceMetadata::parse(text.as_bytes(), &id("https://resource.example"), PUBLIC)
}

#[test]
fn the_observed_documents_are_written_byte_for_byte() {
    let text = r#"{"agent":"https://agent.example","jwks_uri":"https://agent.example/jwks.json","clarification_supported":true}"#;
    assert_eq!(agent(text).unwrap().to_json(), text);
    let text = r#"{"issuer":"https://auth.example","token_endpoint":"https://auth.example/token","interaction_endpoint":"https://auth.example/interact","jwks_uri":"https://auth.example/jwks.json"}"#;
    assert_eq!(issuer(text).unwrap().to_json(), text);
    let text = r#"{"resource":"https://resource.example","jwks_uri":"https://resource.example/jwks.json","resource_token_endpoint":"https://resource.example/resource/token","scope_descriptions":{"data.write":"Write data","data.read":"Read \"data\""}}"#;
    assert_eq!(resource(text).unwrap().to_json(), text);
}

#[test]
fn every_member_of_an_agent_reads_back() {
    let full = AgentMetadata {
        client_name: Some("A \"quoted\" näme\n".to_owned()),
        logo_uri: Some(uri("https://cdn.example/logo.png?v=2")),
        logo_dark_uri: Some(uri("https://cdn.example/dark.png#x")),
        callback_endpoint: Some(endpoint("https://agent.example:8443/callback")),
        localhost_callback_allowed: true,
        clarification_supported: true,
        tos_uri: Some(uri("https://agent.example/terms")),
        policy_uri: Some(uri("https://agent.example/privacy")),
        scope_descriptions: vec![("data.read".to_owned(), "Read".to_owned())],
        ..AgentMetadata::new(id("https://agent.example"), endpoint("https://agent.example/jwks.json"))
    };
    assert_eq!(agent(&full.to_json()), Ok(full));
    let least = AgentMetadata::new(id("https://agent.example"), endpoint("https://agent.example/jwks.json"));
    assert_eq!(agent(&least.to_json()), Ok(least));
}

#[test]
fn what_a_document_leaves_out_is_off() {
    let text = r#"{"agent":"https://agent.example","jwks_uri":"https://agent.example/jwks.json"}"#;
    let read = agent(text).unwrap();
    assert_eq!((read.localhost_callback_allowed, read.clarification_supported), (false, false));
    assert_eq!(read.callback_endpoint, None);
}

#[test]
fn every_member_of_a_resource_reads_back() {
    let full = ResourceMetadata {
        client_name: Some("Resource".to_owned()),
        logo_uri: Some(uri("https://resource.example/logo.png")),
        logo_dark_uri: Some(uri("https://resource.example/dark.png")),
        resource_token_endpoint: Some(endpoint("https://resource.example/resource/token")),
        interaction_endpoint: Some(endpoint("https://resource.example/interact")),
        scope_descriptions: vec![("b".to_owned(), "B".to_owned()), ("a".to_owned(), "A".to_owned())],
        additional_signature_components: vec!["@query".to_owned(), "content-digest".to_owned()],
        ..ResourceMetadata::new(
            id("https://resource.example"),
            endpoint("https://resource.example/jwks.json"),
        )
    };
    assert_eq!(resource(&full.to_json()), Ok(full));
}

#[test]
fn unknown_members_are_ignored() {
    let text = r#"{"x":{"y":[1,null]},"agent":"https://agent.example","login_endpoint":7,"jwks_uri":"https://agent.example/jwks.json"}"#;
    assert!(agent(text).is_ok());
}

#[test]
fn a_required_member_that_is_absent_is_named() {
    let absent = |document, member| Some(DiscoveryError::Absent { document, member });
    assert_eq!(agent("{}").err(), absent(Document::Agent, "agent"));
    assert_eq!(agent(r#"{"agent":"https://agent.example"}"#).err(), absent(Document::Agent, "jwks_uri"));
    let text = r#"{"resource":"https://resource.example"}"#;
    assert_eq!(resource(text).err(), absent(Document::Resource, "jwks_uri"));
    for member in ["issuer", "token_endpoint", "interaction_endpoint", "jwks_uri"] {
        let members = [
            ("issuer", "https://auth.example"),
            ("token_endpoint", "https://auth.example/token"),
            ("interaction_endpoint", "https://auth.example/interact"),
            ("jwks_uri", "https://auth.example/jwks.json"),
        ];
        let left = members.iter().filter(|(name, _)| *name != member);
        let left: Vec<_> = left.map(|(name, value)| format!(r#""{name}":"{value}""#)).collect();
        assert_eq!(issuer(&format!("{{{}}}", left.join(","))).err(), absent(Document::Issuer, member));
    }
}

#[test]
fn a_member_of_the_wrong_type_is_not_an_absent_one() {
    let wrong = |document, member, found, expected| {
        Some(DiscoveryError::WrongType { document, member, found, expected })
    };
    for (members, member, found, expected) in [
        (r#""jwks_uri":7"#, "jwks_uri", "a number", "a string"),
        (r#""jwks_uri":null"#, "jwks_uri", "null", "a string"),
        (r#""client_name":["x"]"#, "client_name", "an array", "a string"),
        (r#""localhost_callback_allowed":"true""#, "localhost_callback_allowed", "a string", "a boolean"),
        (r#""clarification_supported":1"#, "clarification_supported", "a number", "a boolean"),
        (r#""scope_descriptions":[]"#, "scope_descriptions", "an array", "an object"),
        (r#""scope_descriptions":{"a":1}"#, "scope_descriptions", "a number", "an object of strings"),
    ] {
        let key = if members.contains("jwks_uri") {
            ""
        } else {
            r#","jwks_uri":"https://agent.example/jwks.json""#
        };
        let text = format!(r#"{{"agent":"https://agent.example",{members}{key}}}"#);
        assert_eq!(agent(&text).err(), wrong(Document::Agent, member, found, expected), "{members}");
    }
    assert_eq!(agent(r#"{"agent":42}"#).err(), wrong(Document::Agent, "agent", "a number", "a string"));
    let text = r#"{"resource":"https://resource.example","jwks_uri":"https://resource.example/j","additional_signature_components":["@query",1]}"#;
    let member = "additional_signature_components";
    assert_eq!(resource(text).err(), wrong(Document::Resource, member, "a number", "an array of strings"));
}

#[test]
fn a_member_of_the_wrong_value_is_refused_with_its_place() {
    let read = |members: &str| {
        agent(&format!(r#"{{"agent":"https://agent.example",{members}}}"#)).map_err(|error| match error {
            DiscoveryError::WrongValue { member, at, .. } => (member, at),
            other => panic!("{other}"),
        })
    };
    let key = r#""jwks_uri":"https://agent.example/jwks.json","#;
    for (members, member, at) in [
        (r#""jwks_uri":"http://agent.example/jwks.json""#.to_owned(), "jwks_uri", Some(0)),
        (r#""jwks_uri":"/jwks.json""#.to_owned(), "jwks_uri", Some(0)),
        (r#""jwks_uri":"https://10.0.0.1/jwks.json""#.to_owned(), "jwks_uri", Some(8)),
        (r#""jwks_uri":"https://agent.example/jwks.json#x""#.to_owned(), "jwks_uri", Some(31)),
        (format!(r#"{key}"callback_endpoint":"https://agent.example/cb?x""#), "callback_endpoint", Some(24)),
        (format!(r#"{key}"callback_endpoint":"https://agent.example/cb#x""#), "callback_endpoint", Some(24)),
        (format!(r#"{key}"callback_endpoint":"http://localhost:1/cb""#), "callback_endpoint", Some(0)),
        (format!(r#"{key}"tos_uri":"javascript:alert(1)""#), "tos_uri", Some(0)),
        (format!(r#"{key}"logo_uri":"https://a.example/?\"x""#), "logo_uri", Some(19)),
        (format!(r#"{key}"scope_descriptions":{{"a b":"x"}}"#), "scope_descriptions", None),
    ] {
        assert_eq!(read(&members), Err((member, at)), "{members}");
    }
    for component in ["", "@", "Date", "a b", "\\\"@query\\\"", "@query-param;name=x"] {
        let text = format!(
            r#"{{"resource":"https://resource.example","jwks_uri":"https://resource.example/j","additional_signature_components":["{component}"]}}"#
        );
        assert_eq!(resource(&text).unwrap_err().kind(), "wrong_value", "{component}");
    }
}

/// Reads a document of this owner in which `member` has this value beside all that is required.
fn with_member(owner: &str, member: &str, value: &str) -> Result<(), DiscoveryError> {
    let required: &[&str] = match owner {
        "issuer" => &["token_endpoint", "interaction_endpoint", "jwks_uri"],
        _ => &["jwks_uri"],
    };
    let server = if owner == "issuer" { "auth" } else { owner };
    let id = format!("https://{server}.example");
    let others = required.iter().filter(|name| **name != member);
    let others: String = others.map(|name| format!(r#","{name}":"{id}/x""#)).collect();
    let text = format!(r#"{{"{owner}":"{id}","{member}":"{value}"{others}}}"#);
    match owner {
        "agent" => agent(&text).map(drop),
        "issuer" => issuer(&text).map(drop),
        _ => resource(&text).map(drop),
    }
}

fn wrong_value(owner: &str, member: &str, value: &str) -> Option<usize> {
    match with_member(owner, member, value) {
        Err(DiscoveryError::WrongValue { member: named, at, .. }) if named == member => at,
        other => panic!("{owner} {member} {value}: {other:?}"),
    }
}

#[test]
fn every_endpoint_is_https_without_query_and_fragment() {
    for (owner, member) in [
        ("agent", "callback_endpoint"),
        ("issuer", "token_endpoint"),
        ("issuer", "interaction_endpoint"),
        ("resource", "resource_token_endpoint"),
        ("resource", "interaction_endpoint"),
    ] {
        assert_eq!(with_member(owner, member, "https://a.example/x"), Ok(()), "{owner} {member}");
        assert_eq!(wrong_value(owner, member, "http://a.example/x"), Some(0));
        assert_eq!(wrong_value(owner, member, "https://a.example/x?y"), Some(19));
        assert_eq!(wrong_value(owner, member, "https://a.example/x#y"), Some(19));
    }
}

#[test]
fn every_other_link_is_https() {
    let all = ["agent", "issuer", "resource"].map(|owner| (owner, "jwks_uri"));
    let agent = ["logo_uri", "logo_dark_uri", "tos_uri", "policy_uri"].map(|member| ("agent", member));
    let resource = ["logo_uri", "logo_dark_uri"].map(|member| ("resource", member));
    for (owner, member) in [&all[..], &agent, &resource].concat() {
        assert_eq!(with_member(owner, member, "https://a.example/x"), Ok(()), "{owner} {member}");
        for value in ["http://a.example/x", "javascript:alert(1)", "/x"] {
            assert_eq!(wrong_value(owner, member, value), Some(0), "{value}");
        }
    }
}

#[test]
fn the_owner_must_be_the_server_that_was_asked_byte_for_byte() {
    for other in [
        "https://other.example",
        "https://agent.example/",
        "HTTPS://agent.example",
        "https://Agent.example",
        "https://agent.example:443",
        "",
    ] {
        let text = format!(r#"{{"agent":"{other}","jwks_uri":"https://agent.example/jwks.json"}}"#);
        let wrong = DiscoveryError::WrongIdentifier { document: Document::Agent, member: "agent" };
        assert_eq!(agent(&text), Err(wrong), "{other}");
    }
}

#[test]
fn text_that_is_not_json_or_ambiguous_is_refused_with_its_place() {
    let text = r#"{"agent":"https://evil.example","agent":"https://agent.example"}"#;
    let error = agent(text).unwrap_err();
    assert!(
        matches!(error, DiscoveryError::Json { source: JsonError::DuplicateMember { .. }, .. }),
        "{error}"
    );
    assert_eq!(agent("<html>").unwrap_err().at(), Some(0));
    let error = agent("[]").unwrap_err();
    assert!(matches!(error, DiscoveryError::Json { source: JsonError::NotAnObject { .. }, .. }), "{error}");
}

#[test]
fn keys_are_found_by_the_member_of_either_dialect() {
    let expected = id("https://agent.example");
    let read = |document, text: &str| KeySource::parse(text.as_bytes(), document, &expected, PUBLIC);
    let keys = |owner: &str| format!(r#"{{{owner},"jwks_uri":"https://agent.example/j"}}"#);
    for document in Document::ALL {
        assert!(read(document, &keys(r#""issuer":"https://agent.example""#)).is_ok(), "{document}");
    }
    assert!(read(Document::Agent, &keys(r#""agent":"https://agent.example""#)).is_ok());
    // The seed's member decides where it is there: another meaning of `issuer` does not matter.
    let both = keys(r#""issuer":"https://auth.example","resource":"https://agent.example""#);
    assert!(read(Document::Resource, &both).is_ok());
    let wrong = keys(r#""issuer":"https://agent.example","resource":"https://other.example""#);
    assert_eq!(read(Document::Resource, &wrong).unwrap_err().kind(), "wrong_identifier");
    let absent = DiscoveryError::Absent { document: Document::Agent, member: "agent" };
    assert_eq!(read(Document::Agent, &keys(r#""resource":"https://agent.example""#)), Err(absent));
}

#[test]
fn loopback_urls_are_read_under_the_one_setting_only() {
    let text = r#"{"issuer":"http://127.0.0.1:8001","token_endpoint":"http://127.0.0.1:8001/token","interaction_endpoint":"http://127.0.0.1:8001/interact","jwks_uri":"http://127.0.0.1:8001/jwks.json"}"#;
    let id = ServerId::parse("http://127.0.0.1:8001", Network::InsecureLoopback).unwrap();
    let read = IssuerMetadata::parse(text.as_bytes(), &id, Network::InsecureLoopback).unwrap();
    assert_eq!(read.to_json(), text);
    assert_eq!(IssuerMetadata::parse(text.as_bytes(), &id, PUBLIC).unwrap_err().kind(), "wrong_value");
}

#[test]
fn a_url_with_query_keeps_its_text() {
    for text in [
        "https://a.example/x?y=1&z=/?",
        "https://a.example?q",
        "https://a.example/x#y?z",
        "https://a.example/",
    ] {
        assert_eq!(uri(text).as_str(), text);
    }
    assert_eq!(uri("https://a.example/x?y#z").endpoint().as_str(), "https://a.example/x");
    for (text, at) in [
        ("https://a.example/x?a b", 21),
        ("https://a.example/x?<", 20),
        ("https://a.example/x#a#b", 21),
        ("https://a.example/ä", 18),
        ("ftp://a.example/?x", 0),
    ] {
        let refused = HttpsUri::parse(text, PUBLIC).map_err(|error| error.at());
        assert_eq!(refused, Err(Some(at)), "{text}");
    }
    assert!(HttpsUri::parse(&format!("https://a.example/?{}", "x".repeat(2_029)), PUBLIC).is_ok());
    let long = HttpsUri::parse(&format!("https://a.example/?{}", "x".repeat(2_030)), PUBLIC);
    assert_eq!(long, Err(TypeError::EndpointUrl { found: "more than 2048 characters", at: 2048 }));
}

#[test]
fn a_map_of_key_sets_becomes_a_resolver() {
    let text = r#"{"https://agent.example":{"keys":[]},"https://auth.example":{"keys":[{"kty":"OKP","n":[1,{"a":"\u00e4\n"}]}],"x":null}}"#;
    assert!(StaticResolver::from_json(text.as_bytes(), PUBLIC).is_ok());
    let kind = |text: &str| StaticResolver::from_json(text.as_bytes(), PUBLIC).unwrap_err();
    assert!(matches!(kind(r#"{"agent":{"keys":[]}}"#), DiscoveryError::KeyMap { .. }));
    assert_eq!(
        kind(r#"{"https://agent.example":{}}"#),
        DiscoveryError::KeySet { source: JoseError::Absent { member: "keys" } }
    );
    assert_eq!(
        kind(r#"{"https://a.example":{"keys":[]},"https://a.example":{"keys":[]}}"#).kind(),
        "json_duplicate_member"
    );
}
