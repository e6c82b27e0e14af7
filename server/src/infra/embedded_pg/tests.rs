use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use super::place::{User, fingerprint, may_enter, parse_postgres};
use super::*;

/// A state folder that the database's user can reach, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let shm = Path::new("/dev/shm");
        let base = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let path = base.join(format!("lg-unit-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        Self(path)
    }

    fn options(&self, durability: Durability, tenure: Tenure) -> ClusterOptions {
        ClusterOptions {
            state_dir: self.0.clone(),
            durability,
            tenure,
            databases: vec!["ligesind".to_owned()],
            bin_dir: None,
        }
    }

    fn start(&self) -> PrivateCluster {
        PrivateCluster::start(&self.options(Durability::Durable, Tenure::Lasting)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn run(url: &str, sql: &str) -> Result<(), String> {
    let mut connection = AsyncPgConnection::establish(url).await.map_err(|e| e.to_string())?;
    connection.batch_execute(sql).await.map_err(|e| e.to_string())
}

#[tokio::test]
async fn the_application_is_narrower_than_the_owner_and_nobody_is_superuser() {
    let folder = Folder::new();
    let cluster = folder.start();
    run(&cluster.owner_url("ligesind"), "CREATE TABLE t (id int); CREATE EXTENSION pg_trgm").await.unwrap();
    let app = cluster.app_url("ligesind");
    run(&app, "SELECT 1").await.unwrap();
    assert!(run(&app, "SELECT * FROM t").await.unwrap_err().contains("permission denied"));
    assert!(run(&app, "CREATE TABLE u (id int)").await.unwrap_err().contains("permission denied"));
    assert!(run(&app, "SET ROLE ligesind_owner").await.is_err());
    assert!(run(&app.replace(APP_ROLE, "postgres"), "SELECT 1").await.is_err());
    assert!(run(&cluster.app_url("postgres"), "SELECT 1").await.is_err());
}

#[tokio::test]
async fn what_is_written_is_there_after_a_stop_a_crash_and_an_old_pid_file() {
    let folder = Folder::new();
    let cluster = folder.start();
    run(&cluster.owner_url("ligesind"), "CREATE TABLE kept (id int)").await.unwrap();
    let running = cluster.running.as_ref().unwrap();
    send(running.pid, libc::SIGKILL);
    assert!(wait_until(GRACE, || !cluster.is_alive()));
    drop(cluster);

    let pid_file = folder.0.join("postgres/data/postmaster.pid");
    assert!(pid_file.exists(), "a killed postmaster leaves its pid file");
    // As after a reboot: the pid belongs to somebody else now, here to this test.
    fs::write(&pid_file, format!("{}\n", std::process::id())).unwrap();
    let cluster = folder.start();
    run(&cluster.owner_url("ligesind"), "INSERT INTO kept VALUES (1)").await.unwrap();
    drop(cluster);
    assert!(!pid_file.exists(), "a clean stop takes it away");
    assert!(folder.0.join("postgres/postgres.log").metadata().unwrap().len() > 0);
}

#[tokio::test]
async fn a_command_joins_the_cluster_of_a_server_and_leaves_it_running() {
    let folder = Folder::new();
    let server = folder.start();
    let command = PrivateCluster::start(&folder.options(Durability::Durable, Tenure::Brief)).unwrap();
    assert!(command.is_attached() && !server.is_attached());
    assert_eq!(command.app_url("ligesind"), server.app_url("ligesind"));
    drop(command);
    run(&server.app_url("ligesind"), "SELECT 1").await.unwrap();
}

#[test]
fn a_server_waits_until_a_command_has_ended_and_then_starts_its_own() {
    let folder = Folder::new();
    let command = PrivateCluster::start(&folder.options(Durability::Durable, Tenure::Brief)).unwrap();
    let options = folder.options(Durability::Durable, Tenure::Lasting);
    let server = thread::spawn(move || PrivateCluster::start(&options).unwrap());
    thread::sleep(Duration::from_millis(200));
    assert!(!server.is_finished());
    drop(command);
    assert!(!server.join().unwrap().is_attached());
}

#[tokio::test]
async fn a_server_waits_for_one_that_is_about_to_stop_and_then_starts_its_own() {
    let folder = Folder::new();
    let first = folder.start();
    let joined = folder.start();
    assert!(joined.is_attached() && joined.is_alive());
    first.ends_soon()();
    let options = folder.options(Durability::Durable, Tenure::Lasting);
    let second = thread::spawn(move || PrivateCluster::start(&options).unwrap());
    thread::sleep(Duration::from_millis(200));
    assert!(!second.is_finished(), "it does not join what is about to stop");
    drop(first);
    let second = second.join().unwrap();
    assert!(!second.is_attached());
    run(&second.app_url("ligesind"), "SELECT 1").await.unwrap();
    drop(second);
    assert!(!joined.is_alive(), "whoever joined sees that it is gone");
}

#[test]
fn a_throwaway_cluster_leaves_nothing() {
    let folder = Folder::new();
    let cluster = PrivateCluster::start(&folder.options(Durability::Throwaway, Tenure::Lasting)).unwrap();
    assert!(folder.0.join("postgres/data").exists());
    drop(cluster);
    assert!(!folder.0.join("postgres").exists());
}

#[test]
fn a_long_state_folder_gets_a_short_socket() {
    let folder = Folder::new();
    let mut options = folder.options(Durability::Throwaway, Tenure::Lasting);
    options.state_dir = folder.0.join("long".repeat(30));
    let cluster = PrivateCluster::start(&options).unwrap();
    assert!(!cluster.place.socket.starts_with(&folder.0));
    drop(cluster);
}

/// Root hands the database to a user who cannot pass a closed folder; an ordinary user stays in place.
#[test]
fn a_folder_that_the_databases_user_cannot_reach_is_left_for_one_it_can() {
    let folder = Folder::new();
    fs::create_dir_all(&folder.0).unwrap();
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let cluster = PrivateCluster::start(&folder.options(Durability::Throwaway, Tenure::Lasting)).unwrap();
    // SAFETY: a plain system call that cannot fail.
    let root = unsafe { libc::geteuid() } == 0;
    assert_eq!(cluster.moved_to().is_some(), root);
    assert_eq!(cluster.dir().starts_with(&folder.0), !root);
}

#[test]
fn bad_names_and_missing_programs_are_named() {
    let folder = Folder::new();
    let mut options = folder.options(Durability::Throwaway, Tenure::Brief);
    options.databases = vec!["a; DROP".to_owned()];
    assert!(matches!(PrivateCluster::start(&options), Err(ClusterError::BadDatabaseName(_))));
    options.bin_dir = Some(folder.0.clone());
    let message = PrivateCluster::start(&options).unwrap_err().to_string();
    assert!(message.contains("apt-get install postgresql"), "{message}");
}

#[test]
fn the_mode_of_a_folder_says_who_may_pass() {
    let folder = Folder::new();
    fs::create_dir_all(&folder.0).unwrap();
    let stranger = User { uid: 4_000_001, gid: 4_000_001 };
    for (mode, passes) in [(0o700, false), (0o711, true), (0o755, true), (0o754, false)] {
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(may_enter(&fs::metadata(&folder.0).unwrap(), stranger), passes, "{mode:o}");
    }
}

#[test]
fn users_and_fingerprints_are_read_as_they_are() {
    let line = "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash";
    assert_eq!(parse_postgres(line), Some(User { uid: 101, gid: 104 }));
    assert_eq!(parse_postgres("postgresql:x:1:1::/:/bin/sh"), None);
    assert_eq!(fingerprint(Path::new("")), "cbf29ce484222325");
    assert_ne!(fingerprint(Path::new("/a")), fingerprint(Path::new("/b")));
}
