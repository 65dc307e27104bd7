//! The routes that publish metadata and keys.

use std::fmt;
use std::sync::Arc;

use aauth_types::Document;
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// What a server publishes about itself.
#[derive(Debug, Clone)]
pub struct Published {
    /// Which document it is.
    pub document: Document,
    /// The metadata, JSON text.
    pub metadata: String,
    /// The path of the key set, as `jwks_uri` in the metadata names it: `/jwks.json`.
    pub jwks_path: String,
    /// The key set, JSON text, asked for at each request.
    pub jwks: DocumentText,
}

/// Gives the text of a document that is published.
#[derive(Clone)]
pub struct DocumentText(Arc<dyn Fn() -> Bytes + Send + Sync>);

impl DocumentText {
    /// One that changes: `current` gives it as it is at the moment, and must be quick.
    pub fn current(current: impl Fn() -> Bytes + Send + Sync + 'static) -> Self {
        Self(Arc::new(current))
    }
}

/// One that never changes.
impl From<String> for DocumentText {
    fn from(text: String) -> Self {
        let text = Bytes::from(text);
        Self::current(move || text.clone())
    }
}

impl fmt::Debug for DocumentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DocumentText")
    }
}

/// Serves the metadata under `/.well-known/` with and without `.json`, and the key set, cacheable for five minutes.
///
/// Peers of March 2026 ask for either name (`Document::file_name`, `Document::short_name`).
pub fn documents(published: Published) -> Router {
    let metadata = DocumentText::from(published.metadata);
    let serve = |body: DocumentText| {
        get(move || async move {
            ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")], (body.0)())
                .into_response()
        })
    };
    Router::new()
        .route(&format!("/.well-known/{}", published.document.file_name()), serve(metadata.clone()))
        .route(&format!("/.well-known/{}", published.document.short_name()), serve(metadata))
        .route(&published.jwks_path, serve(published.jwks))
}
