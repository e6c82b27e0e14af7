//! `ligesind audit verify`: computes the chain of the audit log again.

use anyhow::bail;
use clap::Subcommand;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;

use super::{Station, say};
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;
use crate::query;

/// What can be done with the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check that no row was changed, added or taken away.
    Verify,
}

query! {
    /// Rows of the log, and the first whose hash or predecessor does not fit.
    struct Verify {}
    "select count(*) as n, min(seq) filter (where not fits) as broken from (
       select seq, hash = audit_hash(seq, at, actor_id, act, target_kind, target_id, codes, previous_hash)
              and previous_hash = coalesce(lag(hash) over (order by seq), previous_hash)
              and seq = coalesce(lag(seq) over (order by seq) + 1, seq) as fits
       from audit_log) x"
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
    let verdict: Verdict = station.run(async || {
        let state = station.state().await?;
        let mut conn = state.db.read().await.map_err(|e| anyhow::anyhow!("{e:?}"))?;
        Ok(Verify {}.get_result(&mut *conn).await?)
    })?;
    match verdict.broken {
        Some(seq) => bail!("the audit log was changed: row {seq} does not fit"),
        None => say(&format!("The audit log is whole: {} rows.", verdict.n)),
    }
    Ok(())
}
