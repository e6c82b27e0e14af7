//! `ligesind seed`: the demo community of `server/demo/`, loaded through the same door as people use:
//! every text is sent as a request by its author, with the clock set back to when it was written.

mod data;
mod door;
mod load;

use std::fmt::Write as _;

use super::{Station, say};
use crate::app::AppState;
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;

/// A demo account whose log-in is printed.
pub struct Login {
    /// Pseudonym.
    pub name: String,
    /// Password.
    pub password: String,
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

/// Loads the demo community unless there are accounts already; answers the log-ins of the demo, if it is there.
///
/// # Errors
/// When the database or a file of the demo fails.
pub async fn load_if_empty(state: &AppState) -> anyhow::Result<Vec<Login>> {
    let demo = data::Demo::read()?;
    let logins = demo
        .accounts
        .iter()
        .filter(|account| account.login)
        .map(|account| Login {
            name: account.pseudonym.clone(),
            password: demo.words.password.clone(),
            roles: account.roles.join(", ") + if account.trusted { " (trusted)" } else { "" },
        })
        .collect();
    match load::standing(state).await? {
        load::Standing::Empty => {
            say("Loading the demo community …");
            load::everything(state, demo).await?;
            Ok(logins)
        }
        load::Standing::Demo => Ok(logins),
        load::Standing::People => Ok(Vec::new()),
    }
}

/// Prints the demo log-ins, if there are any.
pub fn print_logins(logins: &[Login]) {
    let Some(first) = logins.iter().next() else { return };
    let mut table = format!("\nDemo log-ins, all with the password «{}»:\n", first.password);
    for login in logins {
        let _ = writeln!(table, "  {:<16} {}", login.name, login.roles);
    }
    say(&table);
}
