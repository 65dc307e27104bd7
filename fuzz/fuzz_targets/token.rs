#![no_main]
//! A token before its signature: nothing that was not signed here may become a verified token.

use aauth_fuzz::NETWORKS;
use aauth_token::{AgentRule, AgentWants, AuthWants, DRAFT_11, IssuerRule, ResourceWants, SEED, Unverified};
use aauth_types::Thumbprint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = aauth_fuzz::text(data) else { return };
    let (now, keys) = (aauth_fuzz::now(), aauth_fuzz::jwks());
    let (agent, resource, issuer) = (aauth_fuzz::agent(), aauth_fuzz::resource(), aauth_fuzz::auth_server());
    let key = Thumbprint::from_bytes([1; 32]);
    for profiles in [&SEED, &DRAFT_11] {
        for network in NETWORKS {
            let Ok(token) = Unverified::parse(text, profiles, network) else { continue };
            let _ = (token.key_ref(), token.check_before_fetch(now), format!("{token:?}"));
            let want = AuthWants::bound_to(IssuerRule::Exactly(&issuer), &resource, AgentRule::Named, &key);
            assert!(token.clone().auth(keys, &want, now).is_err());
            assert!(token.clone().agent(keys, &AgentWants::bound_to(&resource, &key), now).is_err());
            let want = ResourceWants { issuer: None, audience: &issuer, agent: &agent, agent_jkt: &key };
            assert!(token.resource(keys, &want, now).is_err());
        }
    }
});
