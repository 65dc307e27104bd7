//! A delegate and its agent token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aauth_agent::{AgentError, AgentTokenFuture, AgentTokenSource, Client, Identity};
use aauth_jose::{Jwks, Signer as _};
use aauth_roles::SEED;
use aauth_token::{AgentClaims, AgentWants, TokenError, Unverified, mint};
use aauth_types::Secret;
use http::StatusCode;

use crate::parties::{LIFE, LOOPBACK, Parties, Running, World, id, key};
use crate::peer::answer;

type Change = fn(&Parties, &mut AgentClaims);

/// An agent server of which so many answers are tokens.
#[derive(Clone)]
struct Source {
    parties: Arc<Parties>,
    change: Change,
    answers: usize,
    asked: Arc<AtomicUsize>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

const FAILS: AgentError = AgentError::Unreachable;

impl AgentTokenSource for Source {
    fn token(&self) -> AgentTokenFuture<'_> {
        let fails = self.asked.fetch_add(1, Ordering::SeqCst) >= self.answers;
        let mut claims = AgentClaims::new(
            self.parties.issuance(&self.parties.agent),
            "delegate-1",
            own_key().public_jwk(),
        );
        (self.change)(&self.parties, &mut claims);
        let token = mint(&claims, SEED.tokens, &self.parties.agent_key).unwrap();
        Box::pin(std::future::ready(if fails { Err(FAILS) } else { Ok(Secret::new(token)) }))
    }
}

fn own_key() -> aauth_jose::SigningKey {
    key("delegate", 9)
}

fn world(answers: usize, change: Change) -> (Client, Running, Source) {
    let mut world = World::new();
    let source = Source { parties: world.parties.clone(), change, answers, asked: Arc::default() };
    let agent = world.parties.agent.clone();
    world.settings.identity = Identity::delegate(agent, Arc::new(own_key()), source.clone());
    world.resource(|_, _| answer(200, &[], "data"));
    let (client, running) = world.client();
    (client, running, source)
}

#[tokio::test]
async fn a_delegate_presents_one_agent_token_until_30_seconds_before_it_ends() {
    let (client, running, source) = world(2, |_, _| ());
    let mut asked = Vec::new();
    for pause in [LIFE - Duration::from_secs(31), Duration::from_secs(1), Duration::ZERO, Duration::ZERO] {
        let got = client.get(&running.url("/read")).await.unwrap();
        assert_eq!(got.status(), StatusCode::OK);
        asked.push(source.asked.load(Ordering::SeqCst));
        running.parties.clock.advance(pause);
    }
    assert_eq!(asked, [1, 1, 2, 2]);
    let tokens: Vec<_> = running.resource.tokens().into_iter().map(Option::unwrap).collect();
    assert!(tokens[0] == tokens[1] && tokens[1] != tokens[2] && tokens[2] == tokens[3]);
    let keys = Jwks::from_keys([running.parties.agent_key.public_jwk()]);
    let (own, verifier) = (own_key().verifying_key().thumbprint(), &running.parties.resource);
    let token = Unverified::parse(&tokens[0], SEED.tokens, LOOPBACK).unwrap();
    let now = aauth_testkit::FakeClock::TRACE;
    let token = token.agent(&keys, &AgentWants::bound_to(verifier, &own), now).unwrap();
    assert_eq!((token.agent(), token.subject()), (&running.parties.agent, "delegate-1"));
}

#[tokio::test]
async fn while_no_new_token_can_be_had_the_old_one_serves_to_its_end() {
    let (client, running, _) = world(1, |_, _| ());
    let url = running.url("/read");
    assert_eq!(client.get(&url).await.unwrap().status(), StatusCode::OK);
    running.parties.clock.advance(LIFE - Duration::from_secs(1));
    assert_eq!(client.get(&url).await.unwrap().status(), StatusCode::OK);
    running.parties.clock.advance(Duration::from_secs(1));
    assert_eq!(client.get(&url).await.unwrap_err(), FAILS);
    assert_eq!(running.resource.lines().len(), 2);
}

#[tokio::test]
async fn a_token_that_is_not_this_delegates_is_not_sent() {
    let rows: [(Change, TokenError); 3] = [
        (|_, claims| claims.key = key("other", 8).public_jwk(), TokenError::BindingMismatch),
        (|_, claims| claims.issuance.issuer = id("https://other.example"), TokenError::IssuerUntrusted),
        (
            |_, claims| {
                claims.issuance.expires = claims.issuance.issued;
                claims.issuance.issued = claims.issuance.issued.saturating_sub(LIFE);
            },
            TokenError::Expired {
                expires: aauth_testkit::FakeClock::TRACE,
                now: aauth_testkit::FakeClock::TRACE,
            },
        ),
    ];
    for (change, error) in rows {
        let (client, running, _) = world(1, change);
        let got = client.get(&running.url("/read")).await;
        assert_eq!(got.unwrap_err(), AgentError::AgentToken(error));
        assert_eq!(running.resource.lines(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn text_that_is_no_token_is_not_sent_and_a_delegate_needs_no_kid() {
    #[derive(Debug)]
    struct Nonsense;
    impl AgentTokenSource for Nonsense {
        fn token(&self) -> AgentTokenFuture<'_> {
            Box::pin(std::future::ready(Ok(Secret::new("nonsense".to_owned()))))
        }
    }
    let mut world = World::new();
    let seed = Secret::new([9; 32]);
    let key = aauth_jose::SigningKey::from_seed(aauth_jose::Algorithm::Ed25519, seed, None).unwrap();
    world.settings.identity = Identity::delegate(world.parties.agent.clone(), Arc::new(key), Nonsense);
    world.resource(|_, _| answer(200, &[], "data"));
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(error, AgentError::AgentToken(aauth_jose::JoseError::Segments { found: 1 }.into()));
    assert_eq!(running.resource.lines(), Vec::<String>::new());
}
