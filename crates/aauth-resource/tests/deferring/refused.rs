//! Who is told nothing, and what is not put off.

use aauth_resource::CALL_LIMIT;

use crate::{
    AGENT, Answer, Browser, OTHER_AGENT, Peer, RESOURCE, World, agent_claims, agent_token, error_body, jwk,
    with,
};

fn foreign() -> [(&'static str, Peer); 4] {
    let delegate = with(agent_claims(), "cnf", serde_json::json!({ "jwk": jwk("delegate") }));
    [
        ("another agent", Peer::published(OTHER_AGENT, "key-1", "other-agent")),
        ("another key of the agent", Peer::published(AGENT, "key-2", "agent-2")),
        ("a delegate of the agent", Peer::presenting(&agent_token(&delegate), "delegate")),
        ("a pseudonym with another key", Peer::pseudonym("stranger")),
    ]
}

fn same(answer: &Answer, other: &Answer) -> bool {
    (answer.status, &answer.text, &answer.fields) == (other.status, &other.text, &other.fields)
}

#[tokio::test]
async fn a_foreign_poller_is_told_what_everybody_is_told_of_a_url_that_does_not_exist() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    Browser::new(&world).decide(&code, "grant").await;
    let nowhere = format!("/pending/{}", "A".repeat(32));
    for (who, peer) in foreign().into_iter().take(3) {
        for method in ["GET", "POST", "DELETE"] {
            let there = world.send(peer.call(method, RESOURCE, &path).signed()).await;
            let not = world.send(peer.call(method, RESOURCE, &nowhere).signed()).await;
            assert_eq!(there.error(), (404, "not_found".to_owned()), "{who} {method}");
            assert!(same(&there, &not), "{who} {method}");
        }
    }
    assert_eq!(world.done(), 0);
    assert_eq!(world.poll(&Peer::agent(), &path).await.text, "paid 12 EUR");
}

#[tokio::test]
async fn an_unsigned_poll_and_a_pseudonym_change_nothing() {
    let world = World::new();
    let (_, path, code) = world.pay().await;
    Browser::new(&world).decide(&code, "grant").await;
    let unsigned = world.send(Peer::agent().call("GET", RESOURCE, &path).unsigned()).await;
    let text = error_body("invalid_signature", "Missing signature headers");
    assert_eq!((unsigned.status.as_u16(), &*unsigned.text), (401, &*text));
    // The right key does not make an agent of a pseudonym.
    let pseudonym = world.poll(&Peer::pseudonym("agent"), &path).await;
    assert_eq!(pseudonym.error(), (401, "invalid_signature".to_owned()));
    assert_eq!(pseudonym.field("aauth"), Some("require=identity"));
    assert_eq!(world.poll(&Peer::agent(), &path).await.text, "paid 12 EUR");
}

#[tokio::test]
async fn nothing_is_put_off_for_a_pseudonym() {
    let world = World::new();
    let answer = world.send(Peer::pseudonym("agent").post(RESOURCE, "/pay", "12 EUR").signed()).await;
    assert_eq!(answer.error(), (401, "invalid_signature".to_owned()));
    assert_eq!(answer.field("aauth"), Some("require=identity"));
}

#[tokio::test]
async fn a_call_is_put_off_up_to_its_limit() {
    let world = World::new();
    let ask = async |bytes: usize| {
        world.send(Peer::agent().post(RESOURCE, "/pay", &"x".repeat(bytes)).signed()).await
    };
    assert_eq!(ask(CALL_LIMIT).await.status, 202);
    let long = ask(CALL_LIMIT + 1).await;
    let text = error_body("invalid_request", "The body is too long");
    assert_eq!((long.status.as_u16(), long.text), (413, text));
}

#[tokio::test]
async fn an_agent_with_too_many_open_calls_is_told_to_wait() {
    let world = World::with(|settings| settings.open_per_agent = 1);
    world.pay().await;
    let second = world.send(Peer::agent().post(RESOURCE, "/pay", "1 EUR").signed()).await;
    assert_eq!(second.error(), (429, "slow_down".to_owned()));
    assert_eq!(second.field("retry-after").and_then(|value| value.parse().ok()), Some(30));
}
