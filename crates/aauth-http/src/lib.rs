#![doc = include_str!("../README.md")]

mod body;
mod head;
mod publish;
#[cfg(feature = "server")]
mod server;
mod verify;

pub use body::{BodyError, collect};
pub use head::{OwnedHead, own_authority};
pub use publish::{Published, documents};
#[cfg(feature = "server")]
pub use server::{Listening, ServerError, listen};
pub use verify::caller;
