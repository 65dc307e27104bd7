//! The auth server of the examples as a child process that can be killed and started again.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::free_address;

/// A running auth server; killed when dropped.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    arguments: Vec<String>,
    child: Child,
}

impl Process {
    /// Starts an auth server on a free port with these flags and waits until it answers.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        let address = free_address();
        let mut all = vec!["--listen".to_owned(), address.to_string()];
        all.extend(arguments.iter().map(|text| (*text).to_owned()));
        let child = spawn(&all);
        let process = Self { address, arguments: all, child };
        process.ready().await;
        process
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts again where the last one was killed; gives the time until it answers.
    pub(crate) async fn restart(&mut self) -> Duration {
        let begin = Instant::now();
        self.child = spawn(&self.arguments);
        self.ready().await;
        begin.elapsed()
    }

    async fn ready(&self) {
        let url = format!("{}/.well-known/aauth-issuer.json", self.origin());
        for _ in 0..1000 {
            if reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the auth server did not start");
    }
}

fn spawn(arguments: &[String]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_auth-server"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
