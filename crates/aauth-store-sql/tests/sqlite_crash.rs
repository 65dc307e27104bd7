//! A process that is killed while it writes loses nothing that it acknowledged.

#![cfg(all(feature = "sqlite", unix))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::print_stdout
)]
#![allow(dead_code, unreachable_pub)]

mod common;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Arc;

use aauth_store::Store as _;
use aauth_store_sql::{SqliteSettings, SqliteStore};
use common::{Directory, NOW, insert, key, swap};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

/// Tells the child which file to write to.
const FILE: &str = "AAUTH_STORE_SQL_CRASH_FILE";
const WRITERS: usize = 4;

/// Not a test of its own: what the other one starts as a process.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(path) = std::env::var(FILE) else { return };
    let store = Arc::new(SqliteStore::open(path, SqliteSettings::default()).await.unwrap());
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for row in 0.. {
                    let id = format!("{}-{writer}-{row}", std::process::id());
                    let version = insert(&*store, &key(&id), b"inserted").await;
                    acknowledge(&id, version);
                    acknowledge(&id, swap(&*store, &key(&id), version).await);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
}

/// One line at once; the pipe keeps what was written when the process dies.
fn acknowledge(id: &str, version: u64) {
    std::io::stdout().lock().write_all(format!("\nack {id} {version}\n").as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_no_acknowledged_row() {
    let directory = Directory::new();
    let mut acknowledged = BTreeMap::new();
    for kill_after in [1, 40, 97, 150] {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--nocapture"])
            .env(FILE, directory.file())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut seen = 0;
        while let Some(line) = lines.next_line().await.unwrap() {
            let Some((id, version)) = line.strip_prefix("ack ").and_then(|ack| ack.split_once(' ')) else {
                continue;
            };
            acknowledged.insert(id.to_owned(), version.parse::<u64>().unwrap());
            seen += 1;
            if seen == kill_after {
                // SIGKILL; what the process still managed to acknowledge is read on and counts.
                process.start_kill().unwrap();
            }
        }
        assert!(!process.wait().await.unwrap().success(), "the process ended by itself");
        assert!(seen >= kill_after, "the process wrote {seen} rows only");

        let store = SqliteStore::open(directory.file(), SqliteSettings::default()).await.unwrap();
        for (id, version) in &acknowledged {
            let row = store.get(&key(id), NOW).await.unwrap().expect("an acknowledged row is there");
            // One write may have been done and not been acknowledged.
            assert!(row.version >= *version, "{id} went back from version {version} to {}", row.version);
        }
        let latest = acknowledged.values().max().unwrap();
        let new = insert(&store, &key(&format!("after {kill_after}")), b"value").await;
        assert!(new > *latest, "version {new} after {latest}");
        store.close().await;
    }
}
