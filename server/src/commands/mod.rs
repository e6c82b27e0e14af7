//! What the binary's subcommands do. They stand above every feature, as `app` does.

pub mod account;
pub mod audit;
pub mod backup;
pub mod doctor;
pub mod fixture;
pub mod postgres_programs;
pub mod restore;
pub mod retention;
pub mod screen;
pub mod seed;
pub mod serve;
mod station;

use std::io::Write;

pub use station::Station;

/// Writes a line to standard output; a reader that went away is no error.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Writes a line to standard error.
pub fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "ligesind: {line}");
}
