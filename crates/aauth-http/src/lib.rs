#![doc = include_str!("../README.md")]

mod body;
mod head;
mod publish;
mod replay;
#[cfg(feature = "server")]
mod server;
mod verify;

pub use body::{BodyError, collect};
pub use head::{OwnedHead, own_authority};
pub use publish::{DocumentText, Published, documents};
pub use replay::ReplayGuard;
#[cfg(feature = "server")]
pub use server::{Listening, ServerError, listen};
pub use verify::caller;
