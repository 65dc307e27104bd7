//! `aauth-protocol`: verifying is asynchronous and never waits here; it reads fields only while it verifies.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use aauth_protocol::SigningKey;
use aauth_protocol::discovery::{JwksResolver, KeyResolver, NoKeys, StaticFetch};
use aauth_protocol::httpsig::{Incoming, Outgoing, SignatureKey, VerifyOptions, header_map, sign, verify};
use serde_json::json;

use super::{AGENT, AUTHORITY, CREATED, DOCUMENT, Offer, PATH, URL};
use crate::request::KEY;

pub(super) fn offer() -> Offer {
    let key = SigningKey::from_bytes(&KEY);
    let kid = key.thumbprint().to_owned();
    let named = SignatureKey::JwksUri { id: AGENT.to_owned(), dwk: DOCUMENT.to_owned(), kid };
    let documents = StaticFetch::new();
    documents.insert(
        format!("{AGENT}/.well-known/{DOCUMENT}"),
        json!({ "issuer": AGENT, "jwks_uri": format!("{AGENT}/jwks.json") }),
    );
    documents.insert(format!("{AGENT}/jwks.json"), serde_json::to_value(key.jwks()).expect("keys are JSON"));
    let resolver = JwksResolver::new(Arc::new(documents));
    Offer {
        name: "aauth-protocol 0.2.0",
        verify_key_at_hand: Some(verifying(&key, &named, resolver)),
        verify_inline_key: Some(verifying(&key, &SignatureKey::Hwk, NoKeys)),
        parse: None,
        sign: Some(Box::new(move || drop(black_box(signed(&key, &named))))),
    }
}

fn signed(key: &SigningKey, named: &SignatureKey) -> Vec<(String, String)> {
    let request = Outgoing { method: "GET", url: URL, content_type: None, body: None, created: CREATED };
    sign(key, named, &request).expect("the request can be signed")
}

fn verifying(key: &SigningKey, named: &SignatureKey, resolver: impl KeyResolver + 'static) -> Box<dyn Fn()> {
    let headers = header_map(&signed(key, named)).expect("the fields are header fields");
    let options = VerifyOptions { now: CREATED, ..VerifyOptions::default() };
    Box::new(move || {
        let request = Incoming {
            method: "GET",
            authority: AUTHORITY,
            path: PATH,
            query: None,
            headers: &headers,
            body: None,
        };
        black_box(at_once(verify(&request, &options, &resolver)).expect("the request verifies"));
    })
}

/// The result of a future that has nothing to wait for.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable_wait(),
    }
}

#[expect(clippy::panic, reason = "what waits cannot be measured like this")]
fn unreachable_wait() -> ! {
    panic!("a future waits though everything is in memory")
}
