//! A remembered token saves a signature check, and nothing else.

#![cfg(test)]

mod common;

use aauth_jose::{Jwks, Signer as _, SigningKey};
use aauth_roles::{Accept, Caller, CallerWants, Inbound, Rejection, SEED, VerifiedTokens};
use aauth_signature::{Coverage, SignatureKey};
use aauth_testkit::seed_vectors;
use aauth_token::{AuthClaims, Issuance, TokenKind, mint};
use aauth_types::{Network, ServerId, TokenId, UnixTime};
use std::time::Duration;

use common::{DIALECTS, NOW, Sent, agent, auth_server, id, published, resource, signing_key};

/// An agent with a key, an auth server with a key, and the resource that remembers.
struct World {
    agent: SigningKey,
    issuer: SigningKey,
    tokens: VerifiedTokens,
}

impl World {
    fn new(most: usize) -> Self {
        let vectors = seed_vectors();
        let (agent, issuer) = (signing_key(&vectors, "agent"), signing_key(&vectors, "auth-server"));
        Self { agent, issuer, tokens: VerifiedTokens::new(most) }
    }

    fn token(&self, number: u8, life: u64) -> String {
        let issuance =
            Issuance::new(auth_server(), TokenId::from_entropy([number; 16]), NOW, Duration::from_secs(life));
        let mut claims = AuthClaims::new(issuance, resource(), self.agent.verifying_key().to_jwk(None));
        claims.agent = Some(agent());
        claims.subject = Some("user-1".to_owned());
        mint(&claims, SEED.tokens, &self.issuer).unwrap()
    }

    fn keys(&self) -> Jwks {
        Jwks::from_keys([self.issuer.public_jwk()])
    }

    /// A request with `token`, signed by `key`, verified as a resource does; says whether the token was new.
    fn call(
        &self,
        token: &str,
        key: &SigningKey,
        keys: &Jwks,
        me: &ServerId,
        issuers: &[ServerId],
        now: UnixTime,
    ) -> (Option<bool>, Result<Caller, Rejection>) {
        let sent = Sent::get(&resource(), "/data", &SignatureKey::Jwt(token.into()), key);
        let head = sent.head();
        let accept = Accept { dialects: DIALECTS, network: Network::Public };
        let coverage = Coverage::new().with_window(Duration::from_secs(7200));
        let inbound = Inbound::parse(&head, accept, &coverage, now).unwrap();
        let wants = CallerWants { me, auth_servers: issuers };
        let credential = match inbound.credential_among(&self.tokens, wants, now) {
            Ok(credential) => credential,
            Err(error) => return (None, Err(error)),
        };
        let new = credential.is_new_token();
        assert_eq!(credential.token_kind(), Some(TokenKind::Auth));
        let key_ref = credential.key_ref().unwrap().into_owned();
        let result = inbound.verify(credential, Some(keys), wants, now);
        if let (Ok(caller), true) = (&result, new) {
            self.tokens.remember(caller, &key_ref);
        }
        (Some(new), result)
    }

    fn usual(&self, token: &str, now: UnixTime) -> (Option<bool>, Result<Caller, Rejection>) {
        self.call(token, &self.agent, &self.keys(), &resource(), &[auth_server()], now)
    }
}

#[test]
fn a_token_that_comes_again_is_known_and_gives_the_same_caller() {
    let world = World::new(100);
    let token = world.token(1, 3600);
    let (first, caller) = world.usual(&token, NOW);
    let (again, known) = world.usual(&token, NOW);
    assert_eq!((first, again), (Some(true), Some(false)));
    let (caller, known) = (caller.unwrap(), known.unwrap());
    assert_eq!(caller.agent(), known.agent());
    assert_eq!(caller.auth_token().unwrap().text(), known.auth_token().unwrap().text());
    assert_eq!(caller.key(), known.key());
}

#[test]
fn what_can_change_is_checked_each_time_with_the_answer_of_a_first_time() {
    let fresh = World::new(0);
    let warm = World::new(100);
    let token = warm.token(1, 3600);
    warm.usual(&token, NOW).1.unwrap();

    let rotated = Jwks::from_keys([warm.agent.public_jwk()]);
    let kid = warm.issuer.public_jwk();
    let same_kid = Jwks::from_keys([warm.agent.verifying_key().to_jwk(kid.kid())]);
    let (me, other) = (resource(), id("https://other.example"));
    let trusted = [auth_server()];
    let stranger = [other.clone()];
    let late = UnixTime::from_secs(NOW.as_secs() + 3600);
    let keys = warm.keys();
    // The last member: whether the token was found. What has expired is not looked for, and a stranger's is not admitted.
    let cases = [
        ("expired", &warm.agent, &keys, &me, &trusted, late, None),
        ("unknown_kid", &warm.agent, &rotated, &me, &trusted, NOW, Some(false)),
        ("signature_mismatch", &warm.agent, &same_kid, &me, &trusted, NOW, Some(false)),
        ("audience_mismatch", &warm.agent, &keys, &other, &trusted, NOW, Some(false)),
        ("issuer_untrusted", &warm.agent, &keys, &me, &stranger, NOW, None),
        ("signature_mismatch", &warm.issuer, &keys, &me, &trusted, NOW, Some(false)),
    ];
    for (kind, key, keys, me, issuers, now, found) in cases {
        // A token that has expired is forgotten.
        warm.usual(&token, NOW).1.unwrap();
        let first = fresh.call(&token, key, keys, me, issuers, now).1.unwrap_err();
        let (new, again) = warm.call(&token, key, keys, me, issuers, now);
        assert_eq!(new, found, "{kind}");
        assert_eq!(first.kind(), kind);
        assert_eq!(first, again.unwrap_err());
    }
    assert_eq!(warm.usual(&token, NOW).1.unwrap().agent(), Some(&agent()));
}

#[test]
fn a_token_whose_request_did_not_verify_is_not_remembered() {
    let world = World::new(100);
    let token = world.token(1, 3600);
    let error = world.call(&token, &world.issuer, &world.keys(), &resource(), &[auth_server()], NOW).1;
    assert_eq!(error.unwrap_err().kind(), "signature_mismatch");
    assert_eq!(world.tokens.len(), 0);
}

#[test]
fn there_is_room_for_so_many_and_what_expires_first_goes_first() {
    // One to a shard.
    let world = World::new(16);
    for number in 0..200 {
        world.usual(&world.token(number, 3600), NOW).1.unwrap();
        assert!(world.tokens.len() <= 16);
    }
    assert_eq!(world.tokens.len(), 16);
}

#[test]
fn an_expired_token_makes_room_when_it_comes_again() {
    let world = World::new(100);
    let token = world.token(1, 60);
    world.usual(&token, NOW).1.unwrap();
    assert_eq!(world.tokens.len(), 1);
    let late = UnixTime::from_secs(NOW.as_secs() + 60);
    assert_eq!(world.usual(&token, late).1.unwrap_err().kind(), "expired");
    assert!(world.tokens.is_empty());
}

#[test]
fn a_token_can_be_forgotten() {
    let world = World::new(100);
    let (one, two) = (world.token(1, 3600), world.token(2, 3600));
    world.usual(&one, NOW).1.unwrap();
    world.usual(&two, NOW).1.unwrap();
    world.tokens.forget(&auth_server(), &TokenId::from_entropy([1; 16]));
    assert_eq!(world.tokens.len(), 1);
    assert_eq!(world.usual(&one, NOW).0, Some(true));
    assert_eq!(world.usual(&two, NOW).0, Some(false));
}

#[test]
fn no_room_means_no_memory() {
    let world = World::new(0);
    let token = world.token(1, 3600);
    world.usual(&token, NOW).1.unwrap();
    assert_eq!(world.usual(&token, NOW).0, Some(true));
}

#[test]
fn a_delegates_token_is_remembered_like_any_other() {
    let vectors = seed_vectors();
    let (me, tokens) = (resource(), VerifiedTokens::new(100));
    let wants = CallerWants { me: &me, auth_servers: &[] };
    let sent = Sent::of(vectors.request("delegate-get"));
    let head = sent.head();
    let accept = Accept { dialects: DIALECTS, network: Network::Public };
    let inbound = Inbound::parse(&head, accept, &Coverage::new(), NOW).unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let credential = inbound.credential_among(&tokens, wants, NOW).unwrap();
        seen.push(credential.is_new_token());
        let key_ref = credential.key_ref().unwrap().into_owned();
        let keys = published(&vectors, key_ref.issuer.as_str());
        let caller = inbound.verify(credential, Some(&keys), wants, NOW).unwrap();
        assert_eq!(caller.delegate(), Some("delegate-1"));
        tokens.remember(&caller, &key_ref);
    }
    assert_eq!(seen, [true, false]);
    assert!(!tokens.is_empty());
    assert_eq!(format!("{tokens:?}"), "VerifiedTokens { len: 1, .. }");
}
