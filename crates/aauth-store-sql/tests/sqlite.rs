//! What the SQLite back end promises beyond the suite.

#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]
#![allow(dead_code, unreachable_pub)]

mod common;

use std::path::Path;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use aauth_store::{Inserted, Key, Space, Store, StoreError, Swapped};
use aauth_store_sql::{SqlError, SqliteSettings, SqliteStore};
use aauth_types::UnixTime;
use common::{Directory, LATER, NOW, insert, key, read, swap};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::timeout;

/// Far above what anything here takes.
const LONG: Duration = Duration::from_secs(30);

async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteSettings::default()).await.unwrap()
}

/// Runs statements on the file, as another program would.
async fn tamper(path: &Path, statements: &'static str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn passes_the_suite_twice_on_one_file() {
    let directory = Directory::new();
    for _ in 0..2 {
        let store = Arc::new(open(&directory.file()).await);
        aauth_store::suite::run(store.clone()).await;
        store.close().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn every_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Directory::new();
    let store = open(&directory.file()).await;
    insert(&store, &key("row"), b"value").await;
    let mut names = Vec::new();
    for file in std::fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"]);
}

#[tokio::test]
async fn commits_are_synced_to_a_log() {
    let directory = Directory::new();
    let store = open(&directory.file()).await;
    insert(&store, &key("row"), b"value").await;
    store.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.file());
    let mut connection = options.connect().await.unwrap();
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn rows_and_versions_outlive_the_store() {
    let directory = Directory::new();
    let (kept, taken) = (key("kept"), key("taken"));
    let store = open(&directory.file()).await;
    let first = insert(&store, &kept, b"value").await;
    let old = insert(&store, &taken, b"value").await;
    store.take(&taken, NOW).await.unwrap();
    drop(store);

    let store = open(&directory.file()).await;
    assert_eq!(read(&store, &kept).await.version, first);
    let new = insert(&store, &taken, b"value").await;
    assert!(new > old, "the version {new} of a row that came back is not above {old}");
    assert_eq!(store.swap(&taken, old, b"stale", LATER, NOW).await.unwrap(), Swapped::Lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_start_at_once_one_migrates() {
    let directory = Directory::new();
    let path = directory.file();
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move { open(&path).await })
        })
        .collect();
    let mut stores = Vec::new();
    for start in starting {
        stores.push(start.await.unwrap());
    }
    let row = key("row");
    let mut version = insert(&stores[0], &row, b"value").await;
    for store in &stores {
        version = swap(store, &row, version).await;
    }
    assert_eq!(read(&stores[0], &row).await.version, version);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_stores_on_one_file_race_for_one_swap_and_hear_of_each_other() {
    let directory = Directory::new();
    let stores = [Arc::new(open(&directory.file()).await), Arc::new(open(&directory.file()).await)];
    let row = key("row");
    let version = insert(&*stores[0], &row, b"value").await;
    let waiting = {
        let (store, row) = (Arc::clone(&stores[0]), row.clone());
        tokio::spawn(async move { store.changed(&row, version).await })
    };
    let racers: Vec<_> = (0..40)
        .map(|index| {
            let (store, row) = (Arc::clone(&stores[1]), row.clone());
            let store = if index % 2 == 0 { store } else { Arc::clone(&stores[0]) };
            tokio::spawn(async move { store.swap(&row, version, b"won", LATER, NOW).await.unwrap() })
        })
        .collect();
    let mut done = 0;
    for racer in racers {
        done += usize::from(matches!(racer.await.unwrap(), Swapped::Done(_)));
    }
    assert_eq!(done, 1);
    timeout(LONG, waiting).await.expect("the waiter is woken").unwrap().unwrap();

    let version = read(&*stores[0], &row).await.version;
    let waiting = {
        let (store, row) = (Arc::clone(&stores[0]), row.clone());
        tokio::spawn(async move { store.changed(&row, version).await })
    };
    swap(&*stores[1], &row, version).await;
    timeout(LONG, waiting).await.expect("the other store's change is noticed").unwrap().unwrap();
}

#[tokio::test]
async fn replacing_an_expired_row_wakes_who_waits_for_it() {
    let directory = Directory::new();
    let store = Arc::new(open(&directory.file()).await);
    let row = key("row");
    let version = insert(&*store, &row, b"value").await;
    let waiting = store.changed(&row, version);
    assert_eq!(store.insert(&row, b"new", UnixTime::MAX, LATER).await.unwrap(), Inserted::New);
    timeout(LONG, waiting).await.expect("the waiter is woken").unwrap();
}

#[tokio::test]
async fn a_write_whose_caller_gave_up_still_wakes() {
    let directory = Directory::new();
    let store = Arc::new(open(&directory.file()).await);
    let row = key("row");
    let version = insert(&*store, &row, b"value").await;
    let waiting = {
        let (store, row) = (Arc::clone(&store), row.clone());
        tokio::spawn(async move { store.changed(&row, version).await })
    };
    tokio::task::yield_now().await;
    let mut swap = store.swap(&row, version, b"new", LATER, NOW);
    let ready = std::future::poll_fn(|context| Poll::Ready(swap.as_mut().poll(context).is_ready())).await;
    assert!(!ready, "polled once, which starts the work");
    drop(swap);
    timeout(LONG, waiting).await.expect("the waiter is woken").unwrap().unwrap();
    assert_eq!(read(&*store, &row).await.value, b"new");
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let directory = Directory::new();
    open(&directory.file()).await.close().await;
    tamper(&directory.file(), "PRAGMA user_version = 7").await;
    let refused = SqliteStore::open(directory.file(), SqliteSettings::default()).await;
    assert!(matches!(refused, Err(SqlError::NewerSchema { found: 7, known: 1 })), "{refused:?}");
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let directory = Directory::new();
    tamper(&directory.file(), "CREATE TABLE contacts (name TEXT)").await;
    let refused = SqliteStore::open(directory.file(), SqliteSettings::default()).await;
    assert!(matches!(refused, Err(SqlError::Foreign)), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged() {
    let directory = Directory::new();
    std::fs::write(directory.file(), "no database\n".repeat(1000)).unwrap();
    let refused = SqliteStore::open(directory.file(), SqliteSettings::default()).await;
    assert!(matches!(refused, Err(SqlError::Damaged { what: "a file that is no database" })), "{refused:?}");
}

/// As after a loss of power in the middle of a write: of the last row only a part has reached the log.
#[tokio::test]
async fn of_a_write_that_was_torn_nothing_is_left_and_of_those_before_it_everything() {
    let directory = Directory::new();
    let store = open(&directory.file()).await;
    let log = directory.path().join("store.sqlite-wal");
    insert(&store, &key("first"), b"whole").await;
    let whole = std::fs::read(&log).unwrap().len();
    insert(&store, &key("second"), b"torn").await;
    let (file, written) = (std::fs::read(directory.file()).unwrap(), std::fs::read(&log).unwrap());
    let mut garbled = written.clone();
    *garbled.last_mut().unwrap() ^= 1;
    for log in [&written[..=whole], &written[..written.len() - 1], &garbled] {
        let torn = Directory::new();
        std::fs::write(torn.file(), &file).unwrap();
        std::fs::write(torn.path().join("store.sqlite-wal"), log).unwrap();
        let store = open(&torn.file()).await;
        assert_eq!(read(&store, &key("first")).await.value, b"whole");
        assert_eq!(store.get(&key("second"), NOW).await.unwrap(), None);
        insert(&store, &key("second"), b"again").await;
        store.close().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_without_write_permission_is_read_only() {
    let directory = Directory::new();
    open(&directory.file()).await.close().await;
    let mut permissions = std::fs::metadata(directory.file()).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(directory.file(), permissions).unwrap();
    let refused = SqliteStore::open(directory.file(), SqliteSettings::default()).await;
    assert!(matches!(refused, Err(SqlError::ReadOnly)), "{refused:?}");
}

#[tokio::test]
async fn a_directory_without_write_permission_is_read_only_with_the_file_or_without() {
    let directory = Directory::new();
    open(&directory.file()).await.close().await;
    let permissions = std::fs::metadata(directory.path()).unwrap().permissions();
    let mut read_only = permissions.clone();
    read_only.set_readonly(true);
    std::fs::set_permissions(directory.path(), read_only).unwrap();
    for path in [directory.file(), directory.path().join("new.sqlite")] {
        let refused = SqliteStore::open(&path, SqliteSettings::default()).await;
        assert!(matches!(refused, Err(SqlError::ReadOnly)), "{refused:?}");
        assert_eq!(
            refused.unwrap_err().to_string(),
            "the database is read-only: let this user write to the file and its directory, or connect to the primary"
        );
    }
    std::fs::set_permissions(directory.path(), permissions).unwrap();
    assert_eq!(open(&directory.file()).await.purge(NOW).await.unwrap(), 0, "and it opens again");
}

#[tokio::test]
async fn a_path_that_cannot_be_created_is_told() {
    let directory = Directory::new();
    for path in [directory.path().join("absent/store.sqlite"), directory.path().to_owned()] {
        let refused = SqliteStore::open(path, SqliteSettings::default()).await;
        assert!(matches!(refused, Err(SqlError::File { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_full_file_refuses_rows_and_has_room_again_after_a_purge() {
    let directory = Directory::new();
    let mut settings = SqliteSettings::default();
    settings.max_bytes = 1024 * 1024;
    let store = SqliteStore::open(directory.file(), settings).await.unwrap();
    let value = vec![7; 100_000];
    let mut rows = 0;
    let full = loop {
        match store.insert(&key(&format!("row {rows}")), &value, LATER, NOW).await {
            Ok(inserted) => assert_eq!(inserted, Inserted::New),
            Err(error) => break error,
        }
        rows += 1;
        assert!(rows < 100, "the file grows without a limit");
    };
    assert!(matches!(full, StoreError::Full { space: Space::Pending }), "{full:?}");
    for row in 0..rows {
        assert_eq!(
            read(&store, &key(&format!("row {row}"))).await.value,
            value,
            "what was acknowledged is there"
        );
    }
    assert_eq!(store.get(&key(&format!("row {rows}")), NOW).await.unwrap(), None);
    assert_eq!(store.purge(LATER).await.unwrap(), rows);
    assert_eq!(store.insert(&key("again"), &value, UnixTime::MAX, LATER).await.unwrap(), Inserted::New);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_another_program_keeps_locked_is_unavailable_and_then_back() {
    let directory = Directory::new();
    let mut settings = SqliteSettings::default();
    settings.timeout = Duration::from_millis(200);
    let store = SqliteStore::open(directory.file(), settings).await.unwrap();
    let row = key("row");
    let version = insert(&store, &row, b"value").await;

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(directory.file());
    let mut other = options.connect().await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let stalled = store.swap(&row, version, b"new", LATER, NOW).await;
    assert!(matches!(stalled, Err(StoreError::Unavailable { doing: "swap a row", .. })), "{stalled:?}");
    assert_eq!(read(&store, &row).await.value, b"value", "reading goes on");

    other.close().await.unwrap();
    let again = async {
        // Whether the first was written after all is open; the row tells.
        while !matches!(
            store.swap(&row, read(&store, &row).await.version, b"again", LATER, NOW).await,
            Ok(Swapped::Done(_))
        ) {}
    };
    timeout(LONG, again).await.expect("writing goes on");
    assert_ne!(read(&store, &row).await.version, version);
}

#[tokio::test]
async fn one_purge_removes_more_than_a_batch() {
    let directory = Directory::new();
    let store = open(&directory.file()).await;
    tamper(
        &directory.file(),
        "WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers LIMIT 2500)
         INSERT INTO aauth_row (space, id, version, expires, value)
         SELECT 'code', CAST(number AS BLOB), number, 1000, x'' FROM numbers",
    )
    .await;
    assert_eq!(store.purge(NOW).await.unwrap(), 2500);
}

#[tokio::test]
async fn a_row_that_nobody_wrote_is_corrupt() {
    let directory = Directory::new();
    let store = open(&directory.file()).await;
    insert(&store, &key("row"), b"value").await;
    tamper(&directory.file(), "UPDATE aauth_row SET version = -5").await;
    let found = store.get(&key("row"), NOW).await;
    assert!(matches!(found, Err(StoreError::Corrupt { what: "a negative version" })), "{found:?}");
}

#[tokio::test]
async fn a_closed_store_is_unavailable() {
    let directory = Directory::new();
    let store = open(&directory.file()).await;
    store.close().await;
    let closed = store.get(&key("row"), NOW).await;
    assert!(matches!(closed, Err(StoreError::Unavailable { doing: "read a row", .. })), "{closed:?}");
    let files: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "the log is folded into the file");
}

#[tokio::test]
async fn nothing_of_an_older_backup_comes_alive() {
    let directory = Directory::new();
    let (path, backup) = (directory.file(), directory.path().join("backup"));
    let code = Key::new(Space::Code, "code").unwrap();
    let store = open(&path).await;
    insert(&store, &code, b"points to a request").await;
    store.close().await;
    std::fs::copy(&path, &backup).unwrap();
    let store = open(&path).await;
    assert_eq!(store.not_before(), None);
    store.take(&code, NOW).await.unwrap();
    let used = insert(&store, &code, b"another").await;
    store.close().await;

    std::fs::copy(&backup, &path).unwrap();
    let store = open(&path).await;
    assert_eq!(store.restored(NOW).await.unwrap(), 1);
    assert_eq!(store.not_before(), Some(NOW));
    assert_eq!(store.take(&code, NOW).await.unwrap(), None);
    assert!(insert(&store, &code, b"new").await > used, "no version is given out again");
    store.close().await;
    assert_eq!(open(&path).await.not_before(), Some(NOW), "the time is kept");
}
