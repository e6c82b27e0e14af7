//! `ligesind seed`: the demo community of `server/demo/`.

use super::Station;
use crate::app::AppState;
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;

/// A demo account that one can sign in to.
pub struct Login {
    /// Pseudonym.
    pub name: String,
    /// Roles, for the reader.
    pub roles: String,
}

/// Loads the demo community into an empty database.
///
/// # Errors
/// When the database fails.
pub fn run(config: Config) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    let logins = station.run(async || {
        station.migrate().await?;
        let state = station.state().await?;
        load_if_empty(&state).await
    })?;
    print_logins(&logins);
    Ok(())
}

/// Loads the demo community unless there are accounts already.
///
/// # Errors
/// When the database fails.
pub async fn load_if_empty(_state: &AppState) -> anyhow::Result<Vec<Login>> {
    Ok(Vec::new())
}

/// Prints the demo log-ins.
pub fn print_logins(_logins: &[Login]) {}
