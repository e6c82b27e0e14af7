//! What can go wrong with the private cluster, in words a person who runs the server can act on.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the private cluster could not be made or started.
#[derive(Debug)]
pub enum ClusterError {
    /// No PostgreSQL that is new enough is installed.
    NotInstalled,
    /// The data was made by a major version that is not installed.
    VersionMissing { data: PathBuf, version: String },
    /// Started as root, and there is no user to hand the database to.
    NoDatabaseUser,
    /// The folder belongs to a user this process cannot act as.
    NotOurs { dir: PathBuf, uid: u32 },
    /// Another process uses the cluster and does not let go.
    Busy { dir: PathBuf, holder: String },
    /// A name that cannot be used as it is in SQL.
    BadDatabaseName(String),
    /// `initdb` or the first statements failed.
    Bootstrap { program: &'static str, output: String },
    /// The postmaster ended, or was not ready in time.
    NotStarted { log: PathBuf, last: String },
    /// A process or thread could not be started at all.
    Spawn(io::ErrorKind),
    /// The file system refused.
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

impl ClusterError {
    pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io { doing, path: path.to_owned(), source }
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => write!(
                f,
                "PostgreSQL 15 or newer is not installed. On Debian: apt-get install postgresql (or set DATABASE_URL)"
            ),
            Self::VersionMissing { data, version } => write!(
                f,
                "the database in {} was made by PostgreSQL {version}, which is not installed. On Debian: apt-get install postgresql-{version}",
                data.display()
            ),
            Self::NoDatabaseUser => write!(
                f,
                "PostgreSQL never runs as root, and there is no user 'postgres' to run it as. On Debian the package postgresql makes one"
            ),
            Self::NotOurs { dir, uid } => write!(
                f,
                "{} belongs to another user (uid {uid}): start as that user or as root, or choose another STATE_DIR",
                dir.display()
            ),
            Self::Busy { dir, holder } => write!(
                f,
                "the database in {} is in use by another process ({holder}) that does not let go",
                dir.display()
            ),
            Self::BadDatabaseName(name) => {
                write!(f, "'{name}' cannot be a database name: use a-z, 0-9 and _, beginning with a letter")
            }
            Self::Bootstrap { program, output } => {
                write!(f, "{program} failed while the database was made:\n{output}")
            }
            Self::NotStarted { log, last } => {
                write!(f, "PostgreSQL did not start; its log is {}:\n{last}", log.display())
            }
            Self::Spawn(kind) => write!(f, "a process could not be started: {kind}"),
            Self::Io { doing, path, source } => write!(f, "cannot {doing} {}: {source}", path.display()),
        }
    }
}

impl std::error::Error for ClusterError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
