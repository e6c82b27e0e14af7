//! `ligesind`: one binary for the server and for what an operator does beside it.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use ligesind::commands::{account, audit, backup, doctor, fixture, restore, retention, screen, seed, serve};
use ligesind::infra::config::Config;

/// A digital peer community: forum, blog and live chat, kept safe by a moderation queue.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// TOML file with settings; environment variables come before it.
    #[arg(long, global = true)]
    config: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the site and the API.
    Serve {
        /// Load the demo community into an empty database first.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database's schema up to date.
    Migrate,
    /// Load the demo community into an empty database.
    Seed,
    /// Check the installation and say what is missing.
    Doctor,
    /// Accounts.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Fill a test database and print what load programs start from, one JSON object a line.
    Fixture(fixture::FixtureArgs),
    /// Read texts from standard input and print what screening finds, one JSON object a line.
    Screen,
    /// Write everything in the database into one file; a server may run meanwhile. The secret is kept apart from it.
    Backup(backup::BackupArgs),
    /// Put a backup back; no server may run meanwhile. Accounts erased since the backup are erased again.
    Restore(restore::RestoreArgs),
    /// Destroy what is past its period: run it every night.
    Retention,
    /// The audit log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Screen) {
        return finish(screen::run());
    }
    let config = match Config::read(cli.config.as_deref()) {
        Ok(config) => config,
        Err(errors) => {
            for error in errors {
                ligesind::commands::complain(&error);
            }
            return ExitCode::from(2);
        }
    };
    let done = match cli.command {
        Command::Serve { demo } => serve::run(config, demo),
        Command::Migrate => serve::migrate(config),
        Command::Seed => seed::run(config),
        Command::Doctor => doctor::run(config),
        Command::Account(command) => account::run(config, command),
        Command::Fixture(args) => fixture::run(config, args),
        Command::Backup(args) => backup::run(config, &args),
        Command::Restore(args) => restore::run(config, &args),
        Command::Retention => retention::run(config),
        Command::Audit(command) => audit::run(config, &command),
        Command::Screen => screen::run(),
    };
    finish(done)
}

fn finish(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ligesind::commands::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
