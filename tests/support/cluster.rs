//! One throw-away PostgreSQL cluster for the test process, and a fresh database for every test.
//!
//! The cluster stands on memory where there is room. The schema is built once, in a template, and
//! copied for each test; used databases are dropped in the background while other tests run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use ligesind::infra::embedded_pg::{ClusterOptions, Durability, PrivateCluster, Tenure};
use tokio::sync::OnceCell;

const TEMPLATE: &str = "template_of_tests";
const PREFIX: &str = "ligesind-test-";
/// What a full run may need; a smaller memory disk (containers often give 64 MiB) is left alone.
const ROOM_KIB: u64 = 3 * 1024 * 1024;

/// How to reach one database, as its owner and as the application.
#[derive(Clone, Debug)]
pub struct DatabaseUrls {
    pub owner: String,
    pub app: String,
}

/// A database of its own for one test; dropped in the background when the value goes.
#[derive(Debug)]
pub struct TestDatabase {
    pub urls: DatabaseUrls,
    name: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A closed channel means that the process is ending, and the cluster with it.
        let _ = dropper().send(std::mem::take(&mut self.name));
    }
}

/// An empty database with the schema that `migrate` builds; it runs once for the whole process.
///
/// `migrate` gets the addresses of the template and must have closed its connections when it returns.
pub async fn fresh_database(migrate: impl AsyncFnOnce(DatabaseUrls)) -> TestDatabase {
    static READY: OnceCell<()> = OnceCell::const_new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let cluster = tokio::task::spawn_blocking(cluster).await.expect("the cluster starts");
    READY.get_or_init(async || migrate(urls(cluster, TEMPLATE)).await).await;
    let name = format!("t_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let copy = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY");
    // A connection that was just closed may still be leaving the template.
    for attempt in 0..50 {
        match administer(&copy).await {
            Ok(()) => break,
            Err(error) if attempt < 49 && error.to_string().contains("being accessed") => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => panic!("{copy}: {error}"),
        }
    }
    TestDatabase { urls: urls(cluster, &name), name }
}

fn urls(cluster: &PrivateCluster, database: &str) -> DatabaseUrls {
    DatabaseUrls { owner: cluster.owner_url(database), app: cluster.app_url(database) }
}

/// The cluster of this process. It is never dropped: its launcher removes it when the process ends.
fn cluster() -> &'static PrivateCluster {
    static CLUSTER: OnceLock<PrivateCluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let base = base_dir();
        remove_leftovers(&base);
        PrivateCluster::start(&ClusterOptions {
            state_dir: base.join(format!("{PREFIX}{}", std::process::id())),
            durability: Durability::Throwaway,
            tenure: Tenure::Lasting,
            databases: vec![TEMPLATE.to_owned()],
            bin_dir: None,
        })
        .unwrap_or_else(|error| panic!("{error}"))
    })
}

async fn administer(sql: &str) -> diesel::QueryResult<()> {
    let mut connection =
        AsyncPgConnection::establish(&cluster().owner_url("postgres")).await.expect("the cluster takes connections");
    connection.batch_execute(sql).await
}

/// A thread that drops databases one by one: dropping costs more than making, so no test waits for it.
fn dropper() -> &'static Sender<String> {
    static DROPPER: OnceLock<Sender<String>> = OnceLock::new();
    DROPPER.get_or_init(|| {
        let (sender, names) = channel();
        std::thread::Builder::new().name("database-dropper".into()).spawn(|| drop_all(names)).expect("a thread starts");
        sender
    })
}

fn drop_all(names: Receiver<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    for name in names {
        // A failure costs memory until the end of the run, nothing else.
        if let Err(error) = runtime.block_on(administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))) {
            eprintln!("could not drop {name}: {error}");
        }
    }
}

fn base_dir() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let df = Command::new("df").args(["-k", "--output=avail"]).arg(memory).output();
    let free = df.ok().and_then(|out| String::from_utf8_lossy(&out.stdout).lines().nth(1)?.trim().parse::<u64>().ok());
    if free.is_some_and(|kib| kib > ROOM_KIB) { memory.to_owned() } else { std::env::temp_dir() }
}

/// Removes the folders of test processes that are gone.
fn remove_leftovers(base: &Path) {
    for entry in std::fs::read_dir(base).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let gone = name
            .strip_prefix(PREFIX)
            .is_some_and(|pid| pid.bytes().all(|b| b.is_ascii_digit()) && !Path::new("/proc").join(pid).exists());
        if gone {
            // Perhaps another user's, or just being removed by its own sweeper.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
