//! The token endpoint.

use std::sync::Arc;

use aauth_challenge::Challenge;
use aauth_deferred::{Accepted, Owner};
use aauth_interaction::{AgentHistory, NewPending, Opened, WaitsFor};
use aauth_roles::{AccessRequest, Answer, Decision, GrantBasis, Granted, Refusal, TokenRequest};
use aauth_runtime::random;
use aauth_types::TokenId;
use axum::body::Body;
use axum::extract::State;
use http::{Request, Response};

use crate::PolicyInput;
use crate::audit::{AuditAct, RequestTag};
use crate::server::{Server, Signed, fault};

/// `POST /token`: verify caller, body and the tokens in it, in this order, then ask the policy.
pub(crate) async fn token(State(server): State<Arc<Server>>, request: Request<Body>) -> Response<Body> {
    let signed = match server.signed(ENDPOINT, request).await {
        Ok(signed) => signed,
        Err(answer) => return answer,
    };
    match server.token_request(&signed).await {
        Ok(answer) => answer.map(Body::from),
        Err(refusal) => server.refuse(ENDPOINT, &refusal),
    }
}

impl Server {
    async fn token_request(&self, signed: &Signed) -> Result<Answer, Refusal> {
        if signed.caller.agent().is_none() {
            return Err(Refusal::NoIdentity);
        }
        let request = TokenRequest::parse(&signed.body)?;
        let access = self.verified(signed, &request.mode).await?;
        let history = self.history(&access).await?;
        let address = signed.address;
        let input = PolicyInput { access: &access, request: &request, history: &history, address };
        let decision = self.settings.required.policy.decide(input).await;
        self.tell.access(&access, None, AuditAct::PolicyDecided { decision: decision.name() });
        match decision {
            Decision::Grant { subject, scope } => {
                let id =
                    TokenId::from_entropy(random(&*self.settings.entropy).map_err(|_| Refusal::ServerError)?);
                let scope = access.scope().narrowed_to(&scope);
                let basis = GrantBasis::of(&access, &self.settings.required.role);
                let granted = basis.by_policy(Granted { subject, scope });
                self.bind_delegate(&basis, &granted).await?;
                let signer = self.settings.required.keys.active();
                self.tell_granted(&access, &granted, &id, signer.kid().unwrap_or_default());
                let now = self.settings.clock.now();
                Ok(self.deliver(&basis, &granted, id, now, &*signer))
            }
            Decision::Consent => self.defer(input, WaitsFor::Interaction).await,
            Decision::Approval => self.defer(input, WaitsFor::Approval).await,
            Decision::Refuse { reason } => Err(Refusal::Policy { reason }),
            // A decision that a later version knows and this one cannot carry out.
            _ => Err(Refusal::ServerError),
        }
    }

    fn tell_granted(&self, access: &AccessRequest, granted: &Granted, jti: &TokenId, kid: &str) {
        let act = AuditAct::Granted { scope: &granted.scope, jti, kid, subject: granted.subject.as_deref() };
        self.tell.access(access, None, act);
    }

    /// What is known of the agent that asks.
    async fn history(&self, access: &AccessRequest) -> Result<AgentHistory, Refusal> {
        let (consents, now) = (self.deferrals.consents(), self.settings.clock.now());
        let history = consents.history(access.agent(), access.delegate(), access.resource(), now).await;
        history.map_err(|error| fault(&error))
    }

    async fn defer(&self, input: PolicyInput<'_>, waits_for: WaitsFor) -> Result<Answer, Refusal> {
        let (facts, clarification) = self.facts(input).await;
        let access = input.access;
        let owner = Owner { agent: access.agent().to_string(), key: access.cnf().key().thumbprint() };
        let payload = GrantBasis::of(access, &self.settings.required.role).to_bytes();
        let new = NewPending { owner, waits_for, facts, payload, clarification };
        let opened = self.deferrals.open(new).await.map_err(|error| fault(&error))?;
        if waits_for == WaitsFor::Approval {
            self.approvals.note(opened.request);
        }
        let tag = RequestTag::of(&opened.request);
        self.tell.access(access, Some(tag), AuditAct::Deferred { scope: access.scope() });
        let challenge = challenge(&opened);
        let accepted =
            Accepted { location: &opened.location, wait: &opened.wait, challenge: Some(&challenge) };
        access.dialect().deferred.accepted(&accepted).map_err(|_| Refusal::ServerError)
    }
}

const ENDPOINT: &str = "token";

fn challenge(opened: &Opened) -> Challenge {
    match &opened.code {
        Some(code) => Challenge::Interaction { url: None, code: code.expose().to_owned() },
        None => Challenge::Approval,
    }
}
