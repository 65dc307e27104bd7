//! The metadata documents of the seed dialect, read and written.
//!
//! Unknown members are ignored. A known member is absent, of the wrong type, or of the wrong value: three errors. What
//! is written has the members in the order of the dialect's own documents.

mod agent;
mod issuer;
mod key_source;
mod members;
mod resource;
mod writer;

pub use agent::AgentMetadata;
pub use issuer::IssuerMetadata;
pub use key_source::KeySource;
pub use resource::ResourceMetadata;
