//! Whether the server lives, and whether it should be sent requests.

use std::sync::Arc;
use std::time::Duration;

use aauth_roles::answer;
use aauth_runtime::{Clock, Shutdown};
use aauth_store::{Key, Space, Store};
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Response, StatusCode};

use crate::Settings;

/// Liveness and readiness, as a router of its own: merge it beside [`router`](crate::router), or serve it on a port that is not
/// public.
///
/// `live` answers 200 as long as the process answers at all: restart it when it does not. `ready` answers 200, or 503 when
/// the store does not answer in time or shutdown has begun: send it no requests then. Both are JSON with one word in
/// `status`: `live`, `ready`, `stopping`, `store_unavailable`.
#[derive(Clone)]
pub struct Health {
    /// Path of liveness; default `/healthz`.
    pub live: String,
    /// Path of readiness; default `/readyz`.
    pub ready: String,
    /// How long the store may take; default 1 s. Stay below the patience of whoever asks.
    pub patience: Duration,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    shutdown: Shutdown,
}

impl Health {
    /// The health of the server that these settings make.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            live: "/healthz".to_owned(),
            ready: "/readyz".to_owned(),
            patience: Duration::from_secs(1),
            store: Arc::clone(&settings.required.store),
            clock: Arc::clone(&settings.clock),
            shutdown: settings.shutdown.clone(),
        }
    }

    /// The two routes.
    pub fn router(self) -> Router {
        let (live, ready) = (self.live.clone(), self.ready.clone());
        let health = Arc::new(self);
        Router::new()
            .route(&live, get(async || said(StatusCode::OK, "live")))
            .route(&ready, get(async move || health.readiness().await))
    }

    async fn readiness(&self) -> Response<Body> {
        if self.shutdown.has_begun() {
            return said(StatusCode::SERVICE_UNAVAILABLE, "stopping");
        }
        match tokio::time::timeout(self.patience, self.ask_store()).await {
            Ok(Some(())) => said(StatusCode::OK, "ready"),
            _ => said(StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
        }
    }

    /// Reads a row that nobody writes.
    async fn ask_store(&self) -> Option<()> {
        let key = Key::new(Space::Attempts, b"readiness").ok()?;
        self.store.get(&key, self.clock.now()).await.ok().map(drop)
    }
}

fn said(status: StatusCode, word: &str) -> Response<Body> {
    answer::no_store(answer::json(status, format!("{{\"status\":\"{word}\"}}"))).map(Body::from)
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health")
            .field("live", &self.live)
            .field("ready", &self.ready)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
