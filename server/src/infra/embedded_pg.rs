//! A private PostgreSQL cluster: made, started, shared between commands and stopped by this process.
//!
//! Owns the life of one `postgres` below a state folder: a Unix socket only, two plain roles, a log.
//! Knows nothing of schemas, pools or the product; migrations and their grants come later, over a URL.

mod bootstrap;
mod error;
mod place;
mod process;

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use error::ClusterError;
use place::Place;
use process::{end_orphan, launch, send, sweep_after_us, wait_until};

/// The role that owns the schema and runs migrations.
pub const OWNER_ROLE: &str = "ligesind_owner";
/// The narrower role the application works as; what it may do is granted by migrations.
pub const APP_ROLE: &str = "ligesind_app";

const PATIENCE: Duration = Duration::from_secs(120);
const GRACE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(5);
const LOG_LIMIT: u64 = 16 * 1024 * 1024;

/// Whether the cluster must survive a power cut or only a test run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Crash-safe, with checksums and a log that is kept.
    Durable,
    /// No syncing at all, and the folder is removed at the end, however the process ends.
    Throwaway,
}

/// How long the caller will need the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenure {
    /// A server: commands beside it attach to its cluster.
    Lasting,
    /// A command: others wait until it has ended.
    Brief,
}

/// What to start and where.
#[derive(Clone, Debug)]
pub struct ClusterOptions {
    pub state_dir: PathBuf,
    pub durability: Durability,
    pub tenure: Tenure,
    /// Databases that must exist, owned by [`OWNER_ROLE`].
    pub databases: Vec<String>,
    /// Where `initdb` and `postgres` are; `None` looks in Debian's places and in `PATH`.
    pub bin_dir: Option<PathBuf>,
}

/// A running cluster; dropping it stops the cluster, unless another process started it.
#[derive(Debug)]
pub struct PrivateCluster {
    place: Place,
    durability: Durability,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    pid: i32,
    keeper: JoinHandle<std::io::Result<ExitStatus>>,
    lock: File,
}

impl PrivateCluster {
    /// Starts the cluster of this state folder, or joins the one a server has running there.
    pub fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        let place = Place::choose(&options.state_dir, options.bin_dir.as_deref())?;
        let running = match acquire(&place, options.tenure)? {
            Some(lock) => Some(bring_up(&place, options, lock)?),
            None => None,
        };
        Ok(Self { place, durability: options.durability, running })
    }

    /// The connection string of the schema's owner.
    pub fn owner_url(&self, database: &str) -> String {
        self.url(OWNER_ROLE, database)
    }

    /// The connection string of the application.
    pub fn app_url(&self, database: &str) -> String {
        self.url(APP_ROLE, database)
    }

    /// The folder that holds data, socket and log.
    pub fn dir(&self) -> &Path {
        &self.place.dir
    }

    /// The folder in use when the state folder cannot be reached by the database's user: worth printing.
    pub fn moved_to(&self) -> Option<&Path> {
        self.place.moved.then_some(self.place.dir.as_path())
    }

    /// Whether this process joined a cluster that another one started.
    pub fn is_attached(&self) -> bool {
        self.running.is_none()
    }

    /// Whether the postmaster still runs.
    pub fn is_alive(&self) -> bool {
        match &self.running {
            Some(running) => !running.keeper.is_finished(),
            None => place::live_postmaster(&self.place.data()).is_some(),
        }
    }

    /// Tells others that this cluster will be gone soon: whoever starts from now on waits and then starts its own. Nothing
    /// for a cluster that another process started.
    pub fn ends_soon(&self) -> impl Fn() + use<> {
        let lock = self.running.as_ref().and_then(|running| running.lock.try_clone().ok());
        move || {
            if let Some(lock) = &lock
                && let Err(error) = write_word(lock, "ending")
            {
                tracing::warn!(%error, "others are not told that the database is about to stop");
            }
        }
    }

    /// The folder of the PostgreSQL programs in use (`pg_dump` is there too).
    pub fn bin_dir(&self) -> &Path {
        &self.place.bin
    }

    fn url(&self, role: &str, database: &str) -> String {
        let host = self.place.socket.to_string_lossy().replace('\\', "\\\\").replace('\'', "\\'");
        format!("host='{host}' user={role} dbname={database}")
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        self.ends_soon()();
        let Some(running) = self.running.take() else {
            return;
        };
        for (signal, patience) in [(libc::SIGINT, GRACE), (libc::SIGQUIT, GRACE)] {
            if !running.keeper.is_finished() {
                send(running.pid, signal);
                wait_until(patience, || running.keeper.is_finished());
            }
        }
        if !self.place.socket.starts_with(&self.place.dir) {
            let _ = fs::remove_dir(&self.place.socket);
        }
        if self.durability == Durability::Throwaway {
            // What cannot be removed here is removed by the sweeper, which outlives us.
            let _ = fs::remove_dir_all(&self.place.dir);
        }
    }
}

/// Takes the lock of a starter, or answers `None` when a server's cluster is there to join.
fn acquire(place: &Place, tenure: Tenure) -> Result<Option<File>, ClusterError> {
    let path = place.dir.join("lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|e| ClusterError::io("open", &path, e))?;
    let until = Instant::now() + PATIENCE;
    while file.try_lock().is_err() {
        let mut holder = String::new();
        file.rewind()
            .and_then(|()| file.read_to_string(&mut holder))
            .map_err(|e| ClusterError::io("read", &path, e))?;
        // The word may be that of an earlier holder, so the postmaster must really be there.
        if holder.starts_with("lasting")
            && place::is_ready(&place.data(), None)
            && place::live_postmaster(&place.data()).is_some()
        {
            return Ok(None);
        }
        if Instant::now() > until {
            return Err(ClusterError::Busy { dir: place.dir.clone(), holder: holder.trim().to_owned() });
        }
        thread::sleep(STEP);
    }
    let word = if tenure == Tenure::Lasting { "lasting" } else { "brief" };
    write_word(&file, word).map_err(|e| ClusterError::io("write", &path, e))?;
    Ok(Some(file))
}

/// Says in the lock file what its holder is there for.
fn write_word(mut file: &File, word: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    writeln!(file, "{word} {}", std::process::id())
}

/// Makes the cluster if it is not there, ends what a killed process left, and starts the postmaster.
fn bring_up(place: &Place, options: &ClusterOptions, lock: File) -> Result<Running, ClusterError> {
    end_orphan(place)?;
    bootstrap::prepare(place, options)?;
    let mut command = place.program("postgres");
    command
        .arg("-D")
        .arg(place.data())
        .arg("-c")
        .arg(format!("unix_socket_directories={}", quoted_list_item(&place.socket)));
    for setting in bootstrap::settings(options.durability) {
        command.args(["-c", setting]);
    }
    let log = open_log(place)?;
    let errors = log.try_clone().map_err(|e| ClusterError::io("open", &place.log(), e))?;
    command.stdin(Stdio::null()).stdout(log).stderr(errors);
    let (pid, keeper) = launch(command)?;
    let running = Running { pid, keeper, lock };
    if options.durability == Durability::Throwaway {
        sweep_after_us(place, pid)?;
    }
    wait_until(PATIENCE, || running.keeper.is_finished() || place::is_ready(&place.data(), Some(pid)));
    if !running.keeper.is_finished() && place::is_ready(&place.data(), Some(pid)) {
        return Ok(running);
    }
    send(pid, libc::SIGQUIT);
    Err(ClusterError::NotStarted { log: place.log(), last: bootstrap::tail(&place.log()) })
}

fn open_log(place: &Place) -> Result<File, ClusterError> {
    let path = place.log();
    if fs::metadata(&path).is_ok_and(|m| m.len() > LOG_LIMIT) {
        fs::rename(&path, path.with_extension("log.1")).map_err(|e| ClusterError::io("rename", &path, e))?;
    }
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.create(true).append(true), 0o600);
    options.open(&path).map_err(|e| ClusterError::io("open", &path, e))
}

/// `unix_socket_directories` is a list: an item with a comma or a blank needs quotes.
fn quoted_list_item(path: &Path) -> String {
    format!("\"{}\"", path.to_string_lossy().replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
