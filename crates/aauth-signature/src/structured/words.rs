//! What `sfv` refuses, in the words of this crate.

use crate::SignatureError;
use crate::field::Field;

const LAST_COMMA: &str = "nothing after the last comma";

/// What an error of `sfv` says, without its index, and what was found. `sfv` has no other name for its errors.
static WORDS: [(&str, &str); 23] = [
    ("expected start of key ('a'-'z' or '*')", "no key"),
    ("trailing characters after member", "no comma between members"),
    ("trailing comma", LAST_COMMA),
    ("expected inner list delimiter (' ' or ')')", "no space between items"),
    ("unterminated inner list", "an inner list without end"),
    ("expected start of bare item", "no item"),
    ("expected boolean ('0' or '1')", "no boolean"),
    ("invalid string character", "a byte that no string has, or no end of a string"),
    ("unterminated string", "a byte that no string has, or no end of a string"),
    ("unterminated escape sequence", "an escape that no string has"),
    ("invalid escape sequence", "an escape that no string has"),
    ("unterminated byte sequence", "no byte sequence"),
    ("invalid byte sequence", "no byte sequence"),
    ("expected digit", "no digit"),
    ("too many digits", "an integer of more than 15 digits"),
    ("too many digits before decimal point", "a decimal of too many or too few digits"),
    ("too many digits after decimal point", "a decimal of too many or too few digits"),
    ("trailing decimal point", "a decimal of too many or too few digits"),
    ("date must be an integer number of seconds", "a date that is no integer"),
    ("expected '\"'", "no display string"),
    ("invalid UTF-8 in display string", "no display string"),
    ("invalid display string character", "no display string"),
    ("unterminated display string", "no display string"),
];

/// The error of this crate for one of `sfv`, at its place in `text`.
pub(super) fn malformed(field: Field, text: &str, error: &sfv::Error) -> SignatureError {
    // The alternate form leaves out the index.
    let said = format!("{error:#}");
    let found = WORDS.iter().find(|row| row.0 == said).map_or("no structured field", |row| row.1);
    // `sfv` points at the comma itself.
    let at = error.index().filter(|_| found != LAST_COMMA).unwrap_or(text.len());
    SignatureError::Malformed { field, found, at }
}
