//! Questions of the person and the agent's answers.

/// Answers each question once.
///
/// A question is the same as long as each answer of the server shows the same text; once it was away, it is a new one.
#[derive(Debug)]
pub(super) struct Dialogue {
    left: u8,
    question: Option<String>,
    given: Option<String>,
    settled: bool,
}

/// What to do about the question in a `202`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// There is none, or it is dealt with.
    Nothing,
    /// Ask the caller.
    Ask,
    /// Send the answer again that may not have arrived.
    Repeat,
}

impl Dialogue {
    pub(super) const fn new(answers: u8) -> Self {
        Self { left: answers, question: None, given: None, settled: false }
    }

    /// A `202` shows this question, or none.
    pub(super) fn seen(&mut self, question: Option<&str>) -> Turn {
        if self.question.as_deref() != question {
            *self = Self {
                left: self.left,
                question: question.map(ToOwned::to_owned),
                given: None,
                settled: false,
            };
        }
        if self.question.is_none() || self.settled {
            return Turn::Nothing;
        }
        if self.given.is_some() {
            return Turn::Repeat;
        }
        if self.left == 0 {
            self.settled = true;
            return Turn::Nothing;
        }
        Turn::Ask
    }

    /// The question that is open; empty when none is.
    pub(super) fn open(&self) -> &str {
        self.question.as_deref().unwrap_or("")
    }

    /// The answer to it; empty when there is none.
    pub(super) fn given(&self) -> &str {
        self.given.as_deref().unwrap_or("")
    }

    pub(super) fn answer(&mut self, text: String) {
        self.left = self.left.saturating_sub(1);
        self.given = Some(text);
    }

    pub(super) fn leave(&mut self) {
        self.settled = true;
    }

    /// The server has taken the answer.
    pub(super) fn taken(&mut self) {
        self.settled = true;
    }
}
