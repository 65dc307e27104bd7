//! `aauth fetch`

mod agent;
mod answer;
mod browser;
mod events;
mod face;
mod interrupt;
mod keyboard;
mod letters;
mod live;
mod page;
mod picture;
mod request;
mod screen;
mod terminal;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use aauth_agent::{AgentError, Client};
use clap::Args;

use crate::args::{Form, Reach};
use crate::failure::Failure;
use crate::output;

pub(crate) use interrupt::Interrupts;

/// Options of `fetch`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct FetchArgs {
    /// What to call, https
    url: String,
    /// The method [default: GET, with --data POST]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    method: Option<String>,
    /// A header field to send; can be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The body: a text, @FILE, or @- for standard input, byte for byte
    #[arg(short, long, value_name = "DATA")]
    data: Option<String>,
    /// Write the body of the answer to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write the head of the answer before its body
    #[arg(short, long)]
    include: bool,
    /// The private key, a JWK as `aauth keygen` writes it [default: a new key for this call]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The agent's identifier, where the key is published; without it the agent shows its key and no name
    #[arg(long, value_name = "URL", requires = "key")]
    agent: Option<String>,
    /// Open the consent page in the browser
    #[arg(long)]
    open: bool,
    /// Answer every question of the person with this text instead of asking at the prompt
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
    /// Why you ask, for the person who consents
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    /// Who should be asked
    #[arg(long, value_name = "HINT")]
    login_hint: Option<String>,
    /// The tenant to ask in
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// The domain to ask in
    #[arg(long, value_name = "DOMAIN")]
    domain_hint: Option<String>,
    /// Where the consent page leads back to
    #[arg(long, value_name = "URL")]
    callback: Option<String>,
    /// How long to wait for a decision, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u32).range(1..))]
    timeout: u32,
    /// Print every request and answer on standard error, tokens and codes whole: for your eyes, not for a log
    #[arg(long)]
    trace: bool,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    pub(crate) form: Form,
}

const AFTER_HELP: &str = "\
When both standard output and standard error are a terminal, the consent link, the code and a live line stand on
standard error, and questions of the person are answered at the prompt. Otherwise standard output has the body and
nothing else, and standard error one line for each event, `interaction url=URL code=CODE` or `question text=JSON`
(with --json one JSON object each, the trace and the error too); questions are answered by --answer or not at all.

Ctrl-C takes the request back at the auth server; a second one exits at once. No redirect is followed.
Colour follows NO_COLOR and TERM; the picture to scan is left out where it does not fit.

Exit status: 0 when the resource answered 2xx, 1 when it answered otherwise, was not reached, or consent was refused or
did not come, 2 when the command itself is wrong, 130 when it was interrupted.";

/// Calls the resource and writes what it answers.
pub(crate) fn run(args: &FetchArgs) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(call(args));
            // Nothing that is still under way matters any more.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(End::Failed(Failure::usage("runtime", error.kind().to_string()))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(End::Interrupted) => ExitCode::from(130),
        Err(End::Failed(failure)) => output::fail(&failure, args.form.shape()),
    }
}

/// Why there is no success.
#[derive(Debug)]
enum End {
    Failed(Failure),
    Interrupted,
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

async fn call(args: &FetchArgs) -> Result<(), End> {
    let request = request::build(args)?;
    let shown = terminal::Shown::new(args);
    let client = Client::new(agent::settings(args, &shown)?).map_err(failure)?;
    let mut interrupts = Interrupts::new()?;
    let result = tokio::select! {
        answer = client.send(request) => Some(answer),
        () = interrupts.next() => None,
        () = shown.tick() => None,
    };
    let Some(answer) = result else {
        shown.cancelling();
        tokio::select! {
            () = client.cancel() => {}
            () = interrupts.next() => {}
        }
        shown.over();
        return Err(End::Interrupted);
    };
    shown.over();
    answer::write(args, &answer.map_err(failure)?)?;
    Ok(())
}

/// What a call that failed means at the command line.
fn failure(error: AgentError) -> Failure {
    match error {
        AgentError::Url(_) | AgentError::KeyWithoutKid | AgentError::Hints(_) | AgentError::Signature(_) => {
            Failure::usage(error.kind(), error.to_string())
        }
        AgentError::Pseudonym => {
            Failure::new(error.kind(), None, "the resource wants an auth token: give --agent and --key")
        }
        _ => Failure::new(error.kind(), None, error.to_string()),
    }
}

impl FetchArgs {
    fn patience(&self) -> Duration {
        Duration::from_secs(self.timeout.into())
    }
}
