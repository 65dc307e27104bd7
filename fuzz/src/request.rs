//! A request that is signed as it should be, and what somebody on the way could do to it.

use std::sync::LazyLock;

use aauth_jose::{Algorithm, Signer as _};
use aauth_signature::{
    Component, ContentDigest, Coverage, DigestAlgorithm, FieldSyntax, RequestHead, SignatureKey, Unsigned,
    UriScheme,
};
use aauth_token::{AuthClaims, Issuance, SEED, mint};
use aauth_types::{Document, Scope, TokenId};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use libfuzzer_sys::arbitrary::{self, Arbitrary};

use crate::{SYNTAXES, agent, auth_server, now, resource, signer};

/// What is to be signed.
#[derive(Debug, Arbitrary)]
pub struct Request {
    method: Verb,
    target: Vec<u8>,
    value: Vec<u8>,
    body: Option<Vec<u8>>,
    scheme: Scheme,
    syntax: Syntax,
    is_es256: bool,
}

/// One change on the way.
#[derive(Debug, Arbitrary)]
pub enum Change {
    /// Another method.
    Method(Verb),
    /// Another host or port.
    Authority(u8),
    /// The other scheme.
    Scheme,
    /// An edit of the request target.
    Target(Edit),
    /// An edit of one field line.
    Line(u8, Edit),
    /// A field taken away.
    Drop(u8),
    /// A field that is there twice.
    Double(u8),
    /// One more line of a field, empty or with one character.
    Append(u8, Option<u8>),
    /// An edit of the body.
    Body(Edit),
}

/// A change of one byte.
#[derive(Debug, Arbitrary)]
pub enum Edit {
    /// A byte more.
    Insert(u16, u8),
    /// Another byte.
    Replace(u16, u8),
    /// A byte less.
    Delete(u16),
}

/// A method, one of them a method of nobody.
#[derive(Debug, Arbitrary)]
pub enum Verb {
    Get,
    Post,
    Delete,
    Own,
}

#[derive(Debug, Arbitrary)]
enum Scheme {
    Hwk,
    JwksUri,
    Jwt,
}

#[derive(Debug, Arbitrary)]
enum Syntax {
    Seed,
    SeedDictionary,
    Draft11,
}

/// A request with everything that its verifier sees.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub method: Method,
    pub uri_scheme: UriScheme,
    pub authority: String,
    pub target: String,
    pub fields: HeaderMap,
    pub body: Vec<u8>,
    pub key: SignatureKey<'static>,
    pub algorithm: Algorithm,
    pub syntax: &'static FieldSyntax,
    pub cover: Coverage,
    /// What was signed.
    pub base: Vec<u8>,
}

impl Request {
    /// Signs the request.
    pub fn signed(self) -> Prepared {
        let syntax = SYNTAXES[self.syntax as usize];
        // The seed knows one algorithm.
        let algorithm = match self.is_es256 && syntax.name() == "draft-11" {
            true => Algorithm::Es256,
            false => Algorithm::Ed25519,
        };
        let mut fields = HeaderMap::new();
        let value: Vec<u8> = self.value.into_iter().filter(|b| matches!(b, b' '..=b'~')).take(200).collect();
        fields.insert(VALUE, HeaderValue::from_bytes(&value).expect("printable ascii"));
        let mut also = vec![Component::Field(VALUE)];
        if let Some(body) = &self.body {
            let digest = ContentDigest::of(DigestAlgorithm::Sha256, body).to_value().expect("a digest");
            fields.insert(HeaderName::from_static("content-digest"), digest);
            fields.insert(http::header::CONTENT_LENGTH, HeaderValue::from(body.len()));
            also.push(Component::CONTENT_DIGEST);
        }
        let mut target = String::from("/");
        target.extend(
            self.target.into_iter().take(200).map(char::from).filter(|c| c.is_ascii_graphic() && *c != '#'),
        );
        let mut prepared = Prepared {
            method: self.method.method(),
            uri_scheme: UriScheme::Https,
            authority: "resource.example".to_owned(),
            target,
            fields,
            body: self.body.unwrap_or_default(),
            key: self.scheme.key(algorithm),
            algorithm,
            syntax,
            cover: Coverage::new().also(also),
            base: Vec::new(),
        };
        prepared.sign();
        prepared
    }
}

impl Prepared {
    /// The head as a verifier sees it.
    pub fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &self.method,
            scheme: self.uri_scheme,
            authority: &self.authority,
            target: &self.target,
            fields: &self.fields,
        }
    }

    /// The lines of the covered field, as they are signed.
    pub fn value(&self) -> Vec<u8> {
        let lines: Vec<_> =
            self.fields.get_all(VALUE).iter().map(|line| line.as_bytes().trim_ascii()).collect();
        lines.join(&b", "[..])
    }

    fn sign(&mut self) {
        let unsigned =
            Unsigned::new(&self.head(), &self.key, self.syntax, &self.cover, now()).expect("signable");
        self.base = unsigned.base().to_vec();
        let signature = signer(self.algorithm).sign(&self.base).expect("a local key signs");
        let fields = unsigned.attach(&signature).expect("a signature of 64 bytes");
        self.fields.extend(fields);
    }

    /// Changes it. An edit that no HTTP message can carry does nothing.
    pub fn change(&mut self, change: &Change) {
        match change {
            Change::Method(verb) => self.method = verb.method(),
            Change::Authority(index) => {
                self.authority = AUTHORITIES[usize::from(*index) % AUTHORITIES.len()].to_owned();
            }
            Change::Scheme => {
                self.uri_scheme = match self.uri_scheme {
                    UriScheme::Http => UriScheme::Https,
                    UriScheme::Https => UriScheme::Http,
                };
            }
            Change::Target(edit) => {
                let mut bytes = core::mem::take(&mut self.target).into_bytes();
                edit.apply(&mut bytes);
                self.target = String::from_utf8_lossy(&bytes).into_owned();
            }
            Change::Line(index, edit) => {
                let name = name(*index);
                let Some(line) = self.fields.get(&name) else { return };
                let mut bytes = line.as_bytes().to_vec();
                edit.apply(&mut bytes);
                if let Ok(line) = HeaderValue::from_bytes(&bytes) {
                    self.fields.insert(name, line);
                }
            }
            Change::Drop(index) => {
                self.fields.remove(name(*index));
            }
            Change::Double(index) => {
                let name = name(*index);
                if let Some(line) = self.fields.get(&name).cloned() {
                    self.fields.append(name, line);
                }
            }
            Change::Append(index, byte) => {
                if let Ok(line) = HeaderValue::from_bytes(byte.as_slice()) {
                    self.fields.append(name(*index), line);
                }
            }
            Change::Body(edit) => edit.apply(&mut self.body),
        }
    }
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |at: u16, len: usize| usize::from(at) % len.max(1);
        match *self {
            Self::Insert(at, byte) => bytes.insert(place(at, bytes.len() + 1), byte),
            Self::Replace(at, byte) if !bytes.is_empty() => {
                let at = place(at, bytes.len());
                bytes[at] = byte;
            }
            Self::Delete(at) if !bytes.is_empty() => {
                bytes.remove(place(at, bytes.len()));
            }
            Self::Replace(..) | Self::Delete(_) => {}
        }
    }
}

impl Verb {
    fn method(&self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Delete => Method::DELETE,
            Self::Own => Method::from_bytes(b"get").expect("a method"),
        }
    }
}

impl Scheme {
    fn key(&self, algorithm: Algorithm) -> SignatureKey<'static> {
        let jwk = signer(algorithm).public_jwk();
        match self {
            Self::Hwk => SignatureKey::Hwk(jwk.key().to_jwk(None)),
            Self::JwksUri => {
                let kid = jwk.kid().expect("the keys have names").to_owned();
                SignatureKey::JwksUri { id: agent(), document: Document::Agent, kid: kid.into() }
            }
            Self::Jwt => SignatureKey::Jwt(TOKEN.as_str().into()),
        }
    }
}

const VALUE: HeaderName = HeaderName::from_static("x-value");
const NAMES: [&str; 6] =
    ["signature-input", "signature", "signature-key", "x-value", "content-digest", "content-length"];
const AUTHORITIES: [&str; 6] = [
    "resource.example",
    "resource.example:443",
    "RESOURCE.example",
    "resource.example:80",
    "resource.example.",
    "evil.example",
];

/// An auth token for the agent's key, from the auth server that the resource trusts.
static TOKEN: LazyLock<String> = LazyLock::new(|| {
    let id = TokenId::from_entropy([9; 16]);
    let issuance = Issuance::new(auth_server(), id, now(), core::time::Duration::from_secs(3600));
    let key = signer(Algorithm::Ed25519).public_jwk();
    let mut claims = AuthClaims::new(issuance, resource(), key);
    claims.agent = Some(agent());
    claims.subject = Some("alice".to_owned());
    claims.scope = Some(Scope::parse("data.read").expect("a scope"));
    mint(&claims, &SEED, signer(Algorithm::Ed25519)).expect("claims of the profile")
});

fn name(index: u8) -> HeaderName {
    HeaderName::from_static(NAMES[usize::from(index) % NAMES.len()])
}
