//! `httpsig`: RFC 9421 alone, so that `Signature-Key` is a covered field like any other and is not read.

use std::hint::black_box;

use httpsig::prelude::message_component::HttpMessageComponent;
use httpsig::prelude::{
    AlgorithmName, HttpSignatureBase, HttpSignatureHeaders, HttpSignatureParams, SecretKey,
};

use super::{AGENT, AUTHORITY, CREATED, Offer, PATH};
use crate::request::KEY;

pub(super) fn offer() -> Offer {
    let key = SecretKey::from_bytes(&AlgorithmName::Ed25519, &KEY).expect("every seed is a key");
    let public = key.public_key();
    let fields = signed(&key);
    let values = (fields.signature_header_value(), fields.signature_input_header_value());
    let read =
        move || HttpSignatureHeaders::try_parse(&values.0, &values.1).expect("the fields are well formed");
    let read_again = read.clone();
    Offer {
        name: "httpsig 0.0.26",
        verify_key_at_hand: Some(Box::new(move || {
            let read = read();
            let fields = read.get("sig").expect("the label");
            base(fields.signature_params())
                .verify_signature_headers(&public, fields)
                .expect("the request verifies");
        })),
        verify_inline_key: None,
        parse: Some(Box::new(move || drop(black_box(read_again())))),
        sign: Some(Box::new(move || drop(black_box(signed(&key))))),
    }
}

fn signed(key: &SecretKey) -> HttpSignatureHeaders {
    let covered = r#"("@method" "@authority" "@path" "signature-key")"#;
    let parameters = format!("{covered};created={CREATED}");
    let parameters = HttpSignatureParams::try_from(parameters.as_str()).expect("an input");
    base(&parameters).build_signature_headers(key, Some("sig")).expect("the request can be signed")
}

fn base(parameters: &HttpSignatureParams) -> HttpSignatureBase {
    let lines = [
        r#""@method": GET"#.to_owned(),
        format!(r#""@authority": {AUTHORITY}"#),
        format!(r#""@path": {PATH}"#),
        format!(r#""signature-key": sig=jwks_uri;id="{AGENT}";dwk="aauth-agent.json";kid="key-1""#),
    ];
    let lines = lines.map(|line| HttpMessageComponent::try_from(line.as_str()).expect("a line"));
    HttpSignatureBase::try_new(&lines, parameters).expect("a base")
}
