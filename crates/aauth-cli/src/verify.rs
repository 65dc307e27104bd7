//! `aauth verify`

mod credential;

use std::path::PathBuf;
use std::time::Duration;

use aauth_roles::{Dialect, Rejection};
use aauth_runtime::{Clock as _, SystemClock};
use aauth_signature::{
    Coverage, DEFAULT_WINDOW, RequestHead, SignatureKey, SignatureValid, SignedBody, SignedHead,
};
use aauth_types::{Network, ServerId, UnixTime};
use clap::Args;
use http::header::HOST;
use serde_json::{Value, json};

use self::credential::{Credential, Wants};
use crate::args::{Reach, Source, unix_time};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::keys::KeySets;
use crate::output::Report;
use crate::request::{Request, RequestText};
use crate::{input, view};

/// Options of `verify`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The dialect
    #[arg(long, value_enum, default_value_t = DialectName::Seed)]
    dialect: DialectName,
    /// The clock, in seconds since 1970 [default: the clock of the system]
    #[arg(long, value_name = "UNIX", value_parser = unix_time)]
    now: Option<UnixTime>,
    /// How far `created` may be from the clock, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_WINDOW.as_secs())]
    window: u64,
    /// The authority the request was sent to, in place of the one in its url and of Host
    #[arg(long, value_name = "HOST")]
    authority: Option<String>,
    /// The identifier of the verifier, which tokens must name [default: scheme and authority of the url]
    #[arg(long, value_name = "ID")]
    audience: Option<String>,
    /// An issuer whose auth and person tokens are accepted; may be repeated
    #[arg(long, value_name = "ISSUER")]
    trust: Vec<String>,
    /// A JSON object from identifier (agent, issuer) to JWKS
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    #[command(flatten)]
    reach: Reach,
}

const AFTER: &str = "\
Reads {\"method\",\"url\",\"headers\":[[name,value],…],\"body\":\"…\"|null}, with body_base64 for bytes.
Keys come from --keys and never from the network; without it only scheme hwk can be verified.
In dialect draft-11 an agent, person or auth token is verified by itself (signature, times, claims, issuer, audience,
binding); what a server of the draft compares beyond the request, such as records and missions, is not.";

/// Verifies one request.
pub(crate) fn run(args: &VerifyArgs) -> Result<Report, Failure> {
    let verifier = Verifier::new(args)?;
    let text = input::read(args.source.file.as_deref())?;
    let request = RequestText::parse(&text)?.to_request()?;
    let caller = verifier.verify(&request)?;
    Ok(Report::value(json!({ "caller": caller })))
}

/// Everything that is the same for every request.
struct Verifier<'a> {
    dialect: DialectName,
    network: Network,
    now: UnixTime,
    coverage: Coverage,
    authority: Option<&'a str>,
    audience: Option<ServerId>,
    trust: Vec<ServerId>,
    keys: KeySets,
}

impl<'a> Verifier<'a> {
    fn new(args: &'a VerifyArgs) -> Result<Self, Failure> {
        let network = args.reach.network();
        let id = |option: &str, text: &str| {
            let wrong = |error| Failure::usage("server_id", format!("{option}: {error}"));
            ServerId::parse(text, network).map_err(wrong)
        };
        Ok(Self {
            dialect: args.dialect,
            network,
            now: args.now.unwrap_or_else(|| SystemClock.now()),
            coverage: Coverage::default().with_window(Duration::from_secs(args.window)),
            authority: args.authority.as_deref(),
            audience: args.audience.as_deref().map(|text| id("--audience", text)).transpose()?,
            trust: args.trust.iter().map(|text| id("--trust", text)).collect::<Result<_, _>>()?,
            keys: KeySets::read(args.keys.as_deref())?,
        })
    }

    fn verify(&self, request: &Request) -> Result<Value, Failure> {
        let head = request.head(self.authority.unwrap_or(&request.authority));
        if self.authority.is_none() {
            check_host(&head)?;
        }
        let dialect = self.dialect.tables();
        let signed = SignedHead::parse(&head, dialect.fields, self.network)?;
        check_scheme(signed.key(), dialect)?;
        let checked = signed.check(&self.coverage, self.now)?;
        let audience = || self.audience(&head);
        let wants = Wants {
            dialect: self.dialect,
            network: self.network,
            now: self.now,
            audience: &audience,
            trust: &self.trust,
            keys: &self.keys,
        };
        let credential = wants.credential(checked.key())?;
        let valid = checked.verify(credential.key.key())?;
        let bound = matches!(valid.body(&request.body)?, SignedBody::Bound(_));
        Ok(caller(dialect, checked.key().scheme(), &credential, &valid, bound))
    }

    fn audience(&self, head: &RequestHead<'_>) -> Result<ServerId, Failure> {
        match &self.audience {
            Some(id) => Ok(id.clone()),
            None => {
                let text = format!("{}://{}", head.scheme, head.normal_authority()?);
                let wrong = |error| {
                    Failure::new(
                        "audience",
                        None,
                        format!("the url names no audience, give --audience: {error}"),
                    )
                };
                ServerId::parse(&text, self.network).map_err(wrong)
            }
        }
    }
}

/// `Host`, where it is sent, is the authority of the url: case and default port aside.
fn check_host(head: &RequestHead<'_>) -> Result<(), Failure> {
    let expected = head.normal_authority()?;
    for host in head.fields.get_all(HOST) {
        let sent = RequestHead { authority: host.to_str().unwrap_or(""), ..*head };
        if sent.normal_authority()? != expected {
            return Err(Rejection::Authority.into());
        }
    }
    Ok(())
}

fn check_scheme(key: &SignatureKey<'_>, dialect: &Dialect) -> Result<(), Failure> {
    match dialect.schemes.iter().any(|scheme| scheme.name() == key.scheme()) {
        true => Ok(()),
        false => Err(Rejection::UnsupportedScheme.into()),
    }
}

/// What was proved.
fn caller(
    dialect: &Dialect,
    scheme: &str,
    credential: &Credential,
    valid: &SignatureValid,
    body_bound: bool,
) -> Value {
    json!({
        "scheme": scheme,
        "dialect": dialect.name,
        "agent": credential.agent,
        "delegate": credential.delegate,
        "thumbprint": valid.thumbprint(),
        "key": view::public_key(&credential.key),
        "label": valid.label(),
        "created": valid.created().as_secs(),
        "covered": view::names(valid.covered()),
        "token": credential.token,
        "body_bound": body_bound,
    })
}
