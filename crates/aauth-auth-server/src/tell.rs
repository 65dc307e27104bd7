//! Every decision goes through here: to the audit hook, the log and the metrics.

use std::sync::Arc;

use aauth_interaction::{PersonEvent, PersonObserver};
use aauth_roles::AccessRequest;
use aauth_runtime::Clock;

use crate::audit::{Audit, AuditAct, AuditEvent, RequestTag};
use crate::metrics;

/// Tells of decisions. Cloning shares.
#[derive(Clone)]
pub(crate) struct Tell {
    audit: Option<Arc<dyn Audit>>,
    clock: Arc<dyn Clock>,
}

impl Tell {
    pub(crate) fn new(audit: Option<Arc<dyn Audit>>, clock: Arc<dyn Clock>) -> Self {
        Self { audit, clock }
    }

    /// Of a verified request.
    pub(crate) fn access(&self, access: &AccessRequest, request: Option<RequestTag>, act: AuditAct<'_>) {
        let mut event = self.now(act);
        event.request = request;
        event.agent = Some(access.agent());
        event.delegate = access.delegate();
        event.resource = Some(access.resource());
        if let AuditAct::Granted { subject, .. } = event.act {
            event.subject = subject;
        }
        self.event(&event);
    }

    /// Of what stands by itself.
    pub(crate) fn act(&self, act: AuditAct<'_>) {
        self.event(&self.now(act));
    }

    /// Of what the owner of a pending URL did.
    pub(crate) fn pending(&self, id: &str, act: AuditAct<'_>) {
        self.event(&AuditEvent { request: RequestTag::of_pending(id), ..self.now(act) });
    }

    pub(crate) fn now<'a>(&self, act: AuditAct<'a>) -> AuditEvent<'a> {
        AuditEvent::new(self.clock.now(), act)
    }

    pub(crate) fn event(&self, event: &AuditEvent<'_>) {
        metrics::event(event.act.name());
        if let AuditAct::Refused { endpoint, kind } = event.act {
            metrics::refused(endpoint, kind);
            // Strangers choose how often it happens.
            tracing::debug!(audit = %event, "request refused");
        } else {
            tracing::info!(audit = %event, "{}", event.act.name());
        }
        if let Some(audit) = &self.audit {
            audit.record(event);
        }
    }
}

impl PersonObserver for Tell {
    fn observe(&self, event: &PersonEvent<'_>) {
        self.event(&AuditEvent::of_person(event));
    }
}
