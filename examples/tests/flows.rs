//! Every flow over sockets at a fixed time; `docs/flows` is what was said there.
//!
//! Run with `AAUTH_WRITE_DOCS=1` to write the pages anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs
)]

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use aauth_testkit::{CountingEntropy, FakeClock};
use examples::flows::{self, Flow};
use examples::{Layout, Stage, Time, Transcript};

/// Below what systems give out by themselves.
const FIRST_PORT: u16 = 18_760;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What is said when the flow is played at the time of the recorded one.
async fn said(flow: &Flow) -> String {
    let kept = Kept::default();
    let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
    let told = Arc::clone(&clock);
    let time = Time::Told(Box::new(move |by| told.advance(by)));
    let transcript = Arc::new(Transcript::to(Layout::Post, kept.clone()));
    let stage = Stage::new(clock, Arc::new(CountingEntropy::default()), time, FIRST_PORT, transcript);
    flow.play(&stage).await.unwrap_or_else(|fault| panic!("{}: {fault}", flow.name));
    let said = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    // The server behind the parties writes the time of this machine.
    said.lines()
        .filter(|line| !line.to_lowercase().starts_with("date: "))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[tokio::test]
async fn the_pages_show_what_the_flows_say() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/flows");
    for flow in flows::ALL {
        let (path, said) = (format!("{folder}/{}.md", flow.name), said(flow).await);
        let page = format!("# {}\n\n{}\n\n{NOTE}\n\n```text\n{said}```\n", flow.name, flow.story);
        if std::env::var("AAUTH_WRITE_DOCS").is_ok() {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(&path, &page).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == page, "{path} is not what is said: write it anew\n{page}");
    }
}

const NOTE: &str = "Written by `cargo run --bin demo`'s own code at a fixed time, with fixed keys.";

#[test]
fn the_demonstration_lists_the_flows() {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).args(["--flow", "list"]).output().unwrap();
    let names: Vec<_> = flows::ALL.iter().map(|flow| flow.name).collect();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().collect::<Vec<_>>(), names);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn every_flow_ends_as_it_should_in_the_demonstration() {
    for flow in flows::ALL {
        let output = Command::new(env!("CARGO_BIN_EXE_demo")).args(["--flow", flow.name]).output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), errors.as_str()), (Some(0), ""), "{}", flow.name);
        assert!(String::from_utf8(output.stdout).unwrap().contains(">>> AGENT"), "{}", flow.name);
    }
}

#[test]
fn an_unknown_flow_is_one_clear_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).args(["--flow", "nothing"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "error: no flow is called nothing; --flow list names them\n");
}
