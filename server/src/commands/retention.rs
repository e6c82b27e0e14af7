//! `ligesind retention`: destroys what is past its period, the audit log too, which only the schema's owner may cut.

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::{Station, say};
use crate::app::AppState;
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;
use crate::privacy::periods::{Periods, back};
use crate::privacy::{self, Forgotten, PERIODS};
use crate::query;

/// Destroys what is past its period and says how much of what. Running it again changes nothing.
///
/// # Errors
/// When the database fails; what was done before stays done.
pub fn run(config: Config) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    let forgotten = station.run(async || {
        station.migrate().await?;
        let state = station.state().await?;
        forget(&state, &station.owner_url, &PERIODS).await
    })?;
    for (kind, count) in forgotten.iter().filter(|(_, count)| **count > 0) {
        say(&format!("{kind}: {count}"));
    }
    say(&format!("Destroyed {} rows that were past their period.", forgotten.values().sum::<usize>()));
    Ok(())
}

/// Forgets with the application's rights, then cuts the audit log as the owner of the schema.
///
/// # Errors
/// When the database fails.
pub async fn forget(state: &AppState, owner_url: &str, periods: &Periods) -> anyhow::Result<Forgotten> {
    let mut forgotten =
        privacy::forget_all(&state.db, &state.holders, periods).await.map_err(|problem| anyhow!("{problem:?}"))?;
    let now = state.db.clock().now();
    let mut owner =
        AsyncPgConnection::establish(owner_url).await.context("connecting to PostgreSQL as the owner of the schema")?;
    let cut: Cut = CutLog { before: back(now, periods.audit), now }.get_result(&mut owner).await?;
    forgotten.insert("audit_log", usize::try_from(cut.n).unwrap_or_default());
    Ok(forgotten)
}

query! {
    struct CutLog { before: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz }
    "select audit_cut($1, $2) as n"
}

#[derive(QueryableByName)]
struct Cut {
    #[diesel(sql_type = BigInt)]
    n: i64,
}
