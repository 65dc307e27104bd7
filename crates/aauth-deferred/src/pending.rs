//! The server's end: one pending request.

mod apply;
mod effect;
mod event;
mod phase;
mod refused;
mod row;
mod stored;
mod table;
mod terms;

pub use effect::{Effect, Grant, Wait};
pub use event::{Event, Owner};
pub use phase::{Decision, State};
pub use refused::Refused;
pub use row::{Clarification, MAX_CLARIFICATION, Need, OpenArgs, Pending, Round};
pub use terms::Terms;
