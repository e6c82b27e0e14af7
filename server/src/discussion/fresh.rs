//! The version of a root as its readers may see it, asked once for all who wait: a thread that a thousand people open costs
//! the database one look at a time, and what was taken away before a request came is never answered to it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use super::root::Root;
use super::store::{self, Seen};
use crate::http::Problem;
use crate::infra::db::Db;
use crate::infra::gather::Gather;
use crate::infra::ids::AccountId;

type Looks = Gather<Option<AccountId>, Seen>;

static ROOTS: LazyLock<Mutex<HashMap<Root, Arc<Looks>>>> = LazyLock::new(Mutex::default);

/// What a reader (none: a visitor) would see of a root, read after this call began.
///
/// # Errors
/// 404 where the reader may not read it; when the database fails.
pub(super) async fn seen(db: &Db, root: Root, reader: Option<AccountId>) -> Result<Seen, Problem> {
    let looks = looks_at(root);
    let look = async |readers| store::seen(&mut *db.read().await?, root, readers).await;
    let answer = looks.ask(reader, look).await;
    forget(root, looks);
    answer?.ok_or(Problem::NotFound)
}

fn looks_at(root: Root) -> Arc<Looks> {
    ROOTS.lock().unwrap_or_else(PoisonError::into_inner).entry(root).or_default().clone()
}

/// Drops the entry of a root at which nobody else is looking.
fn forget(root: Root, looks: Arc<Looks>) {
    let mut roots = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
    drop(looks);
    if let Entry::Occupied(entry) = roots.entry(root)
        && Arc::strong_count(entry.get()) == 1
    {
        entry.remove();
    }
}
