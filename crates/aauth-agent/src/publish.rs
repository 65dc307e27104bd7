//! What others fetch to verify an agent's signatures.

use aauth_discovery::AgentMetadata;
use aauth_http::{Published, documents};
use aauth_jose::Jwks;
use aauth_types::{Document, EndpointUrl};
use axum::Router;

use crate::Identity;

const JWKS_PATH: &str = "/jwks.json";

/// Routes for the agent's metadata, `/.well-known/aauth-agent.json` (also without `.json`), and its key set, `/jwks.json`.
///
/// `describe` fills in the optional members: name, links, callback. Serve them under the agent's identifier. A pseudonym
/// or a delegate publishes nothing: no routes.
pub fn publish(identity: &Identity, describe: impl FnOnce(&mut AgentMetadata)) -> Router {
    let Some(id) = identity.publisher() else {
        return Router::new();
    };
    let mut metadata = AgentMetadata::new(id.clone(), EndpointUrl::on(id, JWKS_PATH));
    describe(&mut metadata);
    documents(Published {
        document: Document::Agent,
        metadata: metadata.to_json(),
        jwks_path: JWKS_PATH.to_owned(),
        jwks: Jwks::from_keys([identity.public_jwk()]).to_json().into(),
    })
}
