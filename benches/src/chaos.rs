//! An auth server as a process, the agents and persons around it, and what is done to them: kills and faults.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "counts and durations of a run that somebody started and watches; a run that cannot go on must stop"
)]

mod agents;
mod dice;
mod fault;
mod party;
mod person;
mod place;
mod process;
mod proxy;
mod run;
mod story;
mod summary;

pub use agents::{Agents, Open, Seen};
pub use dice::Dice;
pub use fault::Fault;
pub use party::Party;
pub use person::{Person, Told};
pub use place::Place;
pub use process::{Process, locate};
pub use run::{Plan, run};
pub use summary::Summary;
