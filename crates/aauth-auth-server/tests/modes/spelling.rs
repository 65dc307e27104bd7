//! Both spellings of March 2026 at one server.

use serde_json::Value;

use crate::common::*;
use crate::delivered;

#[tokio::test]
async fn one_auth_server_reads_both_spellings_and_answers_each() {
    let world = World::new();
    world.grants("data.read");
    let dictionary = Peer::published_in_a_dictionary(AGENT, "key-1", "agent");
    for (peer, jti) in [(Peer::agent(), "s-1"), (dictionary, "s-2")] {
        let call = token_call(&peer, &resource_token(&resource_claims(jti)));
        let claims = delivered(&world.send(call.signed()).await);
        assert_eq!((&claims["agent"], &claims["scope"]), (&Value::from(AGENT), &Value::from("data.read")));
    }
}

#[tokio::test]
async fn a_request_is_polled_in_either_spelling_by_its_owner_alone() {
    let world = World::new();
    let dictionary = Peer::published_in_a_dictionary(AGENT, "key-1", "agent");
    let answer = world.send(token_call(&dictionary, &resource_token(&resource_claims("s-1"))).signed()).await;
    assert_eq!(answer.status, 202);
    let path = answer.field("location").unwrap().strip_prefix(AUTH).unwrap().to_owned();
    for peer in [Peer::agent(), dictionary] {
        assert_eq!(world.send(peer.call("GET", AUTH, &path).signed()).await.status, 202);
    }
    let other = Peer::published_in_a_dictionary(OTHER_AGENT, "key-1", "other-agent");
    assert_not_found(&world.send(other.call("GET", AUTH, &path).signed()).await);
}
