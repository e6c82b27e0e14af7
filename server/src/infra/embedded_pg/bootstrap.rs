//! Making a cluster: `initdb`, who may connect, the two roles, the databases.
//!
//! The superuser exists only here, in single-user mode: no running server lets it in over the socket
//! except the operating system's own user `postgres`.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use super::place::Place;
use super::{APP_ROLE, ClusterError, ClusterOptions, Durability, OWNER_ROLE};

/// Safe although it says `trust`: there is no TCP, and only the cluster's user may enter the socket's folder.
const WHO_MAY_CONNECT: &str = "local all ligesind_owner,ligesind_app trust\nlocal all postgres peer\n";
const NAMES: &str = "ligesind_databases";

/// Settings of every start; errors are logged without the values that people wrote.
pub(super) fn settings(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Durable => &[
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=120",
            "shared_buffers=256MB",
            "jit=off",
            "log_error_verbosity=terse",
            "log_min_error_statement=panic",
            "log_line_prefix=%m [%p] ",
            "log_timezone=UTC",
        ],
        Durability::Throwaway => &[
            "listen_addresses=",
            "unix_socket_permissions=0700",
            "max_connections=400",
            "shared_buffers=256MB",
            "jit=off",
            "log_error_verbosity=terse",
            "log_min_error_statement=panic",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "wal_level=minimal",
            "max_wal_senders=0",
            "autovacuum=off",
            "max_wal_size=4GB",
            "checkpoint_timeout=1d",
        ],
    }
}

/// Makes the cluster if it is missing and the databases that are missing in it.
///
/// A new cluster is made beside its place and moved there when all of it is done, so that a crash half-way
/// leaves nothing that looks finished.
pub(super) fn prepare(place: &Place, options: &ClusterOptions) -> Result<(), ClusterError> {
    if let Some(bad) = options.databases.iter().find(|name| !is_plain_name(name)) {
        return Err(ClusterError::BadDatabaseName(bad.clone()));
    }
    let data = place.data();
    if data.join("PG_VERSION").is_file() {
        place.own_dir(&data)?;
        return add_databases(place, &data, options);
    }
    let fresh = place.dir.join("data.new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(|e| ClusterError::io("remove", &fresh, e))?;
    }
    place.own_dir(&fresh)?;
    init(place, &fresh, options.durability)?;
    single_user(place, &fresh, &roles(options.durability))?;
    add_databases(place, &fresh, options)?;
    fs::rename(&fresh, &data).map_err(|e| ClusterError::io("rename", &fresh, e))?;
    fs::File::open(&place.dir).and_then(|dir| dir.sync_all()).map_err(|e| ClusterError::io("sync", &place.dir, e))
}

fn init(place: &Place, data: &Path, durability: Durability) -> Result<(), ClusterError> {
    let mut command = place.program("initdb");
    command.arg("-D").arg(data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
    command.arg(if durability == Durability::Durable { "--data-checksums" } else { "--no-sync" });
    check("initdb", command.stdin(Stdio::null()).output())?;
    let rules = data.join("pg_hba.conf");
    fs::write(&rules, WHO_MAY_CONNECT).map_err(|e| ClusterError::io("write", &rules, e))
}

fn roles(durability: Durability) -> Vec<String> {
    let mut sql = vec![
        format!("CREATE ROLE {OWNER_ROLE} LOGIN;"),
        format!("CREATE ROLE {APP_ROLE} LOGIN;"),
        "REVOKE ALL ON DATABASE postgres FROM PUBLIC;".to_owned(),
    ];
    if durability == Durability::Throwaway {
        // Tests make databases from a template, cut connections and count queries.
        sql.push(format!("ALTER ROLE {OWNER_ROLE} CREATEDB;"));
        sql.push(format!("GRANT pg_signal_backend, pg_monitor TO {OWNER_ROLE};"));
        sql.push(format!("GRANT CONNECT ON DATABASE postgres TO {OWNER_ROLE};"));
    }
    sql
}

/// Creates what the options name and the cluster lacks; a list beside the data says what it has.
fn add_databases(place: &Place, data: &Path, options: &ClusterOptions) -> Result<(), ClusterError> {
    let list = data.join(NAMES);
    let known = fs::read_to_string(&list).unwrap_or_default();
    let missing: Vec<&String> =
        options.databases.iter().filter(|name| !known.lines().any(|k| k == name.as_str())).collect();
    if missing.is_empty() {
        return Ok(());
    }
    for name in &missing {
        match single_user(place, data, &[format!("CREATE DATABASE {name} OWNER {OWNER_ROLE};")]) {
            // Made by a start that ended before it could write the list.
            Err(ClusterError::Bootstrap { output, .. }) if output.contains("already exists") => {}
            other => other?,
        }
        single_user(
            place,
            data,
            &[
                format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC;"),
                format!("GRANT CONNECT ON DATABASE {name} TO {APP_ROLE};"),
            ],
        )?;
    }
    let names: String = missing.iter().map(|name| format!("{name}\n")).collect();
    fs::write(&list, known + &names).map_err(|e| ClusterError::io("write", &list, e))
}

/// Runs statements as the superuser, one a line, with no server running.
fn single_user(place: &Place, data: &Path, sql: &[String]) -> Result<(), ClusterError> {
    let mut command = place.program("postgres");
    command
        .args(["--single", "-c", "exit_on_error=true", "-c", "log_min_messages=error", "-D"])
        .arg(data)
        .arg("postgres");
    let run =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().and_then(|mut child| {
            if let Some(mut input) = child.stdin.take() {
                input.write_all((sql.join("\n") + "\n").as_bytes())?;
            }
            child.wait_with_output()
        });
    check("postgres", run)
}

fn check(program: &'static str, run: std::io::Result<Output>) -> Result<(), ClusterError> {
    let output = run.map_err(|e| ClusterError::Spawn(e.kind()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(ClusterError::Bootstrap { program, output: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

/// The last lines of a log, for an error message.
pub(super) fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(8)).copied().collect::<Vec<_>>().join("\n")
}

/// Whether a name can stand in SQL without quotes.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
