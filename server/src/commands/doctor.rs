//! `ligesind doctor`: checks the installation and says what is missing or costs safety.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;

use super::{Station, say};
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;
use crate::query;

query! {
    struct Facts {}
    "select current_setting('server_version') as version, current_setting('fsync') = 'on' as fsync,
            has_table_privilege('audit_log', 'update') as may_change_audit,
            exists (select 1 from account_roles where role = 'coordinator') as has_coordinator,
            exists (select 1 from help_lines where not always_shown and checked_on > current_date - 183) as has_help_line"
}

#[derive(QueryableByName)]
struct FactsRow {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Bool)]
    fsync: bool,
    #[diesel(sql_type = Bool)]
    may_change_audit: bool,
    #[diesel(sql_type = Bool)]
    has_coordinator: bool,
    #[diesel(sql_type = Bool)]
    has_help_line: bool,
}

/// Prints one line a check.
///
/// # Errors
/// When the database cannot be reached or something is wrong that must be mended before people come.
pub fn run(config: Config) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    let facts: FactsRow = station.run(async || {
        station.migrate().await?;
        let state = station.state().await?;
        let mut conn = state.db.read().await.map_err(|e| anyhow::anyhow!("{e:?}"))?;
        Ok(Facts {}.get_result(&mut *conn).await?)
    })?;
    let config = &station.config;
    let checks = [
        (true, true, format!("PostgreSQL {} answers", facts.version)),
        (facts.fsync, true, "fsync is on: what was acknowledged survives a power cut".to_owned()),
        (
            !facts.may_change_audit,
            false,
            "the application cannot change the audit log (set DATABASE_OWNER_URL to a role of its own)".to_owned(),
        ),
        (
            config.public_url.as_deref().is_some_and(|u| u.starts_with("https://")),
            false,
            "PUBLIC_URL is https: cookies travel encrypted".to_owned(),
        ),
        (config.rate_limits, false, "rate limits are on".to_owned()),
        (
            facts.has_coordinator,
            false,
            "there is a coordinator (ligesind account add NAME --role coordinator)".to_owned(),
        ),
        (facts.has_help_line, false, "a help line beside 112 was checked within six months".to_owned()),
    ];
    for (ok, _, what) in &checks {
        say(&format!("{} {what}", if *ok { "ok     " } else { "MISSING" }));
    }
    if checks.iter().any(|(ok, vital, _)| *vital && !ok) {
        anyhow::bail!("the installation is not fit to serve people");
    }
    Ok(())
}
