//! The largest input that is read; one byte or one item more is refused before anything else happens.

/// The longest header section: 32 KiB, counted as name, value and 4 bytes a line (its HTTP/1.1 spelling).
pub const MAX_HEAD: usize = 32 * 1024;
/// The longest field value, lines joined: 16 KiB.
pub const MAX_FIELD: usize = 16 * 1024;
/// The most components that one signature covers.
pub const MAX_COMPONENTS: usize = 64;
/// The most labels in one field.
pub const MAX_LABELS: usize = 4;
/// The most parameters of one item, which is what RFC 9651 section 3.1.2 asks a parser to support.
pub const MAX_PARAMETERS: usize = 256;
