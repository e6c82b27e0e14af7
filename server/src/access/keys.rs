//! Keys for one purpose each, all derived from the one secret of the installation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::infra::telemetry::Secret;

/// Derives keys from `LIGESIND_SECRET`. Changing the secret signs everybody out and makes evidence unreadable.
#[derive(Clone, Debug)]
pub struct Keys {
    secret: Secret<String>,
}

impl Keys {
    /// From the secret of the installation.
    #[must_use]
    pub fn new(secret: Secret<String>) -> Self {
        Self { secret }
    }

    /// 32 bytes for one purpose (HMAC-SHA-256 of its name under the secret); nothing of one key tells of another.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.reveal().as_bytes()) {
            mac.update(purpose.as_bytes());
            key.copy_from_slice(&mac.finalize().into_bytes());
        }
        key
    }
}
