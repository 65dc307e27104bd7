//! The parties, each on its own port.

use std::future::pending;
use std::sync::Arc;

use aauth_agent::{
    AgentServer, Client, DelegationSettings, Identity, RegisteredDelegates, Settings, delegation, publish,
};
use aauth_http::listen;
use aauth_jose::SigningKey;
use aauth_types::{Network, Scope, ServerId};
use axum::Router;
use examples::{Kept, Policy, auth_server, new_key, resolver, resource, server_at};

/// One agent with a registered delegate, a resource, and an auth server that grants at once.
pub(crate) struct World {
    pub(crate) agent: ServerId,
    pub(crate) resource: ServerId,
    pub(crate) auth_server: ServerId,
    pub(crate) key: Arc<SigningKey>,
}

/// A free port; what is given back serves on it.
pub(crate) async fn port() -> (ServerId, impl FnOnce(Router)) {
    let server = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let id = server_at(server.address()).unwrap();
    (id, move |routes| drop(tokio::spawn(server.serve(routes, pending()))))
}

/// The routes of an agent server at `agent` that knows `delegate-1` by its key and publishes itself as `published`.
pub(crate) fn agent_server(agent: &ServerId, published: &ServerId, delegate: &SigningKey) -> Router {
    let key = Arc::new(new_key("key-1").unwrap());
    let mut settings = DelegationSettings::new(agent.clone(), key.clone(), Network::InsecureLoopback);
    let known = delegate.verifying_key().thumbprint();
    settings.policy = Arc::new(RegisteredDelegates::default().with("delegate-1", known));
    delegation(settings).unwrap().merge(publish(&Identity::new(published.clone(), key), |_| ()))
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::publishing(None).await
    }

    /// With an agent server whose metadata names another agent.
    pub(crate) async fn publishing(other: Option<ServerId>) -> Self {
        let key = Arc::new(new_key("delegate-key-1").unwrap());
        let (agent, serve) = port().await;
        serve(agent_server(&agent, other.as_ref().unwrap_or(&agent), &key));

        let (auth, serve) = port().await;
        let kept = Kept::in_memory().unwrap();
        let settings = auth_server(auth.clone(), Policy::Direct, kept, resolver().unwrap()).unwrap();
        serve(aauth_auth_server::router(settings));

        let (id, serve) = port().await;
        let scope = Scope::parse("data.read").unwrap();
        let routes = resource(
            id.clone(),
            auth.clone(),
            scope,
            new_key("resource-key-1").unwrap(),
            resolver().unwrap(),
        );
        serve(routes);
        Self { agent, resource: id, auth_server: auth, key }
    }

    /// A client that signs with `key` and no name.
    pub(crate) fn pseudonym(&self, key: &Arc<SigningKey>) -> Client {
        self.client(Identity::pseudonym(key.clone()))
    }

    pub(crate) fn client(&self, identity: Identity) -> Client {
        let settings = Settings::new(identity, resolver().unwrap(), Network::InsecureLoopback);
        Client::new(settings).unwrap()
    }

    /// The delegate, whose tokens are for `audience`.
    pub(crate) fn delegate(&self, audience: &[ServerId]) -> Client {
        let source = AgentServer::new(self.pseudonym(&self.key), &self.agent, "delegate-1", audience);
        self.client(Identity::delegate(self.agent.clone(), self.key.clone(), source))
    }
}
