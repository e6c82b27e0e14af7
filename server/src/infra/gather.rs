//! One look at the database for all who ask at the same time.
//!
//! Whoever asks while a look is under way waits for the next one, which serves everybody who has come meanwhile. A look
//! serves only those who came before it began, so nobody gets an answer that is older than their question; and a
//! thousand people who come at once cost a handful of queries.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::db::DbError;

/// What a look found by key; none while it runs, an error where it failed.
type Answer<K, V> = Option<Result<Arc<HashMap<K, V>>, ()>>;

/// How those who wait hear of it, and how it is told.
type Hear<K, V> = watch::Receiver<Answer<K, V>>;
type Tell<K, V> = watch::Sender<Answer<K, V>>;

/// Those who wait for a look that has not begun.
struct Round<K, V> {
    keys: Vec<K>,
    answer: Hear<K, V>,
}

/// The place where questions of one kind meet.
pub struct Gather<K, V> {
    /// Held by the one look that runs.
    running: tokio::sync::Mutex<()>,
    next: Mutex<Option<Round<K, V>>>,
}

impl<K, V> Default for Gather<K, V> {
    fn default() -> Self {
        Self { running: tokio::sync::Mutex::new(()), next: Mutex::new(None) }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Gather<K, V> {
    /// What `look` finds for `key` after this call began; none where it finds nothing. `look` gets all keys that are
    /// asked for together, each at least once.
    ///
    /// # Errors
    /// What `look` gives to the one who runs it; [`DbError::Unavailable`] for those who waited for it.
    pub async fn ask<E: From<DbError>>(
        &self,
        key: K,
        look: impl AsyncFnOnce(Vec<K>) -> Result<HashMap<K, V>, E>,
    ) -> Result<Option<V>, E> {
        let tell = match self.join(&key) {
            Err(tell) => tell,
            Ok(mut round) => match round.wait_for(Option::is_some).await.map(|found| found.clone()) {
                Ok(Some(Ok(found))) => return Ok(found.get(&key).cloned()),
                Ok(_) => return Err(DbError::Unavailable("a shared look failed".to_owned()).into()),
                // Whoever was to look went away before: look alone.
                Err(_) => return Ok(look(vec![key.clone()]).await?.remove(&key)),
            },
        };
        let running = self.running.lock().await;
        let answer = look(self.begin()).await;
        drop(running);
        match answer {
            Ok(found) => {
                let value = found.get(&key).cloned();
                tell.send_replace(Some(Ok(Arc::new(found))));
                Ok(value)
            }
            Err(error) => {
                tell.send_replace(Some(Err(())));
                Err(error)
            }
        }
    }

    /// Joins the round that has not begun, or gets the task to look for a new one.
    fn join(&self, key: &K) -> Result<Hear<K, V>, Tell<K, V>> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(round) = next.as_mut().filter(|round| round.answer.has_changed().is_ok()) {
            round.keys.push(key.clone());
            return Ok(round.answer.clone());
        }
        let (tell, answer) = watch::channel(None);
        *next = Some(Round { keys: vec![key.clone()], answer });
        Err(tell)
    }

    /// From here on whoever comes waits for the round after this one.
    fn begin(&self) -> Vec<K> {
        let round = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        round.map(|round| round.keys).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn who_comes_after_a_look_began_waits_for_the_next() {
        let looks: Gather<u8, u8> = Gather::default();
        let first = looks.join(&1).expect_err("the first one looks");
        let mut second = looks.join(&2).expect("the second one waits");
        assert_eq!(looks.begin(), [1, 2]);
        let third = looks.join(&3).expect_err("the third one came too late and looks anew");
        first.send_replace(Some(Ok(Arc::new(HashMap::from([(2, 7)])))));
        assert_eq!(second.borrow_and_update().clone().unwrap().unwrap().get(&2), Some(&7));
        drop(third);
        assert!(looks.join(&4).is_err(), "a look that nobody will make is not waited for");
    }

    #[tokio::test]
    async fn all_who_ask_at_once_get_their_own_answer_from_two_looks() {
        let looks: Arc<Gather<usize, usize>> = Arc::default();
        let made = Arc::new(AtomicUsize::new(0));
        let ask = |key: usize| {
            let (looks, made) = (looks.clone(), made.clone());
            async move {
                let look = async |keys: Vec<usize>| {
                    made.fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                    Ok::<_, DbError>(keys.into_iter().filter(|key| *key != 3).map(|key| (key, key * 2)).collect())
                };
                looks.ask(key, look).await.unwrap()
            }
        };
        let tasks: Vec<_> = (0..50).map(|key| tokio::spawn(ask(key))).collect();
        for (key, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.unwrap(), (key != 3).then_some(key * 2));
        }
        assert!(made.load(Ordering::Relaxed) <= 2, "{made:?}");
    }
}
