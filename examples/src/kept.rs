//! What an auth server keeps: rows in a store, and its secrets in a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aauth_jose::{SigningKey, b64};
use aauth_runtime::{SystemEntropy, random};
use aauth_store::{Memory, Store};
use aauth_store_sql::{DatabaseUrl, PostgresSettings, PostgresStore, SqliteSettings, SqliteStore};
use aauth_types::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Fault, new_key};

/// What outlives a restart, and what several instances share.
pub struct Kept {
    /// Signs auth tokens.
    pub key: SigningKey,
    /// Hashes codes, sessions and form tokens.
    pub secret: Secret<[u8; 32]>,
    /// Pending requests, codes, sessions, used tokens.
    pub store: Arc<dyn Store>,
}

impl Kept {
    /// In memory: everything is gone with the process.
    ///
    /// # Errors
    /// No random bytes.
    pub fn in_memory() -> Result<Self, Fault> {
        let secret = Secret::new(random(&SystemEntropy)?);
        Ok(Self { key: new_key(KID)?, secret, store: Arc::new(Memory::default()) })
    }

    /// In `store`: the path of an SQLite file or the `postgres://` address of a database, with the secrets in a file of
    /// their own (default: beside the SQLite file, its name followed by `.secrets`), and what is missing is made. Or the
    /// word `memory`: nothing is kept, and `secrets` is not read.
    ///
    /// # Errors
    /// A store that cannot be opened; a file of secrets that cannot be made or read.
    pub async fn in_store(store: &str, secrets: Option<PathBuf>) -> Result<Self, Fault> {
        if store == IN_MEMORY {
            return Self::in_memory();
        }
        let shared = ["postgres://", "postgresql://"].iter().any(|scheme| store.starts_with(scheme));
        let beside = if shared { "auth-server.secrets".into() } else { format!("{store}.secrets").into() };
        let (key, secret) = read(&secrets.unwrap_or(beside))?;
        let store: Arc<dyn Store> = match shared {
            true => {
                Arc::new(PostgresStore::connect(PostgresSettings::new(DatabaseUrl::parse(store)?)).await?)
            }
            false => Arc::new(SqliteStore::open(store, SqliteSettings::default()).await?),
        };
        Ok(Self { key, secret, store })
    }
}

/// Reads the secrets at `path`, and makes them first if there are none.
fn read(path: &Path) -> Result<(SigningKey, Secret<[u8; 32]>), Fault> {
    if !path.try_exists()? {
        make(path)?;
    }
    let kept: Secrets = serde_json::from_slice(&fs::read(path)?)?;
    let secret = <[u8; 32]>::try_from(b64::decode(&kept.secret)?);
    let secret = secret.map_err(|_| "the kept secret does not have 32 bytes")?;
    Ok((SigningKey::from_jwk(kept.key.to_string().as_bytes())?, Secret::new(secret)))
}

/// What is in the file: the secret in base64url, the key as a private JWK.
#[derive(Serialize, Deserialize)]
struct Secrets {
    secret: String,
    key: Value,
}

/// Whole or not at all, and the same for all who start at once: one link to a finished file wins.
fn make(path: &Path) -> Result<(), Fault> {
    let secret: [u8; 32] = random(&SystemEntropy)?;
    let key = serde_json::from_str(new_key(KID)?.to_private_jwk().expose())?;
    let kept = serde_json::to_string(&Secrets { secret: b64::encode(&secret), key })?;
    let unfinished = PathBuf::from(format!("{}.{}", path.display(), std::process::id()));
    let made = write(&unfinished, &kept).and_then(|()| fs::hard_link(&unfinished, path));
    fs::remove_file(&unfinished)?;
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

fn write(path: &Path, kept: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    writeln!(file, "{kept}")?;
    file.sync_all()
}

/// What stands in place of a store's path; a file of that name is `./memory`.
const IN_MEMORY: &str = "memory";
const KID: &str = "auth-key-1";
