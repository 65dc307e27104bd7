//! `docs/DIALECTS.md` is written from the tables, so that it cannot say anything else.
//!
//! Run with `AAUTH_WRITE_DOCS=1` to write it anew.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test; the variable asks it to write"
)]

use std::fmt::Write as _;

use aauth_challenge::{Requirement, Vocabulary};
use aauth_deferred::{DeferredWire, PollError, Standing};
use aauth_jose::{Algorithm, SigningKey};
use aauth_roles::{SEED, SEED_DICTIONARY};
use aauth_signature::{Coverage, FieldSyntax, RequestHead, SignatureKey, UriScheme, sign};
use aauth_token::{TokenKind, TokenProfiles};
use aauth_types::{Document, Network, ServerId, UnixTime};
use http::{HeaderMap, Method};

/// The tables of one dialect, those without a role included.
struct Column {
    name: &'static str,
    fields: &'static FieldSyntax,
    tokens: &'static TokenProfiles,
    challenge: &'static Vocabulary,
    deferred: &'static DeferredWire,
}

fn columns() -> [Column; 3] {
    let of = |dialect: &'static aauth_roles::Dialect| Column {
        name: dialect.name,
        fields: dialect.fields,
        tokens: dialect.tokens,
        challenge: dialect.challenge,
        deferred: dialect.deferred,
    };
    let draft = Column {
        name: "draft-11",
        fields: &aauth_signature::DRAFT_11,
        tokens: &aauth_token::DRAFT_11,
        challenge: &aauth_challenge::DRAFT_11,
        deferred: &aauth_deferred::DRAFT_11,
    };
    [of(&SEED), of(&SEED_DICTIONARY), draft]
}

#[test]
fn the_page_says_what_the_tables_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/DIALECTS.md");
    let page = page();
    if std::env::var("AAUTH_WRITE_DOCS").is_ok() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept, page, "docs/DIALECTS.md is not what the tables say: write it anew");
}

fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    table(&mut page, "Signature fields", "scheme", fields());
    table(&mut page, "Challenge", "means", challenge());
    table(&mut page, "Tokens", "kind", tokens());
    table(&mut page, "Pending URL", "means", deferred());
    page
}

const INTRODUCTION: &str = "# Dialects

A dialect is a row of tables, chosen where a request is read, carried by what was read, and used again for the answer. This
page is written from those tables by a test. `seed` is March 2026 as its Python implementation spoke it, `seed-dictionary` the
spelling of the JavaScript packages of the same weeks, `draft-11` is draft-hardt-oauth-aauth-protocol-11. Ports accept the
first two; of the third the wire crates read and write the spellings, and no role speaks it yet.

Empty cells: the dialect has no such word, and reading or writing it is an error.
";

type Rows = Vec<(String, [String; 3])>;

fn table(page: &mut String, title: &str, first: &str, rows: Rows) {
    let [a, b, c] = columns().map(|column| column.name);
    write!(page, "\n## {title}\n\n| {first} | `{a}` | `{b}` | `{c}` |\n|---|---|---|---|\n").unwrap();
    for (name, cells) in rows {
        let [a, b, c] = cells.map(|cell| cell.replace('|', "\\|"));
        writeln!(page, "| {name} | {a} | {b} | {c} |").unwrap();
    }
}

fn row(name: &str, cell: impl Fn(&Column) -> Option<String>) -> (String, [String; 3]) {
    (name.to_owned(), columns().each_ref().map(|column| cell(column).unwrap_or_default()))
}

fn code(text: &str) -> Option<String> {
    Some(format!("`{text}`"))
}

fn fields() -> Rows {
    let key = SigningKey::from_seed(Algorithm::Ed25519, [7; 32].into(), Some("key-1")).unwrap();
    let id = ServerId::parse("https://agent.example", Network::Public).unwrap();
    let jwk = |column: &Column| key.verifying_key().to_jwk(None).with_alg(column.tokens.algs).unwrap();
    let plain = key.verifying_key().to_jwk(None);
    let uri = SignatureKey::JwksUri { id, document: Document::Agent, kid: "key-1".into() };
    let token = SignatureKey::Jwt("eyJx.eyJ5.c2ln".into());
    vec![
        row("`hwk`", |column| {
            let jwk = if column.name == "draft-11" { jwk(column) } else { plain.clone() };
            written(column, &SignatureKey::Hwk(jwk), &key, 0)
        }),
        row("`jwks_uri`", |column| written(column, &uri, &key, 0)),
        row("`jwt`", |column| written(column, &token, &key, 0)),
        row("`Signature-Input`", |column| written(column, &uri, &key, 1)),
        row("`Signature`", |column| written(column, &uri, &key, 2)),
    ]
}

/// The field of the request `GET /data` that the dialect signs: 0 `Signature-Key`, 1 `Signature-Input`, 2 `Signature`.
fn written(column: &Column, credential: &SignatureKey<'_>, key: &SigningKey, which: usize) -> Option<String> {
    let fields = HeaderMap::new();
    let head = RequestHead {
        method: &Method::GET,
        scheme: UriScheme::Https,
        authority: "api.example",
        target: "/data",
        fields: &fields,
    };
    let now = UnixTime::from_secs(1_774_923_811);
    let signed = sign(&head, credential, column.fields, &Coverage::new(), now, key).ok()?;
    let name = ["signature-key", "signature-input", "signature"][which];
    let (_, value) = signed.into_iter().find(|(found, _)| found.as_str() == name)?;
    code(value.to_str().unwrap())
}

fn challenge() -> Rows {
    let words = [
        ("a signature by any key", Requirement::Pseudonym),
        ("an identified agent", Requirement::Identity),
        ("a person token", Requirement::PersonToken),
        ("an auth token", Requirement::AuthToken),
        ("a person who opens a page", Requirement::Interaction),
        ("somebody else decides", Requirement::Approval),
        ("an answer to a question", Requirement::Clarification),
        ("claims about the person", Requirement::Claims),
    ];
    let mut rows = vec![row("field names; the first is written", |column| {
        code(&column.challenge.fields().join("`, `"))
    })];
    rows.extend(
        words.map(|(name, requirement)| row(name, |column| code(column.challenge.word(requirement)?))),
    );
    rows
}

fn tokens() -> Rows {
    let mut rows = Vec::new();
    for kind in TokenKind::ALL {
        let name = kind.name();
        rows.push(row(&format!("{name}: `typ`"), |column| code(column.tokens.typ(kind)?)));
        rows.push(row(&format!("{name}: life, longest accepted, in s"), |column| {
            let (life, ceiling) = (column.tokens.life(kind)?, column.tokens.ceiling(kind)?);
            Some(format!("{}, {}", life.as_secs(), ceiling.as_secs()))
        }));
        rows.push(row(&format!("{name}: keys are named in"), |column| {
            let names: Vec<_> = column.tokens.documents(kind).map(Document::file_name).collect();
            if names.is_empty() { None } else { code(&names.join("`, `")) }
        }));
    }
    for (name, algorithm) in [("Ed25519", Algorithm::Ed25519), ("ECDSA on P-256", Algorithm::Es256)] {
        rows.push(row(&format!("`alg` for {name}"), |column| code(column.tokens.algs.name(algorithm)?)));
    }
    rows
}

fn deferred() -> Rows {
    let errors = [
        ("the person refused", PollError::Denied),
        ("too many rounds of questions", PollError::RoundsUsedUp),
        ("the person did not finish", PollError::Abandoned),
        ("nobody came in time", PollError::Expired),
        ("a token underneath was revoked", PollError::Revoked),
        ("the code was given up", PollError::InvalidCode),
        ("polled too fast", PollError::SlowDown),
        ("no answer in the body", PollError::InvalidRequest),
        ("no such request, or not yours", PollError::NotFound),
        ("the final answer was given", PollError::Gone),
        ("cancelled by the agent", PollError::Cancelled),
    ];
    let mut rows = vec![
        row("`status`, nobody has come", |column| code(column.deferred.status_word(Standing::Pending))),
        row("`status`, the person has arrived", |column| {
            code(column.deferred.status_word(Standing::Interacting))
        }),
    ];
    rows.extend(errors.map(|(name, error)| {
        row(name, |column| {
            let answer = column.deferred.refused(error, None);
            let body = String::from_utf8(answer.body().to_vec()).unwrap();
            code(&format!("{} {body}", answer.status().as_u16()))
        })
    }));
    rows
}
