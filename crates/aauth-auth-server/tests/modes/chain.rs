//! `resource_token` and `upstream_token`: the resource acts as an agent towards the next one.

use aauth_auth_server::{Rules, remembered};
use serde_json::{Value, json};

use crate::common::*;
use crate::{delivered, grant, trusting};

/// The resource in its role as an agent.
fn calling() -> Peer {
    Peer::published(RESOURCE, "resource-key-1", "resource")
}

/// What the next resource says to it.
fn next_claims(jti: &str) -> Value {
    json!({
        "iss": OTHER_RESOURCE, "aud": AUTH, "jti": jti, "agent": RESOURCE, "agent_jkt": thumbprint("resource"),
        "scope": "ledger.read", "iat": NOW, "exp": NOW + 300, "txn": "order-1",
    })
}

/// What it was itself called with.
fn upstream() -> Value {
    with(auth_claims(), "iss", OTHER_AUTH.into())
}

fn of_the_other(claims: &Value) -> String {
    jwt("auth+jwt", "second-auth-server", claims)
}

fn body(upstream: &str, jti: &str) -> String {
    let next = jwt("resource+jwt", "second-resource", &next_claims(jti));
    format!("{{\"resource_token\":\"{next}\",\"upstream_token\":\"{upstream}\"}}")
}

async fn refuse(world: &World, peer: &Peer, upstream: &str, description: &str) {
    let answer = world.token(peer, &body(upstream, "chain-1")).await;
    assert_error(&answer, 400, "invalid_upstream_token", description);
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn the_person_of_the_upstream_token_becomes_the_person_of_the_new_one() {
    let world = trusting(&[OTHER_AUTH]);
    world.decides(grant(Some("somebody else"), "ledger.read ledger.write"));
    let claims = delivered(&world.token(&calling(), &body(&of_the_other(&upstream()), "chain-1")).await);
    let expected = json!({
        "iss": AUTH, "aud": OTHER_RESOURCE, "jti": claims["jti"], "cnf": {"jwk": jwk("resource")}, "iat": NOW,
        "exp": NOW + 3600, "agent": RESOURCE, "sub": "testuser", "scope": "ledger.read", "txn": "order-1",
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn an_upstream_token_without_a_person_gives_none() {
    let world = trusting(&[OTHER_AUTH]);
    world.decides(grant(Some("somebody else"), "ledger.read"));
    let nobody = of_the_other(&with(upstream(), "sub", Value::Null));
    let claims = delivered(&world.token(&calling(), &body(&nobody, "chain-1")).await);
    assert_eq!(claims.get("sub"), None);
}

#[tokio::test]
async fn its_own_tokens_are_trusted_where_it_names_itself() {
    let own = auth_token(&auth_claims());
    let world = trusting(&[AUTH]);
    world.decides(grant(None, "ledger.read"));
    assert_eq!(delivered(&world.token(&calling(), &body(&own, "chain-1")).await)["sub"], "testuser");
    assert!(!world.resolver.asked().contains(&AUTH.to_owned()));
    refuse(&trusting(&[OTHER_AUTH]), &calling(), &own, "The upstream token could not be verified").await;
}

#[tokio::test]
async fn without_a_trusted_issuer_the_mode_is_not_offered() {
    let world = World::new();
    let answer = world.token(&calling(), &body(&of_the_other(&upstream()), "chain-1")).await;
    assert_error(&answer, 400, "invalid_request", "This token endpoint mode is not offered");
    assert_eq!(world.resolver.asked(), [RESOURCE]);
}

#[tokio::test]
async fn an_upstream_token_of_another_chain_is_refused() {
    let world = trusting(&[OTHER_AUTH]);
    let elsewhere = of_the_other(&with(upstream(), "aud", OTHER_RESOURCE.into()));
    refuse(&world, &calling(), &elsewhere, "The upstream token is for another resource").await;
    // A bystander that has seen the token of the chain.
    let bystander = Peer::published(OTHER_AGENT, "key-1", "other-agent");
    let answer = world.token(&bystander, &body(&of_the_other(&upstream()), "chain-2")).await;
    assert_error(&answer, 400, "invalid_resource_token", "The resource token is for another agent");
    let next = with(next_claims("chain-3"), "agent", OTHER_AGENT.into());
    let next = with(next, "agent_jkt", thumbprint("other-agent").into());
    let (next, upstream) = (jwt("resource+jwt", "second-resource", &next), of_the_other(&upstream()));
    let body = format!("{{\"resource_token\":\"{next}\",\"upstream_token\":\"{upstream}\"}}");
    let answer = world.token(&bystander, &body).await;
    assert_error(&answer, 400, "invalid_upstream_token", "The upstream token is for another resource");
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn bad_upstream_tokens_are_refused_and_use_nothing_up() {
    let world = trusting(&[OTHER_AUTH]);
    let unverified = "The upstream token could not be verified";
    let expired = with(with(upstream(), "iat", (NOW - 3600).into()), "exp", NOW.into());
    refuse(&world, &calling(), &of_the_other(&expired), "The upstream token has expired").await;
    refuse(&world, &calling(), &jwt("auth+jwt", "stranger", &upstream()), unverified).await;
    refuse(&world, &calling(), &agent_token(&agent_claims()), "This is not an upstream token").await;
    let unknown = with(upstream(), "iss", UNKNOWN.into());
    refuse(&world, &calling(), &jwt("auth+jwt", "stranger", &unknown), unverified).await;
    refuse(&trusting(&[UNKNOWN]), &calling(), &jwt("auth+jwt", "stranger", &unknown), unverified).await;
    world.decides(grant(None, "ledger.read"));
    delivered(&world.token(&calling(), &body(&of_the_other(&upstream()), "chain-1")).await);
    let again = world.token(&calling(), &body(&of_the_other(&upstream()), "chain-1")).await;
    assert_error(&again, 400, "invalid_resource_token", "The resource token was used before");
}

#[tokio::test]
async fn the_form_of_the_reference_implementation_is_never_accepted() {
    let world = trusting(&[OTHER_AUTH, AUTH]);
    for token in [of_the_other(&upstream()), auth_token(&auth_claims())] {
        // Signed by the resource, and by the agent to which the token is bound.
        for signer in ["resource", "agent"] {
            let answer = world.token(&Peer::presenting(&token, signer), &body(&token, "chain-1")).await;
            assert_error(&answer, 401, "invalid_agent_token", "Token type not accepted here");
        }
    }
    assert_eq!((world.decided(), world.resolver.asked()), (0, Vec::new()));
}

#[tokio::test]
async fn a_person_can_be_asked_and_must_be_the_one_of_an_own_upstream_token() {
    for (issuer, subject, status) in
        [(AUTH, "testuser", 200), (AUTH, "another user", 403), (OTHER_AUTH, "another user", 200)]
    {
        let world = trusting(&[AUTH, OTHER_AUTH]);
        let signer = if issuer == AUTH { "auth-server" } else { "second-auth-server" };
        let claims = with(with(upstream(), "iss", issuer.into()), "sub", subject.into());
        let answer = world.token(&calling(), &body(&jwt("auth+jwt", signer, &claims), "chain-1")).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let open = Open::by(&answer);
        Browser::new(&world).decide(&open.code, "grant").await;
        let poll = calling().call("GET", AUTH, &open.path).at(world.now()).signed();
        let polled = world.send(poll).await;
        assert_eq!(polled.status, status, "{}", polled.text);
        if status == 200 {
            assert_eq!(delivered(&polled)["sub"], "testuser");
        }
    }
}

#[tokio::test]
async fn a_remembered_consent_speaks_for_nobody_whom_an_upstream_token_names() {
    let world = World::with(|settings| {
        settings.required.role = settings.required.role.clone().trusting_upstream(server(OTHER_AUTH));
        settings.required.policy = std::sync::Arc::new(Rules::new().then(remembered));
        settings.remember_up_to = std::time::Duration::from_secs(24 * 3600);
    });
    let direct = |jti: &str| {
        let next = jwt("resource+jwt", "second-resource", &next_claims(jti));
        format!("{{\"resource_token\":\"{next}\"}}")
    };
    let answer = world.token(&calling(), &direct("direct-1")).await;
    let code = answer.json()["code"].as_str().unwrap().to_owned();
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&code).await;
    browser.submit(&page, &[("consent", "grant"), ("remember", "day")]).await;
    assert_eq!(world.token(&calling(), &direct("direct-2")).await.status, 200);
    let of_another = of_the_other(&with(upstream(), "sub", "another".into()));
    assert_eq!(world.token(&calling(), &body(&of_another, "chain-1")).await.status, 202);
}
