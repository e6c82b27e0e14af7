//! Where a private cluster lives and as whom it runs: folders, user, programs, what is running there.

use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

/// A Unix socket's path must fit `sockaddr_un`, its end mark included.
const SOCKET_LIMIT: usize = 107;
const SOCKET_NAME: &str = "/.s.PGSQL.5432";
const OLDEST: u32 = 15;
/// Where root puts a cluster whose own folder the database's user cannot reach.
const REACHABLE: &str = "/var/lib/ligesind";

/// The user a cluster runs as when this process is root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// Folders, programs and user of one cluster.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) bin: PathBuf,
    pub(super) moved: bool,
    user: Option<User>,
}

impl Place {
    /// Finds the place for this state folder and makes the folders that are missing.
    pub(super) fn choose(state_dir: &Path, bin_dir: Option<&Path>) -> Result<Self, ClusterError> {
        make_dir(state_dir, 0o711)?;
        let state_dir = fs::canonicalize(state_dir).map_err(|e| ClusterError::io("find", state_dir, e))?;
        let wanted = state_dir.join("postgres");
        let mut user =
            if is_root() { Some(owner_of(&wanted.join("data")).map_or_else(database_user, Ok)?) } else { None };
        let reachable =
            user.is_none_or(|u| wanted.ancestors().skip(1).all(|a| fs::metadata(a).is_ok_and(|m| may_enter(&m, u))));
        let dir = if reachable { wanted } else { PathBuf::from(REACHABLE).join(fingerprint(&state_dir)) };
        if !reachable {
            make_dir(Path::new(REACHABLE), 0o711)?;
            user = Some(owner_of(&dir.join("data")).map_or_else(database_user, Ok)?);
        }
        make_dir(&dir, 0o711)?;
        let bin = find_programs(&dir.join("data"), bin_dir)?;
        let mut place = Self { socket: dir.join("s"), bin, moved: !reachable, user, dir };
        if place.socket.as_os_str().len() + SOCKET_NAME.len() > SOCKET_LIMIT {
            let uid = user.map_or_else(effective_uid, |u| u.uid);
            place.socket = std::env::temp_dir().join(format!("ligesind-{uid}-{}", fingerprint(&state_dir)));
        }
        let socket = place.socket.clone();
        place.own_dir(&socket)?;
        Ok(place)
    }

    /// The data folder.
    pub(super) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The log of the database.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// A PostgreSQL program, run as the cluster's user in a clean environment.
    pub(super) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC").current_dir("/");
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Makes a folder that only the cluster's user may enter, and refuses one that belongs to somebody else.
    pub(super) fn own_dir(&self, dir: &Path) -> Result<(), ClusterError> {
        let uid = self.user.map_or_else(effective_uid, |u| u.uid);
        match DirBuilder::new().mode(0o700).create(dir) {
            Ok(()) => {
                if let Some(user) = self.user {
                    chown(dir, Some(user.uid), Some(user.gid)).map_err(|e| ClusterError::io("hand over", dir, e))?;
                }
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(ClusterError::io("make", dir, e)),
        }
        let found = fs::symlink_metadata(dir).map_err(|e| ClusterError::io("read", dir, e))?;
        if !found.is_dir() || found.uid() != uid || found.mode() & 0o077 != 0 {
            return Err(ClusterError::NotOurs { dir: dir.to_owned(), uid: found.uid() });
        }
        Ok(())
    }
}

/// The pid of the postmaster that runs on this data folder, if one does.
///
/// A pid alone proves nothing, since pids are used again: the process must also stand in the folder.
pub(super) fn live_postmaster(data: &Path) -> Option<i32> {
    let pid: i32 = fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()?;
    let cwd = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    (cwd == data).then_some(pid)
}

/// Whether a postmaster (this one, if a pid is given) has written that it takes connections.
pub(super) fn is_ready(data: &Path, pid: Option<i32>) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else {
        return false;
    };
    let mut lines = text.lines();
    let first = lines.next().and_then(|l| l.trim().parse::<i32>().ok());
    first.is_some() && pid.is_none_or(|p| first == Some(p)) && lines.nth(6).is_some_and(|l| l.trim() == "ready")
}

/// Whether this user may pass through a folder, by its mode.
pub(super) fn may_enter(folder: &Metadata, user: User) -> bool {
    let bit = match folder {
        m if m.uid() == user.uid => 0o100,
        m if m.gid() == user.gid => 0o010,
        _ => 0o001,
    };
    folder.mode() & bit != 0
}

/// Makes a folder and its parents; the mode is set whatever the umask says, but only on a new one.
fn make_dir(dir: &Path, mode: u32) -> Result<(), ClusterError> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir)
        .and_then(|()| fs::set_permissions(dir, Permissions::from_mode(mode)))
        .map_err(|e| ClusterError::io("make", dir, e))
}

/// The programs of the version that made the data, or of the newest version that is installed.
fn find_programs(data: &Path, given: Option<&Path>) -> Result<PathBuf, ClusterError> {
    let made_by = fs::read_to_string(data.join("PG_VERSION")).ok().map(|v| v.trim().to_owned());
    if let Some(dir) = given {
        return if dir.join("initdb").is_file() { Ok(dir.to_owned()) } else { Err(ClusterError::NotInstalled) };
    }
    let root = Path::new("/usr/lib/postgresql");
    let bin_of = |version: &str| Some(root.join(version).join("bin")).filter(|b| b.join("initdb").is_file());
    match made_by {
        Some(version) => bin_of(&version).ok_or(ClusterError::VersionMissing { data: data.to_owned(), version }),
        None => fs::read_dir(root)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
            .filter(|version| *version >= OLDEST && bin_of(&version.to_string()).is_some())
            .max()
            .and_then(|version| bin_of(&version.to_string()))
            .ok_or(ClusterError::NotInstalled),
    }
}

/// A short, stable name for a path (64-bit FNV-1a): equal in every process and every release.
pub(super) fn fingerprint(path: &Path) -> String {
    let hash = path
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Who owns an existing cluster: root starts it as that user and leaves its files alone.
fn owner_of(data: &Path) -> Option<User> {
    fs::metadata(data).ok().filter(|m| m.uid() != 0).map(|m| User { uid: m.uid(), gid: m.gid() })
}

fn database_user() -> Result<User, ClusterError> {
    let users = fs::read_to_string("/etc/passwd").map_err(|e| ClusterError::io("read", Path::new("/etc/passwd"), e))?;
    users.lines().find_map(parse_postgres).ok_or(ClusterError::NoDatabaseUser)
}

/// Reads uid and gid from the line of the user `postgres`.
pub(super) fn parse_postgres(line: &str) -> Option<User> {
    let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
    Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}

fn is_root() -> bool {
    effective_uid() == 0
}

fn effective_uid() -> u32 {
    // SAFETY: a plain system call that cannot fail.
    unsafe { libc::geteuid() }
}
