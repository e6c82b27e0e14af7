//! What joining sockets read, shared by all who ask for the same at the same time. After a restart thousands come back at
//! once, most of them to the same place of the same room: one read answers all of them.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;

use super::conversation::{Event, Refusal, Threshold};
use super::hub::Hub;
use crate::http::Problem;
use crate::infra::ids::AccountId;

/// Events read and sent at a time; the next ones wait until the client has taken these.
const PAGE: i64 = 200;
/// Reads at the same time, so that joining leaves connections for everything else.
const AT_ONCE: usize = 3;
/// How long a read may take; the client is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// An answer that goes to several.
type Shared<T> = Result<T, Refusal>;
/// A page that goes to several.
type SharedPage = Shared<Arc<Page>>;
/// A room and the number that its page follows.
type Place = (Uuid, i64);

/// Reads under way.
pub(super) struct Resumes {
    thresholds: Arc<Flights<Uuid, Shared<Threshold>>>,
    pages: Arc<Flights<Place, SharedPage>>,
    gate: Arc<Semaphore>,
}

impl Default for Resumes {
    fn default() -> Self {
        Self { thresholds: Arc::default(), pages: Arc::default(), gate: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// Events in a row, encoded once.
pub(super) struct Page {
    events: Vec<Event>,
    together: Bytes,
}

impl Page {
    fn new(events: Vec<Event>) -> Self {
        let mut bytes = BytesMut::with_capacity(events.iter().map(|event| event.everyone.len()).sum());
        events.iter().for_each(|event| bytes.extend_from_slice(&event.everyone));
        Self { events, together: bytes.freeze() }
    }

    /// Number of the last event, if there are any.
    pub(super) fn last(&self) -> Option<i64> {
        self.events.last().map(|event| event.seq)
    }

    /// The frames for one reader: the shared bytes, unless something of the reader's own or above the floor is among them.
    pub(super) fn for_reader(&self, reader: AccountId, floor: i64, withheld: impl Fn(&Event) -> Bytes) -> Bytes {
        if floor == 0 && self.events.iter().all(|event| event.own.is_none() || event.author != Some(reader)) {
            return self.together.clone();
        }
        let mut bytes = BytesMut::new();
        for event in &self.events {
            if event.item_seq <= floor {
                bytes.extend_from_slice(&withheld(event));
            } else {
                bytes.extend_from_slice(event.for_reader(reader));
            }
        }
        bytes.freeze()
    }
}

impl Hub {
    /// How a room stands, read after this was asked.
    pub(super) async fn threshold(self: &Arc<Self>, room: Uuid) -> Shared<Threshold> {
        let hub = self.clone();
        let read = move || {
            let hub = hub.clone();
            async move {
                let read = async {
                    let mut conn = hub.db.read().await?;
                    hub.wiring.conversation.threshold(&mut conn, room).await
                };
                hub.in_turn(read).await
            }
        };
        self.resumes.thresholds.get(room, read).await.unwrap_or_else(|| Err(Refusal::new("busy")))
    }

    /// The events that follow number `after`, read after this was asked.
    pub(super) async fn page(self: &Arc<Self>, room: Uuid, after: i64) -> SharedPage {
        let hub = self.clone();
        let read = move || {
            let hub = hub.clone();
            async move {
                let read = async {
                    let mut conn = hub.db.read().await?;
                    hub.wiring.conversation.events(&mut conn, room, after, PAGE).await
                };
                hub.in_turn(read).await.map(|events| Arc::new(Page::new(events)))
            }
        };
        self.resumes.pages.get((room, after), read).await.unwrap_or_else(|| Err(Refusal::new("busy")))
    }

    async fn in_turn<T>(&self, read: impl Future<Output = Result<T, Problem>>) -> Shared<T> {
        let work = async {
            let _turn = self.resumes.gate.acquire().await;
            self.meter.store_reads.add(1);
            read.await
        };
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(done) => done.map_err(Refusal::from),
            Err(_) => Err(Problem::Unavailable("unavailable").into()),
        }
    }
}

/// Reads by key. Whoever asks while one is under way gets the next, which begins later: nobody is answered with what was
/// read before the question.
struct Flights<K, V>(Mutex<HashMap<K, Vec<oneshot::Sender<V>>>>);

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    async fn get<F>(self: &Arc<Self>, key: K, read: impl Fn() -> F + Send + 'static) -> Option<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let leads = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let leads = !waiting.contains_key(&key);
            waiting.entry(key.clone()).or_default().push(sender);
            leads
        };
        if leads {
            let flights = self.clone();
            tokio::spawn(async move {
                while let Some(passengers) = flights.board(&key) {
                    let value = read().await;
                    for passenger in passengers {
                        let _ = passenger.send(value.clone());
                    }
                }
            });
        }
        answer.await.ok()
    }

    /// Those who have come since the last read began; none: the key is done with.
    fn board(&self, key: &K) -> Option<Vec<oneshot::Sender<V>>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passengers = std::mem::take(waiting.get_mut(key)?);
        if passengers.is_empty() {
            waiting.remove(key);
            return None;
        }
        Some(passengers)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn who_comes_during_a_read_shares_the_next() {
        let flights: Arc<Flights<u8, usize>> = Arc::default();
        let (reads, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let ask = |flights: &Arc<Flights<u8, usize>>| {
            let (flights, reads, go) = (flights.clone(), reads.clone(), go.clone());
            tokio::spawn(async move {
                let read = move || {
                    let (reads, go) = (reads.clone(), go.clone());
                    async move {
                        let number = reads.fetch_add(1, Ordering::SeqCst) + 1;
                        go.notified().await;
                        number
                    }
                };
                flights.get(1, read).await
            })
        };
        let first = ask(&flights);
        while AtomicUsize::load(&reads, Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let later: Vec<_> = (0..100).map(|_| ask(&flights)).collect();
        while flights.0.lock().unwrap().get(&1).is_none_or(|waiting| waiting.len() < 100) {
            tokio::task::yield_now().await;
        }
        go.notify_one();
        assert_eq!(first.await.unwrap(), Some(1));
        go.notify_one();
        for one in later {
            assert_eq!(one.await.unwrap(), Some(2));
        }
        while flights.0.lock().unwrap().contains_key(&1) {
            tokio::task::yield_now().await;
        }
    }
}
