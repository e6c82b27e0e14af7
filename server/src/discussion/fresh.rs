//! The version of a root as visitors may read it, asked once for all who wait.
//!
//! A look at the database serves every request that arrived before it began, and no other: what was taken away before a
//! request came is never answered to it, and a thread that a thousand people open costs the database one look at a time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::watch;

use super::root::Root;
use super::store;
use crate::http::Problem;
use crate::infra::db::Db;

/// What a look found.
#[derive(Clone, Copy, Debug)]
enum Found {
    Version(i64),
    Nothing,
    /// The database failed; the reason went to the one who looked.
    Failed,
}

type Round = watch::Receiver<Option<Found>>;

/// The looks at one root: at most one runs, at most one is about to begin.
#[derive(Default)]
struct Looks {
    running: tokio::sync::Mutex<()>,
    next: Mutex<Option<Round>>,
}

static ROOTS: LazyLock<Mutex<HashMap<Root, Arc<Looks>>>> = LazyLock::new(Mutex::default);

/// The version of a root's surface, read after this call began.
///
/// # Errors
/// 404 where a visitor may not read it; when the database fails.
pub(super) async fn version(db: &Db, root: Root) -> Result<i64, Problem> {
    let looks = looks_at(root);
    let answer = match looks.join() {
        Ok(mut round) => match round.wait_for(Option::is_some).await.map(|found| *found) {
            Ok(Some(Found::Version(version))) => Ok(version),
            Ok(Some(Found::Nothing)) => Err(Problem::NotFound),
            Ok(Some(Found::Failed) | None) => Err(Problem::Unavailable("unavailable")),
            // Whoever was to look went away before: look alone.
            Err(_) => look(db, root).await,
        },
        Err(tell) => {
            let running = looks.running.lock().await;
            looks.begin();
            let answer = look(db, root).await;
            drop(running);
            tell.send_replace(Some(match &answer {
                Ok(version) => Found::Version(*version),
                Err(Problem::NotFound) => Found::Nothing,
                Err(_) => Found::Failed,
            }));
            answer
        }
    };
    forget(root, looks);
    answer
}

async fn look(db: &Db, root: Root) -> Result<i64, Problem> {
    store::public_version(&mut *db.read().await?, root).await
}

impl Looks {
    /// The round that has not begun, or the task to look for a new one.
    fn join(&self) -> Result<Round, watch::Sender<Option<Found>>> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(round) = next.as_ref().filter(|round| round.has_changed().is_ok()) {
            return Ok(round.clone());
        }
        let (tell, round) = watch::channel(None);
        *next = Some(round);
        Err(tell)
    }

    /// From here on whoever comes waits for the round after this one.
    fn begin(&self) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_after_a_look_began_waits_for_the_next() {
        let looks = Looks::default();
        let first = looks.join().expect_err("the first one looks");
        let mut second = looks.join().expect("the second one waits");
        looks.begin();
        let third = looks.join().expect_err("the third one came too late and looks anew");
        first.send_replace(Some(Found::Version(7)));
        assert!(matches!(*second.borrow_and_update(), Some(Found::Version(7))));
        drop(third);
        assert!(looks.join().is_err(), "a look that nobody will make is not waited for");
    }
}
