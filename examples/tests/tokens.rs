//! What the tokens on the pages of `docs/flows` allow; `flows.rs` checks that the pages say what the parties say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

use std::collections::BTreeSet;

use aauth_jose::b64;
use examples::flows;
use serde_json::Value;

fn page(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../docs/flows/{name}.md", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn decoded(part: &str) -> Option<Value> {
    serde_json::from_slice(&b64::decode(part).ok()?).ok()
}

/// Claims of all tokens of this type on a page, each once, in order.
fn tokens(page: &str, typ: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    for word in words.filter(|word| word.starts_with("ey")) {
        let parts: Vec<_> = word.split('.').collect();
        let (Some(header), Some(claims)) = (decoded(parts[0]), parts.get(1).and_then(|part| decoded(part)))
        else {
            continue;
        };
        if header["typ"] == typ && !found.contains(&claims) {
            found.push(claims);
        }
    }
    found
}

fn names(scope: &Value) -> BTreeSet<&str> {
    scope.as_str().unwrap_or_default().split(' ').filter(|name| !name.is_empty()).collect()
}

#[test]
fn at_each_hop_no_token_is_wider_than_what_its_resource_asked_for() {
    let mut compared = 0_usize;
    for flow in flows::ALL.iter().filter(|flow| flow.name != "self-access") {
        let page = page(flow.name);
        let asked = tokens(&page, "resource+jwt");
        for granted in tokens(&page, "auth+jwt") {
            let for_it = asked.iter().find(|asked| {
                asked["iss"] == granted["aud"]
                    && asked["aud"] == granted["iss"]
                    && asked["agent"] == granted["agent"]
                    && names(&granted["scope"]).is_subset(&names(&asked["scope"]))
            });
            assert!(for_it.is_some(), "{}: {granted}", flow.name);
            compared = compared.saturating_add(1);
        }
    }
    assert_eq!(compared, 15);
}

#[test]
fn a_chain_keeps_the_person_and_takes_the_transaction_of_its_own_resource() {
    let page = page("chaining");
    let [first, second] = &tokens(&page, "auth+jwt")[..] else { panic!("two tokens") };
    assert_eq!((&first["sub"], &second["sub"]), (&"testuser".into(), &"testuser".into()));
    assert_eq!((&first["txn"], &second["txn"]), (&Value::Null, &"order-4711".into()));
    assert_eq!(second["agent"], first["aud"]);
    assert_ne!((&second["aud"], &second["iss"]), (&first["aud"], &first["iss"]));
    assert_ne!(second["cnf"], first["cnf"]);
    assert_eq!((&first["scope"], &second["scope"]), (&"report.read".into(), &"data.read".into()));
}

#[test]
fn the_second_resource_never_sees_the_token_of_the_first_caller() {
    let page = page("chaining");
    let [first, second] = &tokens(&page, "resource+jwt")[..] else { panic!("two challenges") };
    let blocks: Vec<_> = page.split(">>> AGENT ").collect();
    let to_second = format!("REQUEST to {}/", second["iss"].as_str().unwrap());
    let heard: String = blocks.iter().filter(|block| block.starts_with(&to_second)).copied().collect();
    let tokens = tokens(&heard, "auth+jwt");
    assert_eq!(tokens.len(), 1);
    assert_eq!((&tokens[0]["aud"], &tokens[0]["agent"]), (&second["iss"], &first["iss"]));
}

#[test]
fn a_replaced_token_is_for_the_same_agent_key_and_scope() {
    let [ended, replaced] = &tokens(&page("refresh"), "auth+jwt")[..] else { panic!("two tokens") };
    for name in ["iss", "aud", "agent", "cnf", "scope"] {
        assert_eq!(ended[name], replaced[name], "{name}");
    }
    assert!(ended["exp"].as_i64() < replaced["iat"].as_i64());
    assert_ne!(ended["jti"], replaced["jti"]);
}
