#![doc = include_str!("../README.md")]

mod agent_server;
mod authorize;
mod call;
mod callback;
mod chaining;
mod client;
mod conversation;
mod delegate;
#[cfg(feature = "server")]
mod delegation;
mod error;
mod exchange;
mod flight;
mod held;
mod identity;
mod learned;
mod observer;
mod progress;
mod prompt;
mod prompted;
#[cfg(feature = "server")]
mod publish;
mod settings;
mod setup;
mod target;
mod transcript;
mod transport;
mod waiting;

pub use aauth_jose::SigningKey;
pub use aauth_roles::Hints;
pub use aauth_types::{Network, ServerId};
pub use agent_server::AgentServer;
pub use callback::Callback;
pub use chaining::Chaining;
pub use client::Client;
pub use delegate::{AgentTokenFuture, AgentTokenSource};
#[cfg(feature = "server")]
pub use delegation::{
    DelegateDecision, DelegateFuture, DelegateGrant, DelegatePolicy, DelegateRequest, DelegationSettings,
    RefuseDelegates, RegisteredDelegates, delegation,
};
pub use error::AgentError;
pub use identity::Identity;
pub use observer::{Exchanged, Observer, Side, Step};
pub use progress::Progress;
pub use prompt::{AnswerFuture, Interaction, NoPrompt, Prompt, Show};
#[cfg(feature = "server")]
pub use publish::publish;
pub use settings::Settings;
pub use transcript::{Layout, Transcript};
pub use waiting::Deferral;
