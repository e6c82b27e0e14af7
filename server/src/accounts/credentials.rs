//! Passwords: what is accepted, and their hashes (Argon2id, RFC 9106).

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use moderation::limits::{PASSWORD_MAX, PASSWORD_MIN};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::http::Problem;
use crate::http::body::Parsed;
use crate::infra::telemetry::Secret;

/// Each hash takes 19 MiB and about 50 ms of a core: no more of them at once than a small server can bear.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

static BREACHED: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../data/breached_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect()
});

/// Verified where there is no account, so that a pseudonym that is not there costs as much as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody has this password").map(|hash| hash.to_string()).unwrap_or_default()
});

/// A password that may be chosen.
#[derive(Clone, Debug)]
pub struct Password(Secret<String>);

impl Password {
    /// 10 to 200 characters, not among those that are tried first, not one character over and over, not the pseudonym.
    ///
    /// # Errors
    /// `too_short`, `too_long`, `too_common`.
    pub fn parse(raw: &str, pseudonym: Option<&str>) -> Result<Self, &'static str> {
        let length = raw.chars().count();
        if length < PASSWORD_MIN {
            return Err("too_short");
        }
        if length > PASSWORD_MAX {
            return Err("too_long");
        }
        let lower = raw.to_lowercase();
        let one_character = lower.chars().all(|c| lower.starts_with(c));
        let is_name = pseudonym.is_some_and(|name| name.to_lowercase() == lower);
        if one_character || is_name || BREACHED.contains(lower.as_str()) {
            return Err("too_common");
        }
        Ok(Self(Secret::new(raw.to_owned())))
    }

    /// Its hash, with a salt of its own.
    ///
    /// # Errors
    /// 500 when hashing fails.
    pub async fn hash(&self) -> Result<String, Problem> {
        hash(self.0.reveal().clone()).await
    }
}

/// A password as somebody typed it to prove who they are: any text of a length worth hashing.
pub fn typed(value: &Value) -> Parsed<Secret<String>> {
    match value.as_str() {
        None => Err("bad_format"),
        Some("") => Err("empty"),
        Some(text) if text.chars().count() > PASSWORD_MAX => Err("too_long"),
        Some(text) => Ok(Secret::new(text.to_owned())),
    }
}

/// The Argon2id hash of a secret.
///
/// # Errors
/// 500 when hashing fails.
pub async fn hash(secret: String) -> Result<String, Problem> {
    apart(move || Argon2::default().hash_password(secret.as_bytes()).map(|hash| hash.to_string()).unwrap_or_default())
        .await
        .and_then(
            |hash| if hash.is_empty() { Err(Problem::Internal(anyhow::anyhow!("hashing failed"))) } else { Ok(hash) },
        )
}

/// Whether `secret` is the one behind `hash`. Without a hash it costs the same and is never true.
///
/// # Errors
/// 500 when the thread for it fails.
pub async fn verify(secret: &Secret<String>, hash: Option<String>) -> Result<bool, Problem> {
    let secret = secret.reveal().clone();
    apart(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        known & Argon2::default().verify_password(secret.as_bytes(), hash.as_str()).is_ok()
    })
    .await
}

async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let _permit = AT_ONCE.acquire().await.map_err(|e| Problem::Internal(e.into()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| Problem::Internal(e.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        let refused = |raw: &str, name: Option<&str>| Password::parse(raw, name).err();
        assert_eq!(refused("short", None), Some("too_short"));
        assert_eq!(refused("1234567890", None), Some("too_common"));
        assert_eq!(refused("Password123", None), Some("too_common"));
        assert_eq!(refused("aaaaaaaaaaaa", None), Some("too_common"));
        assert_eq!(refused("Havtorn1234", Some("havtorn1234")), Some("too_common"));
        assert_eq!(refused(&"x y".repeat(70), None), Some("too_long"));
        assert!(refused("en hel sætning om regn", Some("Havtorn")).is_none());
    }
}
