//! What the terminal can show.

use std::env;
use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width, terminal_size_of};
use unicode_width::UnicodeWidthChar as _;

/// Size and abilities of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Face {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) colour: bool,
    pub(super) utf8: bool,
    /// Whether a line can be written again in place.
    pub(super) rewrites: bool,
}

impl Face {
    /// The terminal of the user, if standard output and standard error are one.
    #[allow(clippy::disallowed_methods, reason = "a terminal says what it can in the environment")]
    pub(super) fn of_user() -> Option<Self> {
        if !io::stdout().is_terminal() || !io::stderr().is_terminal() {
            return None;
        }
        let set = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let size = terminal_size_of(io::stderr()).filter(|(Width(columns), _)| *columns > 0);
        let (Width(columns), Height(rows)) = size.unwrap_or((Width(80), Height(24)));
        let able = set("TERM").is_some_and(|term| term != "dumb") || cfg!(windows);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        Some(Self {
            columns: columns.into(),
            rows: rows.into(),
            colour: able && set("NO_COLOR").is_none(),
            utf8: cfg!(windows) || locale.ends_with("utf-8") || locale.ends_with("utf8"),
            rewrites: able,
        })
    }

    /// Text as this terminal can show it.
    pub(super) fn spelled(&self, text: &str) -> String {
        match self.utf8 {
            true => text.to_owned(),
            false => text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect(),
        }
    }

    /// Text in lines that fit, broken at blanks where there are some.
    pub(super) fn wrapped(&self, text: &str) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in self.spelled(text).split(' ') {
            self.add_word(&mut lines, word);
        }
        lines
    }

    fn add_word(&self, lines: &mut Vec<String>, word: &str) {
        let fresh = lines.last().is_none_or(String::is_empty);
        let needed = width(word).saturating_add(usize::from(!fresh));
        let used = lines.last().map_or(0, |line| width(line));
        match lines.last_mut() {
            Some(line) if used.saturating_add(needed) <= self.columns => {
                line.push_str(if fresh { "" } else { " " });
                line.push_str(word);
            }
            _ => {
                if fresh {
                    lines.pop();
                }
                let mut rest = word;
                while !rest.is_empty() {
                    let (head, tail) = split_at_width(rest, self.columns.max(2));
                    lines.push(head.to_owned());
                    rest = tail;
                }
            }
        }
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).fold(0, usize::saturating_add)
}

/// The part of a text that fits into so many columns, and the rest.
pub(super) fn split_at_width(text: &str, columns: usize) -> (&str, &str) {
    let mut used = 0_usize;
    for (at, c) in text.char_indices() {
        used = used.saturating_add(c.width().unwrap_or(0));
        if used > columns {
            return text.split_at_checked(at).unwrap_or((text, ""));
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROW: Face = Face { columns: 10, rows: 24, colour: false, utf8: true, rewrites: true };

    #[test]
    fn lines_break_at_blanks_and_long_words_where_they_must() {
        assert_eq!(NARROW.wrapped("why do you ask"), ["why do you", "ask"]);
        assert_eq!(NARROW.wrapped("a 0123456789abc"), ["a", "0123456789", "abc"]);
        assert_eq!(
            NARROW.wrapped("\u{6771}\u{4eac}\u{6771}\u{4eac}\u{6771}\u{4eac}"),
            ["\u{6771}\u{4eac}\u{6771}\u{4eac}\u{6771}", "\u{4eac}"]
        );
    }

    #[test]
    fn what_a_terminal_cannot_show_is_a_question_mark() {
        let ascii = Face { utf8: false, ..NARROW };
        assert_eq!(ascii.spelled("f\u{fc}r"), "f?r");
    }
}
