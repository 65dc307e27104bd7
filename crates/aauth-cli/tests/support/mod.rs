//! Runs the binary.

#[cfg(unix)]
pub mod svg;
#[cfg(unix)]
pub mod terminal;
pub mod world;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use aauth_jose::b64;
use serde_json::Value;

/// What the command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// The answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error} in {:?}, {:?}", self.out, self.err))
    }

    /// The kind of the error in the answer.
    pub fn kind(&self) -> String {
        let answer = self.json();
        assert_eq!(answer["ok"], false, "{answer}");
        answer["error"]["kind"].as_str().expect("every error has a kind").to_owned()
    }
}

pub fn aauth<S: AsRef<str>>(args: &[S], input: &[u8]) -> Said {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aauth"))
        .args(args.iter().map(AsRef::as_ref))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // What is too long is not read to its end.
    let _closed = child.stdin.take().expect("piped").write_all(input);
    let output = child.wait_with_output().expect("the binary ends");
    Said {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout).expect("utf-8"),
        err: String::from_utf8(output.stderr).expect("utf-8"),
    }
}

/// An input of a data file: a text, bytes in base64, or a piece that is repeated.
pub fn input(value: &Value) -> Vec<u8> {
    if let Some(text) = value.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = value["base64"].as_str() {
        return b64::decode_standard(text).expect("base64");
    }
    let part = |name: &str| value[name].as_str().expect("a text").to_owned();
    let times = usize::try_from(value["times"].as_u64().expect("a number")).expect("small");
    [part("before"), part("piece").repeat(times), part("after")].concat().into_bytes()
}

/// A directory of its own, removed afterwards.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("aauth-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).expect("a new directory");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("utf-8").to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}
