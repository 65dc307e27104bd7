#![doc = include_str!("../README.md")]

mod body;
mod cors;
mod head;
#[cfg(feature = "server")]
mod protocol;
mod publish;
mod replay;
#[cfg(feature = "server")]
mod server;
#[cfg(feature = "tls")]
mod tls;
mod verify;

pub use body::{BodyError, collect};
pub use cors::{Cors, OriginError};
pub use head::{OwnedHead, own_authority};
pub use publish::{DocumentText, Published, documents};
pub use replay::ReplayGuard;
#[cfg(feature = "server")]
pub use server::{Listening, ServerError, listen};
#[cfg(feature = "tls")]
pub use tls::{Tls, TlsError};
pub use verify::caller;
