//! A verified token, verified again later: the result is that of the whole verification.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects
)]

mod common;

use aauth_jose::{JoseError, Jwks, Signer as _};
use aauth_token::{
    AgentRule, AgentToken, AgentWants, AuthToken, AuthWants, IssuerRule, TokenError, TokenKind, Unverified,
};
use aauth_types::Network;
use common::{AGENT, AUTH_SERVER, NOW, RESOURCE, Sample, at, id, signer, thumbprint};

fn agent_token(sample: &Sample) -> AgentToken {
    let (text, me, key) = (sample.text(), id(RESOURCE), thumbprint("delegate"));
    let token = Unverified::parse(&text, sample.profiles, Network::Public).unwrap();
    token.agent(&sample.jwks(), &AgentWants::bound_to(&me, &key), NOW).unwrap()
}

fn auth_token(sample: &Sample) -> AuthToken {
    let (text, me, issuer) = (sample.text(), id(RESOURCE), id(AUTH_SERVER));
    let rule = IssuerRule::Exactly(&issuer);
    let want = AuthWants::binding_proved_by_request_signature(rule, &me, AgentRule::Named);
    let token = Unverified::parse(&text, sample.profiles, Network::Public).unwrap();
    token.auth(&sample.jwks(), &want, NOW).unwrap()
}

#[test]
fn keys_and_times_are_checked_again() {
    let (agent, auth) = (Sample::seed(TokenKind::Agent), Sample::seed(TokenKind::Auth));
    let (agent_token, auth_token) = (agent_token(&agent), auth_token(&auth));
    let (me, key, issuer) = (id(RESOURCE), thumbprint("delegate"), id(AUTH_SERVER));
    let want = AgentWants::bound_to(&me, &key);
    let rule = IssuerRule::Exactly(&issuer);
    let auth_want = AuthWants::binding_proved_by_request_signature(rule, &me, AgentRule::Named);

    for (sample, of_agent) in [(&agent, true), (&auth, false)] {
        let again = |keys: &Jwks, now| match of_agent {
            true => agent_token.check_again(keys, &want, now),
            false => auth_token.check_again(keys, &auth_want, now),
        };
        let kid = sample.key.kid().unwrap();
        let renamed = Jwks::from_keys([signer("resource").verifying_key().to_jwk(Some(kid))]);
        assert_eq!(again(&sample.jwks(), NOW), Ok(()));
        assert_eq!(again(&sample.jwks(), at(3599)), Ok(()));
        let (expires, now) = (at(3600), at(3600));
        assert_eq!(again(&sample.jwks(), now), Err(TokenError::Expired { expires, now }));
        // Withdrawn, and given to another key.
        let unknown = TokenError::Jose { source: JoseError::UnknownKid };
        assert_eq!(again(&Jwks::from_keys([]), NOW), Err(unknown));
        let mismatch = TokenError::Jose { source: JoseError::SignatureMismatch };
        assert_eq!(again(&renamed, NOW), Err(mismatch));
    }
}

#[test]
fn who_wants_something_else_is_told_so_again() {
    let (agent, auth) = (Sample::seed(TokenKind::Agent), Sample::seed(TokenKind::Auth));
    let (me, issuer) = (id(RESOURCE), id(AGENT));
    let foreign_key = thumbprint("agent");
    let want = AgentWants::bound_to(&me, &foreign_key);
    assert_eq!(agent_token(&agent).check_again(&agent.jwks(), &want, NOW), Err(TokenError::BindingMismatch));
    let rule = IssuerRule::Exactly(&issuer);
    let want = AuthWants::binding_proved_by_request_signature(rule, &me, AgentRule::Named);
    assert_eq!(auth_token(&auth).check_again(&auth.jwks(), &want, NOW), Err(TokenError::IssuerUntrusted));
}
