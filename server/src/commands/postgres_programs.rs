//! `pg_dump`, `pg_restore` and `psql`: where they are, and how they are told the way into a database.

use std::path::{Path, PathBuf};
use std::process::Command;

const DEBIAN: &str = "/usr/lib/postgresql";

/// Programs of PostgreSQL in one folder, or in `PATH`.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    folder: Option<PathBuf>,
}

impl Programs {
    /// Those of a private cluster.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()) }
    }

    /// The newest that Debian has, else those in `PATH`: an older `pg_dump` refuses a newer server.
    #[must_use]
    pub fn newest() -> Self {
        let folder = std::fs::read_dir(DEBIAN)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
            .map(|version| (version, Path::new(DEBIAN).join(version.to_string()).join("bin")))
            .filter(|(_, bin)| bin.join("pg_dump").is_file())
            .max()
            .map(|(_, bin)| bin);
        Self { folder }
    }

    /// A program, with messages in English.
    #[must_use]
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.as_ref().map_or_else(|| PathBuf::from(name), |bin| bin.join(name)));
        command.env("LC_ALL", "C");
        command
    }

    /// A program that works on the database at `url`. A password in it is handed over where other users cannot see it.
    #[must_use]
    pub fn on(&self, name: &str, url: &str) -> Command {
        let (url, password) = without_password(url);
        let mut command = self.command(name);
        command.arg("--no-password").arg("--dbname").arg(url);
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
        command
    }
}

/// A connection string without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    if let Some((scheme, rest)) = url.split_once("://") {
        let authority_len = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(authority_len);
        return match authority.rsplit_once('@').and_then(|(who, host)| Some((who.split_once(':')?, host))) {
            Some(((user, password), host)) => (format!("{scheme}://{user}@{host}{tail}"), Some(decoded(password))),
            None => (url.to_owned(), None),
        };
    }
    let (passwords, others): (Vec<&str>, Vec<&str>) =
        url.split_whitespace().partition(|word| word.starts_with("password="));
    match passwords.first().and_then(|word| word.strip_prefix("password=")) {
        Some(password) => (others.join(" "), Some(password.trim_matches('\'').to_owned())),
        None => (url.to_owned(), None),
    }
}

/// Percent-decoded, as in a URL.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hex =
            rest.strip_prefix('%').and_then(|tail| tail.get(..2)).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let taken = match hex {
            Some(byte) => {
                bytes.push(byte);
                3
            }
            None => {
                let mut buffer = [0; 4];
                bytes.extend_from_slice(first.encode_utf8(&mut buffer).as_bytes());
                first.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_stands_on_the_command_line() {
        let parts = |url| {
            let (url, password) = without_password(url);
            (url, password.unwrap_or_default())
        };
        let expected = |url: &str, password: &str| (url.to_owned(), password.to_owned());
        assert_eq!(
            parts("postgresql://me:p%40ss%3a@h:5432/db?x=y"),
            expected("postgresql://me@h:5432/db?x=y", "p@ss:")
        );
        assert_eq!(parts("postgresql://me@h/db"), expected("postgresql://me@h/db", ""));
        assert_eq!(parts("host=h password='secret' user=me"), expected("host=h user=me", "secret"));
        assert_eq!(parts("host='/a b' user=me"), expected("host='/a b' user=me", ""));
    }
}
