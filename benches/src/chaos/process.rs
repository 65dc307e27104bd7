//! An auth server as a child process that can be killed and started again.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running auth server; killed when dropped.
#[derive(Debug)]
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    program: PathBuf,
    arguments: Vec<String>,
    child: Child,
}

impl Process {
    /// Starts `program` on a free port with these flags and waits until it answers.
    pub async fn start(program: &Path, flags: &[String]) -> Self {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        let address = free.expect("a free port");
        let mut arguments = vec!["--listen".to_owned(), address.to_string()];
        arguments.extend_from_slice(flags);
        let child = spawn(program, &arguments);
        let mut process = Self { address, program: program.to_owned(), arguments, child };
        process.ready().await;
        process
    }

    /// Its identifier.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Resident memory in bytes.
    #[must_use]
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the status of a running process, on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib =
            line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse::<u64>().ok());
        kib.expect("VmRSS") * 1024
    }

    /// Open descriptors: connections, files, and some of the runtime's own.
    #[must_use]
    pub fn descriptors(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        open.expect("the descriptors of a running process, on Linux").count()
    }

    /// Processor time spent, in steps of 10 ms.
    #[must_use]
    pub fn worked(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("the state of a running process, on Linux");
        // After the name in parentheses: 12th and 13th are the ticks in user and kernel mode, a hundred a second.
        let (_, fields) = stat.rsplit_once(')').expect("a name in parentheses");
        let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
        Duration::from_millis(10 * ticks.sum::<u64>())
    }

    /// Whether it still runs, without ever having been started again by us since.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL: nothing is flushed, nothing is said.
    pub fn kill(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }

    /// Starts again where the last one was killed; gives the time until it answers.
    pub async fn restart(&mut self) -> Duration {
        let begin = Instant::now();
        self.child = spawn(&self.program, &self.arguments);
        self.ready().await;
        begin.elapsed()
    }

    async fn ready(&mut self) {
        let url = format!("{}/.well-known/aauth-issuer.json", self.origin());
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(60) {
            if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(self.runs(), "the server ended at its start");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the server did not answer within 60 s");
    }
}

fn spawn(program: &Path, arguments: &[String]) -> Child {
    let child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    child.expect("the server can be started")
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The auth server of the examples: `given`, or beside this program, where it is built if it is missing.
#[must_use]
pub fn locate(given: Option<PathBuf>) -> PathBuf {
    if let Some(given) = given {
        return given;
    }
    let this = std::env::current_exe().expect("the path of this program");
    let beside = this.with_file_name("auth-server");
    if !beside.exists() {
        let built = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
            .args(["build", "--release", "-p", "examples", "--bin", "auth-server"])
            .status();
        assert!(built.is_ok_and(|status| status.success()), "the auth server cannot be built");
    }
    beside
}
