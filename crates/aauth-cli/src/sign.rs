//! `aauth sign`

use std::path::PathBuf;

use aauth_jose::{Signer as _, SigningKey};
use aauth_runtime::{Clock as _, SystemClock};
use aauth_signature::{
    Component, ContentDigest, Coverage, DigestAlgorithm, SignatureError, SignatureKey, sign,
};
use aauth_types::{Document, ServerId, UnixTime};
use clap::{Args, ValueEnum};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};

use crate::args::{Reach, Source, unix_time};
use crate::dialect::DialectName;
use crate::failure::Failure;
use crate::output::Report;
use crate::request::{Request, RequestText};
use crate::{input, keys};

/// Options of `sign`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The file with the private JWK
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// How Signature-Key names the key
    #[arg(long, value_enum)]
    scheme: Scheme,
    /// With jwks_uri: the identifier that publishes the key
    #[arg(long, value_name = "URL", required_if_eq("scheme", "jwks_uri"))]
    id: Option<String>,
    /// With jwks_uri: the key in that set [default: the kid of the key]
    #[arg(long, value_name = "KID")]
    kid: Option<String>,
    /// With jwks_uri: the metadata document of the identifier; the seed knows agent only
    #[arg(long, value_enum, default_value_t = DocumentName::Agent)]
    document: DocumentName,
    /// With jwt: the token that is bound to the key
    #[arg(long, value_name = "TOKEN", required_if_eq("scheme", "jwt"))]
    token: Option<String>,
    /// When it is signed, in seconds since 1970 [default: the clock of the system]
    #[arg(long, value_name = "UNIX", value_parser = unix_time)]
    created: Option<UnixTime>,
    /// A component to cover beside the required ones; may be repeated
    #[arg(long, value_name = "COMPONENT")]
    cover: Vec<String>,
    /// The dialect
    #[arg(long, value_enum, default_value_t = DialectName::Seed)]
    dialect: DialectName,
    /// The authority to sign for, in place of the one in the url
    #[arg(long, value_name = "HOST")]
    authority: Option<String>,
    #[command(flatten)]
    reach: Reach,
}

const AFTER: &str = "\
Reads and writes {\"method\",\"url\",\"headers\":[[name,value],…],\"body\":\"…\"|null}; the signature fields of an earlier
signing are replaced. To cover content-digest or content-type adds the field where it is absent.";

/// The schemes that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scheme {
    /// The key itself
    #[value(name = "hwk")]
    Hwk,
    /// A published key
    #[value(name = "jwks_uri")]
    JwksUri,
    /// A token that is bound to the key
    #[value(name = "jwt")]
    Jwt,
}

/// Metadata documents by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DocumentName {
    Agent,
    Resource,
    Issuer,
    Person,
    Access,
}

impl DocumentName {
    fn document(self) -> Document {
        match self {
            Self::Agent => Document::Agent,
            Self::Resource => Document::Resource,
            Self::Issuer => Document::Issuer,
            Self::Person => Document::Person,
            Self::Access => Document::Access,
        }
    }
}

/// Signs one request.
pub(crate) fn run(args: &SignArgs) -> Result<Report, Failure> {
    let key = keys::private_key(&args.key)?;
    let named = args.signature_key(&key)?;
    let coverage = args.coverage()?;
    let mut text = RequestText::parse(&input::read(args.source.file.as_deref())?)?;
    remove_signature(&mut text);
    let mut request = text.to_request()?;
    for (name, value) in complete(&mut request, &coverage)? {
        push(&mut text, &name, &value);
    }
    let head = request.head(args.authority.as_deref().unwrap_or(&request.authority));
    let now = args.created.unwrap_or_else(|| SystemClock.now());
    for (name, value) in sign(&head, &named, args.dialect.tables().fields, &coverage, now, &key)? {
        push(&mut text, &name, &value);
    }
    let written = serde_json::to_string(&text);
    written.map(Report::Document).map_err(|_| Failure::new("request", None, "the request cannot be written"))
}

impl SignArgs {
    fn signature_key(&self, key: &SigningKey) -> Result<SignatureKey<'static>, Failure> {
        let absent = |what| Failure::usage("usage", format!("this scheme needs {what}"));
        match self.scheme {
            Scheme::Hwk => Ok(SignatureKey::Hwk(key.public_jwk())),
            Scheme::JwksUri => {
                let id = self.id.as_deref().ok_or_else(|| absent("--id"))?;
                let wrong = |error| Failure::usage("server_id", format!("--id: {error}"));
                let kid = self.kid.as_deref().or(key.kid()).ok_or_else(|| absent("--kid"))?;
                Ok(SignatureKey::JwksUri {
                    id: ServerId::parse(id, self.reach.network()).map_err(wrong)?,
                    document: self.document.document(),
                    kid: kid.to_owned().into(),
                })
            }
            Scheme::Jwt => {
                let token = self.token.as_deref().ok_or_else(|| absent("--token"))?;
                Ok(SignatureKey::Jwt(token.trim().to_owned().into()))
            }
        }
    }

    fn coverage(&self) -> Result<Coverage, Failure> {
        let parse = |name: &String| {
            Component::parse(name).map_err(|error| Failure::usage(error.kind(), format!("--cover: {error}")))
        };
        let components = self.cover.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        Ok(Coverage::default().also(components))
    }
}

/// Adds the fields of the body that are to be covered and are not there; any other must have been sent.
fn complete(request: &mut Request, coverage: &Coverage) -> Result<Vec<(HeaderName, HeaderValue)>, Failure> {
    let mut added = Vec::new();
    for (index, component) in coverage.additional().iter().enumerate() {
        let Component::Field(name) = component else { continue };
        if request.fields.contains_key(name) {
            continue;
        }
        let value = match component {
            _ if *component == Component::CONTENT_DIGEST => {
                ContentDigest::of(DigestAlgorithm::Sha256, &request.body).to_value()?
            }
            _ if *name == CONTENT_TYPE => HeaderValue::from_static("application/octet-stream"),
            _ => return Err(SignatureError::FieldAbsent { index }.into()),
        };
        request.fields.insert(name.clone(), value.clone());
        added.push((name.clone(), value));
    }
    Ok(added)
}

const SIGNATURE_FIELDS: [&str; 3] = ["signature-input", "signature", "signature-key"];

fn remove_signature(text: &mut RequestText) {
    text.headers.retain(|(name, _)| !SIGNATURE_FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field)));
}

fn push(text: &mut RequestText, name: &HeaderName, value: &HeaderValue) {
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    text.headers.push((name.as_str().to_owned(), value));
}
