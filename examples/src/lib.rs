//! The three parties of the user-consent flow, in the pieces that the programs under `src/bin` are made of.
//!
//! Everything here is for one machine: identifiers are loopback http, keys live as long as the process (but for those of the
//! auth server by itself), and the people who can sign in are test users.

mod auth_server;
pub mod flows;
mod kept;
mod onward;
mod output;
mod person;
mod played;
mod resource;
mod stage;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;

use aauth_discovery::{HttpResolver, Settings};
use aauth_jose::{Algorithm, SigningKey};
use aauth_runtime::{SystemClock, SystemEntropy, random};
use aauth_types::{Network, Secret, ServerId};

pub use aauth_agent::{Layout, Transcript};
pub use auth_server::{Policy, auth_server};
pub use kept::Kept;
pub use onward::{Onward, agent_documents};
pub use output::{Terminal, failed};
pub use person::{Choice, PersonError, ask, follow, form, play};
pub use played::{Played, person};
pub use resource::{protected, resource};
pub use stage::{POLL, Stage, Time};
pub use tls::TlsFiles;

/// Whatever keeps an example from going on.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A new Ed25519 key named `kid`.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn new_key(kid: &str) -> Result<SigningKey, Fault> {
    let seed = Secret::new(random(&SystemEntropy)?);
    Ok(SigningKey::from_seed(Algorithm::Ed25519, seed, Some(kid))?)
}

/// Fetches metadata and keys, from loopback too.
///
/// # Errors
/// The HTTP client cannot be set up.
pub fn resolver() -> Result<Arc<HttpResolver>, Fault> {
    let settings = Settings::auth_server(Network::InsecureLoopback);
    Ok(Arc::new(HttpResolver::new(settings, Arc::new(SystemClock))?))
}

/// The identifier of the server at `address`: `http://127.0.0.1:8001`.
///
/// # Errors
/// The address is not on loopback.
pub fn server_at(address: SocketAddr) -> Result<ServerId, Fault> {
    server_id(&format!("http://{address}")).map_err(Into::into)
}

/// Reads a server identifier from the command line; loopback http is admitted.
///
/// # Errors
/// What is wrong with it.
pub fn server_id(text: &str) -> Result<ServerId, aauth_types::TypeError> {
    ServerId::parse(text, Network::InsecureLoopback)
}

/// Ends when the user presses Ctrl-C, or when the system asks the process to stop.
pub async fn stopped() {
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _interrupted = tokio::signal::ctrl_c().await;
}

/// The code in the documents of the workspace, so that it is compiled.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/EMBEDDING.md")]
    struct Embedding;
    #[doc = include_str!("../../docs/FLOW.md")]
    struct Flow;
    #[doc = include_str!("../../docs/OPERATIONS.md")]
    struct Operations;
}
