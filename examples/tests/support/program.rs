//! One of the programs, with its output.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A program that is stopped when the test is over.
pub(crate) struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    pub(crate) fn start(path: &str, flags: &[&str]) -> Self {
        let mut child =
            Command::new(path).args(flags).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    /// Reads lines until one holds `wanted`, and gives it.
    pub(crate) fn line_with(&mut self, wanted: &str) -> String {
        let mut text = String::new();
        loop {
            let before = text.len();
            assert_ne!(self.output.read_line(&mut text).unwrap(), 0, "no {wanted} in:\n{text}");
            let line = text.split_at(before).1.trim();
            if line.contains(wanted) {
                return line.to_owned();
            }
        }
    }

    /// Asks it to stop, as a service manager does.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for its end: exit status, the rest of its output, its errors.
    pub(crate) fn rest(mut self) -> (Option<i32>, String, String) {
        let (mut output, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut output).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code(), output, errors)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The word in `line` that begins with `start`.
pub(crate) fn word_from(line: &str, start: &str) -> String {
    let at = line.find(start).unwrap();
    line.split_at(at).1.split([',', ';', ' ']).next().unwrap().to_owned()
}
