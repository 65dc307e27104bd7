//! Who gets an agent token, and who does not.

use std::sync::Arc;

use aauth_agent::{AgentError, AgentServer, AgentTokenSource as _, Client, DelegationSettings, delegation};
use aauth_jose::Signer as _;
use aauth_types::Network;
use bytes::Bytes;
use examples::new_key;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::world::{World, port};

async fn post(client: &Client, world: &World, body: String) -> Response<Bytes> {
    let request = Request::builder().method(Method::POST).uri(format!("{}/delegate/token", world.agent));
    client.send(request.body(Bytes::from(body)).unwrap()).await.unwrap()
}

fn said(answer: &Response<Bytes>) -> (u16, Value, Value) {
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    (answer.status().as_u16(), body["error"].clone(), body["error_description"].clone())
}

fn error(status: u16, code: &str, description: &str) -> (u16, Value, Value) {
    (status, code.into(), description.into())
}

fn jwk(key: &aauth_jose::SigningKey) -> Value {
    serde_json::from_str(&key.public_jwk().to_json()).unwrap()
}

fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&aauth_jose::b64::decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_registered_delegate_gets_a_token_for_its_key() {
    let world = World::new().await;
    let client = world.pseudonym(&world.key);
    let aud = json!([world.resource.as_str(), world.auth_server.as_str()]);
    for (asked, expected) in [(Value::Null, Value::Null), (aud.clone(), aud)] {
        let mut body = json!({"sub": "delegate-1", "cnf_jwk": jwk(&world.key)});
        if !asked.is_null() {
            body["aud"] = asked;
        }
        let answer = post(&client, &world, body.to_string()).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(body["expires_in"], 3600);
        let claims = payload(body["agent_token"].as_str().unwrap());
        assert_eq!((&claims["iss"], &claims["sub"]), (&world.agent.as_str().into(), &"delegate-1".into()));
        assert_eq!((&claims["cnf"]["jwk"], &claims["aud"]), (&jwk(&world.key), &expected));
        assert_eq!(claims["exp"].as_i64().unwrap(), claims["iat"].as_i64().unwrap() + 3600);
    }
}

#[tokio::test]
async fn nobody_gets_a_token_for_another_name_or_another_key() {
    let world = World::new().await;
    let foreign = Arc::new(new_key("foreign").unwrap());
    let (own, stranger) = (world.pseudonym(&world.key), world.pseudonym(&foreign));
    let refused = error(403, "denied", "No agent token for this delegate");
    for (client, sub, key) in [
        (&own, "delegate-2", &world.key),
        (&own, "delegate-1", &foreign),
        (&stranger, "delegate-1", &foreign),
        (&stranger, "delegate-1", &world.key),
    ] {
        let body = json!({"sub": sub, "cnf_jwk": jwk(key)});
        assert_eq!(said(&post(client, &world, body.to_string()).await), refused, "{sub}");
    }
    let source = AgentServer::new(stranger, &world.agent, "delegate-1", &[]);
    let not_issued = AgentError::NotIssued { status: StatusCode::FORBIDDEN, error: "denied".to_owned() };
    assert_eq!(source.token().await.map(drop), Err(not_issued));
}

#[tokio::test]
async fn a_request_that_is_malformed_is_told_what_is_wrong() {
    let world = World::new().await;
    let client = world.pseudonym(&world.key);
    let key = jwk(&world.key);
    let mut private = key.clone();
    private["d"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into();
    let ec = json!({"kty": "EC", "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"});
    let rows = [
        ("{".to_owned(), "The body is not a JSON object"),
        (format!(r#"{{"sub":"a","sub":"delegate-1","cnf_jwk":{key}}}"#), "The body is not a JSON object"),
        (json!({"cnf_jwk": key}).to_string(), "Member sub is missing"),
        (json!({"sub": 1, "cnf_jwk": key}).to_string(), "Member sub is not a string"),
        (json!({"sub": "", "cnf_jwk": key}).to_string(), "Member sub is no name of a delegate"),
        (json!({"sub": "a".repeat(256), "cnf_jwk": key}).to_string(), "Member sub is no name of a delegate"),
        (json!({"sub": "a\nb", "cnf_jwk": key}).to_string(), "Member sub is no name of a delegate"),
        (json!({"sub": "delegate-1"}).to_string(), "Member cnf_jwk is missing"),
        (json!({"sub": "delegate-1", "cnf_jwk": "x"}).to_string(), "Member cnf_jwk is not an object"),
        (json!({"sub": "delegate-1", "cnf_jwk": private}).to_string(), "Member cnf_jwk is no public key"),
        (json!({"sub": "delegate-1", "cnf_jwk": ec}).to_string(), "Member cnf_jwk is no key of this dialect"),
        (json!({"sub": "delegate-1", "cnf_jwk": key, "aud": []}).to_string(), "Member aud names no servers"),
        (json!({"sub": "delegate-1", "cnf_jwk": key, "aud": "x"}).to_string(), "Member aud names no servers"),
        (
            json!({"sub": "delegate-1", "cnf_jwk": key, "aud": vec!["https://a.example"; 9]}).to_string(),
            "Member aud names no servers",
        ),
    ];
    for (body, description) in rows {
        let answer = post(&client, &world, body).await;
        assert_eq!(said(&answer), error(400, "invalid_request", description));
    }
    let long = json!({"sub": "a".repeat(16 * 1024), "cnf_jwk": key}).to_string();
    let too_long = error(413, "invalid_request", "The body cannot be read");
    assert_eq!(said(&post(&client, &world, long).await), too_long);
    let put = Request::builder().method(Method::PUT).uri(format!("{}/delegate/token", world.agent));
    let answer = client.send(put.body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(said(&answer), error(405, "invalid_request", "Method not allowed"));
}

#[tokio::test]
async fn who_does_not_sign_gets_none() {
    let world = World::new().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/delegate/token", world.agent);
    let body = json!({"sub": "delegate-1", "cnf_jwk": jwk(&world.key)}).to_string();
    let answer = http.post(&url).body(body.clone()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.text().await.unwrap(),
        r#"{"error":"invalid_signature","error_description":"The delegate must prove who it is"}"#
    );
    let answer = http.post(&url).header("signature-key", "sig=nonsense").body(body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let answer = http.get(&url).send().await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"POST".parse().unwrap())
    );
}

#[tokio::test]
async fn without_a_policy_nobody_gets_one() {
    let mut world = World::new().await;
    let (agent, serve) = port().await;
    let key = Arc::new(new_key("key-1").unwrap());
    serve(delegation(DelegationSettings::new(agent.clone(), key, Network::InsecureLoopback)).unwrap());
    world.agent = agent;
    let body = json!({"sub": "delegate-1", "cnf_jwk": jwk(&world.key)});
    let answer = post(&world.pseudonym(&world.key), &world, body.to_string()).await;
    assert_eq!(said(&answer), error(403, "denied", "No agent token for this delegate"));
}

#[test]
fn a_key_without_a_name_issues_nothing() {
    let seed = aauth_types::Secret::new([1; 32]);
    let key = aauth_jose::SigningKey::from_seed(aauth_jose::Algorithm::Ed25519, seed, None).unwrap();
    let agent = "https://agent.example".parse().unwrap();
    let refused = delegation(DelegationSettings::new(agent, Arc::new(key), Network::Public));
    assert_eq!(refused.map(drop), Err(AgentError::KeyWithoutKid));
}

#[tokio::test]
async fn an_agent_server_publishes_its_document_under_both_names() {
    let world = World::new().await;
    let client = world.pseudonym(&world.key);
    let get = async |name: &str| client.get(&format!("{}/.well-known/{name}", world.agent)).await.unwrap();
    let (named, short) = (get("aauth-agent.json").await, get("aauth-agent").await);
    assert_eq!((named.status(), short.status()), (StatusCode::OK, StatusCode::OK));
    let document: Value = serde_json::from_slice(named.body()).unwrap();
    assert_eq!(document["agent"], world.agent.as_str());
    assert_eq!(short.body(), named.body());
}
