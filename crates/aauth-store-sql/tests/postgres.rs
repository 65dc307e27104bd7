//! What the PostgreSQL back end promises beyond the suite.
//!
//! Runs when `AAUTH_TEST_POSTGRES_URL` names a server on which databases may be created; each test has one of its own.

#![cfg(feature = "postgres")]
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

use std::sync::Arc;
use std::time::Duration;

use aauth_store::{Inserted, Key, Space, Store, StoreError, Swapped};
use aauth_store_sql::{DatabaseUrl, PostgresSettings, PostgresStore, SqlError};
use aauth_types::UnixTime;
use common::{LATER, NOW, chain, insert, key, read, swap};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// Far above what anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A database of its own, dropped when [`Database::with`] is done.
#[derive(Clone)]
struct Database {
    name: String,
    server: String,
}

impl Database {
    /// Runs `test` on a new database, or says plainly that it does not.
    async fn with<F: Future<Output = ()> + Send + 'static>(test: impl FnOnce(Self) -> F) {
        let Some(server) = server() else { return };
        let database = Self { name: format!("aauth_test_{}", common::unique()), server };
        database.at_server(format!("CREATE DATABASE {}", database.name)).await;
        let done = tokio::spawn(test(database.clone())).await;
        database.at_server(format!("DROP DATABASE {} WITH (FORCE)", database.name)).await;
        if let Err(failed) = done {
            std::panic::resume_unwind(failed.into_panic());
        }
    }

    fn url(&self) -> String {
        let (base, parameters) = match self.server.split_once('?') {
            Some((base, parameters)) => (base, format!("?{parameters}")),
            None => (self.server.as_str(), String::new()),
        };
        // Scheme, nothing, and who is where; the fourth part is the database.
        let base: Vec<_> = base.splitn(4, '/').take(3).collect();
        let base = base.join("/");
        format!("{base}/{}{parameters}", self.name)
    }

    fn settings(&self) -> PostgresSettings {
        PostgresSettings::new(DatabaseUrl::parse(&self.url()).unwrap())
    }

    async fn store(&self) -> Arc<PostgresStore> {
        Arc::new(PostgresStore::connect(self.settings()).await.unwrap())
    }

    async fn connection(&self) -> PgConnection {
        self.url().parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
    }

    /// Runs statements as another program would.
    async fn tamper(&self, statements: &'static str) {
        let mut connection = self.connection().await;
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    async fn at_server(&self, statement: String) {
        let mut connection = self.server.parse::<PgConnectOptions>().unwrap().connect().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the variable is how these tests are switched on")]
fn server() -> Option<String> {
    let server = std::env::var("AAUTH_TEST_POSTGRES_URL").ok();
    if server.is_none() {
        // Past the capture of the test runner, which would keep it to itself; in one piece, beside other threads.
        use std::io::Write as _;
        let name = std::thread::current().name().unwrap_or("a test").to_owned();
        let line = format!("SKIPPED {name}: AAUTH_TEST_POSTGRES_URL is not set\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    server
}

/// Waits in a task of its own; ready only by a change, because the row is read again.
fn wait(store: &Arc<PostgresStore>, key: &Key, since: u64) -> tokio::task::JoinHandle<()> {
    let (store, key) = (Arc::clone(store), key.clone());
    tokio::spawn(async move { store.changed(&key, since).await.unwrap() })
}

/// How many connections wait in LISTEN; one appears when a store is connected.
const LISTENERS: &str = "
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn passes_the_suite_twice_on_one_database() {
    Database::with(async |database: Database| {
        for _ in 0..2 {
            let store = database.store().await;
            aauth_store::suite::run(store.clone()).await;
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_start_at_once_one_migrates() {
    Database::with(async |database: Database| {
        let starting: Vec<_> = (0..8)
            .map(|_| {
                let database = database.clone();
                tokio::spawn(async move { database.store().await })
            })
            .collect();
        let mut stores = Vec::new();
        for start in starting {
            stores.push(start.await.unwrap());
        }
        let row = key("row");
        let mut version = insert(&*stores[0], &row, b"value").await;
        for store in &stores {
            version = swap(&**store, &row, version).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_swaps_at_two_stores_one_is_done() {
    Database::with(async |database: Database| {
        let stores = [database.store().await, database.store().await];
        let row = key("row");
        let version = insert(&*stores[0], &row, b"value").await;
        let racers: Vec<_> = (0..100)
            .map(|index| {
                let (store, row) = (Arc::clone(&stores[index % 2]), row.clone());
                tokio::spawn(async move { store.swap(&row, version, b"won", LATER, NOW).await.unwrap() })
            })
            .collect();
        let mut done = Vec::new();
        for racer in racers {
            match racer.await.unwrap() {
                Swapped::Done(version) => done.push(version),
                lost => assert_eq!(lost, Swapped::Lost),
            }
        }
        assert_eq!(done, [read(&*stores[1], &row).await.version]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_one_store_wakes_those_who_wait_at_the_other() {
    Database::with(async |database: Database| {
        let (here, there) = (database.store().await, database.store().await);
        let row = key("row");
        let mut version = insert(&*there, &row, b"value").await;
        for _ in 0..20 {
            let waiting = wait(&here, &row, version);
            version = swap(&*there, &row, version).await;
            timeout(LONG, waiting).await.expect("a swap wakes").unwrap();
        }
        let waiting = wait(&here, &row, version);
        there.take(&row, NOW).await.unwrap();
        timeout(LONG, waiting).await.expect("a take wakes").unwrap();

        let version = insert(&*there, &row, b"value").await;
        let waiting = wait(&here, &row, version);
        assert_eq!(there.insert(&row, b"new", UnixTime::MAX, LATER).await.unwrap(), Inserted::New);
        timeout(LONG, waiting).await.expect("an insert over an expired row wakes").unwrap();

        let expired = key("expired");
        let version = insert(&*there, &expired, b"value").await;
        let waiting = wait(&here, &expired, version);
        assert_eq!(there.purge(LATER).await.unwrap(), 1);
        timeout(LONG, waiting).await.expect("a purge wakes").unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_holds_no_connection() {
    Database::with(async |database: Database| {
        let mut settings = database.settings();
        settings.connections = 1;
        let store = Arc::new(PostgresStore::connect(settings).await.unwrap());
        let row = key("row");
        let version = insert(&*store, &row, b"value").await;
        let waiting: Vec<_> = (0..500).map(|_| wait(&store, &row, version)).collect();
        swap(&*store, &row, version).await;
        for waiting in waiting {
            timeout(LONG, waiting).await.expect("everybody is woken").unwrap();
        }
        let mut connection = database.connection().await;
        let count: i64 = sqlx::query_scalar(LISTENERS).fetch_one(&mut connection).await.unwrap();
        assert_eq!(count, 1, "one connection listens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_connection_nothing_is_missed() {
    Database::with(async |database: Database| {
        let (here, there) = (database.store().await, database.store().await);
        let row = key("row");
        let mut version = insert(&*there, &row, b"value").await;
        for _ in 0..5 {
            let waiting = wait(&here, &row, version);
            // Every connection of both stores, those that listen included.
            let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                             WHERE datname = current_database() AND pid <> pg_backend_pid()";
            database.tamper(terminate).await;
            // One call may find its connection broken; whether it wrote is open, the row tells.
            let write = async {
                while read_again(&there, &row).await == version {
                    let _ = there.swap(&row, version, b"new", LATER, NOW).await;
                }
            };
            timeout(LONG, write).await.expect("the store recovers");
            timeout(LONG, waiting).await.expect("the waiter hears of it").unwrap();
            version = read_again(&there, &row).await;
        }
    })
    .await;
}

async fn read_again(store: &PostgresStore, key: &Key) -> u64 {
    loop {
        if let Ok(Some(row)) = store.get(key, NOW).await {
            return row.version;
        }
    }
}

#[tokio::test]
async fn an_answer_comes_after_the_commit() {
    Database::with(async |database: Database| {
        let store = database.store().await;
        let row = key("row");
        let version = insert(&*store, &row, b"value").await;
        // Fails when the transaction is committed, after the statement has returned its row.
        database
            .tamper(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no commit'; END $$;
                 CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE OR DELETE ON aauth_row
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()",
            )
            .await;
        let swapped = store.swap(&row, version, b"new", LATER, NOW).await;
        assert!(matches!(swapped, Err(StoreError::Unavailable { doing: "swap a row", .. })), "{swapped:?}");
        let inserted = store.insert(&key("other"), b"new", LATER, NOW).await;
        assert!(matches!(inserted, Err(StoreError::Unavailable { doing: "insert a row", .. })), "{inserted:?}");
        let taken = store.take(&row, NOW).await;
        assert!(matches!(taken, Err(StoreError::Unavailable { doing: "take a row", .. })), "{taken:?}");
        assert_eq!(read(&*store, &row).await.version, version);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_keeps_locked_is_unavailable_in_time() {
    Database::with(async |database: Database| {
        let mut settings = database.settings();
        settings.timeout = Duration::from_millis(300);
        let store = PostgresStore::connect(settings).await.unwrap();
        let row = key("row");
        let version = insert(&store, &row, b"value").await;
        let mut connection = database.connection().await;
        let mut transaction = connection.begin().await.unwrap();
        sqlx::raw_sql("SELECT 1 FROM aauth_row FOR UPDATE").execute(&mut *transaction).await.unwrap();
        let stalled = timeout(LONG, store.swap(&row, version, b"new", LATER, NOW)).await.unwrap();
        assert!(matches!(stalled, Err(StoreError::Unavailable { doing: "swap a row", .. })), "{stalled:?}");
        assert_eq!(timeout(LONG, store.purge(LATER)).await.unwrap().unwrap(), 0, "a purge passes it by");
        assert_eq!(read(&store, &row).await.value, b"value", "reading goes on");
    })
    .await;
}

/// A network between store and server that can swallow everything without closing a connection.
async fn network(url: &str) -> (String, watch::Sender<bool>) {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (who, rest) = rest.split_once('@').unwrap_or(("postgres", rest));
    let (server, database) = rest.split_once('/').unwrap();
    let server = server.to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let through = format!("{scheme}://{who}@{}/{database}", listener.local_addr().unwrap());
    let (open, opened) = watch::channel(true);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
            tokio::spawn(pump(from_client, to_server, opened.clone()));
            tokio::spawn(pump(from_server, to_client, opened.clone()));
        }
    });
    (through, open)
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut open: watch::Receiver<bool>) {
    let mut buffer = [0; 8192];
    while let Ok(read) = from.read(&mut buffer).await {
        let swallowed = open.wait_for(|open| *open).await.is_err();
        if swallowed || read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_network_costs_time_and_no_connections() {
    Database::with(async |database: Database| {
        let (url, open) = network(&database.url()).await;
        let mut settings = PostgresSettings::new(DatabaseUrl::parse(&url).unwrap());
        (settings.timeout, settings.connections) = (Duration::from_millis(400), 2);
        let store = Arc::new(PostgresStore::connect(settings).await.unwrap());
        let row = key("row");
        let version = insert(&*store, &row, b"value").await;
        let waiting = wait(&store, &row, version);
        let elsewhere = database.store().await;
        // Two rounds, so that every place in the pool was taken by somebody who got no answer.
        open.send_replace(false);
        for _ in 0..2 {
            let asked: Vec<_> = (0..6)
                .map(|_| {
                    let (store, row) = (Arc::clone(&store), row.clone());
                    tokio::spawn(async move { store.take(&row, UnixTime::MAX).await })
                })
                .collect();
            for asked in asked {
                let stalled = timeout(LONG, asked).await.expect("a time limit holds").unwrap();
                assert!(
                    matches!(stalled, Err(StoreError::Unavailable { doing: "take a row", .. })),
                    "{stalled:?}"
                );
            }
        }
        let swapped = swap(&*elsewhere, &row, version).await;
        open.send_replace(true);
        let back = async { while read_again(&store, &row).await != swapped {} };
        timeout(LONG, back).await.expect("the store is back");
        timeout(LONG, waiting).await.expect("the waiter hears of what happened meanwhile").unwrap();
        swap(&*store, &row, swapped).await;
    })
    .await;
}

#[tokio::test]
async fn acknowledged_is_on_disk_whatever_the_role_prefers() {
    Database::with(async |database: Database| {
        let name = database.name.clone();
        database.at_server(format!("ALTER DATABASE {name} SET synchronous_commit = off")).await;
        database
            .at_server(format!("ALTER DATABASE {name} SET default_transaction_isolation = serializable"))
            .await;
        let store = database.store().await;
        database
            .tamper(
                "CREATE TABLE seen (sync text, isolation text);
                 CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                   INSERT INTO seen VALUES
                     (current_setting('synchronous_commit'), current_setting('transaction_isolation'));
                   RETURN NULL;
                 END $$;
                 CREATE TRIGGER note AFTER INSERT ON aauth_row FOR EACH ROW EXECUTE FUNCTION note()",
            )
            .await;
        insert(&*store, &key("row"), b"value").await;
        let mut connection = database.connection().await;
        let seen = sqlx::query("SELECT sync, isolation FROM seen").fetch_one(&mut connection).await.unwrap();
        let (sync, isolation): (String, String) = (seen.get(0), seen.get(1));
        assert_eq!((sync.as_str(), isolation.as_str()), ("on", "read committed"));
    })
    .await;
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    Database::with(async |database: Database| {
        database.store().await.close().await;
        database.tamper("UPDATE aauth_meta SET schema = 7").await;
        let refused = PostgresStore::connect(database.settings()).await;
        assert!(matches!(refused, Err(SqlError::NewerSchema { found: 7, known: 1 })), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_read_only() {
    Database::with(async |database: Database| {
        let store = database.store().await;
        insert(&*store, &key("before"), b"value").await;
        let name = database.name.clone();
        let terminate =
            format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        database
            .at_server(format!("ALTER DATABASE {name} SET default_transaction_read_only = on; {terminate}"))
            .await;
        let refused = PostgresStore::connect(database.settings()).await;
        assert!(matches!(refused, Err(SqlError::ReadOnly)), "{refused:?}");

        let writing = async || store.insert(&key("during"), b"value", LATER, NOW).await;
        // The first call may meet the connection that was cut.
        let _cut = writing().await;
        let Err(StoreError::Unavailable { source, .. }) = writing().await else { panic!("a write") };
        assert!(matches!(source.downcast_ref(), Some(SqlError::ReadOnly)), "{source:?}");
        assert_eq!(read(&*store, &key("before")).await.value, b"value", "reading goes on");
        database
            .at_server(format!("ALTER DATABASE {name} RESET default_transaction_read_only; {terminate}"))
            .await;
        let _cut = writing().await;
        assert_eq!(store.insert(&key("after"), b"value", LATER, NOW).await.unwrap(), Inserted::New);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_nobody_wrote_is_corrupt() {
    Database::with(async |database: Database| {
        let store = database.store().await;
        insert(&*store, &key("row"), b"value").await;
        database.tamper("UPDATE aauth_row SET version = -5").await;
        let found = store.get(&key("row"), NOW).await;
        assert!(matches!(found, Err(StoreError::Corrupt { what: "a negative version" })), "{found:?}");
    })
    .await;
}

#[tokio::test]
async fn nothing_of_an_older_backup_comes_alive() {
    Database::with(async |database: Database| {
        let store = database.store().await;
        let code = Key::new(Space::Code, "code").unwrap();
        assert_eq!(store.not_before(), None);
        let used = insert(&*store, &code, b"points to a request").await;
        assert_eq!(store.restored(NOW).await.unwrap(), 1);
        assert_eq!(store.take(&code, NOW).await.unwrap(), None);
        assert_eq!(store.not_before(), Some(NOW));
        assert_eq!(database.store().await.not_before(), Some(NOW), "the time is kept");
        assert!(insert(&*store, &code, b"new").await > used + (1 << 39), "versions jump");
    })
    .await;
}

#[tokio::test]
async fn a_schema_may_be_chosen_in_the_address() {
    Database::with(async |database: Database| {
        database.tamper("CREATE SCHEMA apart").await;
        let separator = if database.url().contains('?') { '&' } else { '?' };
        let url = format!("{}{separator}options[search_path]=apart", database.url());
        let apart =
            PostgresStore::connect(PostgresSettings::new(DatabaseUrl::parse(&url).unwrap())).await.unwrap();
        let store = database.store().await;
        insert(&apart, &key("row"), b"apart").await;
        assert_eq!(store.get(&key("row"), NOW).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn statements_are_encrypted_where_the_server_can() {
    Database::with(async |database: Database| {
        let mut connection = database.connection().await;
        let ssl: String = sqlx::query_scalar("SHOW ssl").fetch_one(&mut connection).await.unwrap();
        let separator = if database.url().contains('?') { '&' } else { '?' };
        let connect = async |mode: &str| {
            let url = format!("{}{separator}sslmode={mode}", database.url());
            PostgresStore::connect(PostgresSettings::new(DatabaseUrl::parse(&url).unwrap())).await
        };
        if ssl == "off" {
            // Never in the clear when encryption was asked for.
            assert!(matches!(connect("require").await, Err(SqlError::Tls { .. })));
            return;
        }
        let store = connect("require").await.unwrap();
        insert(&store, &key("row"), b"value").await;
        let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                         WHERE datname = current_database() AND query LIKE '%aauth_row%' AND pid <> pg_backend_pid()";
        let encrypted: bool = sqlx::query_scalar(encrypted).fetch_one(&mut connection).await.unwrap();
        assert!(encrypted);
        // The certificate of a fresh installation is its own authority.
        let unknown = connect("verify-full").await;
        assert!(matches!(unknown, Err(SqlError::Tls { .. } | SqlError::Io { .. })), "{unknown:?}");
    })
    .await;
}

#[tokio::test]
async fn no_error_tells_the_password() {
    let refused = |url: String| async move {
        let mut settings = PostgresSettings::new(DatabaseUrl::parse(&url).unwrap());
        settings.start = Duration::from_secs(5);
        assert!(!format!("{settings:?}").contains("hunter2"));
        PostgresStore::connect(settings).await.expect_err("nobody is let in")
    };
    // A port on which nobody listens.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let closed = refused(format!("postgres://carol:hunter2@127.0.0.1:{port}/aauth")).await;
    assert!(matches!(closed, SqlError::Io { .. } | SqlError::TimedOut { .. }), "{closed:?}");
    assert!(!chain(&closed).contains("hunter2"));

    Database::with(async move |database: Database| {
        let url = database.url();
        let host = url.split_once("://").unwrap().1;
        let host = host.split_once('@').map_or(host, |(_, host)| host);
        let error = refused(format!("postgres://carol:hunter2@{host}")).await;
        assert!(matches!(error, SqlError::Refused { .. }), "{error:?}");
        assert!(!chain(&error).contains("hunter2"));

        let store = database.store().await;
        assert!(!format!("{store:?}").contains("postgres://"));
        database.tamper("DROP TABLE aauth_row").await;
        let error = store.get(&key("secret row"), NOW).await.unwrap_err();
        assert!(!chain(&error).contains("secret row"));
    })
    .await;
}
