//! The live line: how far consent has come.

use std::time::Duration;

use aauth_agent::{AgentError, Progress};
use aauth_types::UnixTime;

use super::face::{Face, split_at_width};

/// How far it has come, since when and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Live {
    pub(super) state: State,
    pub(super) since: UnixTime,
    pub(super) until: UnixTime,
}

/// How far consent has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Arrived,
    Asked,
    Granted,
    Denied,
    Abandoned,
    Expired,
    Cancelling,
    Failed,
}

impl State {
    /// What a step of the exchange means after this state.
    pub(super) fn after(self, progress: Progress<'_>) -> Self {
        match progress {
            Progress::Waiting { .. } => Self::Waiting,
            Progress::Arrived | Progress::Answered => Self::Arrived,
            Progress::Asked { .. } => Self::Asked,
            Progress::Granted => Self::Granted,
            Progress::Ended { why: AgentError::Denied } => Self::Denied,
            Progress::Ended { why: AgentError::Abandoned } => Self::Abandoned,
            Progress::Ended { why: AgentError::Expired } => Self::Expired,
            Progress::Ended { why: AgentError::Cancelled } => Self::Cancelling,
            Progress::Ended { .. } => Self::Failed,
            _ => self,
        }
    }

    /// One word for programs.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Arrived => "arrived",
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Cancelling => "cancelled",
            Self::Failed => "failed",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "waiting for consent",
            Self::Arrived => "the person is on the page",
            Self::Asked => "the person asks a question",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Abandoned => "not finished in time",
            Self::Expired => "expired",
            Self::Cancelling => "taking the request back",
            Self::Failed => "failed",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Waiting | Self::Cancelling => "33",
            Self::Arrived | Self::Asked => "36",
            Self::Granted => "32",
            Self::Denied | Self::Abandoned | Self::Expired | Self::Failed => "31",
        }
    }

    /// Whether nothing follows.
    pub(super) const fn is_end(self) -> bool {
        !matches!(self, Self::Waiting | Self::Arrived | Self::Asked)
    }
}

impl Live {
    /// The line, shorter than the terminal is wide.
    pub(super) fn line(&self, now: UnixTime, face: &Face) -> String {
        let passed = now.saturating_duration_since(self.since);
        let words = self.state.words();
        let text = match self.state.is_end() {
            true => format!("{words} after {}", minutes(passed)),
            false => {
                let left = self.until.saturating_duration_since(now);
                format!("{words} {}, {} left", minutes(passed), minutes(left))
            }
        };
        let (text, _) = split_at_width(&text, face.columns.saturating_sub(1));
        match text.strip_prefix(words).filter(|_| face.colour) {
            Some(rest) => format!("\u{1b}[{}m{words}\u{1b}[0m{rest}", self.state.colour()),
            None => text.to_owned(),
        }
    }
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACE: Face = Face { columns: 80, rows: 24, colour: false, utf8: true, rewrites: true };

    fn at(seconds: i64) -> UnixTime {
        UnixTime::from_secs(seconds)
    }

    fn line(state: State, face: &Face) -> String {
        Live { state, since: at(0), until: at(900) }.line(at(72), face)
    }

    #[test]
    fn a_line_says_what_is_and_since_when_and_how_long_still() {
        assert_eq!(line(State::Waiting, &FACE), "waiting for consent 1:12, 13:48 left");
        assert_eq!(line(State::Granted, &FACE), "granted after 1:12");
    }

    #[test]
    fn a_line_leaves_the_last_column_free() {
        let narrow = Face { columns: 30, ..FACE };
        assert_eq!(line(State::Waiting, &narrow), "waiting for consent 1:12, 13:");
        let narrow = Face { columns: 31, ..FACE };
        assert_eq!(line(State::Waiting, &narrow).len(), 30);
    }

    #[test]
    fn each_end_has_its_state() {
        let rows = [
            (AgentError::Denied, State::Denied),
            (AgentError::Abandoned, State::Abandoned),
            (AgentError::Expired, State::Expired),
            (AgentError::Cancelled, State::Cancelling),
            (AgentError::Unreachable, State::Failed),
        ];
        for (why, state) in rows {
            assert_eq!(State::Waiting.after(Progress::Ended { why: &why }), state);
        }
        assert_eq!(State::Waiting.after(Progress::Granted), State::Granted);
    }

    #[test]
    fn colour_surrounds_the_state_alone() {
        let coloured = Face { colour: true, ..FACE };
        assert_eq!(line(State::Denied, &coloured), "\u{1b}[31mdenied\u{1b}[0m after 1:12");
    }
}
