//! The routes that publish metadata and keys.

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
    /// The key set, JSON text.
    pub jwks: String,
}

/// Serves the metadata under `/.well-known/` with and without `.json`, and the key set, cacheable for five minutes.
///
/// Peers of March 2026 ask for either name (`Document::file_name`, `Document::short_name`).
pub fn documents(published: Published) -> Router {
    let metadata = Bytes::from(published.metadata);
    let jwks = Bytes::from(published.jwks);
    let serve = |body: Bytes| {
        get(move || async move {
            ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")], body)
                .into_response()
        })
    };
    Router::new()
        .route(&format!("/.well-known/{}", published.document.file_name()), serve(metadata.clone()))
        .route(&format!("/.well-known/{}", published.document.short_name()), serve(metadata))
        .route(&published.jwks_path, serve(jwks))
}
