//! A resource that wants more covered than the dialect asks for.

use aauth_agent::Client;
use aauth_signature::{Component, Coverage};
use aauth_types::Scope;
use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;

use super::ended_well;
use crate::{Fault, Stage, protected};

pub(super) async fn components(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    // Its auth server is never asked.
    let protection = stage.protection(id.clone(), id.clone(), stage.key("resource-key-1")?, |role| {
        role.requiring(Coverage::new().also([Component::CONTENT_TYPE, Component::CONTENT_DIGEST]))
    })?;
    stage.serve(server, protected(protection, Scope::default()));
    let client = Client::new(stage.client(identity)?)?;
    for _ in 0..2 {
        let request = Request::post(format!("{id}/data-jwks")).header(CONTENT_TYPE, "text/plain");
        ended_well(&client.send(request.body(Bytes::from_static(b"an order for 12 parts"))?).await?)?;
    }
    Ok(())
}
