//! What the user types.

use std::io::{self, BufRead as _, Read as _};
use std::sync::OnceLock;

use tokio::sync::{Mutex, mpsc};

/// Lines of standard input, read by a thread that begins with the first question.
#[derive(Debug, Default)]
pub(super) struct Keyboard(OnceLock<Mutex<mpsc::Receiver<String>>>);

/// The longest line, in bytes.
const LONGEST: u64 = 4096;

impl Keyboard {
    /// The next line that is typed from now on, without its end; `None` when there will be none.
    pub(super) async fn line(&self) -> Option<String> {
        let mut lines = self.0.get_or_init(|| Mutex::new(listen())).lock().await;
        // What was typed before the question does not answer it.
        while lines.try_recv().is_ok() {}
        lines.recv().await
    }
}

fn listen() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    // A task could not be left behind: the runtime would wait for it.
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = String::new();
            let read = input.by_ref().take(LONGEST).read_line(&mut line);
            if !matches!(read, Ok(1..)) || sender.blocking_send(line.trim().to_owned()).is_err() {
                return;
            }
        }
    });
    receiver
}
