//! Delegates at the token endpoint, and the person each belongs to.

use serde_json::Value;

use crate::common::*;
use crate::{delivered, grant};

fn claims(jti: &str) -> Value {
    with(resource_claims(jti), "agent_jkt", thumbprint("delegate").into())
}

async fn ask(world: &World, peer: &Peer, jti: &str) -> Answer {
    world.send(token_call(peer, &resource_token(&claims(jti))).at(world.now()).signed()).await
}

#[tokio::test]
async fn a_delegate_gets_a_token_for_its_own_key_in_the_name_of_its_agent() {
    let world = World::new();
    world.grants("data.read");
    let token = delivered(&ask(&world, &Peer::delegate(), "d-1").await);
    assert_eq!((&token["agent"], &token["cnf"]["jwk"]["x"]), (&Value::from(AGENT), &jwk("delegate")["x"]));
    assert_eq!(token["sub"], "testuser");
}

#[tokio::test]
async fn a_token_of_a_delegate_with_a_foreign_key_gets_nothing() {
    let world = World::new();
    let thief = Peer::presenting(&agent_token(&agent_claims()), "stranger");
    let answer = ask(&world, &thief, "d-1").await;
    assert_error(&answer, 401, "invalid_signature", "Signature verification failed");
    let of_the_agent = resource_token(&resource_claims("d-2"));
    let answer = world.send(token_call(&Peer::delegate(), &of_the_agent).signed()).await;
    assert_error(&answer, 400, "invalid_resource_token", "The resource token is for another key");
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn a_delegate_belongs_to_one_person() {
    let world = World::new();
    world.decides(grant(Some("ann"), "data.read"));
    delivered(&ask(&world, &Peer::delegate(), "d-1").await);
    delivered(&ask(&world, &Peer::delegate(), "d-2").await);
    world.decides(grant(Some("bob"), "data.read"));
    let answer = ask(&world, &Peer::delegate(), "d-3").await;
    assert_error(&answer, 403, "denied", "The delegate belongs to another person");
    let second = agent_token(&with(agent_claims(), "sub", "delegate-2".into()));
    assert_eq!(delivered(&ask(&world, &Peer::presenting(&second, "delegate"), "d-4").await)["sub"], "bob");
    world.decides(grant(None, "data.read"));
    assert_eq!(delivered(&ask(&world, &Peer::delegate(), "d-5").await).get("sub"), None);
}

#[tokio::test]
async fn the_agent_itself_serves_any_number_of_persons() {
    let world = World::new();
    for (person, jti) in [("ann", "a-1"), ("bob", "a-2")] {
        world.decides(grant(Some(person), "data.read"));
        assert_eq!(delivered(&world.ask(&resource_claims(jti)).await)["sub"], person);
    }
}

#[tokio::test]
async fn another_person_cannot_consent_for_the_delegate() {
    let world = World::new();
    world.decides(grant(Some("ann"), "data.read"));
    delivered(&ask(&world, &Peer::delegate(), "d-1").await);
    world.decides(aauth_auth_server::Decision::Consent);
    let answer = ask(&world, &Peer::delegate(), "d-2").await;
    let open = Open::by(&answer);
    Browser::new(&world).decide(&open.code, "grant").await;
    let polled = world.send(Peer::delegate().call("GET", AUTH, &open.path).at(world.now()).signed()).await;
    assert_eq!(polled.error(), (403, "denied".to_owned()));
}

/// A delegate whose agent says for whom it acts.
fn acting_for(aud: Value, person: &str) -> Peer {
    let claims = with(with(agent_claims(), "aud", aud), "aud_sub", person.into());
    Peer::presenting(&agent_token(&claims), "delegate")
}

#[tokio::test]
async fn a_delegate_gets_no_token_for_another_person_than_its_agent_names() {
    let world = World::new();
    let delegate = acting_for(AUTH.into(), "ann");
    world.decides(grant(Some("bob"), "data.read"));
    let answer = ask(&world, &delegate, "d-1").await;
    assert_error(&answer, 403, "denied", "The delegate belongs to another person");
    // Nothing was bound by that.
    world.decides(grant(Some("ann"), "data.read"));
    assert_eq!(delivered(&ask(&world, &delegate, "d-2").await)["sub"], "ann");
}

#[tokio::test]
async fn only_the_person_whom_the_agent_names_can_consent() {
    let world = World::new();
    for (person, outcome) in [("ann", (403, "denied".to_owned())), ("testuser", (200, String::new()))] {
        world.decides(aauth_auth_server::Decision::Consent);
        let delegate = acting_for(serde_json::json!(["https://other.example", AUTH]), person);
        let open = Open::by(&ask(&world, &delegate, person).await);
        Browser::new(&world).decide(&open.code, "grant").await;
        let polled = world.send(delegate.call("GET", AUTH, &open.path).at(world.now()).signed()).await;
        let error = if polled.status == 200 { String::new() } else { polled.error().1 };
        assert_eq!((polled.status.as_u16(), error), outcome, "{person}");
    }
}

#[tokio::test]
async fn without_an_audience_a_person_is_not_named() {
    let world = World::new();
    world.decides(grant(Some("bob"), "data.read"));
    let delegate = acting_for(Value::Null, "ann");
    assert_eq!(delivered(&ask(&world, &delegate, "d-1").await)["sub"], "bob");
}

#[tokio::test]
async fn an_agent_token_for_another_server_is_refused() {
    let world = World::new();
    let delegate = acting_for("https://other.example".into(), "ann");
    let answer = ask(&world, &delegate, "d-1").await;
    assert_eq!(answer.error().0, 401);
    assert_eq!(world.decided(), 0);
}
