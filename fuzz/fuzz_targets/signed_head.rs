#![no_main]
//! A whole request head as text: the first line `METHOD TARGET AUTHORITY`, then a field a line.

use aauth_fuzz::{NETWORKS, SYNTAXES};
use aauth_roles::{Accept, CallerWants, Inbound, SEED};
use aauth_signature::{Coverage, RequestHead, SignedHead, UriScheme};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|b| *b == b'\n');
    let Some(first) = lines.next().and_then(aauth_fuzz::text) else { return };
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(authority)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
    let mut fields = HeaderMap::new();
    for line in lines {
        let Some(colon) = line.iter().position(|b| *b == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&line[colon + 1..])) {
            fields.append(name, value);
        }
    }
    let head = RequestHead { method: &method, scheme: UriScheme::Https, authority, target, fields: &fields };
    let (now, cover) = (aauth_fuzz::now(), Coverage::default());
    for syntax in SYNTAXES {
        for label in [None, Some("sig"), Some("b")] {
            let Ok(signed) = SignedHead::parse_label(&head, syntax, NETWORKS[1], label) else { continue };
            let Ok(checked) = signed.check(&cover, now) else { continue };
            assert!(checked.base().is_ascii());
            assert_eq!(checked.base().split(|b| *b == b'\n').count(), checked.input().components().len() + 1);
            let _ = checked.verify(aauth_fuzz::signer(aauth_jose::Algorithm::Ed25519).verifying_key());
        }
    }
    let (me, issuers) = (aauth_fuzz::resource(), [aauth_fuzz::auth_server()]);
    let wants = CallerWants { me: &me, auth_servers: &issuers };
    let accept = Accept { dialects: &[&SEED], network: NETWORKS[1] };
    let Ok(inbound) = Inbound::parse(&head, accept, &cover, now) else { return };
    let Ok(credential) = inbound.credential(wants, now) else { return };
    let _ = inbound.verify(credential, Some(aauth_fuzz::jwks()), wants, now);
});
