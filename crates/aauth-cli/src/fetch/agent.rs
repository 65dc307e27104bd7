//! Who calls, and how.

use std::sync::Arc;

use aauth_agent::{Callback, Hints, Identity, Layout, Settings, Transcript};
use aauth_discovery::HttpResolver;
use aauth_jose::{Algorithm, SigningKey};
use aauth_runtime::{SystemClock, SystemEntropy, random};
use aauth_types::{Secret, ServerId};

use super::terminal::Shown;
use super::{FetchArgs, failure};
use crate::failure::Failure;
use crate::keys;

/// Largest answer that is read: 64 MiB.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// The client's settings.
pub(super) fn settings(args: &FetchArgs, shown: &Shown) -> Result<Settings, Failure> {
    let network = args.reach.network();
    let resolver = HttpResolver::new(aauth_discovery::Settings::resource(network), Arc::new(SystemClock))
        .map_err(|error| Failure::usage(error.kind(), error.to_string()))?;
    let mut settings = Settings::new(identity(args)?, Arc::new(resolver), network);
    settings.prompt = shown.prompt();
    settings.response_limit = MAX_ANSWER;
    settings.request_time = settings.request_time.min(args.patience());
    settings.patience.total = args.patience();
    settings.hints = Hints {
        purpose: args.purpose.clone(),
        login_hint: args.login_hint.clone(),
        tenant: args.tenant.clone(),
        domain_hint: args.domain_hint.clone(),
    };
    settings.callback = args.callback.as_deref().map(Callback::parse).transpose().map_err(failure)?;
    if args.trace {
        let layout = if args.form.json { Layout::JsonLines } else { Layout::Post };
        settings.observer = Some(Arc::new(Transcript::to(layout, shown.trace())));
    }
    Ok(settings)
}

fn identity(args: &FetchArgs) -> Result<Identity, Failure> {
    let key = Arc::new(match &args.key {
        Some(path) => keys::private_key(path)?,
        None => new_key()?,
    });
    match &args.agent {
        None => Ok(Identity::pseudonym(key)),
        Some(id) => {
            let id = ServerId::parse(id, args.reach.network())
                .map_err(|error| Failure::usage(error.kind(), format!("--agent: {error}")))?;
            Ok(Identity::new(id, key))
        }
    }
}

fn new_key() -> Result<SigningKey, Failure> {
    let seed = random(&SystemEntropy).map_err(|error| Failure::usage("entropy", error.to_string()))?;
    Ok(SigningKey::from_seed(Algorithm::Ed25519, Secret::new(seed), None)?)
}
