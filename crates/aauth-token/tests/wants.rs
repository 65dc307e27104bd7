//! What a verifier expects beyond a token's being genuine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::time::Duration;

use aauth_token::{
    AgentRule, AgentWants, AuthWants, IatSkew, IssuerRule, RefreshWants, ResourceWants, SEED, TokenError,
    TokenKind, Unverified, UpstreamWants,
};
use aauth_types::{Network, Scope, ServerId, UnixTime};
use common::{AGENT, AUTH_SERVER, NOW, RESOURCE, Sample, at, id, thumbprint};

fn parse(text: &str) -> Unverified<'_> {
    Unverified::parse(text, &SEED, Network::Public).unwrap()
}

fn other() -> ServerId {
    id("https://other.example")
}

fn auth(sample: &Sample, want: &AuthWants<'_>) -> Result<ServerId, TokenError> {
    parse(&sample.text()).auth(&sample.jwks(), want, NOW).map(|token| token.agent().clone())
}

#[test]
fn a_token_says_which_key_it_needs() {
    let expected = [
        (TokenKind::Agent, "https://agent.supply-chain.com (aauth-agent.json) \"key-1\""),
        (TokenKind::Resource, "https://important.resource.com (aauth-resource.json) \"resource-key-1\""),
        (TokenKind::Auth, "https://auth-server.com (aauth-issuer.json) \"auth-key-1\""),
    ];
    for (kind, key) in expected {
        let text = Sample::seed(kind).text();
        assert_eq!(parse(&text).key_ref().to_string(), key);
        assert_eq!(parse(&text).kind(), kind);
    }
}

#[test]
fn an_auth_token_is_accepted_of_trusted_issuers_only() {
    let sample = Sample::seed(TokenKind::Auth);
    let (resource, key) = (id(RESOURCE), thumbprint("agent"));
    let verify = |rule| auth(&sample, &AuthWants::bound_to(rule, &resource, AgentRule::Named, &key));
    let (mine, foreign) = (id(AUTH_SERVER), other());
    let (both, strangers) = ([foreign.clone(), mine.clone()], [foreign.clone()]);
    assert_eq!(verify(IssuerRule::Exactly(&mine)), Ok(id(AGENT)));
    assert_eq!(verify(IssuerRule::OneOf(&both)), Ok(id(AGENT)));
    assert_eq!(verify(IssuerRule::Exactly(&foreign)), Err(TokenError::IssuerUntrusted));
    assert_eq!(verify(IssuerRule::OneOf(&strangers)), Err(TokenError::IssuerUntrusted));
    assert_eq!(verify(IssuerRule::OneOf(&[])), Err(TokenError::IssuerUntrusted));
}

#[test]
fn an_auth_token_is_for_one_audience_agent_and_key() {
    let sample = Sample::seed(TokenKind::Auth);
    let (issuer, resource, agent) = (id(AUTH_SERVER), id(RESOURCE), id(AGENT));
    let (key, foreign_key, foreign) = (thumbprint("agent"), thumbprint("delegate"), other());
    let received = |audience, agent, key| auth(&sample, &AuthWants::received(&issuer, audience, agent, key));
    assert_eq!(received(&resource, &agent, &key), Ok(agent.clone()));
    assert_eq!(received(&foreign, &agent, &key), Err(TokenError::AudienceMismatch));
    assert_eq!(received(&resource, &foreign, &key), Err(TokenError::AgentMismatch));
    assert_eq!(received(&resource, &agent, &foreign_key), Err(TokenError::BindingMismatch));
    assert_eq!(
        auth(&sample, &AuthWants::received(&foreign, &resource, &agent, &key)),
        Err(TokenError::IssuerUntrusted)
    );
}

#[test]
fn the_binding_is_left_to_the_request_signature_by_name() {
    let sample = Sample::seed(TokenKind::Auth);
    let (issuer, resource) = (id(AUTH_SERVER), id(RESOURCE));
    let rule = IssuerRule::Exactly(&issuer);
    let want = AuthWants::binding_proved_by_request_signature(rule, &resource, AgentRule::Named);
    let text = sample.text();
    let token = parse(&text).auth(&sample.jwks(), &want, NOW).unwrap();
    assert_eq!(token.key().thumbprint(), thumbprint("agent"));
    assert_eq!(token.subject(), Some("testuser"));
    assert_eq!(token.scope(), &Scope::parse("data.write data.read").unwrap());
    assert_eq!((token.audience(), token.issuer()), (&resource, &issuer));
    assert_eq!((token.issued(), token.expires()), (NOW, at(3600)));
    assert_eq!((token.kid(), token.text()), ("auth-key-1", text.as_str()));
    assert_eq!(token.txn(), None);
    let shown = format!("{token:?}");
    assert!(!shown.contains(text.rsplit('.').next().unwrap()), "{shown}");
}

#[test]
fn an_auth_token_without_agent_is_for_its_audience() {
    let sample = Sample::seed(TokenKind::Auth).without("agent").with("aud", &format!("{AGENT:?}"));
    let (issuer, agent, foreign, key) = (id(AUTH_SERVER), id(AGENT), other(), thumbprint("agent"));
    let verify = |audience, rule| {
        auth(&sample, &AuthWants::bound_to(IssuerRule::Exactly(&issuer), audience, rule, &key))
    };
    let absent = Err(TokenError::Absent { claim: "agent" });
    assert_eq!(verify(&agent, AgentRule::Is(&agent)), Ok(agent.clone()));
    assert_eq!(verify(&agent, AgentRule::NamedOrAudience), Ok(agent.clone()));
    assert_eq!(verify(&agent, AgentRule::Named), absent);
    assert_eq!(verify(&agent, AgentRule::Is(&foreign)), absent);
}

#[test]
fn an_auth_token_without_agent_is_refused_where_the_audience_is_a_resource() {
    let sample = Sample::seed(TokenKind::Auth).without("agent");
    assert_eq!(sample.verify(), Err(TokenError::Absent { claim: "agent" }));
}

#[test]
fn an_agent_token_with_audience_must_list_the_verifier() {
    let (resource, key) = (id(RESOURCE), thumbprint("delegate"));
    let verify = |sample: &Sample| {
        let want = AgentWants::bound_to(&resource, &key);
        parse(&sample.text()).agent(&sample.jwks(), &want, NOW).map(|token| token.subject().to_owned())
    };
    let sample = |aud: &str| Sample::seed(TokenKind::Agent).with("aud", aud);
    let subject = || Ok("delegate-1".to_owned());
    assert_eq!(verify(&Sample::seed(TokenKind::Agent)), subject());
    assert_eq!(verify(&sample(r#""https://important.resource.com""#)), subject());
    assert_eq!(verify(&sample(r#"["https://auth-server.com","https://important.resource.com"]"#)), subject());
    assert_eq!(verify(&sample(r#""https://auth-server.com""#)), Err(TokenError::AudienceMismatch));
    assert_eq!(verify(&sample(r#"["https://auth-server.com"]"#)), Err(TokenError::AudienceMismatch));
}

#[test]
fn the_person_of_a_delegate_has_a_name_only_beside_the_server_that_gave_it() {
    let (resource, key) = (id(RESOURCE), thumbprint("delegate"));
    let named = |sample: Sample| {
        let want = AgentWants::bound_to(&resource, &key);
        let token = parse(&sample.text()).agent(&sample.jwks(), &want, NOW).unwrap();
        token.aud_sub().map(str::to_owned)
    };
    let sample = || Sample::seed(TokenKind::Agent).with("aud_sub", r#""person-7""#);
    let aud = r#""https://important.resource.com""#;
    assert_eq!(named(sample().with("aud", aud)), Some("person-7".to_owned()));
    assert_eq!(named(sample()), None);
    assert_eq!(named(Sample::seed(TokenKind::Agent).with("aud", aud)), None);
}

#[test]
fn an_agent_token_is_bound_to_the_delegates_key_and_its_issuer() {
    let sample = Sample::seed(TokenKind::Agent);
    let (resource, agent, foreign) = (id(RESOURCE), id(AGENT), other());
    let (key, foreign_key) = (thumbprint("delegate"), thumbprint("agent"));
    let verify = |want: AgentWants<'_>| {
        parse(&sample.text()).agent(&sample.jwks(), &want, NOW).map(|token| token.agent().clone())
    };
    assert_eq!(verify(AgentWants::bound_to(&resource, &key)), Ok(agent.clone()));
    assert_eq!(verify(AgentWants::bound_to(&resource, &foreign_key)), Err(TokenError::BindingMismatch));
    let unbound = AgentWants::binding_proved_by_request_signature(&resource);
    assert_eq!(verify(unbound.issued_by(&agent)), Ok(agent));
    assert_eq!(verify(unbound.issued_by(&foreign)), Err(TokenError::IssuerUntrusted));
}

#[test]
fn a_resource_token_is_for_one_auth_server_agent_and_key() {
    let sample = Sample::seed(TokenKind::Resource).with("txn", r#""t-1""#);
    let (issuer, audience, agent, foreign) = (id(RESOURCE), id(AUTH_SERVER), id(AGENT), other());
    let (key, foreign_key) = (thumbprint("agent"), thumbprint("delegate"));
    let want = ResourceWants { issuer: Some(&issuer), audience: &audience, agent: &agent, agent_jkt: &key };
    let verify = |want: ResourceWants<'_>| {
        parse(&sample.text()).resource(&sample.jwks(), &want, NOW).map(|token| token.txn().map(str::to_owned))
    };
    assert_eq!(verify(want), Ok(Some("t-1".to_owned())));
    assert_eq!(verify(ResourceWants { issuer: None, ..want }), Ok(Some("t-1".to_owned())));
    let refused = [
        (ResourceWants { issuer: Some(&foreign), ..want }, TokenError::IssuerUntrusted),
        (ResourceWants { audience: &foreign, ..want }, TokenError::AudienceMismatch),
        (ResourceWants { agent: &foreign, ..want }, TokenError::AgentMismatch),
        (ResourceWants { agent_jkt: &foreign_key, ..want }, TokenError::BindingMismatch),
    ];
    for (want, error) in refused {
        assert_eq!(verify(want), Err(error));
    }
}

#[test]
fn a_resource_token_without_scope_has_an_empty_one() {
    let sample = Sample::seed(TokenKind::Resource).without("scope");
    let (audience, agent, key) = (id(AUTH_SERVER), id(AGENT), thumbprint("agent"));
    let want = ResourceWants { issuer: None, audience: &audience, agent: &agent, agent_jkt: &key };
    let text = sample.text();
    let token = parse(&text).resource(&sample.jwks(), &want, NOW).unwrap();
    assert!(token.scope().is_empty());
    let sample = Sample::seed(TokenKind::Resource).with("scope", r#""data.read data.write""#);
    let text = sample.text();
    let token = parse(&text).resource(&sample.jwks(), &want, NOW).unwrap();
    assert_eq!(token.scope().to_string(), "data.read data.write");
}

fn refresh(sample: &Sample, window: u64, now: UnixTime) -> Result<(), TokenError> {
    let (issuer, agent, key) = (id(AUTH_SERVER), id(AGENT), thumbprint("agent"));
    let want = RefreshWants { issuer: &issuer, agent: &agent, key: &key };
    let text = sample.text();
    let window = Duration::from_secs(window);
    parse(&text).auth_ignoring_expiry_up_to(window, &sample.jwks(), &want, now).map(|_| ())
}

#[test]
fn an_expired_auth_token_is_good_for_refresh_within_the_window() {
    let sample = Sample::seed(TokenKind::Auth);
    assert_eq!(refresh(&sample, 60, NOW), Ok(()));
    assert_eq!(refresh(&sample, 60, at(3659)), Ok(()));
    let over = TokenError::Expired { expires: at(3600), now: at(3660) };
    assert_eq!(refresh(&sample, 60, at(3660)), Err(over));
    assert_eq!(refresh(&sample, u64::MAX, at(1_000_000_000)), Ok(()));
}

#[test]
fn refresh_ignores_expiry_and_nothing_else() {
    let late = at(3601);
    let auth = || Sample::seed(TokenKind::Auth);
    let foreign = |claim, json| refresh(&auth().with(claim, json), 60, late);
    assert_eq!(foreign("agent", r#""https://other.example""#), Err(TokenError::AgentMismatch));
    assert_eq!(foreign("iss", r#""https://other.example""#), Err(TokenError::IssuerUntrusted));
    let most = 86_400;
    let long = auth().with("iat", &at(3600 - most - 1).to_string());
    assert_eq!(refresh(&long, 60, late), Err(TokenError::LifetimeTooLong { seconds: most + 1, most }));
    let cnf = Sample::seed(TokenKind::Agent).claims["cnf"].to_string();
    assert_eq!(foreign("cnf", &cnf), Err(TokenError::BindingMismatch));
    let agent = Sample::seed(TokenKind::Agent);
    let typ = TokenError::TypMismatch { found: "agent+jwt", expected: "auth+jwt" };
    assert_eq!(refresh(&agent, 60, late), Err(typ));
}

#[test]
fn an_upstream_token_is_not_bound_to_the_one_who_shows_it() {
    let sample = Sample::seed(TokenKind::Auth);
    let (issuer, audience, foreign) = (id(AUTH_SERVER), id(RESOURCE), other());
    let verify = |issuer, audience, now| {
        let want = UpstreamWants { issuer: IssuerRule::Exactly(issuer), audience };
        let text = sample.text();
        parse(&text)
            .upstream_ignoring_binding(&sample.jwks(), &want, now)
            .map(|token| (token.agent().clone(), token.subject().map(str::to_owned)))
    };
    assert_eq!(verify(&issuer, &audience, NOW), Ok((id(AGENT), Some("testuser".to_owned()))));
    assert_eq!(verify(&foreign, &audience, NOW), Err(TokenError::IssuerUntrusted));
    assert_eq!(verify(&issuer, &foreign, NOW), Err(TokenError::AudienceMismatch));
    let expired = TokenError::Expired { expires: at(3600), now: at(3600) };
    assert_eq!(verify(&issuer, &audience, at(3600)), Err(expired));
}

#[test]
fn the_iat_skew_is_configurable_to_sixty_seconds() {
    let sample = Sample::seed(TokenKind::Resource);
    let (audience, agent, key) = (id(AUTH_SERVER), id(AGENT), thumbprint("agent"));
    let want = ResourceWants { issuer: None, audience: &audience, agent: &agent, agent_jkt: &key };
    let verify = |skew, now| {
        let text = sample.text();
        let skew = IatSkew::new(Duration::from_secs(skew)).unwrap();
        parse(&text).with_iat_skew(skew).resource(&sample.jwks(), &want, now).map(|_| ())
    };
    assert_eq!(verify(60, at(-60)), Ok(()));
    let early = |now| Err(TokenError::NotYetValid { issued: NOW, now });
    assert_eq!(verify(60, at(-61)), early(at(-61)));
    assert_eq!(verify(0, NOW), Ok(()));
    assert_eq!(verify(0, at(-1)), early(at(-1)));
    assert_eq!(IatSkew::new(Duration::from_secs(61)), Err(TokenError::SkewTooLong { seconds: 61 }));
}

#[test]
fn a_bad_token_is_known_before_any_key_is_fetched() {
    let check = |sample: Sample, now| parse(&sample.text()).check_before_fetch(now);
    assert_eq!(check(Sample::seed(TokenKind::Auth), NOW), Ok(()));
    let expired = TokenError::Expired { expires: at(3600), now: at(3600) };
    assert_eq!(check(Sample::seed(TokenKind::Auth), at(3600)), Err(expired));
    let absent = Err(TokenError::Absent { claim: "cnf" });
    assert_eq!(check(Sample::seed(TokenKind::Auth).without("cnf"), NOW), absent);
}

#[test]
fn loopback_identifiers_need_the_insecure_setting() {
    let sample = Sample::seed(TokenKind::Auth).with("iss", r#""http://127.0.0.1:8003""#);
    let text = sample.text();
    assert!(matches!(
        Unverified::parse(&text, &SEED, Network::Public),
        Err(TokenError::WrongValue { claim: "iss", .. })
    ));
    let token = Unverified::parse(&text, &SEED, Network::InsecureLoopback).unwrap();
    assert_eq!(token.key_ref().issuer.as_str(), "http://127.0.0.1:8003");
}
