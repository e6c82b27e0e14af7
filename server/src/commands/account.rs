//! `ligesind account add`.

use std::io::Read;

use anyhow::{Context, anyhow, bail};
use chrono::Datelike;
use clap::{Subcommand, ValueEnum};
use moderation::Certificate;
use moderation::pseudonym::Pseudonym;
use serde_json::json;

use super::{Station, say};
use crate::access::{Role, Roles};
use crate::accounts::{self, NewAccount, Origin, Password, Secrets};
use crate::app::AppState;
use crate::http::{Lang, Problem};
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;

/// What can be done to accounts from the command line.
#[derive(Subcommand)]
pub enum AccountCommand {
    /// Add an account; the password is read from standard input. Prints the account as JSON.
    Add {
        /// Pseudonym.
        name: String,
        /// A role; may be given several times.
        #[arg(long = "role", required = true)]
        roles: Vec<RoleArg>,
        /// A supporter whose posts publish at once.
        #[arg(long)]
        trusted: bool,
        /// The person has given the explicit consent to writing; otherwise it is asked at the first sign-in.
        #[arg(long)]
        consented: bool,
        /// Training that the person has: danger, confidentiality or grooming; may be given several times.
        #[arg(long = "certificate")]
        certificates: Vec<String>,
    },
}

/// A role as it is written on the command line.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum RoleArg {
    /// Participant.
    Participant,
    /// Peer supporter.
    PeerSupporter,
    /// Moderator.
    Moderator,
    /// Coordinator.
    Coordinator,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Participant => Self::Participant,
            RoleArg::PeerSupporter => Self::PeerSupporter,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Coordinator => Self::Coordinator,
        }
    }
}

/// Runs an account command.
///
/// # Errors
/// What is wrong with the account, in words.
pub fn run(config: Config, command: AccountCommand) -> anyhow::Result<()> {
    let AccountCommand::Add { name, roles, trusted, consented, certificates } = command;
    let pseudonym =
        Pseudonym::parse_for_team(&name).map_err(|code| anyhow!("{name} cannot be a pseudonym: {}", code.as_str()))?;
    let certificates: Vec<Certificate> = certificates
        .iter()
        .map(|c| c.parse().map_err(|_| anyhow!("{c} is no category of certificates")))
        .collect::<anyhow::Result<_>>()?;
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).context("reading the password")?;
    let password = Password::parse(typed.trim_end_matches(['\n', '\r']), Some(&name))
        .map_err(|code| anyhow!("the password is refused: {code}"))?;
    let station = Station::open(config, Tenure::Brief)?;
    let line = station.run(async || {
        station.migrate().await?;
        let state = station.state().await?;
        let roles = roles.into_iter().map(|role| Role::from(role).code());
        add(&state, pseudonym, &password, &Roles::from_codes(roles), trusted, consented, &certificates).await
    })?;
    say(&line);
    Ok(())
}

async fn add(
    state: &AppState,
    pseudonym: Pseudonym,
    password: &Password,
    roles: &Roles,
    trusted: bool,
    consented: bool,
    certificates: &[Certificate],
) -> anyhow::Result<String> {
    let secrets = Secrets::make(password).await.map_err(|problem| anyhow!("{problem:?}"))?;
    let name = pseudonym.as_str().to_owned();
    let now = state.db.clock().now();
    let minimum_age = i32::from(crate::community::Settings::default().minimum_age);
    let new = NewAccount {
        pseudonym,
        password_hash: secrets.password_hash,
        recovery_hash: secrets.recovery_hash,
        // Whoever runs the server has seen the person; the year is only kept for the minimum age.
        birth_year: i16::try_from(now.year() - minimum_age - 2).unwrap_or(i16::MAX),
        consented,
        heard_from: None,
        lang: Lang::Da,
        origin: Origin::Command,
        created_at: now,
    };
    let made = state
        .db
        .write(async |tx| {
            let id = accounts::create(tx, new).await?;
            accounts::set_roles(tx, &state.rights_hooks, None, id, roles, Some(trusted)).await?;
            for certificate in certificates {
                accounts::grant_certificate(tx, None, id, *certificate, None).await?;
            }
            Ok::<_, Problem>(id)
        })
        .await;
    match made {
        Ok(id) => Ok(json!({
            "id": id, "pseudonym": name, "roles": roles, "trusted": trusted, "consented": consented,
            "certificates": certificates, "recovery_code": secrets.recovery_code,
        })
        .to_string()),
        Err(Problem::Conflict(..)) => bail!("somebody is already called {name}, or something that looks like it"),
        Err(problem) => bail!("{problem:?}"),
    }
}
