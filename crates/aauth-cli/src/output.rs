//! What is printed, and the exit status.

use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::Value;

use crate::failure::{Failure, Fault};

/// How an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// What a command answers.
#[derive(Debug)]
pub(crate) enum Report {
    /// A JSON text that stands for itself: a key, a key set, a request.
    Document(String),
    /// A result: lines for people, or `{"ok":true,"value":…}`.
    Result {
        /// For people; the JSON form when empty.
        text: String,
        /// The value.
        value: Value,
    },
}

impl Report {
    /// A result that has no other form than JSON.
    pub(crate) fn value(value: Value) -> Self {
        Self::Result { text: String::new(), value }
    }
}

/// Prints the answer and says how it went.
pub(crate) fn finish(result: Result<Report, Failure>, shape: Shape) -> ExitCode {
    match result {
        Ok(report) => {
            // Nobody is left to tell when the reader has gone.
            let _gone = write_line(&mut io::stdout().lock(), &rendered(report, shape));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _gone = refuse(&failure, shape);
            status(&failure)
        }
    }
}

/// Says on standard error, in either shape, why a command failed whose output is something else than a report.
pub(crate) fn fail(failure: &Failure, shape: Shape) -> ExitCode {
    let line = match shape {
        Shape::Json => refusal(failure),
        Shape::Text => complaint(failure),
    };
    let _gone = write_line(&mut io::stderr().lock(), &line);
    status(failure)
}

fn status(failure: &Failure) -> ExitCode {
    match failure.fault() {
        Fault::Input => ExitCode::from(1),
        Fault::Usage => ExitCode::from(2),
    }
}

/// Prints what the command line parser has to say: help and version are no errors.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let _gone = error.print();
    match error.use_stderr() {
        true => ExitCode::from(2),
        false => ExitCode::SUCCESS,
    }
}

fn rendered(report: Report, shape: Shape) -> String {
    match (report, shape) {
        (Report::Document(text), _) => text,
        (Report::Result { text, .. }, Shape::Text) if !text.is_empty() => text,
        (Report::Result { value, .. }, _) => format!(r#"{{"ok":true,"value":{value}}}"#),
    }
}

fn refuse(failure: &Failure, shape: Shape) -> io::Result<()> {
    match shape {
        Shape::Json => write_line(&mut io::stdout().lock(), &refusal(failure)),
        Shape::Text => write_line(&mut io::stderr().lock(), &complaint(failure)),
    }
}

fn refusal(failure: &Failure) -> String {
    format!(r#"{{"ok":false,"error":{}}}"#, failure.to_text())
}

fn complaint(failure: &Failure) -> String {
    format!("aauth: {} ({})", failure.message(), failure.kind())
}

fn write_line(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(text.trim_end_matches('\n').as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}
