//! `web-bot-auth`: RFC 9421 with its own tag and nonce; `Signature-Key` is a covered field like any other.

use std::hint::black_box;
use std::time::Duration;

use indexmap::IndexMap;
use web_bot_auth::components::{CoveredComponent, DerivedComponent, HTTPField, HTTPFieldParametersSet};
use web_bot_auth::keyring::{Algorithm, KeyRing};
use web_bot_auth::message_signatures::{MessageSigner, MessageVerifier, SignedMessage, UnsignedMessage};

use super::{AGENT, AUTHORITY, Offer, PATH};
use crate::request::KEY;

pub(super) fn offer() -> Offer {
    let message = signed();
    let again = message.clone();
    let mut keys = KeyRing::default();
    let public = ed25519_dalek::SigningKey::from_bytes(&KEY).verifying_key().to_bytes();
    keys.import_raw("key-1".to_owned(), Algorithm::Ed25519, public.to_vec());
    Offer {
        name: "web-bot-auth 0.7.0",
        verify_key_at_hand: Some(Box::new(move || {
            read(&message).verify(&keys, None).map(black_box).expect("the request verifies");
        })),
        verify_inline_key: None,
        parse: Some(Box::new(move || drop(black_box(read(&again))))),
        sign: Some(Box::new(|| drop(black_box(signed())))),
    }
}

/// A request; the two fields are empty until it is signed.
#[derive(Clone, Default)]
struct Message {
    input: String,
    signature: String,
}

fn signed() -> Message {
    let mut message = Message::default();
    let signer = MessageSigner { keyid: "key-1".into(), nonce: "once".into(), tag: "bench".into() };
    signer
        .generate_signature_headers_content(&mut message, Duration::from_secs(60), Algorithm::Ed25519, &KEY)
        .expect("the request can be signed");
    message
}

fn read(message: &Message) -> MessageVerifier {
    MessageVerifier::parse(message, |_| true).expect("the fields are well formed")
}

fn key_field() -> String {
    format!(r#"sig=jwks_uri;id="{AGENT}";dwk="aauth-agent.json";kid="key-1""#)
}

impl SignedMessage for Message {
    fn lookup_component(&self, name: &CoveredComponent) -> Vec<String> {
        let value = match name {
            CoveredComponent::HTTP(HTTPField { name, .. }) => match name.as_str() {
                "signature" => self.signature.clone(),
                "signature-input" => self.input.clone(),
                "signature-key" => key_field(),
                _ => return Vec::new(),
            },
            CoveredComponent::Derived(DerivedComponent::Method { .. }) => "GET".to_owned(),
            CoveredComponent::Derived(DerivedComponent::Authority { .. }) => AUTHORITY.to_owned(),
            CoveredComponent::Derived(DerivedComponent::Path { .. }) => PATH.to_owned(),
            CoveredComponent::Derived(_) => return Vec::new(),
        };
        vec![value]
    }
}

impl UnsignedMessage for Message {
    fn fetch_components_to_cover(&self) -> IndexMap<CoveredComponent, String> {
        let key = HTTPField { name: "signature-key".to_owned(), parameters: HTTPFieldParametersSet(vec![]) };
        IndexMap::from_iter([
            (CoveredComponent::Derived(DerivedComponent::Method { req: false }), "GET".to_owned()),
            (CoveredComponent::Derived(DerivedComponent::Authority { req: false }), AUTHORITY.to_owned()),
            (CoveredComponent::Derived(DerivedComponent::Path { req: false }), PATH.to_owned()),
            (CoveredComponent::HTTP(key), key_field()),
        ])
    }

    fn register_header_contents(&mut self, input: String, signature: String) {
        self.input = format!("sig={input}");
        self.signature = format!("sig={signature}");
    }
}
