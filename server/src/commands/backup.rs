//! `ligesind backup`: everything in the database, in one file that `ligesind restore` reads.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail};
use clap::Args;

use super::postgres_programs::Programs;
use super::{Station, say};
use crate::infra::config::Config;
use crate::infra::embedded_pg::{PrivateCluster, Tenure};

/// Where to.
#[derive(Args)]
pub struct BackupArgs {
    /// The file to write; one that is there is never overwritten.
    file: PathBuf,
}

/// Writes a backup. A server may run meanwhile.
///
/// # Errors
/// When the file exists or the dump fails; then no file is left.
pub fn run(config: Config, args: &BackupArgs) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    let bytes = dump(&programs(&station), &station.owner_url, &args.file)?;
    let kept = match station.config.secret {
        Some(_) => "LIGESIND_SECRET".to_owned(),
        None => station.config.state_dir.join("secret").display().to_string(),
    };
    say(&format!("Wrote {} ({} KiB).", args.file.display(), bytes.div_ceil(1024)));
    say(&format!("Keep the secret ({kept}) too, but in another place: without it what moderation has sealed"));
    say("cannot be opened again, and with both together anybody can open it. The file itself holds everything");
    say("people wrote and who is who: encrypt it before it leaves this machine, and destroy it when it is replaced.");
    Ok(())
}

/// The programs that fit the database of a station.
pub(super) fn programs(station: &Station) -> Programs {
    let private = station.cluster.as_ref().map(PrivateCluster::bin_dir);
    private.map_or_else(Programs::newest, Programs::in_folder)
}

/// Dumps the database at `owner_url` into a new file that only its owner may read; answers its size.
///
/// # Errors
/// As [`run`].
pub fn dump(programs: &Programs, owner_url: &str, file: &Path) -> anyhow::Result<u64> {
    let out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("making {}", file.display()))?;
    let done = dump_into(programs, owner_url, &out);
    if done.is_err() {
        let _ = fs::remove_file(file);
    }
    done
}

fn dump_into(programs: &Programs, owner_url: &str, out: &File) -> anyhow::Result<u64> {
    let done = programs
        .on("pg_dump", owner_url)
        .args(["--format=custom", "--no-owner", "--no-privileges"])
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .context("starting pg_dump")?;
    if !done.status.success() {
        bail!("pg_dump failed: {}", String::from_utf8_lossy(&done.stderr).trim());
    }
    out.sync_all()?;
    Ok(out.metadata()?.len())
}
