//! The auth server: policy, sign-in and keys, put together.

use std::sync::Arc;
use std::time::Duration;

use aauth_auth_server::{
    AuthServer, Decision, PolicyInput, Required, Rules, Settings, SigningKeys, TestUsers, remembered,
};
use aauth_discovery::Resolver;
use aauth_roles::SEED;
use aauth_types::{Network, ServerId};
use clap::ValueEnum;

use crate::{Fault, Kept};

/// What the auth server decides about every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Policy {
    /// A person must consent, unless they want an earlier consent remembered.
    Consent,
    /// The token is issued at once.
    Direct,
    /// No.
    Refuse,
}

/// An auth server `id` that treats every request by `policy`, to be changed further and given to `router`.
///
/// Everybody can sign in as `testuser` with password `testpass`: for demonstration only.
///
/// # Errors
/// The test users cannot be made.
pub fn auth_server(
    id: ServerId,
    policy: Policy,
    kept: Kept,
    resolver: Arc<dyn Resolver>,
) -> Result<Settings, Fault> {
    let mut settings = Settings::from(Required {
        role: AuthServer::new(id, vec![&SEED], Network::InsecureLoopback),
        network: Network::InsecureLoopback,
        keys: SigningKeys::new(Arc::new(kept.key))?,
        secret: kept.secret,
        resolver,
        store: kept.store,
        policy: Arc::new(Rules::new().then(move |input: &PolicyInput<'_>| match policy {
            Policy::Consent => remembered(input),
            Policy::Direct => Some(Decision::Grant { subject: None, scope: input.access.scope().clone() }),
            Policy::Refuse => Some(Decision::Refuse { reason: "Policy refuses this agent" }),
        })),
        sign_in: Arc::new(TestUsers::demonstration_only([("testuser", "testpass")])?),
    });
    settings.remember_up_to = Duration::from_secs(365 * 24 * 3600);
    settings.name = Some("Demonstration Auth Server".to_owned());
    Ok(settings)
}
