//! How much an auth server does in a second, and what it keeps in memory for it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "counts and durations of a run that somebody started and watches; a run that cannot go on must stop"
)]

mod held;
mod hostile;
mod ordinary;
mod table;
mod timed;

pub use hostile::hostile;
pub use ordinary::{Amounts, ordinary};
pub use table::table;
pub use timed::{Timed, timed};
