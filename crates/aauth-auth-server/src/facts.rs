//! What the person is shown: verified, or marked as what somebody says.

use aauth_deferred::Clarification;
use aauth_discovery::ResourceMetadata;
use aauth_interaction::{Facts, ScopeLine};

use crate::PolicyInput;
use crate::server::Server;

impl Server {
    /// Gathers the facts of a verified request. Metadata that cannot be had leaves names and descriptions out; the
    /// identifiers are proved without it.
    pub(crate) async fn facts(&self, input: PolicyInput<'_>) -> (Facts, Clarification) {
        let PolicyInput { access, request, history, .. } = input;
        let resolver = &self.settings.required.resolver;
        let (agent, resource) =
            tokio::join!(resolver.agent(access.agent()), resolver.resource(access.resource()));
        let mut facts =
            Facts::new(access.agent().clone(), access.resource().clone(), access.cnf().key().thumbprint());
        facts.delegate = access.delegate().map(str::to_owned);
        facts.agent_seen = history.seen;
        facts.purpose.clone_from(&request.purpose);
        let clarification = facts.describe_agent(agent.ok().as_deref());
        let resource = resource.ok();
        facts.resource_name = resource.as_ref().and_then(|metadata| metadata.client_name.clone());
        facts.scopes = access.scope().iter().map(|name| line(name, resource.as_deref())).collect();
        (facts, clarification)
    }
}

fn line(name: &str, metadata: Option<&ResourceMetadata>) -> ScopeLine {
    let described =
        metadata.and_then(|metadata| metadata.scope_descriptions.iter().find(|(known, _)| known == name));
    ScopeLine { name: name.to_owned(), description: described.map(|(_, text)| text.clone()) }
}
