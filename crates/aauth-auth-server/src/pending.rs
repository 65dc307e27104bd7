//! The pending URL.

use std::sync::Arc;

use aauth_deferred::{Accepted, AnswerBody, Owner, PollError, PreferWait};
use aauth_interaction::{Delivery, Hold, InteractionError, Polled};
use aauth_roles::{Answer, Caller, Dialect, GrantBasis, Granted, Refusal};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use http::{Method, Request, Response};

use crate::audit::{AuditAct, AuditEvent, RequestTag};
use crate::server::{STORE_PAUSE, Server, Signed, fault};

/// `GET`, `POST` and `DELETE` on `/pending/{id}`.
///
/// The signature is checked first, also for URLs that do not exist; who is not the owner is told the same as there.
pub(crate) async fn pending(
    State(server): State<Arc<Server>>,
    id: Result<Path<String>, PathRejection>,
    request: Request<Body>,
) -> Response<Body> {
    // What does not wait has an allocation of its own, so that what waits is small.
    let signed = match Box::pin(server.signed(ENDPOINT, request)).await {
        Ok(signed) => signed,
        Err(answer) => return answer,
    };
    let Signed { caller, method, body, wait, .. } = signed;
    let (dialect, owner) = (caller.dialect(), owner(&caller));
    drop(caller);
    // A path that does not decode names no request, and the empty identifier none either.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let Some(owner) = owner else {
        return dialect.deferred.refused(PollError::NotFound, None).map(Body::from);
    };
    let wait = wait.map(|wait| wait.capped_at(server.settings.longest_wait));
    let polled = match method {
        Method::POST => {
            let answer = AnswerBody::read(&body, dialect.deferred).ok();
            let text = answer.map(|body| body.clarification_response);
            Box::pin(server.deferrals.answer(&id, &owner, text)).await
        }
        Method::DELETE => Box::pin(server.deferrals.cancel(&id, &owner)).await,
        _ => server.poll(dialect, &id, &owner, wait).await,
    };
    let answer = match polled {
        Ok(polled) => Box::pin(server.answer(dialect, &id, polled)).await,
        Err(error) => Err(fault(&error)),
    };
    match answer {
        Ok(mut answer) => {
            if let Some((name, value)) = wait.map(PreferWait::write_applied) {
                answer.headers_mut().insert(name, value);
            }
            answer.map(Body::from)
        }
        Err(refusal) => server.refuse(ENDPOINT, &refusal),
    }
}

impl Server {
    async fn poll(
        &self,
        dialect: &'static Dialect,
        id: &str,
        owner: &Owner,
        wait: Option<PreferWait>,
    ) -> Result<Polled, InteractionError> {
        let active = self.settings.required.keys.active();
        let kid = active.kid().unwrap_or_default();
        let hold = wait.map(|wait| Hold { time: wait.as_duration(), wire: dialect.deferred });
        self.deferrals.poll(id, owner, kid, hold).await
    }

    fn tell_refused(&self, kind: &'static str) {
        self.tell.act(AuditAct::Refused { endpoint: ENDPOINT, kind });
    }

    fn tell_delivered(&self, id: &str, delivery: &Delivery) {
        let Delivery { facts, subject, scope, jti, kid, .. } = delivery;
        let event = AuditEvent {
            request: RequestTag::of_pending(id),
            agent: Some(&facts.agent),
            delegate: facts.delegate.as_deref(),
            resource: Some(&facts.resource),
            subject: Some(subject),
            ..self.tell.now(AuditAct::Delivered { scope, jti, kid })
        };
        self.tell.event(&event);
    }

    /// What was granted; `None` when it was not for this person to grant.
    async fn settled(&self, basis: &GrantBasis, delivery: &Delivery) -> Result<Option<Granted>, Refusal> {
        let granted = Granted { subject: Some(delivery.subject.clone()), scope: delivery.scope.clone() };
        let Some(granted) = basis.by_person(granted) else { return Ok(None) };
        match self.bind_delegate(basis, &granted).await {
            Ok(()) => Ok(Some(granted)),
            Err(Refusal::DelegateOfAnother) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn answer(&self, dialect: &Dialect, id: &str, polled: Polled) -> Result<Answer, Refusal> {
        match polled {
            Polled::Waiting(wait) => {
                let location = self.deferrals.location(id);
                let accepted = Accepted { location: &location, wait: &wait, challenge: None };
                dialect.deferred.accepted(&accepted).map_err(|_| Refusal::ServerError)
            }
            Polled::Delivered(delivery) => {
                let basis = GrantBasis::from_bytes(&delivery.payload).map_err(|_| Refusal::ServerError)?;
                let Some(granted) = self.settled(&basis, &delivery).await? else {
                    self.tell_refused("person");
                    return Ok(dialect.deferred.refused(PollError::Denied, None));
                };
                let Some(signer) = self.settings.required.keys.signer(&delivery.kid) else {
                    // Another key would make a second token of one grant; another instance may have this one.
                    tracing::error!(jti = %delivery.jti, kid = delivery.kid, "the key of a delivered token is gone");
                    return Err(Refusal::Unavailable { retry_after: STORE_PAUSE });
                };
                self.tell_delivered(id, &delivery);
                Ok(self.deliver(&basis, &granted, delivery.jti, delivery.iat, &*signer))
            }
            Polled::Refused { error, retry_after } => {
                match error {
                    PollError::Expired => self.tell.pending(id, AuditAct::Expired),
                    PollError::NotFound => self.tell_refused("not_found"),
                    PollError::Gone => self.tell_refused("gone"),
                    _ => {}
                }
                Ok(dialect.deferred.refused(error, retry_after))
            }
            Polled::Cancelled => {
                self.tell.pending(id, AuditAct::Cancelled);
                Ok(dialect.deferred.cancelled())
            }
        }
    }
}

const ENDPOINT: &str = "pending";

/// Agent and key; a pseudonym owns nothing.
fn owner(caller: &Caller) -> Option<Owner> {
    caller.agent().map(|agent| Owner { agent: agent.to_string(), key: caller.key() })
}
