//! What resources want to see covered.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aauth_roles::ErrorCode;
use aauth_signature::{Component, Coverage};
use aauth_types::ServerId;
use aauth_types::json::{Json, Object};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

/// Resources that are remembered at once.
const RESOURCES: usize = 1024;
/// Components that are remembered for each of them.
const COMPONENTS: usize = 16;
/// Largest refusal that is looked at, in bytes.
const BODY: usize = 8 * 1024;

/// Components that resources asked for beyond the dialect's own.
#[derive(Debug, Default)]
pub(crate) struct Learned(Mutex<HashMap<ServerId, Vec<Component>>>);

impl Learned {
    /// What a signature for a request with these fields to `resource` is to cover. A field that it does not have
    /// cannot be covered; the resource says so if it insists.
    pub(crate) fn coverage(&self, resource: &ServerId, fields: &HeaderMap) -> Coverage {
        let known = self.known().get(resource).cloned().unwrap_or_default();
        let there = |component: &Component| match component {
            Component::Field(name) => {
                *component == Component::CONTENT_DIGEST
                    || *component == Component::CONTENT_TYPE
                    || fields.contains_key(name)
            }
            _ => true,
        };
        Coverage::new().also(known.into_iter().filter(there))
    }

    /// Takes names over from metadata or from a refusal; what is no component that can be covered is left out.
    ///
    /// Returns whether anything is new.
    pub(crate) fn add<'a>(&self, resource: &ServerId, names: impl Iterator<Item = &'a str>) -> bool {
        let mut known = self.known();
        let before = Coverage::new().also(known.get(resource).cloned().unwrap_or_default());
        let components = names.take(COMPONENTS).filter_map(|name| Component::parse(name).ok());
        let after = before.clone().also(components.filter(|component| !is_of_signature(component)));
        if after == before || after.additional().len() > COMPONENTS {
            return false;
        }
        if known.len() >= RESOURCES && !known.contains_key(resource) {
            // Whoever is forgotten says it again with its next refusal.
            known.clear();
        }
        known.insert(resource.clone(), after.additional().to_vec());
        true
    }

    /// Learns from a refusal that lists what was not covered.
    pub(crate) fn learn_from(&self, resource: &ServerId, answer: &Response<Bytes>) -> bool {
        if answer.status() != StatusCode::UNAUTHORIZED || answer.body().len() > BODY {
            return false;
        }
        let Ok(body) = Object::parse(answer.body()) else {
            return false;
        };
        if body.get("error").and_then(Json::as_str) != Some(ErrorCode::InvalidSignature.word()) {
            return false;
        }
        let required = body.get("required_components").and_then(Json::as_array).unwrap_or_default();
        self.add(resource, required.iter().filter_map(Json::as_str))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ServerId, Vec<Component>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The two fields that no signature can cover.
fn is_of_signature(component: &Component) -> bool {
    matches!(component.name(), "signature" | "signature-input")
}
