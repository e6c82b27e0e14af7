//! Envelope encryption: each case has a key of its own, wrapped by one key of the installation.
//! Destroying the wrapped key destroys everything sealed with it.

use anyhow::anyhow;
use chacha20poly1305::aead::{Aead, Generate, Key, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::access::Keys;
use crate::http::Problem;

const NONCE_LEN: usize = 24;

/// Wraps and unwraps the keys of cases.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

/// The key of one case.
pub struct CaseKey {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// With the key for evidence, derived from the secret of the installation.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&keys.derive("evidence").into()) }
    }

    /// A fresh key and its wrapped form, bound to `owner` (the id of the case).
    ///
    /// # Errors
    /// 500 when sealing fails.
    pub fn fresh(&self, owner: &[u8]) -> Result<(CaseKey, Vec<u8>), Problem> {
        let key = Key::<XChaCha20Poly1305>::generate();
        let wrapped = seal(&self.cipher, key.as_slice(), owner)?;
        Ok((CaseKey { cipher: XChaCha20Poly1305::new(&key) }, wrapped))
    }

    /// The key behind its wrapped form.
    ///
    /// # Errors
    /// 500 when it was wrapped by another secret, for another owner, or was changed.
    pub fn unwrap(&self, wrapped: &[u8], owner: &[u8]) -> Result<CaseKey, Problem> {
        let bytes = open(&self.cipher, wrapped, owner)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&bytes)
            .map_err(|_| Problem::Internal(anyhow!("a case key has the wrong length")))?;
        Ok(CaseKey { cipher })
    }
}

impl CaseKey {
    /// Seals bytes; `place` says what they are and must be given again to open them.
    ///
    /// # Errors
    /// 500 when sealing fails.
    pub fn seal(&self, plain: &[u8], place: &str) -> Result<Vec<u8>, Problem> {
        seal(&self.cipher, plain, place.as_bytes())
    }

    /// Opens what [`CaseKey::seal`] made.
    ///
    /// # Errors
    /// 500 when it was sealed with another key or for another place, or was changed.
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<Vec<u8>, Problem> {
        open(&self.cipher, sealed, place.as_bytes())
    }

    /// Opens a sealed text.
    ///
    /// # Errors
    /// As [`CaseKey::open`].
    pub fn open_text(&self, sealed: &[u8], place: &str) -> Result<String, Problem> {
        String::from_utf8(self.open(sealed, place)?)
            .map_err(|_| Problem::Internal(anyhow!("a sealed text is not UTF-8")))
    }
}

/// Nonce (random: XChaCha20's 24 bytes make that safe) followed by the sealed bytes.
fn seal(cipher: &XChaCha20Poly1305, plain: &[u8], aad: &[u8]) -> Result<Vec<u8>, Problem> {
    let nonce = XNonce::generate();
    let sealed = cipher
        .encrypt(&nonce, Payload { msg: plain, aad })
        .map_err(|_| Problem::Internal(anyhow!("sealing failed")))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(cipher: &XChaCha20Poly1305, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, Problem> {
    let broken = || Problem::Internal(anyhow!("what was sealed cannot be opened"));
    let (nonce, msg) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| broken())?;
    cipher.decrypt(&nonce, Payload { msg, aad }).map_err(|_| broken())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::telemetry::Secret;

    fn vault(secret: &str) -> Vault {
        Vault::new(&Keys::new(Secret::new(secret.to_owned())))
    }

    #[test]
    fn what_is_sealed_opens_again_and_nowhere_else() {
        let (key, wrapped) = vault("one").fresh(b"case 1").unwrap();
        let sealed = key.seal("hemmeligt".as_bytes(), "evidence").unwrap();
        assert!(!sealed.windows(9).any(|w| w == b"hemmeligt"));
        let again = vault("one").unwrap(&wrapped, b"case 1").unwrap();
        assert_eq!(again.open_text(&sealed, "evidence").unwrap(), "hemmeligt");
        assert!(again.open(&sealed, "note").is_err());
        assert!(vault("one").unwrap(&wrapped, b"case 2").is_err());
        assert!(vault("two").unwrap(&wrapped, b"case 1").is_err());
        let (other, _) = vault("one").fresh(b"case 1").unwrap();
        assert!(other.open(&sealed, "evidence").is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let (key, _) = vault("one").fresh(b"c").unwrap();
        let mut sealed = key.seal(b"text", "p").unwrap();
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(key.open(&sealed, "p").is_err());
        assert!(key.open(&[], "p").is_err());
    }
}
