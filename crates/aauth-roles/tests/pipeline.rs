//! The pipeline of a signed request against the vectors of the seed dialect.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_jose::Jwks;
use aauth_roles::{Accept, CallerWants, Dialect, ErrorCode, Identity, Inbound, Rejection, SEED, Scheme};
use aauth_signature::{Coverage, SignatureError};
use aauth_testkit::seed_vectors;
use aauth_token::{TokenError, TokenKind};
use aauth_types::{Network, UnixTime};
use common::{
    DIALECTS, NOW, Sent, agent, as_agent, auth_server, id, published, resource, signing_key, verify,
};

#[test]
fn every_vector_gives_its_caller_or_its_rejection() {
    let vectors = seed_vectors();
    let mut seen = (0, 0);
    for vector in &vectors.requests {
        let sent = Sent::of(vector);
        let me = id(&format!("{}://{}", vector.url_parts().0, vector.url_parts().1));
        let trusted = [auth_server(), id("https://second-auth-server.com")];
        let wants = CallerWants { me: &me, auth_servers: &trusted };
        let result = verify(&vectors, &sent, wants, UnixTime::from_secs(vector.created));
        match (vector.expect.as_str(), vector.name.as_str()) {
            ("accept", _) => {
                let caller = result.unwrap_or_else(|error| panic!("{}: {error}", vector.name));
                assert_eq!(caller.key().to_string(), vectors.key(&vector.key).thumbprint, "{}", vector.name);
                seen.0 += 1;
            }
            // The token that it carries is of another audience already; its key would not fit either.
            (_, "call-chaining-reference-form") => {
                let expected =
                    Rejection::Token { kind: TokenKind::Auth, error: TokenError::AudienceMismatch };
                assert_eq!(result.unwrap_err(), expected);
                seen.1 += 1;
            }
            _ => {
                assert_eq!(
                    result.unwrap_err(),
                    Rejection::Signature(SignatureError::Mismatch),
                    "{}",
                    vector.name
                );
                seen.1 += 1;
            }
        }
    }
    assert_eq!(seen, (12, 3));
}

#[test]
fn the_identity_follows_from_the_scheme() {
    let vectors = seed_vectors();
    let (me, trusted) = (resource(), [auth_server()]);
    let wants = CallerWants { me: &me, auth_servers: &trusted };
    let caller = |name: &str| verify(&vectors, &Sent::of(vectors.request(name)), wants, NOW).unwrap();

    let pseudonym = caller("hwk-get");
    assert!(matches!(pseudonym.identity(), Identity::Pseudonym));
    assert_eq!((pseudonym.scheme(), pseudonym.agent(), pseudonym.token_type()), (Scheme::Hwk, None, None));

    let named = caller("jwks-uri-get");
    assert_eq!((named.scheme(), named.agent()), (Scheme::JwksUri, Some(&agent())));

    let delegate = caller("delegate-get");
    assert_eq!((delegate.agent(), delegate.delegate()), (Some(&agent()), Some("delegate-1")));
    assert_eq!(delegate.token_type(), Some("agent+jwt"));

    let authorized = caller("auth-token-get");
    assert_eq!((authorized.agent(), authorized.delegate()), (Some(&agent()), None));
    assert_eq!(authorized.token_type(), Some("auth+jwt"));
    let token = authorized.auth_token().unwrap();
    assert_eq!(
        (token.subject(), token.scope().to_string()),
        (Some("testuser"), "data.read data.write".to_owned())
    );
}

#[test]
fn what_no_key_could_save_asks_for_no_key() {
    let vectors = seed_vectors();
    let sent = Sent::of(vectors.request("auth-token-get"));
    let head = sent.head();
    let accept = Accept { dialects: DIALECTS, network: Network::Public };
    let parse = |now| Inbound::parse(&head, accept, &Coverage::new(), now);
    let credential = |me: &_, auth_servers: &[_], now| {
        let inbound = parse(NOW).unwrap();
        let wants = CallerWants { me, auth_servers };
        inbound.credential(wants, now).map(|_| ()).unwrap_err()
    };
    let (me, trusted, stranger) = (resource(), [auth_server()], [id("https://other.example")]);

    let stale = parse(UnixTime::from_secs(NOW.as_secs() + 61)).map(|_| ()).unwrap_err();
    assert!(matches!(stale, Rejection::Signature(SignatureError::CreatedStale { .. })), "{stale:?}");
    let untrusted = Rejection::Token { kind: TokenKind::Auth, error: TokenError::IssuerUntrusted };
    assert_eq!(credential(&me, &stranger, NOW), untrusted);
    let wrong_kind = Rejection::TokenKind { found: TokenKind::Auth, expected: TokenKind::Agent };
    assert_eq!(credential(&me, &[], NOW), wrong_kind);
    assert_eq!(wrong_kind.code(), ErrorCode::InvalidAgentToken);
    let late = UnixTime::from_secs(NOW.as_secs() + 3600);
    assert_eq!(credential(&me, &trusted, late).kind(), "expired");
}

#[test]
fn keys_that_cannot_be_had_and_wrong_keys_look_the_same_to_the_peer() {
    let vectors = seed_vectors();
    let sent = Sent::of(vectors.request("jwks-uri-get"));
    let head = sent.head();
    let accept = Accept { dialects: DIALECTS, network: Network::Public };
    let inbound = Inbound::parse(&head, accept, &Coverage::new(), NOW).unwrap();
    let me = resource();
    let wants = CallerWants { me: &me, auth_servers: &[] };
    let rejection = |keys: Option<&Jwks>| {
        inbound.verify(inbound.credential(wants, NOW).unwrap(), keys, wants, NOW).unwrap_err()
    };

    let empty = Jwks::from_keys([]);
    let other = Jwks::from_keys([common::public(&vectors, "trace-agent")]);
    let cases = [rejection(None), rejection(Some(&empty)), rejection(Some(&other))];
    assert_eq!(
        cases.each_ref().map(Rejection::kind),
        ["keys_unavailable", "unknown_kid", "signature_mismatch"]
    );
    for case in &cases {
        assert_eq!(
            (case.code(), case.description()),
            (ErrorCode::InvalidSignature, "Signature verification failed")
        );
    }
}

#[test]
fn schemes_that_the_dialect_lacks_are_parsed_and_refused() {
    let vectors = seed_vectors();
    for key in [
        r#"sig=(scheme=x509 x5u="https://a.example/c.pem" x5t="abc")"#,
        r#"sig=(scheme=jkt-jwt jwt="eyJ.eyJ.abc")"#,
        r#"sig=(scheme=self-jwt jwt="eyJ.eyJ.abc")"#,
        r#"sig=(scheme=other a="b")"#,
    ] {
        let mut sent = Sent::of(vectors.request("jwks-uri-get"));
        sent.fields.insert("signature-key", key.parse().unwrap());
        let me = resource();
        let error = verify(&vectors, &sent, CallerWants { me: &me, auth_servers: &[] }, NOW).unwrap_err();
        assert_eq!(error, Rejection::UnsupportedScheme, "{key}");
        assert_eq!((error.kind(), error.code()), ("unsupported_scheme", ErrorCode::InvalidSignature));
    }
}

#[test]
fn a_port_that_accepts_nothing_accepts_nothing() {
    let vectors = seed_vectors();
    let sent = Sent::of(vectors.request("jwks-uri-get"));
    let accept = Accept { dialects: &[], network: Network::Public };
    let error = Inbound::parse(&sent.head(), accept, &Coverage::new(), NOW).map(|_| ()).unwrap_err();
    assert_eq!(error, Rejection::UnsupportedScheme);
}

#[test]
fn a_token_of_another_key_shows_as_a_bad_signature() {
    let vectors = seed_vectors();
    let token = vectors.token("auth-token-user").jwt.clone();
    let thief = signing_key(&vectors, "delegate");
    let sent =
        Sent::get(&resource(), "/data-auth", &aauth_signature::SignatureKey::Jwt(token.into()), &thief);
    let (me, trusted) = (resource(), [auth_server()]);
    let error = verify(&vectors, &sent, CallerWants { me: &me, auth_servers: &trusted }, NOW).unwrap_err();
    assert_eq!(error, Rejection::Signature(SignatureError::Mismatch));
}

#[test]
fn the_query_must_be_covered_when_there_is_one() {
    let vectors = seed_vectors();
    let key = signing_key(&vectors, "agent");
    let mut sent = Sent::get(&resource(), "/data", &as_agent(), &key);
    sent.target = "/data?".to_owned();
    let me = resource();
    let error = verify(&vectors, &sent, CallerWants { me: &me, auth_servers: &[] }, NOW).unwrap_err();
    assert_eq!(error.kind(), "coverage_short");
    assert_eq!(error.required_components(), ["@method", "@authority", "@path", "@query", "signature-key"]);
    let covered = Sent::get(&resource(), "/data?", &as_agent(), &key);
    assert!(verify(&vectors, &covered, CallerWants { me: &me, auth_servers: &[] }, NOW).is_ok());
    assert_eq!(published(&vectors, agent().as_str()).len(), 1);
}

#[test]
fn a_scheme_that_the_row_does_not_list_is_refused() {
    static TOKENS_ONLY: Dialect = Dialect { schemes: &[Scheme::Jwt], ..SEED };
    let vectors = seed_vectors();
    let parse = |name: &str| {
        let sent = Sent::of(vectors.request(name));
        let accept = Accept { dialects: &[&TOKENS_ONLY], network: Network::Public };
        Inbound::parse(&sent.head(), accept, &Coverage::new(), NOW).map(|_| ())
    };
    assert_eq!(parse("hwk-get"), Err(Rejection::UnsupportedScheme));
    assert_eq!(parse("jwks-uri-get"), Err(Rejection::UnsupportedScheme));
    assert_eq!(parse("auth-token-get"), Ok(()));
}

#[test]
fn who_accepts_no_tokens_when_it_verifies_accepts_none_that_it_accepted_before() {
    let vectors = seed_vectors();
    let sent = Sent::of(vectors.request("auth-token-get"));
    let head = sent.head();
    let accept = Accept { dialects: DIALECTS, network: Network::Public };
    let inbound = Inbound::parse(&head, accept, &Coverage::new(), NOW).unwrap();
    let (me, trusted) = (resource(), [auth_server()]);
    let credential = inbound.credential(CallerWants { me: &me, auth_servers: &trusted }, NOW).unwrap();
    assert_eq!(credential.token_kind(), Some(TokenKind::Auth));
    let keys = published(&vectors, "auth-server");
    let none = CallerWants { me: &me, auth_servers: &[] };
    let error = inbound.verify(credential, Some(&keys), none, NOW).unwrap_err();
    assert_eq!(error, Rejection::TokenKind { found: TokenKind::Auth, expected: TokenKind::Agent });
}

#[test]
fn without_the_keys_of_its_issuer_a_token_is_refused_as_what_it_says_it_is() {
    let vectors = seed_vectors();
    let (me, trusted) = (resource(), [auth_server()]);
    let wants = CallerWants { me: &me, auth_servers: &trusted };
    for (name, kind) in [("auth-token-get", TokenKind::Auth), ("delegate-get", TokenKind::Agent)] {
        let sent = Sent::of(vectors.request(name));
        let head = sent.head();
        let accept = Accept { dialects: DIALECTS, network: Network::Public };
        let inbound = Inbound::parse(&head, accept, &Coverage::new(), NOW).unwrap();
        let credential = inbound.credential(wants, NOW).unwrap();
        assert_eq!(credential.keys_unavailable(), Rejection::TokenKeysUnavailable { kind });
        let error = inbound.verify(credential, None, wants, NOW).unwrap_err();
        assert_eq!(error, Rejection::TokenKeysUnavailable { kind });
    }
}
