//! Pages of discussions, rendered once for each version of their thread or post, and for a reader who wrote there once for
//! each state of what that reader wrote.
//!
//! The version is read anew for every request, and every change that a reader could see raises it in its own transaction:
//! a text that was taken away is never served from here. A role that changed beside a name shows within [`LIFE`].

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use uuid::Uuid;

use crate::infra::ids::AccountId;

/// Bytes kept at most; beyond that everything is forgotten and read again.
const MOST: usize = 32 * 1024 * 1024;
/// How long a page is kept at most.
const LIFE: Duration = Duration::from_secs(10);

/// What a page depends on.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The thread or post.
    pub(super) root: Uuid,
    /// Version of its surface, read before the page was.
    pub(super) version: i64,
    /// A reader who wrote below the root, and the fingerprint of these texts.
    pub(super) own: Option<(AccountId, i64)>,
    /// Items on the page.
    pub(super) size: usize,
    /// Where it begins.
    pub(super) after: Option<String>,
}

static PAGES: LazyLock<Mutex<Pages>> = LazyLock::new(Mutex::default);

/// The page, if it is kept and young enough.
pub(super) fn find(key: &Key) -> Option<Bytes> {
    PAGES.lock().unwrap_or_else(PoisonError::into_inner).find(key)
}

/// Keeps a page that was read after its version.
pub(super) fn keep(key: Key, page: &Bytes) {
    PAGES.lock().unwrap_or_else(PoisonError::into_inner).keep(key, page);
}

#[derive(Default)]
struct Pages {
    kept: HashMap<Key, (Instant, Bytes)>,
    bytes: usize,
}

impl Pages {
    fn find(&self, key: &Key) -> Option<Bytes> {
        self.kept.get(key).filter(|(since, _)| since.elapsed() < LIFE).map(|(_, page)| page.clone())
    }

    fn keep(&mut self, key: Key, page: &Bytes) {
        if self.bytes + page.len() > MOST {
            *self = Self::default();
        }
        self.bytes += page.len();
        if let Some((_, before)) = self.kept.insert(key, (Instant::now(), page.clone())) {
            self.bytes -= before.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(version: i64) -> Key {
        Key { root: Uuid::max(), version, own: None, size: 30, after: None }
    }

    #[test]
    fn a_page_of_another_version_is_never_found() {
        let mut pages = Pages::default();
        pages.keep(key(1), &Bytes::from_static(b"one"));
        assert_eq!(pages.find(&key(1)), Some(Bytes::from_static(b"one")));
        assert_eq!(pages.find(&key(2)), None);
    }

    #[test]
    fn memory_is_bounded() {
        let page = Bytes::from(vec![0; MOST / 4]);
        let mut pages = Pages::default();
        for version in 10..30 {
            pages.keep(key(version), &page);
        }
        assert!(pages.bytes <= MOST && pages.kept.len() <= 5);
    }
}
