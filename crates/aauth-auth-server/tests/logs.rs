//! What the logs are told, and what neither they nor the audit hook ever are. Alone in its file: a subscriber of one thread
//! misses what another thread logs first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::sync::{Arc, Mutex};

use aauth_auth_server::AuditEvent;
use common::*;

#[tokio::test]
async fn no_secret_is_audited_or_logged_in_any_flow() {
    let written = Written::default();
    let _guard = tracing::subscriber::set_default(written.clone());
    let audited = Arc::new(Mutex::new(String::new()));
    let lines = audited.clone();
    let world = World::with(|settings| {
        settings.audit = Some(Arc::new(move |event: &AuditEvent<'_>| {
            lines.lock().unwrap().push_str(&event.to_string());
        }));
    });
    let mut secrets = vec!["testpass".to_owned()];

    for consent in ["grant", "deny", "report"] {
        let open = world.open().await;
        let mut browser = Browser::new(&world);
        browser.visit("AAAAAAAA").await;
        browser.decide(&open.code, consent).await;
        secrets.extend(browser.secrets());
        let delivered = world.poll(&open).await;
        if consent == "grant" {
            secrets.push(delivered.json()["auth_token"].as_str().unwrap().to_owned());
        }
        world.poll(&open).await;
        secrets.extend([open.code.clone(), open.path.rsplit('/').next().unwrap().to_owned()]);
    }
    let open = world.open().await;
    world.send(world.on(&open, "DELETE").signed()).await;
    secrets.push(open.path.rsplit('/').next().unwrap().to_owned());
    world.grants("data.read");
    let token = resource_token(&resource_claims("direct"));
    let call = token_call(&Peer::agent(), &token).at(world.now());
    secrets.extend([token.clone(), call.signature()[1].1.clone()]);
    let granted = world.send(call.signed()).await;
    secrets.push(granted.json()["auth_token"].as_str().unwrap().to_owned());
    world.send(call.signed()).await;

    let (log, audit) = (written.text(), audited.lock().unwrap().clone());
    for event in ["delivered", "approved", "denied", "reported", "cancelled", "granted", "refused", "route"] {
        assert!(log.contains(event), "{event}: {log}");
    }
    for secret in &secrets {
        // Of a token or a signature no part is logged, either.
        for part in secret.split('.').filter(|part| part.len() >= 6) {
            assert!(!log.contains(part) && !audit.contains(part), "{part}:\n{log}\n{audit}");
        }
    }
    assert!(secrets.len() > 14);
}
