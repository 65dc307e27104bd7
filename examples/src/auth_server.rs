//! The auth server: policy, sign-in and keys, put together.

use std::sync::Arc;

use aauth_auth_server::{AuthServer, Decide, Decision, Required, Settings, TestUsers, router};
use aauth_discovery::Resolver;
use aauth_jose::SigningKey;
use aauth_roles::SEED;
use aauth_runtime::{SystemEntropy, random};
use aauth_store::Memory;
use aauth_types::{Network, Secret, ServerId};
use axum::Router;
use clap::ValueEnum;

use crate::Fault;

/// What the auth server decides about every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// A person must consent.
    Consent,
    /// The token is issued at once.
    Direct,
    /// No.
    Refuse,
}

/// An auth server `id` that treats every request by `policy`; a pending request lives for `life` seconds.
///
/// Everybody can sign in as `testuser` with password `testpass`: for demonstration only.
///
/// # Errors
/// No random bytes.
pub fn auth_server(
    id: ServerId,
    policy: Policy,
    life: u32,
    key: SigningKey,
    resolver: Arc<dyn Resolver>,
) -> Result<Router, Fault> {
    let mut settings = Settings::from(Required {
        role: AuthServer::new(id, vec![&SEED], Network::InsecureLoopback),
        network: Network::InsecureLoopback,
        signer: Arc::new(key),
        secret: Secret::new(random(&SystemEntropy)?),
        resolver,
        store: Arc::new(Memory::default()),
        policy: Arc::new(Decide(move |input| match policy {
            Policy::Consent => Decision::Consent,
            Policy::Direct => Decision::Grant { subject: None, scope: input.access.scope().clone() },
            Policy::Refuse => Decision::Refuse { reason: "Policy refuses this agent" },
        })),
        sign_in: Arc::new(TestUsers::demonstration_only([("testuser", "testpass")])?),
    });
    settings.terms.life = life;
    settings.name = Some("Demonstration Auth Server".to_owned());
    Ok(router(settings))
}
