//! What the person is told, and when no longer.

use aauth_types::EndpointUrl;

use super::Action;

/// Shows each code once, and takes it away once.
#[derive(Default)]
pub(super) struct Prompt {
    code: Option<String>,
    next: Option<Notice>,
    shown: bool,
    arrived: bool,
}

enum Notice {
    Show(Option<EndpointUrl>, String),
    Stop,
}

impl Prompt {
    /// A code came with a `202`. The one that is shown already stays, also when later answers repeat or omit it.
    pub(super) fn code(&mut self, url: Option<EndpointUrl>, code: String) {
        if self.code.as_deref() == Some(code.as_str()) {
            return;
        }
        self.arrived = false;
        self.code = Some(code.clone());
        self.next = Some(Notice::Show(url, code));
    }

    /// Whether a code came before.
    pub(super) const fn is_known(&self) -> bool {
        self.code.is_some()
    }

    /// The person has arrived.
    pub(super) fn arrived(&mut self) {
        if !self.arrived {
            self.arrived = true;
            self.next = self.shown.then_some(Notice::Stop);
        }
    }

    pub(super) fn silence(&mut self) {
        self.next = None;
    }

    pub(super) fn notice(&mut self) -> Option<Action> {
        match self.next.take()? {
            Notice::Show(url, code) => {
                self.shown = true;
                Some(Action::Prompt { url, code })
            }
            Notice::Stop => {
                self.shown = false;
                Some(Action::StopPrompt)
            }
        }
    }
}
