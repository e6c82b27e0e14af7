//! `ligesind restore`: a backup back into the database, all of it or nothing.
//!
//! Who was erased after the backup stays erased: their ids stand in the audit log of the database that is replaced.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::json;
use uuid::Uuid;

use super::backup::programs;
use super::postgres_programs::Programs;
use super::{Station, say};
use crate::accounts;
use crate::app::AppState;
use crate::audit;
use crate::casework;
use crate::http::Problem;
use crate::infra::config::Config;
use crate::infra::embedded_pg::{PrivateCluster, Tenure};
use crate::infra::ids::AccountId;
use crate::privacy::TextChoice;
use crate::query;

/// From where.
#[derive(Args)]
pub struct RestoreArgs {
    /// A file that `ligesind backup` wrote.
    file: PathBuf,
    /// Replace what is in the database: it is gone afterwards.
    #[arg(long)]
    replace: bool,
}

/// Tables, sequences, domains and functions go; the schema, its rights and extensions stay.
const EMPTY: &str = concat!(
    "do $$ declare t record; begin
       for t in select c.oid::regclass as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       loop execute 'drop table ' || t.name || ' cascade'; end loop;
       for t in select c.oid::regclass as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
       loop execute 'drop sequence ' || t.name; end loop;
       for t in select y.oid::regtype as name from pg_type y where y.typnamespace = 'public'::regnamespace and y.typtype = 'd'
                   and not exists (select from pg_depend d where d.objid = y.oid and d.deptype = 'e')
       loop execute 'drop domain ' || t.name; end loop;
     end $$;\n",
    include_str!("../../sql/drop.sql")
);

/// Restores a backup. No server may run on the database.
///
/// # Errors
/// When there are accounts already and `--replace` is not given, a server runs, or the file is not whole; the database
/// is then as it was.
pub fn run(config: Config, args: &RestoreArgs) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    if station.cluster.as_ref().is_some_and(PrivateCluster::is_attached) {
        bail!("a server is running on this database; stop it first");
    }
    let outcome = station.run(async || {
        let erased = replace(&programs(&station), &station.owner_url, &args.file, args.replace).await?;
        station.migrate().await?;
        finish(&station.state().await?, &erased).await
    })?;
    say(&format!("Restored {}. Everybody must sign in again.", args.file.display()));
    if outcome.erased_again > 0 {
        say(&format!("Erased again {} accounts that had left since the backup.", outcome.erased_again));
    }
    if outcome.secret_fits == Some(false) {
        bail!(
            "the secret is not the one of this backup: what moderation has sealed cannot be opened. Put the right one in place"
        );
    }
    Ok(())
}

/// Somebody who was erased in the database that is replaced.
#[derive(QueryableByName, Debug)]
pub struct Erased {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    texts: Option<String>,
}

/// What a restore came to.
#[derive(Debug)]
pub struct Outcome {
    /// Accounts that had left since the backup and were erased again.
    pub erased_again: usize,
    /// Whether the secret opens what was sealed; none where nothing is.
    pub secret_fits: Option<bool>,
}

query! {
    struct Look {}
    "select to_regclass('public.accounts') is not null and to_regclass('public.audit_log') is not null as has_tables,
            (select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend') as others"
}
query! { struct CountAccounts {} "select count(*) as n from accounts" }
query! {
    struct ErasedSince {}
    "select target_id as id, codes->>'texts' as texts from audit_log where act = 'account_erased' and target_id is not null order by seq"
}
query! {
    struct EndSessions { now: DateTime<Utc> => Timestamptz }
    "update sessions set revoked_at = $1 where revoked_at is null"
}

#[derive(QueryableByName)]
struct Looked {
    #[diesel(sql_type = Bool)]
    has_tables: bool,
    #[diesel(sql_type = BigInt)]
    others: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Puts the backup in the place of what is in the database, and answers who was erased in what was there.
///
/// # Errors
/// As [`run`].
pub async fn replace(
    programs: &Programs,
    owner_url: &str,
    file: &Path,
    may_replace: bool,
) -> anyhow::Result<Vec<Erased>> {
    let mut owner =
        AsyncPgConnection::establish(owner_url).await.context("connecting to PostgreSQL as the owner of the schema")?;
    let looked: Looked = Look {}.get_result(&mut owner).await?;
    let mut erased = Vec::new();
    if looked.has_tables {
        let accounts: Count = CountAccounts {}.get_result(&mut owner).await?;
        if accounts.n > 0 && !may_replace {
            bail!(
                "there are {} accounts in this database; --replace destroys them and everything else in it",
                accounts.n
            );
        }
        erased = ErasedSince {}.load(&mut owner).await?;
    }
    if looked.others > 0 {
        bail!("{} others are connected to this database; stop the server first", looked.others);
    }
    drop(owner);
    load(programs, owner_url, file)?;
    Ok(erased)
}

/// Reads the file into the database in one transaction.
fn load(programs: &Programs, owner_url: &str, file: &Path) -> anyhow::Result<()> {
    let mut reader = programs
        .command("pg_restore")
        .args(["--no-owner", "--no-privileges", "--file=-"])
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting pg_restore")?;
    let mut writer = programs
        .on("psql", owner_url)
        .args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"])
        .arg("--command=set client_min_messages = error")
        .arg(format!("--command={EMPTY}"))
        .arg("--file=-")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting psql")?;
    let (Some(mut sql), Some(mut into)) = (reader.stdout.take(), writer.stdin.take()) else {
        bail!("the programs of PostgreSQL cannot be talked to");
    };
    let copied = io::copy(&mut sql, &mut into);
    drop(sql);
    let read = reader.wait_with_output()?;
    if !read.status.success() {
        // Half a file must not be committed: psql ends before it hears the end of its input.
        writer.kill()?;
        drop(into);
        writer.wait()?;
        bail!("{} is not a whole backup: {}", file.display(), String::from_utf8_lossy(&read.stderr).trim());
    }
    drop(into);
    let written = writer.wait_with_output()?;
    if !written.status.success() {
        bail!("restoring failed, nothing was changed: {}", String::from_utf8_lossy(&written.stderr).trim());
    }
    copied.context("handing the backup over")?;
    Ok(())
}

/// Ends the sessions of the backup, erases again who had left since, and tries the secret.
///
/// # Errors
/// When the database fails.
pub async fn finish(state: &AppState, erased: &[Erased]) -> anyhow::Result<Outcome> {
    let mut erased_again = 0;
    for person in erased {
        let texts = person.texts.as_deref().and_then(|code| code.parse().ok()).unwrap_or(TextChoice::Erase);
        let again =
            state.db.write(async |tx| accounts::erase(tx, &state.holders, AccountId(person.id), texts).await).await;
        match again {
            Ok(()) => erased_again += 1,
            Err(Problem::NotFound) => {}
            Err(problem) => return Err(anyhow!("erasing account {} again: {problem:?}", person.id)),
        }
    }
    let ended = state.db.write(async |tx| {
        let now = tx.now();
        EndSessions { now }.execute(&mut **tx).await?;
        audit::append(tx, None, "restored", "database", None, json!({ "erased_again": erased_again })).await
    });
    ended.await.map_err(|problem| anyhow!("{problem:?}"))?;
    let mut conn = state.db.read().await.map_err(|error| anyhow!("{error:?}"))?;
    let secret_fits = casework::secret_fits(&mut conn, &state.keys).await.map_err(|problem| anyhow!("{problem:?}"))?;
    Ok(Outcome { erased_again, secret_fits })
}
