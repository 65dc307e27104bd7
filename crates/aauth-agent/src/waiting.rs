//! A resource that answers later.

use aauth_challenge::Challenge;
use aauth_deferred::{Exchange, Outcome, PendingBody, RequestUrl};
use aauth_types::{EndpointUrl, ServerId};
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::conversation::Conversation;
use crate::flight::Stop;
use crate::prompted::Prompted;
use crate::target::Target;
use crate::{AgentError, Client, Side};

/// What the client does when a resource defers its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deferral {
    /// It shows the person where to go, polls, and returns the answer to the original request.
    #[default]
    Await,
    /// It returns the `202` as it is.
    Return,
}

impl Client {
    /// The answer, or, where it is a `202` that asks for a person, what comes of it.
    pub(crate) async fn settle(
        &self,
        answer: Response<Bytes>,
        url: &Target,
        resource: &ServerId,
    ) -> Result<Response<Bytes>, AgentError> {
        if self.settings().deferral == Deferral::Return || !self.is_deferred(&answer) {
            return Ok(answer);
        }
        let page = match self.settings().resolver.resource(resource).await {
            Ok(metadata) => metadata.interaction_endpoint.clone(),
            // An approval needs no page; without one, a code is an error once it is to be shown.
            Err(_) => None,
        };
        let url = RequestUrl::parse(url.as_str())
            .map_err(|fault| AgentError::from_outcome(Outcome::Broken { fault }))?;
        let (seat, stop, landing) = self.flights().alone();
        let client = self.clone();
        // A task of its own, so that a call that is dropped still tells the resource.
        let task = tokio::spawn(async move {
            let settled = client.wait_for(answer, url, page, stop).await;
            drop(landing);
            settled
        });
        let settled = task.await.unwrap_or(Err(AgentError::Cancelled));
        drop(seat);
        settled
    }

    /// Whether a `202` is one of this protocol: other services use the status for purposes of their own.
    fn is_deferred(&self, answer: &Response<Bytes>) -> bool {
        if answer.status() != StatusCode::ACCEPTED {
            return false;
        }
        let dialect = self.settings().dialect;
        let read = Challenge::read(answer.headers(), &[dialect.challenge], self.settings().network);
        match read {
            Ok(Some((challenge, _))) => {
                matches!(challenge, Challenge::Interaction { .. } | Challenge::Approval)
            }
            // The reference implementation repeats its words in the body; some peers send nothing else.
            Ok(None) => PendingBody::read(answer.body(), dialect.deferred)
                .is_ok_and(|body| body.require.is_some() && body.location.is_some()),
            Err(_) => true,
        }
    }

    async fn wait_for(
        &self,
        answer: Response<Bytes>,
        url: RequestUrl,
        page: Option<EndpointUrl>,
        mut stop: Stop,
    ) -> Result<Response<Bytes>, AgentError> {
        let (setup, now) = (self.exchange_setup()?, self.settings().clock.now());
        let machine = Exchange::adopt(url, answer.headers(), answer.body(), setup, now);
        let mut prompted = Prompted::new(self.prompt());
        let mut conversation = Conversation { client: self, machine, side: Side::Resource, page, last: None };
        let settled = match conversation.run(&mut stop, &mut prompted).await {
            Ok(outcome) => finally(outcome, conversation.last),
            Err(error) => Err(error),
        };
        prompted.ended(&settled);
        settled
    }
}

/// What the resource answered in the end; where the protocol has a word for it, that word.
fn finally(outcome: Outcome, last: Option<Response<Bytes>>) -> Result<Response<Bytes>, AgentError> {
    match (outcome, last) {
        (
            Outcome::Done(_)
            | Outcome::Rejected(_)
            | Outcome::ServerError { .. }
            | Outcome::Unexpected { .. },
            Some(answer),
        ) => Ok(answer),
        (other, _) => Err(AgentError::from_outcome(other)),
    }
}
