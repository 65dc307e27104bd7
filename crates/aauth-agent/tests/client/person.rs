//! What a test sees and says in place of the person, and of the user who looks on.

use std::sync::Mutex;

use aauth_agent::{AnswerFuture, Exchanged, Interaction, Observer, Prompt, Step};
use http::{HeaderMap, StatusCode};
use tokio::sync::mpsc;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Shown(Interaction),
    Dismissed(Interaction),
    Asked(String),
}

#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) events: mpsc::UnboundedSender<Event>,
    pub(crate) says: Option<&'static str>,
}

impl Prompt for Person {
    fn show(&self, interaction: &Interaction) {
        self.events.send(Event::Shown(interaction.clone())).ok();
    }

    fn dismiss(&self, interaction: &Interaction) {
        self.events.send(Event::Dismissed(interaction.clone())).ok();
    }

    fn answer<'a>(&'a self, question: &'a str) -> AnswerFuture<'a> {
        self.events.send(Event::Asked(question.to_owned())).ok();
        Box::pin(async { self.says.map(str::to_owned) })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) step: Step,
    pub(crate) request: String,
    pub(crate) path: String,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) status: StatusCode,
    pub(crate) answer: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Looker(pub(crate) Mutex<Vec<Message>>);

impl Observer for Looker {
    fn exchanged(&self, seen: &Exchanged<'_>) {
        self.0.lock().unwrap().push(Message {
            step: seen.step,
            request: format!("{} {}", seen.method, seen.url),
            path: seen.path().to_owned(),
            fields: seen.request_fields.clone(),
            body: seen.request_body.to_vec(),
            status: seen.status,
            answer: seen.response_body.to_vec(),
        });
    }
}
