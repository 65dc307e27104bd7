//! The common case in one line.

use std::sync::Arc;

use aauth_discovery::HttpResolver;
use aauth_jose::SigningKey;
use aauth_runtime::SystemClock;
use aauth_types::Network;

use crate::{AgentError, Client, Identity, Prompt, Settings};

impl Client {
    /// A client for the agent `id`, which signs with `key` and shows the person `prompt`.
    ///
    /// `key` needs a `kid` under which the agent's published set holds it. Everything else is the default: the seed
    /// dialect, public https only, metadata and keys fetched as needed.
    ///
    /// # Errors
    /// `Url`: `id` is no server identifier. `KeyWithoutKid`. `Discovery`, `Setup`: there are no root certificates.
    pub fn public(id: &str, key: SigningKey, prompt: impl Prompt) -> Result<Self, AgentError> {
        let network = Network::Public;
        let identity = Identity::new(id.parse().map_err(AgentError::Url)?, Arc::new(key));
        let discovery = aauth_discovery::Settings::resource(network);
        let resolver = Arc::new(HttpResolver::new(discovery, Arc::new(SystemClock))?);
        let mut settings = Settings::new(identity, resolver, network);
        settings.prompt = Arc::new(prompt);
        Self::new(settings)
    }
}
