//! The command under a pseudo-terminal.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

pub use vt100::Screen;

/// A running command and the screen that it writes to.
pub struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shown: Arc<Shown>,
    reader: Option<JoinHandle<()>>,
}

struct Shown {
    state: Mutex<State>,
    more: Condvar,
}

struct State {
    parser: vt100::Parser,
    sent: Vec<u8>,
}

impl Terminal {
    /// Starts the command on a screen of so many rows and columns. Of the environment it sees what is given.
    pub fn start(args: &[String], size: (u16, u16), environment: &[(&str, &str)]) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(Size::new(size.0, size.1)).unwrap();
        let command =
            Command::new(env!("CARGO_BIN_EXE_aauth")).args(args).env_clear().env("TERM", "xterm-256color");
        let child = command.envs(environment.iter().copied()).spawn(pts).unwrap();
        let (rows, columns) = (NonZeroU16::new(size.0).unwrap(), NonZeroU16::new(size.1).unwrap());
        let state = State { parser: vt100::Parser::new(rows, columns, 0), sent: Vec::new() };
        let shown = Arc::new(Shown { state: Mutex::new(state), more: Condvar::new() });
        let pty = Arc::new(pty);
        let reader = thread::spawn({
            let (pty, shown) = (pty.clone(), shown.clone());
            move || shown.read(&pty)
        });
        Self { pty, child, shown, reader: Some(reader) }
    }

    /// The screen, as soon as it is as wanted.
    pub fn wait(&mut self, wanted: impl Fn(&Screen) -> bool) -> Screen {
        let state = self.shown.state.lock().unwrap();
        let unwanted = |state: &mut State| !wanted(state.parser.screen());
        let (state, time) =
            self.shown.more.wait_timeout_while(state, Duration::from_secs(60), unwanted).unwrap();
        assert!(!time.timed_out(), "not on the screen:\n{}", state.parser.screen().contents());
        state.parser.screen().clone()
    }

    /// Types.
    pub fn send(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).unwrap();
    }

    /// Every byte that came so far.
    pub fn sent(&self) -> Vec<u8> {
        self.shown.state.lock().unwrap().sent.clone()
    }

    /// The exit status and the last screen.
    pub fn end(&mut self) -> (Option<i32>, Screen) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status.code(), self.shown.state.lock().unwrap().parser.screen().clone())
    }
}

impl Shown {
    /// Ends when nobody has the other end any more.
    fn read(&self, pty: &Pty) {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = { pty }.read(&mut bytes) {
            let mut state = self.state.lock().unwrap();
            state.parser.process(&bytes[..count]);
            state.sent.extend_from_slice(&bytes[..count]);
            drop(state);
            self.more.notify_all();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
