#![doc = include_str!("../README.md")]

mod agent_id;
mod document;
mod endpoint_url;
mod error;
pub mod json;
mod key_ref;
mod network;
mod plain;
mod scope;
mod secret;
mod server_id;
mod text;
mod thumbprint;
mod time;
mod token_id;

pub use agent_id::AgentId;
pub use document::Document;
pub use endpoint_url::EndpointUrl;
pub use error::TypeError;
pub use key_ref::KeyRef;
pub use network::Network;
pub use plain::{plain, plain_line};
pub use scope::Scope;
pub use secret::Secret;
pub use server_id::ServerId;
pub use text::Text;
pub use thumbprint::Thumbprint;
pub use time::UnixTime;
pub use token_id::TokenId;
