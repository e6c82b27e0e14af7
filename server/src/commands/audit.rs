//! `ligesind audit verify`: computes the chain of the audit log again.

use anyhow::bail;
use clap::Subcommand;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;

use super::{Station, say};
use crate::infra::config::Config;
use crate::infra::db::Db;
use crate::infra::embedded_pg::Tenure;
use crate::query;

/// What can be done with the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check that no row was changed, added or taken away.
    Verify,
}

query! {
    /// Rows of the log, and the first whose hash or predecessor does not fit. The first row of all stands on nothing, or on
    /// the checkpoint that `ligesind retention` left when it cut the log there.
    struct Verify {}
    "select count(*) as n, min(seq) filter (where fits is not true) as broken from (
       select l.seq, l.hash = audit_hash(l.seq, l.at, l.actor_id, l.act, l.target_kind, l.target_id, l.codes, l.previous_hash)
              and l.previous_hash = coalesce(lag(l.hash) over (order by l.seq),
                case when l.seq = 1 then '\\x00'::bytea else (
                  select decode(c.codes->>'hash', 'hex') from audit_log c
                  where c.act = 'audit_cut' and (c.codes->>'through')::bigint = l.seq - 1 order by c.seq desc limit 1) end)
              and l.seq = coalesce(lag(l.seq) over (order by l.seq) + 1, l.seq) as fits
       from audit_log l) x"
}

#[derive(QueryableByName)]
struct Verdict {
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    broken: Option<i64>,
}

/// Runs a command of the audit log.
///
/// # Errors
/// When the chain is broken: the first row that does not fit.
pub fn run(config: Config, command: &AuditCommand) -> anyhow::Result<()> {
    let AuditCommand::Verify = command;
    let station = Station::open(config, Tenure::Brief)?;
    let rows = station.run(async || verify(&station.state().await?.db).await)?;
    say(&format!("The audit log is whole: {rows} rows."));
    Ok(())
}

/// Computes the chain again; answers how many rows it has.
///
/// # Errors
/// When a row does not fit: the first one.
pub async fn verify(db: &Db) -> anyhow::Result<i64> {
    let mut conn = db.read().await.map_err(|e| anyhow::anyhow!("{e:?}"))?;
    let verdict: Verdict = Verify {}.get_result(&mut *conn).await?;
    match verdict.broken {
        Some(seq) => bail!("the audit log was changed: row {seq} does not fit"),
        None => Ok(verdict.n),
    }
}
