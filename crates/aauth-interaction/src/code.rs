//! The code as a person reads it.

use aauth_deferred::InteractionCode;

/// What was typed, as it goes on the wire. What is no code stays as it is.
pub(crate) fn canonical(typed: &str) -> String {
    InteractionCode::read(typed).map_or_else(|_| typed.to_owned(), |code| code.expose().to_owned())
}

/// What was typed without its spaces: copied text brings some along, and people put one where they saw a group end.
pub(crate) fn without_spaces(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Eight symbols in two groups: `7R6X-KPRP`. The hyphen is for the eye and need not be typed.
pub(crate) fn grouped(code: &str) -> String {
    let (left, right) = code.split_at_checked(4).unwrap_or((code, ""));
    if right.is_empty() { left.to_owned() } else { format!("{left}-{right}") }
}
