//! The three verifiers, each asked as its documentation says.

use std::collections::HashMap;

use aauth_core::signing::{VerifyOptions, verify_signature};
use aauth_signature::{Coverage, DRAFT_11, RequestHead, SignatureKey, SignedHead, UriScheme};
use aauth_types::{Network, UnixTime};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use httpsig::prelude::message_component::{
    DerivedComponentName, HttpMessageComponent, HttpMessageComponentId, HttpMessageComponentName,
};
use httpsig::prelude::{AlgorithmName, HttpSignatureBase, HttpSignatureHeaders, PublicKey};

use crate::request::{NOW, Request};

const NAMES: [&str; 3] = ["signature-input", "signature", "signature-key"];

/// A published verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    AauthCore,
    Httpsig,
}

impl Peer {
    pub(crate) const ALL: [Self; 2] = [Self::AauthCore, Self::Httpsig];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AauthCore => "aauth-core",
            Self::Httpsig => "httpsig",
        }
    }

    pub(crate) fn accepts(self, request: &Request) -> bool {
        match self {
            Self::AauthCore => aauth_core(request),
            Self::Httpsig => httpsig(request).is_some(),
        }
    }
}

/// This workspace's verdict: the kind of the error, or none.
pub(crate) fn ours(request: &Request) -> Option<&'static str> {
    let mut fields = HeaderMap::new();
    let signed = NAMES.iter().copied().zip(&request.signed);
    for (name, value) in request.fields.iter().map(|(name, value)| (*name, value)).chain(signed) {
        fields.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    let method = Method::from_bytes(request.method.as_bytes()).unwrap();
    let target = request.target();
    let head = RequestHead {
        method: &method,
        scheme: UriScheme::Https,
        authority: &request.authority,
        target: &target,
        fields: &fields,
    };
    let verdict = SignedHead::parse(&head, &DRAFT_11, Network::Public)
        .and_then(|head| head.check(&Coverage::new(), UnixTime::from_secs(NOW)))
        .and_then(|checked| match checked.key() {
            SignatureKey::Hwk(jwk) => checked.verify(jwk.key()),
            other => panic!("{other:?}"),
        });
    verdict.err().map(|error| error.kind())
}

/// The crate `aauth-core`: the same protocol.
fn aauth_core(request: &Request) -> bool {
    let [input, signature, key] = &request.signed;
    let mut fields = HashMap::new();
    for (name, _) in &request.fields {
        fields.insert((*name).to_owned(), request.lines(name).join(", "));
    }
    for (name, value) in NAMES.iter().zip(&request.signed) {
        fields.insert((*name).to_owned(), value.clone());
    }
    let target = format!("https://{}{}", request.authority, request.target());
    let options = VerifyOptions { now: Some(NOW), ..VerifyOptions::default() };
    verify_signature(&request.method, &target, &fields, None, input, signature, key, &options)
        .unwrap_or(false)
}

/// The crate `httpsig`: RFC 9421 without `Signature-Key`. Label and key are looked up as its caller would.
fn httpsig(request: &Request) -> Option<()> {
    let [input, signature, key] = &request.signed;
    let (label, rest) = key.trim().split_once('=')?;
    let x = rest.split_once("x=\"")?.1.split_once('"')?.0;
    let key = PublicKey::from_bytes(&AlgorithmName::Ed25519, &BASE64_URL_SAFE_NO_PAD.decode(x).ok()?).ok()?;
    let read = HttpSignatureHeaders::try_parse(signature, input).ok()?;
    let headers = read.get(label)?;
    let lines: Option<Vec<_>> =
        headers.signature_params().covered_components.iter().map(|id| line(request, id)).collect();
    let base = HttpSignatureBase::try_new(&lines?, headers.signature_params()).ok()?;
    base.verify_signature_headers(&key, headers).ok()
}

fn line(request: &Request, id: &HttpMessageComponentId) -> Option<HttpMessageComponent> {
    let values = match &id.name {
        HttpMessageComponentName::Derived(DerivedComponentName::Method) => vec![request.method.clone()],
        HttpMessageComponentName::Derived(DerivedComponentName::Authority) => vec![request.authority.clone()],
        HttpMessageComponentName::Derived(DerivedComponentName::Path) => vec![request.path.clone()],
        HttpMessageComponentName::Derived(DerivedComponentName::Query) => {
            vec![format!("?{}", request.query.clone().unwrap_or_default())]
        }
        HttpMessageComponentName::Derived(_) => return None,
        HttpMessageComponentName::HttpField(name) if name == "signature-key" => {
            vec![request.signed[2].trim().to_owned()]
        }
        HttpMessageComponentName::HttpField(name) => request.lines(name),
    };
    (!values.is_empty()).then_some(())?;
    HttpMessageComponent::try_from((id, values.as_slice())).ok()
}
