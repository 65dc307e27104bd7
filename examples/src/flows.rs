//! Every flow of the protocol, played by real servers on loopback.

mod access;
mod approval;
mod chaining;
mod clarification;
mod components;
mod delegation;
mod interaction_chaining;
mod known;
mod refresh;
mod resource_interaction;
mod resource_token;
mod self_access;
mod step_up;

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::{Fault, Stage};

/// A flow while it is played.
type Playing<'a> = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send + 'a>>;

/// One flow.
#[derive(Debug, Clone, Copy)]
pub struct Flow {
    /// Its name on the command line, and of its page.
    pub name: &'static str,
    /// What happens, in two or three sentences.
    pub story: &'static str,
    play: for<'a> fn(&'a Stage) -> Playing<'a>,
}

impl Flow {
    /// Plays it to its end and clears the stage.
    ///
    /// # Errors
    /// It did not end as it should.
    pub async fn play(&self, stage: &Stage) -> Result<(), Fault> {
        let outcome = (self.play)(stage).await;
        stage.clear().await;
        outcome
    }
}

/// All flows, from little to much.
pub const ALL: &[Flow] = &[
    Flow {
        name: "pseudonym",
        story: "The agent signs with a key and says no name: `scheme=hwk`. The resource knows the caller again by the \
                thumbprint of that key, and by nothing else.",
        play: |stage| Box::pin(known::pseudonym(stage)),
    },
    Flow {
        name: "identity",
        story: "The agent names its server and a key there: `scheme=jwks_uri`. The resource fetches the agent's metadata \
                and key set, verifies the signature with them, and knows who calls.",
        play: |stage| Box::pin(known::identity(stage)),
    },
    Flow {
        name: "delegation",
        story: "A delegate asks its agent's server for an agent token, signed with the key that is registered there, and learns \
                that the body must be covered. With the token, `scheme=jwt`, a resource knows it as acting for the agent, and \
                an auth server gives it a token for the agent, bound to the delegate's key.",
        play: |stage| Box::pin(delegation::delegated(stage)),
    },
    Flow {
        name: "direct",
        story: "The resource answers 401 with a resource token and names its auth server. The agent takes the token there, \
                the policy grants at once, and the agent calls again with the auth token. Nobody is asked.",
        play: |stage| Box::pin(access::direct(stage)),
    },
    Flow {
        name: "consent",
        story: "As a direct grant, but the auth server wants a person's consent: it answers 202 with a pending URL and a \
                code. The person opens the page, signs in and consents, while the agent polls with signed requests. The \
                token comes with the poll; the browser never carries it.",
        play: |stage| Box::pin(access::consent(stage)),
    },
    Flow {
        name: "clarification",
        story: "The person asks before deciding: the poll brings the question, the agent posts its answer to the pending \
                URL, and the page shows it, marked as the agent's words. Then the person consents.",
        play: |stage| Box::pin(clarification::clarification(stage)),
    },
    Flow {
        name: "approval",
        story: "The auth server asks somebody by itself: its 202 says `require=approval` and has no code. The agent only \
                polls, until somebody has approved.",
        play: |stage| Box::pin(approval::approval(stage)),
    },
    Flow {
        name: "resource-interaction",
        story: "The resource itself wants a person's word before it acts: it answers the call with 202, a pending URL and a \
                code of its own. The person allows the call on the resource's page, and the agent's poll brings the answer \
                to the call.",
        play: |stage| Box::pin(resource_interaction::resource_interaction(stage)),
    },
    Flow {
        name: "chaining",
        story: "The first resource acts as an agent towards a second one. It shows the token that it was called with to the \
                second resource's auth server, as `upstream_token`, and gets a token of its own, in the name of the same \
                person. The token of the first caller goes no further. The second resource \
                gives its transaction, `txn`, which stands in both of its tokens.",
        play: |stage| Box::pin(chaining::chaining(stage)),
    },
    Flow {
        name: "interaction-chaining",
        story: "As chaining, but the second resource's auth server wants a person's consent. The first resource answers its \
                caller with 202, a pending URL and a code of its own, and sends the person who brings that code on to the \
                page of the second auth server. It polls there, the agent polls here, each its own URL; the agent sees neither \
                page nor code of the other side. Here the agent polls less often than the first resource, so that each polls once.",
        play: |stage| Box::pin(interaction_chaining::interaction_chaining(stage)),
    },
    Flow {
        name: "self-access",
        story: "The agent asks for a token about its person whose audience is the agent itself: a `scope`, and no resource \
                token.",
        play: |stage| Box::pin(self_access::self_access(stage)),
    },
    Flow {
        name: "step-up",
        story: "One route wants less than another. The agent has a token for reading, which the policy granted at once; the \
                route that changes something answers 401 again, with a resource token for more. Now a person is asked, and \
                the agent calls with the broader token.",
        play: |stage| Box::pin(step_up::step_up(stage)),
    },
    Flow {
        name: "resource-token",
        story: "The agent knows what it will need, and asks the resource token endpoint before its first call. Later it \
                needs more: it asks again for a broader scope, and the next call carries the broader token.",
        play: |stage| Box::pin(resource_token::resource_token(stage)),
    },
    Flow {
        name: "refresh",
        story: "The token of the first call has ended. The resource answers the second call with a challenge, and the agent \
                shows the ended token to the auth server, which replaces it within its window without asking anybody.",
        play: |stage| Box::pin(refresh::refresh(stage)),
    },
    Flow {
        name: "components",
        story: "The resource wants bodies covered: it lists `content-digest` in `additional_signature_components` and in its \
                refusal. The agent learns it from the first refusal, signs again, and covers it from then on.",
        play: |stage| Box::pin(components::components(stage)),
    },
];

/// The flow ends with this answer.
fn ended_well(answer: &Response<Bytes>) -> Result<(), Fault> {
    match answer.status() {
        StatusCode::OK => Ok(()),
        status => Err(format!("the resource answered {status}").into()),
    }
}
