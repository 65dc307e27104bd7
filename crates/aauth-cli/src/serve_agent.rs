//! `aauth serve-agent`

use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use aauth_discovery::{AgentMetadata, HttpsUri};
use aauth_http::{Published, documents, listen};
use aauth_jose::{Jwks, PublicJwk};
use aauth_types::{Document, EndpointUrl, ServerId};
use clap::Args;
use serde_json::json;

use crate::args::{Form, Reach};
use crate::failure::Failure;
use crate::fetch::Interrupts;
use crate::output::Report;
use crate::{input, keys};

/// Options of `serve-agent`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, group = clap::ArgGroup::new("where").required(true).args(["out", "listen"]))]
pub(crate) struct ServeAgentArgs {
    /// The agent's identifier, under which the documents will be found
    #[arg(long, value_name = "URL")]
    id: String,
    /// A private or public JWK with a kid; can be repeated. Only the public half is published
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// Write the documents into a directory that a web server serves under the identifier
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Serve the documents at this address, over plain HTTP: for local use, or behind a server that does TLS
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The agent's name, for people
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The URL on whose origin callbacks are allowed
    #[arg(long, value_name = "URL")]
    callback_endpoint: Option<String>,
    /// Allow callbacks to loopback http too
    #[arg(long)]
    localhost_callback: bool,
    /// Say that the agent answers questions of the person, as `aauth fetch` does
    #[arg(long)]
    clarification_supported: bool,
    /// The terms of service, for people
    #[arg(long, value_name = "URL")]
    tos: Option<String>,
    /// The privacy policy, for people
    #[arg(long, value_name = "URL")]
    policy: Option<String>,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    pub(crate) form: Form,
}

const AFTER_HELP: &str = "\
The documents are .well-known/aauth-agent.json, the same without .json, and jwks.json. All are JSON and public.

Exit status: 0 when written, or when the server was stopped; 1 when a key or a URL is refused; 2 when the command
itself is wrong.";

const JWKS: &str = "jwks.json";

/// Writes or serves the documents.
pub(crate) fn run(args: &ServeAgentArgs) -> Result<Report, Failure> {
    let id = ServerId::parse(&args.id, args.reach.network())
        .map_err(|error| Failure::usage(error.kind(), format!("--id: {error}")))?;
    let published = Published {
        document: Document::Agent,
        metadata: args.metadata(&id)?.to_json(),
        jwks_path: format!("/{JWKS}"),
        jwks: String::new().into(),
    };
    let jwks = Jwks::from_keys(args.public_keys()?).to_json();
    match (&args.out, args.listen) {
        (Some(directory), _) => write_all(directory, &published.metadata, &jwks),
        (None, Some(address)) => serve(&id, address, Published { jwks: jwks.into(), ..published }),
        (None, None) => Err(Failure::usage("usage", "give --out or --listen")),
    }
}

impl ServeAgentArgs {
    fn metadata(&self, id: &ServerId) -> Result<AgentMetadata, Failure> {
        let network = self.reach.network();
        let uri = |text: &Option<String>, option: &str| {
            let parse = |text: &String| HttpsUri::parse(text, network);
            text.as_ref()
                .map(parse)
                .transpose()
                .map_err(|error| Failure::new(error.kind(), None, format!("{option}: {error}")))
        };
        let mut metadata = AgentMetadata::new(id.clone(), EndpointUrl::on(id, "/jwks.json"));
        metadata.client_name = self.name.clone();
        metadata.callback_endpoint = match &self.callback_endpoint {
            None => None,
            Some(text) => Some(EndpointUrl::parse(text, network).map_err(|error| {
                Failure::new(error.kind(), None, format!("--callback-endpoint: {error}"))
            })?),
        };
        metadata.localhost_callback_allowed = self.localhost_callback;
        metadata.clarification_supported = self.clarification_supported;
        metadata.tos_uri = uri(&self.tos, "--tos")?;
        metadata.policy_uri = uri(&self.policy, "--policy")?;
        Ok(metadata)
    }

    /// The public halves, each under a name of its own.
    fn public_keys(&self) -> Result<Vec<PublicJwk>, Failure> {
        let mut public: Vec<PublicJwk> = Vec::new();
        for path in &self.keys {
            let key = keys::public_half(&input::read(Some(path))?)?;
            match key.kid() {
                None => return Err(Failure::new("key_without_kid", None, "a key has no kid to be found by")),
                Some(kid) if public.iter().any(|other| other.kid() == Some(kid)) => {
                    return Err(Failure::new("duplicate_kid", None, "two keys have the same kid"));
                }
                Some(_) => public.push(key),
            }
        }
        Ok(public)
    }
}

fn write_all(directory: &Path, metadata: &str, jwks: &str) -> Result<Report, Failure> {
    let well_known = directory.join(".well-known");
    let files = [
        (well_known.join(Document::Agent.file_name()), metadata),
        (well_known.join(Document::Agent.short_name()), metadata),
        (directory.join(JWKS), jwks),
    ];
    let written = fs::create_dir_all(&well_known)
        .and_then(|()| files.iter().try_for_each(|(path, text)| fs::write(path, text)));
    written.map_err(|error| {
        Failure::usage("unwritable", format!("the documents cannot be written: {}", error.kind()))
    })?;
    let paths: Vec<_> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    Ok(Report::Result { text: paths.join("\n"), value: json!({ "files": paths }) })
}

fn serve(id: &ServerId, address: SocketAddr, published: Published) -> Result<Report, Failure> {
    let failed = |error: io::Error| Failure::usage("runtime", error.kind().to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let server = listen(address).await.map_err(|error| Failure::usage("listen", error.to_string()))?;
        let mut interrupts = Interrupts::new()?;
        let at = server.address();
        // Nobody reads it; the server serves all the same.
        let _closed = writeln!(io::stdout(), "agent {id} at http://{at}");
        server.serve(documents(published), async move { interrupts.next().await }).await;
        Ok(Report::Result { text: "stopped".to_owned(), value: json!({ "address": at.to_string() }) })
    })
}
