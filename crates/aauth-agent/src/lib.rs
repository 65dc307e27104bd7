#![doc = include_str!("../README.md")]

mod call;
mod client;
mod error;
mod exchange;
mod flight;
mod held;
mod identity;
mod observer;
mod prompt;
#[cfg(feature = "server")]
mod publish;
mod settings;
mod setup;
mod target;
mod transport;

pub use aauth_jose::SigningKey;
pub use aauth_roles::Hints;
pub use aauth_types::{Network, ServerId};
pub use client::Client;
pub use error::AgentError;
pub use identity::Identity;
pub use observer::{Exchanged, Observer, Step};
pub use prompt::{AnswerFuture, Interaction, NoPrompt, Prompt, Show};
#[cfg(feature = "server")]
pub use publish::publish;
pub use settings::Settings;
