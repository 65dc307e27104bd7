#![no_main]
//! The whole pipeline: a request that was signed as it should be, then changed on the way.
//!
//! Unchanged it is accepted. Changed it is accepted only when what was signed is still what is read: the same base,
//! and out of it the same method, host, path, query, covered field, key, caller and body.

use aauth_fuzz::{Change, NETWORKS, Prepared, Request, SYNTAXES};
use aauth_jose::{Algorithm, Signer as _};
use aauth_roles::{Accept, Caller, CallerWants, Inbound, Rejection, SEED};
use aauth_signature::{SignatureKey, SignatureValid, SignedBody, SignedHead};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Request, Vec<Change>)| {
    let (request, changes) = input;
    let sent = request.signed();
    let mut received = sent.clone();
    changes.iter().for_each(|change| received.change(change));
    let mut accepted = 0;
    for syntax in SYNTAXES {
        let Ok(signed) = SignedHead::parse(&received.head(), syntax, NETWORKS[0]) else { continue };
        let Ok(checked) = signed.check(&sent.cover, aauth_fuzz::now()) else { continue };
        let key = aauth_fuzz::signer(sent.algorithm).verifying_key();
        let Ok(valid) = checked.verify(key) else { continue };
        accepted += 1;
        assert_eq!(checked.base(), sent.base);
        same_key(&sent.key, checked.key());
        same_request(&sent, &received);
        same_body(&sent, &received, &valid);
    }
    let is_seed = sent.syntax.name() == SEED.fields.name();
    let caller = caller(&received, &sent);
    if let Ok(caller) = &caller {
        assert!(is_seed);
        same_request(&sent, &received);
        assert_eq!(caller.public_jwk().key(), aauth_fuzz::signer(Algorithm::Ed25519).public_jwk().key());
        assert_eq!(caller.scheme().name(), sent.key.scheme());
        let named = caller.agent().map(|agent| agent.as_str());
        assert_eq!(named, (sent.key.scheme() != "hwk").then_some(aauth_fuzz::agent().as_str()));
    }
    if changes.is_empty() {
        assert!(accepted > 0);
        assert_eq!(caller.map(|_| ()).map_err(|refusal| refusal.kind()).is_ok(), is_seed);
    }
});

fn same_request(sent: &Prepared, received: &Prepared) {
    let (sent_head, head) = (sent.head(), received.head());
    assert_eq!(head.method, sent_head.method);
    assert_eq!(head.path(), sent_head.path());
    // A query that appears must be covered; one that was covered cannot go. No query is signed as an empty one is (RFC
    // 9421 section 2.2.7).
    assert_eq!(head.query().unwrap_or(""), sent_head.query().unwrap_or(""));
    assert_eq!(head.normal_authority(), sent_head.normal_authority());
    assert_eq!(received.value(), sent.value());
}

fn same_key(sent: &SignatureKey<'_>, read: &SignatureKey<'_>) {
    match (sent, read) {
        // A dictionary names the algorithm beside the key.
        (SignatureKey::Hwk(sent), SignatureKey::Hwk(read)) => assert_eq!(sent.key(), read.key()),
        _ => assert_eq!(sent, read),
    }
}

fn same_body(sent: &Prepared, received: &Prepared, valid: &SignatureValid) {
    if let Ok(SignedBody::Bound(body)) = valid.body(&received.body) {
        assert_eq!(body.bytes(), sent.body);
    }
}

fn caller(received: &Prepared, sent: &Prepared) -> Result<Caller, Rejection> {
    let now = aauth_fuzz::now();
    let (me, issuers) = (aauth_fuzz::resource(), [aauth_fuzz::auth_server()]);
    let wants = CallerWants { me: &me, auth_servers: &issuers };
    let accept = Accept { dialects: &[&SEED], network: NETWORKS[0] };
    let inbound = Inbound::parse(&received.head(), accept, &sent.cover, now)?;
    let credential = inbound.credential(wants, now)?;
    inbound.verify(credential, Some(aauth_fuzz::jwks()), wants, now)
}
