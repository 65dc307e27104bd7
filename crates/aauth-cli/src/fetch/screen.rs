//! Writing to the terminal around a line that changes.

use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::face::Face;

/// Standard error, with at most one line at its end that is written again and again. The cursor is never hidden.
#[derive(Debug)]
pub(super) struct Screen {
    face: Face,
    live: Mutex<String>,
}

impl Screen {
    pub(super) fn new(face: Face) -> Self {
        Self { face, live: Mutex::default() }
    }

    pub(super) fn face(&self) -> &Face {
        &self.face
    }

    /// Writes whole lines above the live line.
    pub(super) fn write(&self, text: &str) {
        let live = self.live();
        self.put(&format!("{}{text}\n{live}", self.erased(&live)));
    }

    /// Changes the live line. Where lines cannot be changed, it is a line of its own.
    pub(super) fn set_live(&self, line: String) {
        let mut live = self.live();
        match self.face.rewrites {
            true => self.put(&format!("{}{line}", self.erased(&live))),
            false => self.put(&format!("{line}\n")),
        }
        if self.face.rewrites {
            *live = line;
        }
    }

    /// Takes the live line away, or with `Rest::Keep` leaves it where it is and goes on below.
    pub(super) fn end_live(&self, rest: Rest) {
        let mut live = self.live();
        if live.is_empty() {
            return;
        }
        match rest {
            Rest::Keep => self.put("\n"),
            Rest::Erase => self.put(&self.erased(&live)),
        }
        live.clear();
    }

    /// Begins a line that the user goes on with.
    pub(super) fn ask(&self, text: &str) {
        self.end_live(Rest::Erase);
        self.put(text);
    }

    fn erased(&self, live: &str) -> String {
        if live.is_empty() { String::new() } else { "\r\u{1b}[K".to_owned() }
    }

    fn put(&self, text: &str) {
        let mut out = io::stderr().lock();
        // Whoever closed the terminal sees nothing more; the call goes on.
        let _closed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn live(&self) -> MutexGuard<'_, String> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of the live line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    Keep,
    Erase,
}
