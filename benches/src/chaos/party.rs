//! A server with a key and documents that say so: an agent, or a resource.

use aauth_discovery::{AgentMetadata, ResourceMetadata};
use aauth_http::{Published, documents, listen};
use aauth_jose::{Algorithm, Jwks, Signer as _, SigningKey};
use aauth_runtime::{SystemEntropy, random};
use aauth_types::{Document, EndpointUrl, Network, Secret, ServerId};

/// A loopback server that publishes one key.
#[derive(Debug)]
pub struct Party {
    /// Its identifier.
    pub id: ServerId,
    /// Its key, named [`Party::KID`].
    pub key: SigningKey,
}

impl Party {
    /// The name of every party's key.
    pub const KID: &'static str = "key-1";

    /// Serves the documents of an agent (`Document::Agent`) or else of a resource on a free port, as long as the runtime lives.
    pub async fn serve(document: Document) -> Self {
        let seed = Secret::new(random(&SystemEntropy).expect("random bytes"));
        let key = SigningKey::from_seed(Algorithm::Ed25519, seed, Some(Self::KID)).expect("a key");
        let server = listen(([127, 0, 0, 1], 0).into()).await.expect("a free port");
        let id = ServerId::parse(&format!("http://{}", server.address()), Network::InsecureLoopback)
            .expect("a loopback identifier");
        let jwks = EndpointUrl::on(&id, "/jwks.json");
        let metadata = match document {
            Document::Agent => AgentMetadata::new(id.clone(), jwks).to_json(),
            _ => ResourceMetadata::new(id.clone(), jwks).to_json(),
        };
        let routes = documents(Published {
            document,
            metadata,
            jwks_path: "/jwks.json".to_owned(),
            jwks: Jwks::from_keys([key.public_jwk()]).to_json().into(),
        });
        tokio::spawn(server.serve(routes, std::future::pending()));
        Self { id, key }
    }
}
