//! What is logged, and what never is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use common::{Browser, World, code, id, owner};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes every field of every event and span into one text.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<String>>);

impl Visit for Written {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Written {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_secret_is_logged_on_any_path() {
    let written = Written::default();
    let _guard = tracing::subscriber::set_default(written.clone());
    let world = World::new();
    let opened = world.open().await;
    let mut browser = Browser::new(&world);
    browser.get_code("AAAAAAAA").await;
    let page = browser.sign_in(&code(&opened)).await;
    browser.post(&[], &[("consent", "grant")]).await;
    browser.post(&page.hidden(), &[("consent", "report")]).await;
    world.deferrals.poll(id(&opened), &owner(), "k1", None).await.unwrap();

    let log = written.0.lock().unwrap().clone();
    for event in ["test users", "a form was refused", "did not start", "was decided"] {
        assert!(log.contains(event), "{event}: {log}");
    }
    let cookie = browser.cookie.clone().unwrap();
    let session = cookie.split_once('=').unwrap().1;
    for secret in [&code(&opened), id(&opened), session, &page.member("csrf"), "testpass", "testuser"] {
        assert!(!log.contains(secret), "{log}");
    }
}
