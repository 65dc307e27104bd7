//! Where the server under test keeps its rows: a folder of its own, and on PostgreSQL a database of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::proxy::Proxy;

/// A store for one run; gone when dropped.
#[derive(Debug)]
pub struct Place {
    /// The folder of the SQLite file and the secrets.
    pub folder: PathBuf,
    database: Option<Database>,
    memory: bool,
    mounted: bool,
}

#[derive(Debug)]
struct Database {
    admin: String,
    name: String,
    url: String,
    proxy: Proxy,
    tablespace: bool,
}

/// The word of the auth server for a store that is gone with the process.
const MEMORY: &str = "memory";

impl Place {
    /// `store`: `memory`, `sqlite`, or `postgres:` with the rest of the address of a database whose role may make another one.
    ///
    /// `small`: on a file system of its own of this many MiB; needs root on Linux. Of PostgreSQL the tables are there, not
    /// the log: the server must be on this machine, run as `postgres`, and let the role make a tablespace.
    pub async fn new(store: &str, small: Option<u32>) -> Self {
        let folder = std::env::temp_dir().join(format!("aauth-chaos-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        if let Some(mib) = small {
            let options = format!("size={mib}m");
            command("mount", &["-t", "tmpfs", "-o", &options, "tmpfs", text(&folder)]);
        }
        let database = match store {
            MEMORY | "sqlite" => None,
            url => {
                let rest = url.strip_prefix("postgres:").expect("memory, sqlite or postgres:…");
                let tables = small.is_some().then(|| folder.join("tables"));
                Some(Database::create(rest, tables.as_deref()).await)
            }
        };
        Self { folder, database, memory: store == MEMORY, mounted: small.is_some() }
    }

    /// The store's and secrets' flags of the auth server.
    #[must_use]
    pub fn flags(&self) -> Vec<String> {
        let store = match &self.database {
            Some(database) => database.url.clone(),
            None if self.memory => MEMORY.to_owned(),
            None => text(&self.folder.join("store.sqlite")).to_owned(),
        };
        let secrets = text(&self.folder.join("secrets")).to_owned();
        vec!["--store".to_owned(), store, "--secrets".to_owned(), secrets]
    }

    pub(crate) fn fill(&self, full: bool) {
        let filler = self.folder.join("filler");
        if !full {
            std::fs::remove_file(filler).expect("the filler can be removed");
            return;
        }
        use std::io::Write as _;
        let mut file = std::fs::File::create(filler).expect("the filler can be made");
        for size in [64 * 1024, 1024, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    pub(crate) fn freeze(&self, frozen: bool) {
        if let Some(database) = &self.database {
            let state = if frozen { "on" } else { "off" };
            let name = &database.name;
            database.run(&format!("ALTER DATABASE {name} SET default_transaction_read_only = {state}"));
            // As after a failover: who connects again finds a database that cannot be written.
            database.run(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ));
            return;
        }
        for file in ["store.sqlite", "store.sqlite-wal"] {
            command("chattr", &[if frozen { "+i" } else { "-i" }, text(&self.folder.join(file))]);
        }
    }

    pub(crate) fn stall(&self, stalled: bool) {
        let database = self.database.as_ref().expect("only a database behind a network stalls");
        database.proxy.stall(stalled);
    }
}

impl Database {
    /// `tables`: a folder for its tables, to be made.
    async fn create(rest: &str, tables: Option<&Path>) -> Self {
        let admin = format!("postgres:{}", rest.strip_prefix("postgres:").unwrap_or(rest));
        let name = format!("aauth_chaos_{}", std::process::id());
        let after = admin.strip_prefix("postgres://").expect("postgres://…");
        let (authority, _) = after.split_once('/').unwrap_or((after, ""));
        let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
        let at = if user.is_empty() { "" } else { "@" };
        let host = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
        let proxy = Proxy::start(host).await;
        let url = format!("postgres://{user}{at}{}/{name}", proxy.address);
        let database = Self { admin, name, url, proxy, tablespace: tables.is_some() };
        let name = &database.name;
        let tablespace = tables.map(|tables| {
            std::fs::create_dir_all(tables).expect("a folder for the tables");
            command("chown", &["postgres", text(tables)]);
            database.run(&format!("CREATE TABLESPACE {name} LOCATION '{}'", text(tables)));
            format!(" TABLESPACE {name}")
        });
        database.run(&format!("CREATE DATABASE {name}{}", tablespace.unwrap_or_default()));
        database
    }

    fn run(&self, statement: &str) {
        command("psql", &["-w", "-q", "-At", "-o", "/dev/null", &self.admin, "-c", statement]);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(database) = &self.database {
            database.run(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name));
            if database.tablespace {
                database.run(&format!("DROP TABLESPACE {}", database.name));
            }
        }
        if self.mounted {
            command("umount", &["-l", text(&self.folder)]);
        }
        let _gone = std::fs::remove_dir_all(&self.folder);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// The arguments are not shown: one of them may hold a password.
fn command(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "{program} failed");
}
