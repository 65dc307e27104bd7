#![doc = include_str!("../README.md")]

mod backoff;
mod body;
mod code;
mod error;
mod exchange;
mod pace;
mod pending;
mod pending_id;
mod prefer;
mod reply;
mod request_url;
mod retry_after;
mod wire;

pub use body::{AnswerBody, ErrorBody, MAX_BODY, PendingBody, TokenBody};
pub use code::{CodeHash, InteractionCode};
pub use error::DeferredError;
pub use exchange::{Action, Answer, Exchange, Outcome, Patience, Reached, Rejection, Setup};
pub use pace::{Pace, Tempo};
pub use pending::{
    Clarification, Decision, Effect, Event, Grant, MAX_CLARIFICATION, Need, OpenArgs, Owner, Pending,
    Refused, Round, State, Terms, Wait,
};
pub use pending_id::{PendingHash, PendingId};
pub use prefer::PreferWait;
pub use reply::Accepted;
pub use request_url::RequestUrl;
pub use retry_after::retry_after;
pub use wire::{DRAFT_11, DeferredWire, PollError, SEED, Standing};
